"""Asks another process whether OpenGL here paints images like the CPU; without Qt in this one."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from readstation.domain.graphics import GraphicsFinding, GraphicsStanding

CHECK = ("-m", "readstation.ui.gpu.gpu_check")
"""Arguments of the Python interpreter that print a finding."""
NO_WINDOWS = ("offscreen", "minimal")
PATIENCE_S = 120.0
NO_DISPLAY = GraphicsStanding(False, "there is no display")
NO_ANSWER = GraphicsFinding(failure="OpenGL is not available")


def check_path() -> str:
    """Return the PYTHONPATH of the other process: where this one finds its modules."""
    return os.pathsep.join(filter(None, sys.path))


def probe_graphics(check: Sequence[str] = CHECK) -> GraphicsStanding:
    """Let the check run to its end; return who would paint here, and why."""
    import subprocess  # noqa: PLC0415 - the program starts without it

    from readstation.ui.display_probe import has_display  # noqa: PLC0415

    environment = {**os.environ, "PYTHONPATH": check_path()}
    if not has_display(environment) or environment.get("QT_QPA_PLATFORM") in NO_WINDOWS:
        return NO_DISPLAY
    try:
        ended = subprocess.run(  # noqa: S603 - this interpreter and this module, no input
            [sys.executable, *check],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return standing_from(NO_ANSWER)
    return standing_from(read_finding(ended.stdout))


def read_finding(output: str) -> GraphicsFinding:
    """Return what a check printed; a check that died finds that there is nothing to use.

    >>> read_finding("").failure
    'OpenGL is not available'
    """
    try:
        told = json.loads(output.splitlines()[-1])
        finding = GraphicsFinding(
            str(told["renderer"]), str(told["failure"]), int(told["equal_images"])
        )
    except (ValueError, LookupError, TypeError):
        return NO_ANSWER
    if not finding.failure and finding.equal_images < 1:
        return GraphicsFinding(finding.renderer, "no test image was painted")
    return finding


def standing_from(finding: GraphicsFinding) -> GraphicsStanding:
    """Return who paints after this finding.

    >>> standing_from(GraphicsFinding("GeForce", "", 219)).text
    "GPU, GeForce: 219 test images are equal to the CPU's"
    """
    if finding.failure:
        return GraphicsStanding(False, finding.failure)
    equal = f"{finding.equal_images} test images are equal to the CPU's"
    return GraphicsStanding(True, f"{finding.renderer}: {equal}")

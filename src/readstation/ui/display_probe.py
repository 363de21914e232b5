"""Asks Qt what it can do on this machine, in a process of its own: a bad Qt aborts its process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass

from readstation.domain.display import Display

PATIENCE_S = 60.0
NO_QT = 2


@dataclass(frozen=True, slots=True)
class DisplayFacts:
    """What the probe found; `failure` says what kept it from finding more."""

    qt_version: str = ""
    platform: str = ""
    displays: tuple[Display, ...] = ()
    font_family: str = ""
    has_icons: bool = False
    failure: str = ""


def probe_display() -> DisplayFacts:
    """Start Qt in another process and return what it says.

    Without a display the offscreen platform is probed: the tour and the tests run on it.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if not has_display(environment):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [sys.executable, "-m", "readstation.ui.display_probe"]
    try:
        ended = subprocess.run(  # noqa: S603 - this interpreter and this module, no input
            command,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return DisplayFacts(failure=f"Qt did not start within {PATIENCE_S:.0f} s")
    except OSError as error:
        return DisplayFacts(failure=f"the probe of Qt did not start: {error.strerror}")
    return read_answer(ended.stdout, ended.stderr)


def read_answer(output: str, complaint: str) -> DisplayFacts:
    """Return what the probe printed, or the last thing that was said before it died."""
    try:
        told = json.loads(output.splitlines()[-1])
        displays = tuple(Display(**display) for display in told["displays"])
        return DisplayFacts(**{**told, "displays": displays})
    except (ValueError, LookupError, TypeError):
        said = [line for line in complaint.splitlines() if line.strip()]
        telling = [line for line in said if "could not" in line.lower()] or said[-1:]
        return DisplayFacts(failure=telling[0] if telling else "Qt ended its process unasked")


def has_display(environment: dict[str, str]) -> bool:
    """Return whether there is a display, or the caller has named a platform."""
    if sys.platform != "linux":
        return True
    return any(environment.get(n) for n in ("WAYLAND_DISPLAY", "DISPLAY", "QT_QPA_PLATFORM"))


def look() -> DisplayFacts:
    """Return what Qt says in this process."""
    try:
        from PySide6.QtCore import qVersion  # noqa: PLC0415 - the failure is what is looked for
        from PySide6.QtGui import QFontInfo  # noqa: PLC0415
        from PySide6.QtWidgets import QApplication  # noqa: PLC0415

        from readstation.ui import theme  # noqa: PLC0415
        from readstation.ui.screen_facts import display_of  # noqa: PLC0415
    except ImportError as error:
        return DisplayFacts(failure=f"Qt cannot be loaded: {error}")
    application = QApplication(["readstation"])
    theme.apply(application)
    return DisplayFacts(
        qt_version=qVersion() or "",
        platform=QApplication.platformName(),
        displays=tuple(display_of(screen) for screen in application.screens()),
        font_family=QFontInfo(theme.font()).family(),
        has_icons=bool(theme.icon("triangle-alert").availableSizes()),
    )


def main() -> int:
    """Print what was found as one line."""
    facts = look()
    sys.stdout.write(json.dumps(asdict(facts)) + "\n")
    return NO_QT if facts.failure else 0


if __name__ == "__main__":
    sys.exit(main())

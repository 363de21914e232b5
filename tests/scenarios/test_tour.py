"""The tour from the command line: every step holds, every picture is there."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SOURCE = Path(__file__).parents[2] / "src"
AT_LEAST_PICTURES = 50
EVERY_PART = {
    "login",
    "worklist",
    "open",
    "compare",
    "window_lung",
    "measure",
    "lesion_dates",
    "lesion_list",
    "prior_in_place",
    "key_image",
    "planes",
    "key_sheet",
    "mammography_priors",
    "fusion",
    "choose_window",
    "image_information",
    "presentation_state",
    "finding",
    "critical_flag",
    "call_failed",
    "call_closed",
    "handed_over",
    "second_read",
    "opinion",
    "signed",
    "uptake_values",
    "overlay_hidden",
    "display_looked_at",
    "peer_review",
    "audit",
}


def take_tour(out: Path, *start: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DISPLAY")}
    clean |= {"PYTHONPATH": str(SOURCE), "HOME": str(out.parent)} | environment
    command = [*start, sys.executable, "-m", "readstation", "tour", "--out", str(out)]
    return subprocess.run(
        command, env=clean, capture_output=True, text=True, timeout=280, check=False
    )


def size_of(picture: Path) -> tuple[int, int]:
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height


def check(out: Path, done: subprocess.CompletedProcess[str]) -> dict[str, tuple[int, int]]:
    """Check the record and its pictures; return the size of each that is not of one monitor."""
    assert done.returncode == 0, done.stderr
    record = json.loads((out / "tour.json").read_text(encoding="utf-8"))
    assert record["succeeded"]
    assert {step["id"] for step in record["steps"]} >= EVERY_PART
    pictures = [step["picture"] for step in record["steps"] if step["picture"]]
    assert len(pictures) >= AT_LEAST_PICTURES
    sizes = {
        step["id"]: size_of(out / step["picture"]) for step in record["steps"] if step["picture"]
    }
    assert sorted(p.name for p in out.iterdir()) == sorted([*pictures, "tour.json"])
    return {step: size for step, size in sizes.items() if size != (1920, 1200)}


def test_a_reading_day_without_a_display(tmp_path: Path) -> None:
    out = tmp_path / "tour"
    wider = check(out, take_tour(out))
    assert list(wider) == ["monitors_spread"]  # three monitors side by side


@pytest.mark.peer
def test_a_reading_day_on_a_display(tmp_path: Path) -> None:
    xvfb = shutil.which("xvfb-run")
    if xvfb is None:
        pytest.skip("needs xvfb-run, which is not installed")
    out = tmp_path / "tour"
    screen = ("-a", "-s", "-screen 0 1920x1200x24")
    assert not check(out, take_tour(out, xvfb, *screen, QT_QPA_PLATFORM="xcb"))

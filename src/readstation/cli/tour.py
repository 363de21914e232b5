"""`readstation tour`: one reading day through the real windows, in pictures."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from readstation.app.demo.demo_accounts import read_demo_accounts
from readstation.bootstrap import workspace_at
from readstation.cli.demo import prepare_demo
from readstation.domain.errors import ReadStationError
from readstation.program import open_window
from readstation.resource_files import resources
from readstation.ui.job_runner import JobRunner
from readstation.ui.start_window import make_application
from readstation.ui.tour.take_tour import take_tour

PICTURE_SIZE_PX = (1920, 1200)
DIAGNOSTIC_SIZE_PX = (1536, 2048)
MONITORS = ("Colour", "Diagnostic left", "Diagnostic right")
MONITOR_SIZES_PX = (PICTURE_SIZE_PX, DIAGNOSTIC_SIZE_PX, DIAGNOSTIC_SIZE_PX)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures and tour.json")
    parser.add_argument(
        "--keep", action="store_true", help="keep the workspace of the tour, in the same folder"
    )


def run(args: argparse.Namespace) -> int:
    """Build a demo workspace of its own, walk through it, remove it."""
    args.out.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="tour-", dir=args.out))
    try:
        use_offscreen_if_no_display(home)
        prepare_demo(home / "workspace")
        failure = _walk(home / "workspace", args.out)
    finally:
        if args.keep:
            print(f"The workspace of the tour is kept in {home}")
        else:
            shutil.rmtree(home, ignore_errors=True)
    if failure is not None:
        raise failure
    count = len(list(args.out.glob("*.png")))
    print(f"The tour is complete: {count} pictures and tour.json in {args.out}")
    return 0


def use_offscreen_if_no_display(folder: Path) -> None:
    """Let Qt draw into memory, on three monitors, where Linux has no display.

    The first is as large as the pictures; `folder` keeps their description while the tour runs.
    """
    has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if chosen == "offscreen" or (
        not chosen and sys.platform.startswith("linux") and not has_display
    ):
        path = folder / "screens.json"
        path.write_text(json.dumps({"screens": _screens()}), encoding="utf-8")
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={path}"


def _screens() -> list[dict[str, object]]:
    """Return the monitors of a reading desk, side by side."""
    left, screens = 0, []
    for name, (width, height) in zip(MONITORS, MONITOR_SIZES_PX, strict=True):
        screen: dict[str, object] = {"name": name, "x": left, "y": 0}
        screen |= {"width": width, "height": height}
        screens.append(screen | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1})
        left += width
    return screens


def _walk(home: Path, out: Path) -> ReadStationError | None:
    passwords = {
        account.user.user_id: account.password for account in read_demo_accounts(resources())
    }
    make_application()
    with workspace_at(home) as workspace:
        jobs = JobRunner()
        window = open_window(workspace, jobs)
        window.setFixedSize(*PICTURE_SIZE_PX)
        try:
            return take_tour(window, jobs, workspace.station, passwords, out)
        finally:
            window.close()
            jobs.shutdown()

"""Marks a folder as a demo workspace, so that only such a folder is ever emptied."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

from readstation.domain.errors import RefusedStepError
from readstation.domain.late_dataclass import dataclass

MARKER_NAME = "demo-workspace.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class DemoMarker:
    """What the marker file says. `built_at` is None while the workspace is being built."""

    built_at: datetime | None


def is_demo_folder(home: Path) -> bool:
    """Return True if `home` was made by `readstation demo`."""
    return read_marker(home) is not None


def read_marker(home: Path) -> DemoMarker | None:
    """Return the marker of a demo workspace, or None if `home` is anything else."""
    try:
        content = json.loads((home / MARKER_NAME).read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            return None
        built_at = content["built_at"]
        return DemoMarker(None if built_at is None else datetime.fromisoformat(built_at))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def mark_as_being_built(home: Path) -> None:
    """Make `home` a demo workspace that is not finished.

    Raises
    ------
    RefusedStepError
        If something else lies in the folder.
    """
    if not is_demo_folder(home) and home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise RefusedStepError(
            f"{home} is in use and is not a demo workspace.",
            "Give the demo an empty or new folder with --home.",
        )
    home.mkdir(parents=True, exist_ok=True)
    _write(home, None)


def mark_as_built(home: Path, built_at: datetime) -> None:
    _write(home, built_at.isoformat())


def empty_demo_folder(home: Path) -> None:
    """Remove everything in a demo workspace, the marker last.

    Raises
    ------
    RefusedStepError
        If `home` is not a demo workspace: nothing is removed then.
    """
    if not is_demo_folder(home):
        raise RefusedStepError(
            f"{home} is not a demo workspace, so it is not reset.",
            "Name the folder of a demo workspace with --home.",
        )
    _write(home, None)
    for entry in home.iterdir():
        if entry.name == MARKER_NAME:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    (home / MARKER_NAME).unlink()


def _write(home: Path, built_at: str | None) -> None:
    text = json.dumps({"format": FORMAT, "built_at": built_at})
    partial = home / f"{MARKER_NAME}.part"
    partial.write_text(text, encoding="utf-8")
    partial.replace(home / MARKER_NAME)

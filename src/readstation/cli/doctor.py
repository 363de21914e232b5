"""`readstation doctor`: whether the machine, the installation and the workspace are in order."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict

from readstation.adapters.db.durability import durability_for
from readstation.app.administration.health import HealthRow, check_decoders, check_images
from readstation.bootstrap import workspace_at
from readstation.cli.main import EXIT_REFUSED

OLDEST_PYTHON = (3, 11)
QT = "PySide6-Essentials"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--json", action="store_true", help="one JSON line per finding")


def run(args: argparse.Namespace) -> int:
    """Print what was found; return 3 if something is not good."""
    is_good = True
    for row in _rows(args):
        is_good = is_good and row.is_good
        if args.json:
            print(json.dumps(asdict(row), ensure_ascii=False), flush=True)
        else:
            mark = "ok  " if row.is_good else "BAD "
            print(f"{mark} {row.subject}: {row.found}. {row.remedy}".rstrip(), flush=True)
    return 0 if is_good else EXIT_REFUSED


def _rows(args: argparse.Namespace) -> Iterator[HealthRow]:
    yield from _machine()
    with workspace_at(args.home) as workspace:
        yield HealthRow("Workspace", str(args.home))
        yield from check_decoders(workspace.workers)
        yield from check_images(workspace.station, workspace.images)


def _machine() -> Iterator[HealthRow]:
    is_new = sys.version_info[:2] >= OLDEST_PYTHON
    remedy = "" if is_new else "Install Python 3.11 or newer."
    yield HealthRow("Python", platform.python_version(), is_new, remedy)
    yield HealthRow("Qt", importlib.metadata.version(QT))
    yield HealthRow("Display", _display())
    mode = durability_for(sqlite3.sqlite_version_info)
    yield HealthRow(
        "SQLite",
        f"{sqlite3.sqlite_version}, journal {mode.journal_mode}, synchronous {mode.synchronous}",
    )


def _display() -> str:
    if sys.platform != "linux":
        return "the system's own"
    named = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    return named or "none; the tour runs without one"

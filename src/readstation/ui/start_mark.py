"""Says how far the start has come, for the benchmark that compares it with Qt alone."""

from __future__ import annotations

import os
from pathlib import Path

_marked: set[str] = set()


def mark_start(stage: str) -> None:
    """Append a stage, once, to the file named by READSTATION_STARTUP_MARK; nothing without it."""
    named = os.environ.get("READSTATION_STARTUP_MARK")
    if named and stage not in _marked:
        _marked.add(stage)
        with Path(named).open("a", encoding="utf-8") as file:
            file.write(f"{stage}\n")

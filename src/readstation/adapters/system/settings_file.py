"""Reads `settings.toml` of a workspace: what this station's users may set for themselves.

Unlike the policy it never keeps the program from starting: an entry that makes no sense is told,
and the default holds.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from readstation.app.memory_budget import SETTING, MemoryBudget, SystemMemory, memory_budget

SETTINGS_NAME = "settings.toml"
MAX_BYTES = 64 * 1024


def load_memory_budget(home: Path, memory: SystemMemory) -> MemoryBudget:
    """Return the memory budget of the workspace; what is wrong with its setting is in `problem`."""
    table, name = SETTING.split(".")
    section = _read(home / SETTINGS_NAME).get(table, {})
    value = section.get(name) if isinstance(section, dict) else str(section)
    return memory_budget(value, memory)


def _read(path: Path) -> dict[str, object]:
    """Return the settings; one value that is no setting at all, where the file is unreadable."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return UNREADABLE
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return UNREADABLE


UNREADABLE: dict[str, object] = {SETTING.partition(".")[0]: "unreadable"}

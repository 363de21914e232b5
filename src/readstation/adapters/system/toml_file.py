"""A small TOML file of a workspace: read whole or not at all, written whole or not at all."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

from readstation.domain.errors import SettingError, StoreError

MAX_BYTES = 64 * 1024


def read_toml(path: Path, *, unreadable: str, remedy: str) -> dict[str, Any]:
    """Return what the file says; a missing one says nothing.

    Raises
    ------
    SettingError
        If it cannot be read, is no TOML, or is larger than such a file can be.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SettingError(unreadable, remedy)
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SettingError(unreadable, remedy) from problem


def write_whole(path: Path, text: str, *, failure: str) -> None:
    """Put `text` in the place of the file; it is whole at every moment.

    Raises
    ------
    StoreError
        If it cannot be written; what was there stays.
    """
    temporary = path.with_suffix(".part")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except OSError as problem:
        raise StoreError(
            failure, "Check the free disk space and the rights on the workspace folder."
        ) from problem


def key_of(name: str) -> str:
    """Return a name as it stands before an equals sign."""
    return name if name.replace("_", "").isalnum() and name.isascii() else quoted(name)


def quoted(text: str) -> str:
    """Return a TOML basic string: JSON's escapes are among its own, but DEL is not allowed."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

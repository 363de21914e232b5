"""`settings.toml` of a workspace: what this station's users may set for themselves.

Unlike the policy it never keeps the program from starting: an entry that makes no sense is told,
and the default holds. Tables of plain values are all it may hold; others are not written over.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

from readstation.domain.errors import SettingError, StoreError
from readstation.domain.settings import Setting, SettingValue, SettingValues

SETTINGS_NAME = "settings.toml"
MAX_BYTES = 64 * 1024
HEADING = "# Settings of this station. Written by its settings page; remarks are not kept.\n"
UNREADABLE = "The settings file of this workspace cannot be read."
REMEDY = f"Mend or remove {SETTINGS_NAME} in the workspace folder."


class TomlSettings:
    """Reads and writes the file; implements the port `SettingsStore`."""

    def __init__(self, home: Path) -> None:
        self._path = home / SETTINGS_NAME

    def values(self) -> SettingValues:
        """Return what the file says now; without a file there is nothing in it."""
        try:
            return SettingValues(_flat(self._read()))
        except SettingError as error:
            return SettingValues({}, f"{error.message} {error.remedy}")

    def save(self, setting: Setting, value: SettingValue) -> None:
        """Write one answer; the others stay. The file is whole at every moment.

        Raises
        ------
        SettingError
            If the value is none, or the file holds what cannot be kept.
        StoreError
            If the file cannot be written.
        """
        values = {**_flat(self._read()), setting.key: setting.checked(value)}
        temporary = self._path.with_suffix(".part")
        try:
            temporary.write_text(_as_toml(values), encoding="utf-8")
            os.replace(temporary, self._path)
        except OSError as problem:
            raise StoreError(
                "The setting could not be written.",
                "Check the free disk space and the rights on the workspace folder.",
            ) from problem

    def _read(self) -> dict[str, object]:
        try:
            if self._path.stat().st_size > MAX_BYTES:
                raise SettingError(UNREADABLE, REMEDY)
            return tomllib.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise SettingError(UNREADABLE, REMEDY) from problem


def _flat(tables: dict[str, object]) -> dict[str, object]:
    """Return `table.name` to value; what is not a table of plain values is refused."""
    found: dict[str, object] = {}
    for table, entries in tables.items():
        if not isinstance(entries, dict):
            raise SettingError(UNREADABLE, REMEDY)
        found |= {f"{table}.{name}": value for name, value in entries.items()}
    return found


def _as_toml(values: dict[str, object]) -> str:
    lines, table = [HEADING], ""
    for key, value in sorted(values.items()):
        here, _, name = key.partition(".")
        if here != table:
            table = here
            lines.append(f"\n[{_key(table)}]\n")
        lines.append(f"{_key(name)} = {_plain(value)}\n")
    return "".join(lines)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    raise SettingError("The settings file holds entries that this page cannot keep.", REMEDY)


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() and name.isascii() else _quoted(name)


def _quoted(text: str) -> str:
    """Return a TOML basic string: JSON's escapes are among its own, but DEL is not allowed."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

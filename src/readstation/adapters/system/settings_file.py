"""`settings.toml` of a workspace: what this station's users may set for themselves.

Unlike the policy it never keeps the program from starting: an entry that makes no sense is told,
and the default holds. Tables of plain values are all it may hold; others are not written over.
"""

from __future__ import annotations

from pathlib import Path

from readstation.adapters.system.site_files import SETTINGS_NAME
from readstation.adapters.system.toml_file import key_of, quoted, read_toml, write_whole
from readstation.domain.errors import SettingError
from readstation.domain.settings import Setting, SettingValue, SettingValues

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
        write_whole(self._path, _as_toml(values), failure="The setting could not be written.")

    def _read(self) -> dict[str, object]:
        return read_toml(self._path, unreadable=UNREADABLE, remedy=REMEDY)


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
            lines.append(f"\n[{key_of(table)}]\n")
        lines.append(f"{key_of(name)} = {_plain(value)}\n")
    return "".join(lines)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    raise SettingError("The settings file holds entries that this page cannot keep.", REMEDY)

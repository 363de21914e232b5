"""`keys.toml` of a workspace: the keys its users chose instead of the program's own.

A file that makes no sense never keeps the program from starting: the program's own keys hold.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from readstation.adapters.system.site_files import KEYS_NAME
from readstation.adapters.system.toml_file import quoted, read_toml, write_whole
from readstation.domain.errors import SettingError

HEADING = "# Keys of this station by command. Written by its command palette.\n"
UNREADABLE = "The file of keys of this workspace cannot be read."
REMEDY = f"Mend or remove {KEYS_NAME} in the workspace folder."
MOST_KEYS, LONGEST_KEY = 8, 40

_log = logging.getLogger(__name__)


class TomlKeys:
    """Reads and writes the file; implements the port `KeyStore`."""

    def __init__(self, home: Path) -> None:
        self._path = home / KEYS_NAME

    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Return the chosen keys by command id; entries that are none are left out."""
        try:
            entries = read_toml(self._path, unreadable=UNREADABLE, remedy=REMEDY)
        except SettingError as error:
            _log.warning("%s %s", error.message, error.remedy)
            return {}
        return {name: tuple(value) for name, value in entries.items() if _are_keys(value)}

    def save(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Write all of them.

        Raises
        ------
        StoreError
            If the file cannot be written.
        """
        lines = [
            f"{quoted(name)} = [{', '.join(quoted(key) for key in chosen)}]\n"
            for name, chosen in sorted(keys.items())
        ]
        write_whole(self._path, HEADING + "".join(lines), failure="The keys could not be written.")


def _are_keys(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_KEYS
        and all(isinstance(key, str) and 0 < len(key) <= LONGEST_KEY for key in value)
    )

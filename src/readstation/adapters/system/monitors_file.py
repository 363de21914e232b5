"""`monitors.toml` of a workspace: the layouts chosen for each arrangement of its monitors.

A file that makes no sense never keeps the program from starting: all is shown on one monitor then.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from readstation.adapters.system.toml_file import quoted, read_toml, write_whole
from readstation.domain.errors import SettingError

MONITORS_NAME = "monitors.toml"
HEADING = (
    "# Layouts across monitors by arrangement: monitor of list and report, then those of images.\n"
)
UNREADABLE = "The file of monitor layouts of this workspace cannot be read."
REMEDY = f"Mend or remove {MONITORS_NAME} in the workspace folder."

_log = logging.getLogger(__name__)


class TomlMonitorLayouts:
    """Reads and writes the file; implements the port `MonitorLayoutStore`."""

    def __init__(self, home: Path) -> None:
        self._path = home / MONITORS_NAME

    def codes(self) -> Mapping[str, str]:
        """Return the codes of layouts by key of their arrangement; other entries are left out."""
        try:
            entries = read_toml(self._path, unreadable=UNREADABLE, remedy=REMEDY)
        except SettingError as error:
            _log.warning("%s %s", error.message, error.remedy)
            return {}
        return {key: code for key, code in entries.items() if isinstance(code, str)}

    def save(self, codes: Mapping[str, str]) -> None:
        """Write all of them, in this order.

        Raises
        ------
        StoreError
            If the file cannot be written.
        """
        lines = [f"{quoted(key)} = {quoted(code)}\n" for key, code in codes.items()]
        failure = "The layout of the monitors could not be written."
        write_whole(self._path, HEADING + "".join(lines), failure=failure)

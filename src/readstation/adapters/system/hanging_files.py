"""Hanging protocols: files that come with the program, and those in the workspace."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

from readstation.app.hanging.hanging_library import HangingLibrary, join
from readstation.app.hanging.protocol_text import as_toml
from readstation.app.hanging.protocol_toml import MAX_BYTES, parse_protocols
from readstation.domain.errors import SettingError, StoreError
from readstation.domain.hanging import HangingProtocol

FOLDER = "hanging"
SUFFIX = ".toml"
MOST_FILES = 500


class HangingFiles:
    """Reads both folders and writes one; implements the port `HangingStore`."""

    def __init__(self, home: Path, resources: Traversable) -> None:
        self._own = home / FOLDER
        self._shipped = resources / FOLDER

    def load(self) -> HangingLibrary:
        """Return every protocol that can be read; of the others it is told why they cannot."""
        problems: list[str] = []
        shipped = self._read(self._shipped, problems, is_own=False)
        own = self._read(self._own, problems, is_own=True) if self._own.is_dir() else ()
        return HangingLibrary(join(shipped, own), tuple(problems))

    def save(self, protocol: HangingProtocol) -> None:
        """Write a protocol to the file of its identifier. The file is whole at every moment."""
        path = self._path(protocol.protocol_id)
        temporary = path.with_suffix(".part")
        try:
            self._own.mkdir(parents=True, exist_ok=True)
            temporary.write_text(as_toml(protocol), encoding="utf-8")
            os.replace(temporary, path)
        except OSError as problem:
            raise StoreError(
                f"“{protocol.title}” could not be written.",
                "Check the free disk space and the rights on the workspace folder.",
            ) from problem

    def delete(self, protocol_id: str) -> None:
        """Remove the file of an own protocol.

        Raises
        ------
        StoreError
            If there is none of that identifier, or it cannot be removed.
        """
        path = self._path(protocol_id)
        try:
            path.unlink()
        except FileNotFoundError as problem:
            raise StoreError(
                "This protocol was not saved here and cannot be deleted here.",
                f"If it stands in another file of the folder {FOLDER}, remove it there.",
            ) from problem
        except OSError as problem:
            raise StoreError(
                "This protocol could not be deleted.", "Check the rights on the workspace folder."
            ) from problem

    def _path(self, protocol_id: str) -> Path:
        return self._own / f"{protocol_id}{SUFFIX}"

    def _read(
        self, folder: Traversable, problems: list[str], *, is_own: bool
    ) -> tuple[HangingProtocol, ...]:
        found: list[HangingProtocol] = []
        try:
            for file in self._files(folder):
                found += self._read_file(file, problems, is_own=is_own)
        except OSError:
            problems.append(f"The folder {FOLDER} cannot be read. Check the rights on it.")
        return tuple(found)

    def _files(self, folder: Traversable) -> Iterator[Traversable]:
        files = sorted(
            (file for file in folder.iterdir() if file.name.endswith(SUFFIX)), key=lambda f: f.name
        )
        yield from files[:MOST_FILES]

    def _read_file(
        self, file: Traversable, problems: list[str], *, is_own: bool
    ) -> tuple[HangingProtocol, ...]:
        try:
            with file.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
            if len(content) > MAX_BYTES:
                raise SettingError(f"{file.name} is too long.", "Part it into several files.")
            return parse_protocols(content.decode("utf-8"), file.name, is_own=is_own)
        except SettingError as error:
            problems.append(f"{error.message} {error.remedy}")
        except (OSError, UnicodeDecodeError):
            problems.append(f"{file.name} cannot be read. Write it as text in UTF-8.")
        return ()

"""Files, folders, DICOMDIR media and ZIP archives as candidates for import."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from readstation.adapters.dicom.byte_source import open_ordinary_file
from readstation.adapters.dicom.index_scan import IndexScan
from readstation.adapters.media.glance import glance_at
from readstation.adapters.media.zip_archive import zip_candidates
from readstation.app.importing.import_ports import Candidate
from readstation.app.importing.refusals import refusal
from readstation.domain.errors import RefusedInputError

DIRECTORY_NAME = "DICOMDIR"
READ_STEP = 1024**2
# PS3.10 8.2 allows A-Z 0-9 _ only; real media also have lower case and extensions.
FILE_ID_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
MAX_PARTS = 16

ReadDirectory = Callable[[Path], list[list[str]]]


class MediaFiles:
    """Finds candidates; follows no symbolic link and opens no device."""

    def __init__(self, read_directory: ReadDirectory) -> None:
        self._read_directory = read_directory
        self._scan = IndexScan()

    def candidates(self, paths: Iterable[Path]) -> Iterator[Candidate]:
        """Yield every file below the paths once, in a stable order, archives opened."""
        for file in self.files(paths):
            yield from file.members() if file.members is not None else (file,)

    def files(self, paths: Iterable[Path]) -> Iterator[Candidate]:
        """Yield every file below the paths once, in a stable order; an archive is one file."""
        for path in paths:
            try:
                yield from self._of_path(path)
            except RefusedInputError as refused:
                yield Candidate(path.name, refusal=refused)

    def _of_path(self, path: Path) -> Iterator[Candidate]:
        if path.is_symlink():
            raise refusal("LINK")
        if path.is_dir():
            yield from self._of_folder(path)
        elif path.name.upper() == DIRECTORY_NAME:
            yield from self._of_directory(path)
        else:
            yield self._of_file(path, path.name, is_named=True)

    def _of_folder(self, root: Path) -> Iterator[Candidate]:
        met: set[Path] = set()
        start = len(os.path.join(root, ""))
        for folder, folders, files in os.walk(root, followlinks=False):
            folders.sort()
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            for name in [*sorted(files), *links]:
                path = os.path.join(folder, name)
                met.add(Path(path))
                yield self._of_file(path, path[start:], is_named=False)
        directory = root / DIRECTORY_NAME
        if directory in met and not directory.is_symlink():
            yield from self._missing(directory, met)

    def _missing(self, directory: Path, met: set[Path]) -> Iterator[Candidate]:
        """Yield what the DICOMDIR names but the walk did not meet."""
        try:
            named = list(self._named_files(directory))
        except RefusedInputError as refused:
            yield Candidate(directory.name, refusal=refused)
            return
        for shown, path_or_refusal in named:
            if isinstance(path_or_refusal, RefusedInputError):
                yield Candidate(shown, refusal=path_or_refusal)
            elif path_or_refusal not in met:
                yield Candidate(shown, refusal=refusal("MISSING_ON_MEDIA"))

    def _of_directory(self, directory: Path) -> Iterator[Candidate]:
        for shown, found in self._named_files(directory):
            if isinstance(found, RefusedInputError):
                yield Candidate(shown, refusal=found)
            else:
                yield self._of_file(found, shown, is_named=True)

    def _named_files(self, directory: Path) -> Iterator[tuple[str, Path | RefusedInputError]]:
        root = directory.parent
        seen: set[tuple[str, ...]] = set()
        for parts in self._read_directory(directory):
            if tuple(parts) in seen:
                continue
            seen.add(tuple(parts))
            try:
                yield "/".join(parts), resolve_file_id(root, parts)
            except RefusedInputError as refused:
                is_shown = refused.code == "MISSING_ON_MEDIA"
                yield "/".join(parts) if is_shown else f"{DIRECTORY_NAME} entry", refused

    def _of_file(self, path: str | Path, shown: str, *, is_named: bool) -> Candidate:
        try:
            descriptor = open_ordinary_file(path)
        except RefusedInputError as refused:
            return Candidate(shown, refusal=refused, is_named=is_named)
        try:
            glance = glance_at(descriptor, self._scan)
        except OSError as problem:
            unreadable = refusal("UNREADABLE", type(problem).__name__)
            return Candidate(shown, refusal=unreadable, is_named=is_named)
        finally:
            os.close(descriptor)
        if glance is None:
            return Candidate(shown, members=partial(zip_candidates, Path(path), shown))
        return Candidate(shown, read=partial(read_file, path), is_named=is_named, glance=glance)


def resolve_file_id(root: Path, parts: list[str]) -> Path:
    """Return the file of a Referenced File ID, which must lie inside the medium.

    Raises
    ------
    RefusedInputError
        OUTSIDE_MEDIA for components that are not plain names or lead out; MISSING_ON_MEDIA.
    """
    if not 1 <= len(parts) <= MAX_PARTS or not all(FILE_ID_PART.fullmatch(p) for p in parts):
        raise refusal("OUTSIDE_MEDIA", "a file identifier is not made of plain names")
    for attempt in (parts, [part.lower() for part in parts]):
        path = root.joinpath(*attempt)
        if not path.resolve().is_relative_to(root.resolve()):
            raise refusal("OUTSIDE_MEDIA")
        if path.is_file():
            return path
    raise refusal("MISSING_ON_MEDIA")


def read_file(path: str | Path) -> Iterator[bytes]:
    """Yield the bytes of an ordinary file, opened without following a link."""
    with os.fdopen(open_ordinary_file(path), "rb") as file:
        try:
            while chunk := file.read(READ_STEP):
                yield chunk
        except OSError as problem:
            raise refusal("UNREADABLE", type(problem).__name__) from problem

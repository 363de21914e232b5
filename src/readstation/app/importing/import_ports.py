"""What importing needs from outside, besides the shared ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from readstation.app.importing.instance_header import InstanceHeader
from readstation.domain.errors import RefusedInputError


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that may be imported, or the reason why it is not even read.

    `is_named` is False for files met while walking a folder: finding a text file there is no
    failure. `read` works only until the next candidate is asked for.
    """

    name: str
    read: Callable[[], Iterator[bytes]] | None = None
    refusal: RefusedInputError | None = None
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class StagedFile:
    """Bytes on their way into the store: not visible yet, not named by DICOM text."""

    path: Path
    content_sha256: str
    size_bytes: int
    preamble_was_cleared: bool


class StagingStore(Protocol):
    """The image store as importing uses it."""

    def stage(self, chunks: Iterable[bytes]) -> StagedFile:
        """Write bytes to a temporary file inside the store."""
        ...

    def keep(self, staged: StagedFile) -> bool:
        """Make staged bytes durable under their hash; True if they were not here before."""
        ...

    def discard(self, staged: StagedFile) -> None:
        """Remove staged bytes; a no-op once they are kept."""
        ...

    def forget(self, content_sha256: str) -> None:
        """Remove bytes that were kept but never indexed."""
        ...


class InstanceInspector(Protocol):
    """Reads headers of untrusted files, outside this process."""

    def inspect(self, path: Path) -> InstanceHeader:
        """Read and check one file.

        Raises
        ------
        RefusedInputError
        """
        ...


class MediaReader(Protocol):
    """Finds candidate files in files, folders, DICOMDIR media and ZIP archives."""

    def candidates(self, paths: Iterable[Path]) -> Iterator[Candidate]: ...

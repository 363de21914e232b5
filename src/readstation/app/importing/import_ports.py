"""What importing needs from outside, besides the shared ports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from readstation.domain.errors import RefusedInputError

if TYPE_CHECKING:
    from readstation.app.importing.instance_header import InstanceHeader


@dataclass(frozen=True, slots=True)
class Glance:
    """What the first bytes of a file told, unchecked: for order and counts, never for the index.

    The UIDs are empty where the header is not of the ordinary kinds.
    """

    is_dicom: bool
    study_instance_uid: str = ""
    sop_instance_uid: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that may be imported, or the reason why it is not even read.

    `is_named` is False for files met while walking a folder: finding a text file there is no
    failure. `read` of a member of an archive works only until the next candidate is asked for. An
    archive that is not opened yet has `members` instead.
    """

    name: str
    read: Callable[[], Iterator[bytes]] | None = None
    refusal: RefusedInputError | None = None
    is_named: bool = True
    glance: Glance | None = None
    members: Callable[[], Iterator[Candidate]] | None = None


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

    def holds(self, chunks: Iterable[bytes], content_sha256: str) -> bool:
        """Say whether these bytes are stored, undamaged, under this hash."""
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

    def files(self, paths: Iterable[Path]) -> Iterator[Candidate]:
        """Yield every file once, in a stable order; an archive is one file."""
        ...

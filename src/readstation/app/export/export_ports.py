"""What exporting needs of the file system. An adapter implements it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from readstation.domain.errors import StoreError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class PictureFormat(Enum):
    """How one picture is stored; the value is the ending of its file name."""

    PNG = "png"
    JPEG = "jpg"


CINE_ENDING = "avi"


class NewFile(Protocol):
    """A file that is being written beside its place; without `keep` nothing is left of it."""

    stream: BinaryIO

    def keep(self) -> None:
        """Put the file in its place, whole.

        Raises
        ------
        StoreError
            If the disk refuses, or a file is there that may not be replaced.
        """
        ...


class CineWriter(Protocol):
    def add(self, encoded: bytes) -> None:
        """Add one frame that `encode_jpeg` made."""
        ...

    def finish(self) -> None: ...


class ExportTools(Protocol):
    """Encodes pixels and writes files, each whole or not at all."""

    def encode(self, pixels: NDArray[np.uint8], file_format: PictureFormat) -> bytes:
        """Return the file of a picture, shape (rows, columns, 3), RGB."""
        ...

    def begin(self, target: Path, *, may_replace: bool) -> AbstractContextManager[NewFile]:
        """Begin a file that will be `target`; leaving without `keep` removes it.

        Raises
        ------
        StoreError
        """
        ...

    def cine(self, stream: BinaryIO, size_px: tuple[int, int], rate_hz: float) -> CineWriter:
        """Begin a moving picture of JPEG frames (AVI, Motion JPEG) in an open file."""
        ...


class NoExports:
    """Stands where a station was made without a way out of it."""

    def __getattr__(self, name: str) -> Any:
        raise StoreError("Nothing can be exported here.", "Start ReadStation as usual.")

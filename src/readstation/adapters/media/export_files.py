"""Files that leave the station: encoded, and put in their place whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from readstation.adapters.media.motion_jpeg import MotionJpeg
from readstation.app.export.export_ports import CineWriter, NewFile, PictureFormat
from readstation.domain.errors import StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JPEG_QUALITY = 95
NOT_WRITTEN = "The file could not be written."
CHECK_FOLDER = "Check that the folder exists, that you may write there, and the free disk space."
ALREADY_THERE = "A file of that name is there already."
OTHER_NAME = "Choose another name, or say that it may be replaced."


class _StagedFile:
    """Implements `export_ports.NewFile`: written under a name that nobody looks for."""

    def __init__(self, stream: BinaryIO, temporary: Path, target: Path, *, may_replace: bool):
        self.stream = stream
        self._temporary, self._target, self._may_replace = temporary, target, may_replace

    def keep(self) -> None:
        """Put the file in its place."""
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()
        if self._may_replace:
            os.replace(self._temporary, self._target)
            return
        _claim(self._target)
        try:
            os.replace(self._temporary, self._target)
        except OSError:
            self._target.unlink(missing_ok=True)
            raise


class LocalExports:
    """Implements `app.export.export_ports.ExportTools`."""

    def encode(self, pixels: NDArray[np.uint8], file_format: PictureFormat) -> bytes:
        """Return the file of an RGB picture; it says nothing but its pixels."""
        import cv2  # noqa: PLC0415 - no part of the start

        options = {
            PictureFormat.PNG: [cv2.IMWRITE_PNG_COMPRESSION, 6],
            PictureFormat.JPEG: [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY],
        }
        colours = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        is_made, content = cv2.imencode(f".{file_format.value}", colours, options[file_format])
        if not is_made:
            raise StoreError("The picture could not be encoded.", "Export a smaller image box.")
        return content.tobytes()

    @contextmanager
    def begin(self, target: Path, *, may_replace: bool) -> Iterator[NewFile]:
        """Begin a file in the folder of `target`; leaving without `keep` removes it."""
        if not may_replace and target.exists():
            raise StoreError(ALREADY_THERE, OTHER_NAME)
        temporary = target.with_name(f".{secrets.token_hex(8)}.part")
        try:
            with temporary.open("xb") as stream:
                yield _StagedFile(stream, temporary, target, may_replace=may_replace)
        except OSError as problem:
            raise StoreError(NOT_WRITTEN, CHECK_FOLDER) from problem
        finally:
            temporary.unlink(missing_ok=True)

    def cine(self, stream: BinaryIO, size_px: tuple[int, int], rate_hz: float) -> CineWriter:
        """Begin a Motion JPEG film in an open file."""
        return MotionJpeg(stream, size_px, rate_hz)


def _claim(target: Path) -> None:
    """Take a name that nobody has; two who want it cannot both get it."""
    try:
        target.open("xb").close()
    except FileExistsError as problem:
        raise StoreError(ALREADY_THERE, OTHER_NAME) from problem

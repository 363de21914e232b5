"""The files a worker has open; what one of a series says of its pixels serves for the next.

To read a header with all its elements takes half as long as to decode a small frame. A scan finds
the few that matter to the pixels; where they are, byte for byte, those of the file before, nothing
of the header is read again. Whatever is unusual is read in full, as the first file is.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from io import FileIO
from pathlib import Path

from readstation.adapters.decode.frame_decoder import FrameFile, frames_in
from readstation.adapters.decode.plain_layout import ABOUT_PIXELS
from readstation.adapters.dicom.byte_source import ByteSource, open_ordinary_file
from readstation.adapters.dicom.header_memory import HeaderMemory
from readstation.adapters.dicom.header_scan import ScannedHeader, UnusualHeaderError
from readstation.app.importing.refusals import refusal

SPECIFIC_CHARACTER_SET = 0x00080005
"""Says nothing of pixels, but a header in which it is damaged is refused when it is read."""
KEPT_FILES = 4
WHOLE_FILE_BYTES = 16 * 1024**2
"""Up to here a file is read in one go."""


class OpenedFiles:
    """Opens files for their pixels, and keeps the last ones open."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, int, int], FrameFile] = OrderedDict()
        self._headers = HeaderMemory(ABOUT_PIXELS | {SPECIFIC_CHARACTER_SET})
        self._last: tuple[ScannedHeader, FrameFile] | None = None

    def file(self, path: str) -> FrameFile:
        """Return a file, opened now or before; raises RefusedInputError."""
        try:
            found = os.stat(path)
        except OSError as problem:
            raise refusal("UNREADABLE", type(problem).__name__) from problem
        key = (path, found.st_size, found.st_mtime_ns)
        frames = self._files.pop(key, None) or self._open(path)
        self._files[key] = frames
        while len(self._files) > KEPT_FILES:
            self._files.popitem(last=False)[1].close()
        return frames

    def _open(self, path: str) -> FrameFile:
        data = _read_if_small(path)
        if data is None:
            return frames_in(ByteSource(Path(path)))
        source = ByteSource(data=data)
        try:
            header = self._headers.scan(data, len(data))
        except UnusualHeaderError:
            return frames_in(source)
        told = header._replace(pixel_offset=0)
        if self._last is not None and self._last[0] == told:
            return self._last[1].alike(source, header.pixel_offset)
        frames = frames_in(source)
        self._last = (told, frames) if frames.is_one_grey_frame else None
        return frames


def _read_if_small(path: str) -> bytes | None:
    with FileIO(open_ordinary_file(path)) as file:
        size = os.fstat(file.fileno()).st_size
        return file.read(size) if size <= WHOLE_FILE_BYTES else None

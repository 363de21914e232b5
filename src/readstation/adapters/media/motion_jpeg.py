"""Writes moving pictures of JPEG frames: AVI 1.0 with the codec MJPG.

Chosen because every frame stands on its own (no blur or shift of one into the next), no licence
is needed, and the usual players and presentation programs of all systems read it. It is written
here byte by byte, so that no codec of the machine is needed.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from readstation.domain.errors import StoreError

MOST_BYTES = 1_900_000_000
"""Sizes in AVI 1.0 are 32-bit, and many programs take them for signed ones."""
RATE_SCALE = 1000
HAS_INDEX, KEY_FRAME = 0x10, 0x10
NO_QUALITY, BITS = 0xFFFFFFFF, 24
TOO_LONG = "The cine would be larger than this kind of file may be."
SHORTER = "Export fewer images, or in a smaller image box."
HEADER_BYTES = 224
"""Up to the first frame: RIFF, header list, and the beginning of the list of frames."""


class MotionJpeg:
    """One AVI file, begun at the start of an open, seekable stream."""

    def __init__(self, stream: BinaryIO, size_px: tuple[int, int], rate_hz: float) -> None:
        self._stream, self._size_px, self._rate_hz = stream, size_px, rate_hz
        self._index: list[tuple[int, int]] = []
        self._next = 4  # counted from the word "movi", which is 4 bytes long
        stream.write(bytes(HEADER_BYTES))

    def add(self, encoded: bytes) -> None:
        """Add one frame."""
        if self._next + len(encoded) > MOST_BYTES:
            raise StoreError(TOO_LONG, SHORTER)
        self._index.append((self._next, len(encoded)))
        self._stream.write(_chunk(b"00dc", encoded))
        self._next += 8 + len(encoded) + len(encoded) % 2

    def finish(self) -> None:
        """Write the index, and the sizes that are known only now."""
        entries = (
            b"00dc" + struct.pack("<III", KEY_FRAME, place, size) for place, size in self._index
        )
        self._stream.write(_chunk(b"idx1", b"".join(entries)))
        total = self._stream.tell()
        self._stream.seek(0)
        self._stream.write(self._header(total))
        self._stream.seek(total)

    def _header(self, total: int) -> bytes:
        """Return everything up to the first frame (avih, strh and strf of AVI 1.0)."""
        width, height = self._size_px
        count, largest = len(self._index), max((size for _, size in self._index), default=0)
        frame_us, bytes_per_s = round(1_000_000 / self._rate_hz), round(largest * self._rate_hz)
        file = (frame_us, bytes_per_s, 0, HAS_INDEX, count, 0, 1, largest, width, height)
        rate = (RATE_SCALE, round(self._rate_hz * RATE_SCALE))
        stream = (0, 0, 0, 0, *rate, 0, count, largest, NO_QUALITY, 0, 0, 0, width, height)
        pixels = (40, width, height, 1, BITS, b"MJPG", width * height * 3, 0, 0, 0, 0)
        strh = b"vidsMJPG" + struct.pack("<I2H8I4H", *stream)
        strf = struct.pack("<IiiHH4sIiiII", *pixels)
        streams = _list(b"strl", _chunk(b"strh", strh) + _chunk(b"strf", strf))
        avih = struct.pack("<10I", *file) + bytes(16)
        headers = _list(b"hdrl", _chunk(b"avih", avih) + streams)
        frames = b"LIST" + struct.pack("<I", self._next) + b"movi"
        return b"RIFF" + struct.pack("<I", total - 8) + b"AVI " + headers + frames


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def _list(name: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", name + content)

"""One video stream, decoded frame by frame in order (PS3.5 8.2.5 to 8.2.9).

FFmpeg reads it from memory that this process hands it: it opens no file and no address. Colour
becomes RGB with the matrix and the range that the stream states; where it states none, with those
of YBR_PARTIAL_420, BT.601 and 16 to 235 (PS3.3 C.7.6.3.1.2), the photometric interpretation that
the standard asks for.
"""

from __future__ import annotations

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.app.importing.refusals import refusal

SIGNATURE_BYTES = 600
TRANSPORT_PACKET, TIMED_PACKET = 188, 192
START_CODES = (b"\x00\x00\x01", b"\x00\x00\x00\x01")
DEMUXERS = "mpegts,mpeg,mpegvideo,h264,hevc,mov,mp4,m4a,3gp,3g2,mj2"
os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = f"format_whitelist;{DEMUXERS}|protocol_whitelist;none"
os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"
PARAMETERS = (*(cv2.CAP_PROP_N_THREADS, 1),)
PACKETS_ONLY = (*PARAMETERS, cv2.CAP_PROP_FORMAT, -1)


class Part(Protocol):
    """A piece of a file."""

    @property
    def offset(self) -> int: ...

    @property
    def length(self) -> int: ...


class Bytes(Protocol):
    """Where pieces are read from."""

    def read_at(self, offset: int, length: int) -> bytes: ...


class JoinedParts(io.BufferedIOBase):
    """The fragments of a file as one readable, seekable stream."""

    def __init__(self, source: Bytes, parts: Sequence[Part]) -> None:
        super().__init__()
        self._source, self._parts = source, parts
        self._ends = list(accumulate(part.length for part in parts))
        self._position = 0

    @property
    def size(self) -> int:
        return self._ends[-1] if self._ends else 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; never before the beginning."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(start + offset, 0)
        return self._position

    def tell(self) -> int:
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes, over the borders of fragments."""
        wanted = self.size if size is None or size < 0 else size
        found = bytearray()
        while len(found) < wanted and self._position < self.size:
            number = bisect_right(self._ends, self._position)
            part = self._parts[number]
            inside = self._position - (self._ends[number] - part.length)
            length = min(wanted - len(found), part.length - inside)
            found += self._source.read_at(part.offset + inside, length)
            self._position += length
        return bytes(found)


def require_video(start: bytes) -> None:
    """Refuse what is none of the stream formats of PS3.5: FFmpeg knows hundreds more."""
    if not (_is_transport(start) or start[4:8] == b"ftyp" or start.startswith(START_CODES)):
        raise refusal("CORRUPT_FRAME", "no video stream begins here")


def _is_transport(start: bytes) -> bool:
    return any(
        all(start[first + n * size : first + n * size + 1] == b"\x47" for n in range(3))
        for first, size in ((0, TRANSPORT_PACKET), (4, TIMED_PACKET))
    )


class VideoStream:
    """A decoder with a position: frames come one after the other."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        stream.seek(0)
        require_video(stream.read(SIGNATURE_BYTES))
        self._stream = stream
        self._capture = self._open(PARAMETERS)
        self.position = 0
        """Index of the frame that comes next."""

    @property
    def rows(self) -> int:
        return int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))

    @property
    def columns(self) -> int:
        return int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))

    @property
    def codec(self) -> str:
        """Name of the codec as FFmpeg tells it: mpg2, h264, hevc."""
        return int(self._capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(4, "little").decode("latin-1")

    def count_packets(self) -> int:
        """Count the coded pictures without decoding them."""
        packets = self._open(PACKETS_ONLY)
        count = 0
        while packets.grab():
            count += 1
        packets.release()
        self._capture = self._open(PARAMETERS)
        self.position = 0
        return count

    def skip(self) -> bool:
        """Decode the next frame without converting it; False at the end."""
        found = bool(self._capture.grab())
        self.position += found
        return found

    def read(self) -> NDArray[np.uint8] | None:
        """Return the next frame as RGB; None at the end."""
        found, picture = self._capture.read()
        if not found:
            return None
        self.position += 1
        return _to_rgb(picture)

    def close(self) -> None:
        self._capture.release()

    def _open(self, parameters: Sequence[int]) -> cv2.VideoCapture:
        self._stream.seek(0)
        stream: Any = self._stream  # OpenCV's stubs do not know that it takes Python streams
        try:
            capture: cv2.VideoCapture = cv2.VideoCapture(stream, cv2.CAP_FFMPEG, list(parameters))
        except cv2.error as problem:
            raise refusal("CORRUPT_FRAME", "the video stream cannot be opened") from problem
        if not capture.isOpened():
            raise refusal("CORRUPT_FRAME", "the video stream cannot be opened")
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 0)
        return capture


def _to_rgb(picture: NDArray[Any]) -> NDArray[np.uint8]:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise refusal("CORRUPT_FRAME", "the video is not in colour")
    return np.ascontiguousarray(picture[..., ::-1])

"""Headers of JPEG (ITU-T T.81 B.2) and JPEG-LS (T.87 C.2) images."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from readstation.adapters.decode.codestream import Codestream
from readstation.adapters.decode.transfer_syntaxes import JPEG_LS_FRAME, LOSSLESS
from readstation.app.importing.refusals import refusal

START_OF_IMAGE, END_OF_IMAGE = b"\xff\xd8", b"\xff\xd9"
FRAME_MARKERS = frozenset({*range(0xC0, 0xD0), JPEG_LS_FRAME}) - {0xC4, 0xC8, 0xCC}
START_OF_SCAN = 0xDA
STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
ADOBE_MARKER, JFIF_MARKER = 0xEE, 0xE0
MAX_SEGMENTS = 1000


def read_jpeg(data: bytes) -> Codestream:
    """Parse the segments from the start of the image to its first scan."""
    if data[:2] != START_OF_IMAGE:
        raise refusal("CORRUPT_FRAME", "no JPEG image begins here")
    transform: bool | None = None
    frame: tuple[int, bytes] | None = None
    for marker, content, end in _segments(data):
        if marker in FRAME_MARKERS:
            if frame is not None:
                raise refusal("CORRUPT_FRAME", "it has two JPEG frame headers")
            frame = marker, content
        elif marker == START_OF_SCAN:
            _require_end(data, end)
            return _describe(frame, content, transform)
        transform = _colour_mark(marker, content, transform)
    raise refusal("CORRUPT_FRAME", "the JPEG header is cut off")


def _require_end(data: bytes, start: int) -> None:
    """Refuse an image whose end is missing: libjpeg would make up the rest without a word.

    No such marker can be within the scans, because 0xFF is followed by 0 there (T.81 B.1.1.5).
    """
    if data.rfind(END_OF_IMAGE, start) < 0:
        raise refusal("TRUNCATED", "the compressed image has no end")


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield marker, content and end of each segment."""
    position = 2
    for _ in range(MAX_SEGMENTS):
        marker, start, end = _next_segment(data, position)
        yield marker, data[start:end], end
        position = end
    raise refusal("CORRUPT_FRAME", "the JPEG header has too many segments")


def _next_segment(data: bytes, position: int) -> tuple[int, int, int]:
    """Return the next marker and the span of its segment's content."""
    while data[position : position + 2] == b"\xff\xff":
        position += 1  # T.81 B.1.1.2: fill bytes
    head = data[position : position + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] in STANDALONE:
        raise refusal("CORRUPT_FRAME", "the JPEG header is damaged")
    length = int.from_bytes(head[2:4], "big")
    end = position + 2 + length
    if length < 2 or end > len(data):
        raise refusal("CORRUPT_FRAME", "the JPEG header is cut off")
    return head[1], position + 4, end


def _describe(frame: tuple[int, bytes] | None, scan: bytes, transform: bool | None) -> Codestream:
    if frame is None or len(frame[1]) < 6:
        raise refusal("CORRUPT_FRAME", "the JPEG frame header is missing or too short")
    marker, content = frame
    precision, rows, columns, components = struct.unpack_from(">BHHB", content)
    if len(content) != 6 + 3 * components or not scan or len(scan) != 4 + 2 * scan[0]:
        raise refusal("CORRUPT_FRAME", "the JPEG frame header is damaged")
    return Codestream(
        rows,
        columns,
        components,
        precision,
        process=marker,
        colour_transform=transform,
        is_lossy=_is_lossy(marker, scan),
    )


def _is_lossy(marker: int, scan: bytes) -> bool:
    """NEAR of JPEG-LS (T.87 C.2.3), the point transform of lossless JPEG (T.81 B.2.3)."""
    if marker == JPEG_LS_FRAME:
        return scan[-3] > 0
    if marker == LOSSLESS:
        return scan[-1] & 0x0F > 0
    return True


def _colour_mark(marker: int, content: bytes, known: bool | None) -> bool | None:
    if marker == ADOBE_MARKER and content[:5] == b"Adobe" and len(content) >= 12:
        return content[11] == 1
    if marker == JFIF_MARKER and content[:4] == b"JFIF" and known is None:
        return True
    return known

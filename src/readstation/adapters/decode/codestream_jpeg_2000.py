"""Headers of JPEG 2000 codestreams, part 1, 2 and 15 (ITU-T T.800 A.5, T.801 A.3, T.814)."""

from __future__ import annotations

import struct

from readstation.adapters.decode.codestream import Codestream
from readstation.app.importing.refusals import refusal

START_OF_CODESTREAM = b"\xff\x4f"
JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  "
JP2_SEARCHED = 4096
SIZ, COD, START_OF_TILE = 0x51, 0x52, 0x90
SIZ_FIXED = 38
TILE_PART, END_OF_CODESTREAM = b"\xff\x90", b"\xff\xd9"
TILE_PART_HEAD = 12
MAX_COMPONENTS = 16_384
MAX_SEGMENTS = 20_000
PART_2_MARKERS = {
    0x72: "a variable quantiser offset",
    0x73: "visual masking",
    0x74: "a multi-component transform",
    0x75: "a multi-component transform",
    0x76: "a non-linear point transform",
    0x77: "a multi-component transform",
    0x78: "component bit depths",
    0x79: "its own wavelet decomposition",
    0x70: "a DC offset",
    0x71: "its own wavelet",
}
"""Extensions of part 2 for which no second decoder exists to compare with."""


def read_jpeg_2000(data: bytes) -> Codestream:
    """Parse the main header: SIZ, the wavelet that COD names, and extensions of part 2."""
    position = codestream_start(data)
    if data[position : position + 4] != START_OF_CODESTREAM + b"\xff\x51":
        raise refusal("CORRUPT_FRAME", "no JPEG 2000 image begins here")
    position += 2
    siz, cod = b"", b""
    for _ in range(MAX_SEGMENTS):
        start = position
        marker, content, position = _segment(data, position)
        if marker == START_OF_TILE:
            _require_tile_parts(data, start)
            return _describe(siz, cod)
        if marker in PART_2_MARKERS:
            detail = f"JPEG 2000 with {PART_2_MARKERS[marker]}"
            raise refusal("UNSUPPORTED_TRANSFER_SYNTAX", detail)
        siz, cod = _keep(siz, marker, SIZ, content), _keep(cod, marker, COD, content)
    raise refusal("CORRUPT_FRAME", "the JPEG 2000 header has too many segments")


def codestream_start(data: bytes) -> int:
    """Return where the codestream begins: within the boxes of a JP2 file, or at once."""
    if data[:8] != JP2_SIGNATURE:
        return 0
    found = data.find(b"jp2c", 0, JP2_SEARCHED)
    if found < 0:
        raise refusal("CORRUPT_FRAME", "the JP2 file holds no codestream")
    extended = data[found - 4 : found] == b"\x00\x00\x00\x01"
    return found + (12 if extended else 4)


def _segment(data: bytes, position: int) -> tuple[int, bytes, int]:
    head = data[position : position + 4]
    length = int.from_bytes(head[2:4], "big")
    end = position + 2 + length
    if len(head) < 4 or head[0] != 0xFF or length < 2 or end > len(data):
        raise refusal("CORRUPT_FRAME", "the JPEG 2000 header is damaged")
    return head[1], data[position + 4 : end], end


def _require_tile_parts(data: bytes, position: int) -> None:
    """Refuse an image whose tile-parts are not all there: OpenJPH would leave parts of it empty."""
    while data[position : position + 2] == TILE_PART:
        length = int.from_bytes(data[position + 6 : position + 10], "big")
        if length == 0:  # T.800 A.4.2: it reaches to the end of the codestream
            length = data.rfind(END_OF_CODESTREAM, position) - position
        if length < TILE_PART_HEAD or position + length > len(data):
            raise refusal("TRUNCATED", "the compressed image ends too early")
        position += length
    if data[position : position + 2] != END_OF_CODESTREAM:
        raise refusal("TRUNCATED", "the compressed image has no end")


def _keep(known: bytes, marker: int, wanted: int, content: bytes) -> bytes:
    if marker != wanted:
        return known
    if known:
        raise refusal("CORRUPT_FRAME", "the JPEG 2000 header repeats itself")
    return content


def _check_tiles(siz: bytes, left: int, top: int) -> None:
    """Refuse tiles of no size, or a first one without pixels (T.800 B.3): decoders divide by it."""
    width, height, tile_left, tile_top = struct.unpack_from(">4L", siz, 18)
    across = tile_left <= left < tile_left + width
    if not (across and tile_top <= top < tile_top + height):
        raise refusal("CORRUPT_FRAME", "the JPEG 2000 tiles miss the image")


def _describe(siz: bytes, cod: bytes) -> Codestream:
    if len(siz) < SIZ_FIXED - 2 or len(cod) < 10:
        raise refusal("CORRUPT_FRAME", "the JPEG 2000 header is too short")
    right, bottom, left, top = struct.unpack_from(">4L", siz, 2)
    _check_tiles(siz, left, top)
    components = int.from_bytes(siz[34:36], "big")
    sizes = siz[36:]
    if not 1 <= components <= MAX_COMPONENTS or len(sizes) != 3 * components:
        raise refusal("CORRUPT_FRAME", "the JPEG 2000 header is damaged")
    if len(set(sizes[0::3])) > 1:
        raise refusal("CODESTREAM_MISMATCH", "its components differ in precision or sign")
    if set(sizes[1::3]) | set(sizes[2::3]) != {1}:
        raise refusal("CODESTREAM_MISMATCH", "its components differ in size")
    return Codestream(
        bottom - top,
        right - left,
        components,
        precision=(sizes[0] & 0x7F) + 1,
        is_signed=bool(sizes[0] & 0x80),
        has_component_transform=bool(cod[4]),
        is_lossy=cod[9] == 0,  # T.800 table A.20: 0 is the irreversible 9-7 wavelet
    )

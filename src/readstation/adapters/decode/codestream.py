"""Headers of compressed frames: what the codestream itself says it holds.

JPEG: ITU-T T.81 B.2. JPEG-LS: T.87 C.2. JPEG 2000: T.800 A.5.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from readstation.adapters.decode.transfer_syntaxes import Codec, TransferSyntax
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal

START_OF_IMAGE, START_OF_CODESTREAM = b"\xff\xd8", b"\xff\x4f"
JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  "
FRAME_MARKERS = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}
STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
ADOBE_MARKER, JFIF_MARKER = 0xEE, 0xE0
SIZ_FIXED = 36


@dataclass(frozen=True, slots=True)
class Codestream:
    """What the header of one compressed frame says."""

    rows: int
    columns: int
    components: int
    precision: int
    is_signed: bool = False
    process: int = 0
    colour_transform: bool | None = None
    """True: an Adobe or JFIF mark says YCbCr; False: Adobe says none; None: nothing is said."""


def read_codestream(data: bytes, syntax: TransferSyntax) -> Codestream:
    """Parse the header of one frame."""
    if syntax.codec in {Codec.JPEG_2000, Codec.HTJ2K}:
        return _read_jpeg_2000(data)
    return _read_jpeg(data)


def check_codestream(found: Codestream, geometry: PixelGeometry, syntax: TransferSyntax) -> None:
    """Refuse a codestream that contradicts the data set (hazards-and-tests finding 2)."""
    if (found.rows, found.columns) != (geometry.rows, geometry.columns):
        raise refusal(
            "CODESTREAM_MISMATCH",
            f"{found.columns} x {found.rows} pixels, not {geometry.columns} x {geometry.rows}",
        )
    if found.components != geometry.samples_per_pixel:
        raise refusal("CODESTREAM_MISMATCH", f"{found.components} components")
    if not geometry.bits_stored <= found.precision <= geometry.bits_allocated:
        detail = f"{found.precision} bits, not {geometry.bits_stored}"
        raise refusal("CODESTREAM_MISMATCH", detail)
    if syntax.processes and found.process not in syntax.processes:
        raise refusal("CODESTREAM_MISMATCH", f"it is not {syntax.name}")


def _read_jpeg(data: bytes) -> Codestream:
    if data[:2] != START_OF_IMAGE:
        raise refusal("CORRUPT_FRAME", "no JPEG image begins here")
    position = 2
    transform: bool | None = None
    while True:
        marker, start, end = _next_segment(data, position)
        if marker in FRAME_MARKERS:
            break
        transform = _colour_mark(marker, data[start:end], transform)
        position = end
    if end - start < 6:
        raise refusal("CORRUPT_FRAME", "the JPEG frame header is too short")
    precision, rows, columns, components = struct.unpack_from(">BHHB", data, start)
    return Codestream(
        rows, columns, components, precision, process=marker, colour_transform=transform
    )


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


def _colour_mark(marker: int, content: bytes, known: bool | None) -> bool | None:
    if marker == ADOBE_MARKER and content[:5] == b"Adobe" and len(content) >= 12:
        return content[11] == 1
    if marker == JFIF_MARKER and content[:4] == b"JFIF" and known is None:
        return True
    return known


def _read_jpeg_2000(data: bytes) -> Codestream:
    start = _codestream_start(data)
    head = data[start : start + 4 + SIZ_FIXED]
    if head[:2] != START_OF_CODESTREAM or head[2:4] != b"\xff\x51" or len(head) < 4 + SIZ_FIXED:
        raise refusal("CORRUPT_FRAME", "no JPEG 2000 image begins here")
    right, bottom, left, top = struct.unpack_from(">4L", head, 8)
    components = int.from_bytes(data[start + 40 : start + 42], "big")
    sizes = data[start + 42 : start + 42 + 3 * min(components, 4)]
    if not 1 <= components <= 4 or len(sizes) < 3 * components:
        raise refusal("CORRUPT_FRAME", "the JPEG 2000 header is damaged")
    if any(sizes[3 * i] != sizes[0] for i in range(components)):
        raise refusal("CODESTREAM_MISMATCH", "its components differ in precision")
    precision, is_signed = (sizes[0] & 0x7F) + 1, bool(sizes[0] & 0x80)
    return Codestream(bottom - top, right - left, components, precision, is_signed)


def _codestream_start(data: bytes) -> int:
    if data[:8] != JP2_SIGNATURE:
        return 0
    found = data.find(b"jp2c", 0, 4096)
    if found < 0:
        raise refusal("CORRUPT_FRAME", "the JP2 file holds no codestream")
    return found + 4

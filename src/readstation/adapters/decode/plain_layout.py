"""What a stored file must say for its frames to be plain: nothing unusual, and all of it agreeing.

Index, header and length of the file tell the same; a file that names another object than the index
does is foreign, and never shown (H01 of the hazard file).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from readstation.adapters.dicom.header_scan import EXPLICIT_LE, IMPLICIT_LE, US, ScannedHeader
from readstation.adapters.dicom.pixel_geometry import MAX_FRAME_BYTES, MAX_FRAMES, PixelGeometry
from readstation.domain.study import Instance
from readstation.imaging.frame import PixelPadding

SOP_CLASS_UID, SOP_INSTANCE_UID, SERIES_INSTANCE_UID = 0x00080016, 0x00080018, 0x0020000E
SAMPLES_PER_PIXEL, PHOTOMETRIC_INTERPRETATION = 0x00280002, 0x00280004
NUMBER_OF_FRAMES, ROWS, COLUMNS = 0x00280008, 0x00280010, 0x00280011
BITS_ALLOCATED, BITS_STORED, HIGH_BIT = 0x00280100, 0x00280101, 0x00280102
PIXEL_REPRESENTATION, PIXEL_PADDING_VALUE = 0x00280103, 0x00280120
PIXEL_PADDING_RANGE_LIMIT = 0x00280121
ABOUT_PIXELS = frozenset(
    {
        SAMPLES_PER_PIXEL,
        PHOTOMETRIC_INTERPRETATION,
        NUMBER_OF_FRAMES,
        ROWS,
        COLUMNS,
        BITS_ALLOCATED,
        BITS_STORED,
        HIGH_BIT,
        PIXEL_REPRESENTATION,
        PIXEL_PADDING_VALUE,
        PIXEL_PADDING_RANGE_LIMIT,
    }
)
"""All that the header of a grey image without overlays says of what its pixels are made of."""
WANTED = ABOUT_PIXELS | {SOP_CLASS_UID, SOP_INSTANCE_UID, SERIES_INSTANCE_UID}
PLAIN_SYNTAXES = frozenset({EXPLICIT_LE.decode(), IMPLICIT_LE.decode()})
GREY = {b"MONOCHROME1": "MONOCHROME1", b"MONOCHROME2": "MONOCHROME2"}
PLAIN_BITS = frozenset({8, 16})
INTEGER = re.compile(rb" *[0-9]{1,5} *\0?")
MAX_TRAILING_BYTES = 64 * 1024


class NotPlainError(Exception):
    """The file is left to the decode workers; nothing is said about whether it is good."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a plain file is made of, and where."""

    geometry: PixelGeometry
    padding: PixelPadding | None
    pixel_offset: int
    pixel_bytes: int
    trailing_bytes: int

    @property
    def file_bytes(self) -> int:
        return self.pixel_offset + self.pixel_bytes + self.trailing_bytes

    def lies_like(self, other: Layout) -> bool:
        """Say whether the pixels are of the same kind and at the same place."""
        return (self.pixel_offset, self.geometry) == (other.pixel_offset, other.geometry)


NO_LAYOUT = Layout(PixelGeometry(0, 0, 0, 0, "", 0, 0, False, False), None, 0, 0, 0)


def is_foreign(header: ScannedHeader, instance: Instance) -> bool:
    """Say whether a file names another object than the index does: its pixels are never shown."""
    return not (
        _uid(header, SOP_INSTANCE_UID) == instance.sop_instance_uid.encode()
        and _uid(header, SERIES_INSTANCE_UID) == instance.series_instance_uid.encode()
        and _uid(header, SOP_CLASS_UID) == instance.sop_class_uid.encode()
    )


def _uid(header: ScannedHeader, tag: int) -> bytes:
    if tag not in header.values:
        raise NotPlainError
    return header.values[tag].strip(b" ").rstrip(b"\0 ")


def plain_layout(header: ScannedHeader, instance: Instance, size: int) -> Layout:
    """Return what the pixels are made of, if nothing about them is unusual and all agrees."""
    allocated, stored = _short(header, BITS_ALLOCATED), _short(header, BITS_STORED)
    sign = _short(header, PIXEL_REPRESENTATION)
    photometric = GREY.get(header.values.get(PHOTOMETRIC_INTERPRETATION, b"").rstrip(b"\0 "))
    geometry = PixelGeometry(
        rows=_short(header, ROWS),
        columns=_short(header, COLUMNS),
        number_of_frames=_number_of_frames(header),
        samples_per_pixel=_short(header, SAMPLES_PER_PIXEL),
        photometric_interpretation=photometric or "",
        bits_allocated=allocated,
        bits_stored=stored,
        is_signed=sign == 1,
        is_planar=False,
    )
    is_plain = (
        photometric is not None
        and geometry.samples_per_pixel == 1
        and allocated in PLAIN_BITS
        and 1 <= stored <= allocated
        and _short(header, HIGH_BIT) == stored - 1
        and sign in {0, 1}
        and not header.has_overlays
        and header.transfer_syntax_uid == instance.transfer_syntax_uid
    )
    pixel_bytes = geometry.decoded_bytes * geometry.number_of_frames
    behind = size - header.pixel_offset - pixel_bytes
    if not is_plain or not _agrees(geometry, instance, header.pixel_length, behind):
        raise NotPlainError
    padding = _padding(header, is_signed=geometry.is_signed)
    return Layout(geometry, padding, header.pixel_offset, pixel_bytes, behind)


def _agrees(
    geometry: PixelGeometry, instance: Instance, pixel_length: int, bytes_behind: int
) -> bool:
    """Say whether index, header and length of the pixels tell the same."""
    indexed = (instance.rows, instance.columns, instance.number_of_frames)
    expected = geometry.decoded_bytes * geometry.number_of_frames
    return (
        indexed == (geometry.rows, geometry.columns, geometry.number_of_frames)
        and 0 < geometry.decoded_bytes <= MAX_FRAME_BYTES
        and pixel_length == expected + expected % 2
        and expected % 2 <= bytes_behind <= MAX_TRAILING_BYTES
    )


def _short(header: ScannedHeader, tag: int) -> int:
    """Return a US of one value."""
    value = header.values.get(tag, b"")
    if len(value) != 2 or header.vrs.get(tag, US) != US:
        raise NotPlainError
    return int.from_bytes(value, "little")


def _number_of_frames(header: ScannedHeader) -> int:
    value = header.values.get(NUMBER_OF_FRAMES, b"")
    if not value:
        return 1
    frames = int(value.rstrip(b"\0")) if INTEGER.fullmatch(value) else 0
    if not 1 <= frames <= MAX_FRAMES:
        raise NotPlainError
    return frames


def _padding(header: ScannedHeader, *, is_signed: bool) -> PixelPadding | None:
    """Return the pixel padding, read with the sign of the pixels (C.7.5.1.1.2)."""
    value, limit = (
        int.from_bytes(raw, "little", signed=is_signed) if len(raw) == 2 else None
        for raw in (
            header.values.get(PIXEL_PADDING_VALUE, b""),
            header.values.get(PIXEL_PADDING_RANGE_LIMIT, b""),
        )
    )
    return None if value is None else PixelPadding.between(value, limit)

"""Stored colour samples to 8-bit RGB (PS3.3 C.7.6.3.1.2, C.7.9).

Samples of more than 8 bits keep their upper 8, after YCbCr was converted at full depth; samples of
fewer bits are stretched to the whole range. The screen shows colour with 8 bits, and no colour
profile is applied: `image_notes` says so to the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal
from readstation.imaging.palette import PaletteError, expand_segments

# Rows: R, G, B from Y, Cb - 128, Cr - 128 (C.7.6.3.1.2, inverse of the full-range equations);
# the nearest level, a half to the upper one, as pydicom and libjpeg round
FULL_RANGE = np.array(
    [[1, 0, 1.402], [1, -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587], [1, 1.772, 0]]
)
# Y from 16 to 235, chroma from 16 to 240
PARTIAL_RANGE = np.array([[1.1644, 0.0, 1.5960], [1.1644, -0.3917, -0.8130], [1.1644, 2.0173, 0.0]])
YBR = frozenset({"YBR_FULL", "YBR_FULL_422"})
YBR_PARTIAL = frozenset({"YBR_PARTIAL_422", "YBR_PARTIAL_420"})
PALETTE_CHANNELS = ("Red", "Green", "Blue")
MAX_ENTRIES = 65_536


def to_rgb(
    values: NDArray[Any], geometry: PixelGeometry, *, colour_transform: bool | None = None
) -> NDArray[np.uint8]:
    """Return (rows, columns, 3) uint8 RGB of three-sample pixels.

    `colour_transform` is what the frame's own JPEG marks say; they win over the data set, because
    the encoder wrote them. JPEG 2000 colour arrives as RGB: its decoder undoes ICT and RCT.
    """
    if geometry.is_signed or geometry.is_float:
        raise refusal("BAD_PIXEL_GEOMETRY", "signed colour")
    bits = geometry.bits_stored
    photometric = geometry.photometric_interpretation
    if photometric in YBR_PARTIAL:
        values = _converted(values, PARTIAL_RANGE, bits, black=16 / 256)
    elif photometric in YBR if colour_transform is None else colour_transform:
        values = _converted(values, FULL_RANGE, bits, black=0)
    return _eight_bits(values, bits)


@dataclass(frozen=True, slots=True)
class _Channel:
    """One colour table: its 8-bit entries, and the stored value of the first."""

    entries: NDArray[np.uint8]
    first: int


def read_palette(attributes: Attributes, *, is_signed: bool) -> tuple[NDArray[np.uint8], int]:
    """Read the three colour tables as (entries, 3) uint8, and the first value mapped."""
    channels = [_read_channel(attributes, name, is_signed=is_signed) for name in PALETTE_CHANNELS]
    if len({(channel.first, channel.entries.size) for channel in channels}) != 1:
        raise refusal("BAD_PALETTE", "its three tables differ in size")
    return np.stack([channel.entries for channel in channels], axis=1), channels[0].first


def _read_channel(attributes: Attributes, name: str, *, is_signed: bool) -> _Channel:
    raw, order = attributes.raw_bytes(f"{name}PaletteColorLookupTableDescriptor")
    if len(raw) != 6:
        raise refusal("BAD_PALETTE", f"its {name.lower()} table is missing")
    count = int.from_bytes(raw[0:2], order) or MAX_ENTRIES
    first = int.from_bytes(raw[2:4], order, signed=is_signed)
    bits = int.from_bytes(raw[4:6], order)
    if bits not in {8, 16}:
        raise refusal("BAD_PALETTE", f"its entries have {bits} bits, not 8 or 16")
    segments = attributes.words(f"Segmented{name}PaletteColorLookupTableData")
    data = attributes.words(f"{name}PaletteColorLookupTableData")
    if data:
        return _Channel(_plain_entries(data, count, bits, name), first)
    if segments:
        return _Channel(_segmented_entries(segments, count, bits, name), first)
    raise refusal("BAD_PALETTE", f"its {name.lower()} table is missing")


def _plain_entries(data: bytes, count: int, bits: int, name: str) -> NDArray[np.uint8]:
    if len(data) == count * 2:
        words = np.frombuffer(data, "<u2")
        # Tables called 16 bit whose values stay below 256 hold 8-bit colours.
        shift = 8 if bits == 16 and int(words.max()) > 255 else 0
        entries: NDArray[np.uint8] = np.clip(words >> shift, 0, 255).astype(np.uint8)
        return entries
    if bits == 8 and len(data) in {count, count + count % 2}:
        return np.frombuffer(data, np.uint8, count)
    raise refusal("BAD_PALETTE", f"its {name.lower()} table has the wrong length")


def _segmented_entries(data: bytes, count: int, bits: int, name: str) -> NDArray[np.uint8]:
    numbers = np.frombuffer(data[: len(data) - len(data) % (bits // 8)], f"<u{bits // 8}").tolist()
    try:
        found = expand_segments(numbers, count, words_per_offset=32 // bits)
    except PaletteError as problem:
        raise refusal("BAD_PALETTE", f"in its {name.lower()} table {problem}") from problem
    return (np.array(found, np.uint16) >> (bits - 8)).astype(np.uint8)


def _converted(
    values: NDArray[Any], matrix: NDArray[Any], bits: int, *, black: float
) -> NDArray[Any]:
    """Convert YCbCr of `bits` bits to RGB of as many; `black` is Y of black in parts of all."""
    if bits == 8 and matrix is FULL_RANGE:
        return _through_tables(values)
    levels = 1 << bits
    zero: NDArray[Any] = np.array([black * levels, levels // 2, levels // 2], np.float64)
    rgb = (values - zero) @ matrix.T
    converted: NDArray[Any] = np.clip(np.floor(rgb + 0.5), 0, levels - 1).astype(values.dtype)
    return converted


def _through_tables(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert 8-bit YCbCr: Y is whole, so only what chroma adds to it needs rounding."""
    red, green, blue = _chroma_tables()
    luma = values[..., 0].astype(np.int16)
    cb, cr = values[..., 1], values[..., 2]
    rgb = np.empty(values.shape, np.uint8)
    rgb[..., 0] = np.clip(luma + red[cr], 0, 255)
    rgb[..., 1] = np.clip(luma + green[cb.astype(np.uint16) << 8 | cr], 0, 255)
    rgb[..., 2] = np.clip(luma + blue[cb], 0, 255)
    return rgb


@cache
def _chroma_tables() -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.int16]]:
    """Return what Cr adds to red, Cb (upper byte) and Cr to green, Cb to blue.

    In whole numbers: the coefficients are 1402, -202008 / 587, -419198 / 587 and 1772 thousandths.
    """
    chroma = np.arange(256) - 128
    green = -(202_008 * chroma[:, np.newaxis] + 419_198 * chroma).ravel()
    fractions = ((1402 * chroma, 1000), (green, 587_000), (1772 * chroma, 1000))
    red, green, blue = ((2 * over + under) // (2 * under) for over, under in fractions)
    return red.astype(np.int16), green.astype(np.int16), blue.astype(np.int16)


def _eight_bits(values: NDArray[Any], bits: int) -> NDArray[np.uint8]:
    if bits < 8:
        levels = (np.arange(1 << bits) * 255 // ((1 << bits) - 1)).astype(np.uint8)
        return np.take(levels, values)
    if bits == 8:
        return values.astype(np.uint8, copy=False)
    upper: NDArray[np.uint8] = (values >> values.dtype.type(bits - 8)).astype(np.uint8)
    return upper

"""Stored colour samples to RGB (PS3.3 C.7.6.3.1.2, C.7.9)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.dicom.attributes import STRUCT_ORDER, Attributes
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal

# Rows: R, G, B from Y, Cb - 128, Cr - 128 (C.7.6.3.1.2, inverse of the full-range equations)
FULL_RANGE = np.array([[1.0, 0.0, 1.402], [1.0, -0.344136, -0.714136], [1.0, 1.772, 0.0]])
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
    eight_bit = _to_eight_bits(values, geometry)
    photometric = geometry.photometric_interpretation
    if photometric in YBR_PARTIAL:
        return _convert(eight_bit, PARTIAL_RANGE, black=16)
    is_ybr = photometric in YBR if colour_transform is None else colour_transform
    return _convert(eight_bit, FULL_RANGE, black=0) if is_ybr else eight_bit


def palette_to_rgb(values: NDArray[Any], palette: NDArray[np.uint8], first: int) -> NDArray[Any]:
    """Look indices up; those outside the palette take its first or last entry (C.7.6.3.1.5)."""
    index = np.clip(values.astype(np.int64) - first, 0, len(palette) - 1)
    return palette[index]


def read_palette(attributes: Attributes, *, is_signed: bool) -> tuple[NDArray[np.uint8], int]:
    """Read the three colour tables as (entries, 3) uint8, and the first value mapped."""
    channels = [_read_channel(attributes, name, is_signed=is_signed) for name in PALETTE_CHANNELS]
    firsts = {first for first, _ in channels}
    sizes = {len(table) for _, table in channels}
    if len(firsts) != 1 or len(sizes) != 1:
        raise refusal("BAD_PALETTE", "its three tables differ in size")
    return np.stack([table for _, table in channels], axis=1), firsts.pop()


def _read_channel(
    attributes: Attributes, name: str, *, is_signed: bool
) -> tuple[int, NDArray[np.uint8]]:
    raw, order = attributes.raw_bytes(f"{name}PaletteColorLookupTableDescriptor")
    data, data_order = attributes.raw_bytes(f"{name}PaletteColorLookupTableData")
    if len(raw) != 6 or not data:
        raise refusal("BAD_PALETTE", f"its {name.lower()} table is missing")
    entries = int.from_bytes(raw[0:2], order) or MAX_ENTRIES
    first = int.from_bytes(raw[2:4], order, signed=is_signed)
    bits = int.from_bytes(raw[4:6], order)
    if len(data) == entries * 2:
        words = np.frombuffer(data, f"{STRUCT_ORDER[data_order]}u2")
        # Tables called 16 bit whose values stay below 256 hold 8-bit colours.
        shift = 8 if bits > 8 and int(words.max()) > 255 else 0
        return first, np.clip(words >> shift, 0, 255).astype(np.uint8)
    if bits <= 8 and len(data) in {entries, entries + entries % 2}:
        return first, np.frombuffer(data, np.uint8, entries)
    raise refusal("BAD_PALETTE", f"its {name.lower()} table has the wrong length")


def _convert(values: NDArray[np.uint8], matrix: NDArray[Any], *, black: int) -> NDArray[np.uint8]:
    shifted = values.astype(np.float32) - np.array([black, 128, 128], np.float32)
    rgb = shifted @ matrix.T.astype(np.float32)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def _to_eight_bits(values: NDArray[Any], geometry: PixelGeometry) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return values
    if geometry.is_signed or geometry.is_float:
        raise refusal("BAD_PIXEL_GEOMETRY", "signed colour")
    return (values >> max(geometry.bits_stored - 8, 0)).astype(np.uint8)

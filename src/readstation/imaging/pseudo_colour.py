"""Stored values in the colours of a palette, after the window (PS3.3 A.33.3, C.7.9)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.modality_lut import modality_values
from readstation.imaging.palette import ColourPalette
from readstation.imaging.presentation import OPAQUE, Rendering
from readstation.imaging.voi import table_positions


def palette_pixels(
    stored_values: NDArray[Any], rendering: Rendering, palette: ColourPalette
) -> NDArray[np.uint32]:
    """Return stored values as 0xFFRRGGBB.

    Parameters
    ----------
    stored_values : ndarray, any shape, integer or float
        Not modified.
    rendering : Rendering
        Modality, VOI, inversion (which turns the palette round) and padding.
    palette : ColourPalette
        Its first colour is the lowest value of the VOI, its last the highest; those between are
        reached in equal steps, rounded down, as a Presentation LUT is.

    Returns
    -------
    ndarray, same shape, uint32
        Padding, and what is no number, is black.
    """
    modality = modality_values(stored_values, rendering.modality)
    is_blank = np.isnan(modality)
    count = len(palette.colours)
    positions = table_positions(np.where(is_blank, 0.0, modality), rendering.voi, count)
    if rendering.is_inverse:
        positions = count - 1 - positions
    if rendering.padding is not None:
        lowest, highest = rendering.padding.lowest, rendering.padding.highest
        is_blank |= (stored_values >= lowest) & (stored_values <= highest)
    pixels = np.array(palette.colours, np.uint32)[positions] | OPAQUE
    pixels[is_blank] = OPAQUE
    return pixels


@lru_cache(maxsize=4)
def palette_lut(
    dtype: np.dtype[Any], rendering: Rendering, palette: ColourPalette
) -> NDArray[np.uint32]:
    """Return the table from the bit pattern of a stored value (8 or 16 bit) to its colour.

    Shape (256,) or (65536,), 0xFFRRGGBB, read-only.
    """
    unsigned = np.dtype(f"u{dtype.itemsize}")
    codes = np.arange(1 << (8 * dtype.itemsize), dtype=np.uint32).astype(unsigned)
    table = palette_pixels(codes.view(dtype), rendering, palette)
    table.flags.writeable = False
    return table

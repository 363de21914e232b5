"""The table of a linear window on straight values: only the ramp is computed, the rest is filled.

A reader who drags a window asks for a new table at every step. Most of its 65,536 entries are
black or white, and where those begin and end is found by bisection.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.presentation import Rendering, modality_of_codes, shown_range
from readstation.imaging.voi import VoiLutFunction, VoiWindow, gray_levels, ramp_edges

ToPixels = Callable[[NDArray[np.uint16]], NDArray[np.uint32]]


def has_ramp(rendering: Rendering) -> bool:
    """Return True if gray levels rise or fall steadily with the stored values."""
    voi = rendering.voi
    is_linear = isinstance(voi, VoiWindow) and voi.function is not VoiLutFunction.SIGMOID
    return is_linear and rendering.modality.lut is None and rendering.presentation_lut is None


def ramp_pixels(
    dtype: np.dtype[Any], rendering: Rendering, maximum: int, to_pixels: ToPixels
) -> NDArray[np.uint32]:
    """Return the table from the bit pattern of a stored value to a pixel, as the long way would.

    Parameters
    ----------
    dtype : numpy dtype
        Of the stored values: 8 or 16 bit.
    rendering : Rendering
        One for which `has_ramp` is True.
    maximum : int
        Highest gray level.
    to_pixels : callable
        From gray levels to pixels.
    """
    voi = rendering.voi
    if not isinstance(voi, VoiWindow):
        raise TypeError("a table has no ramp")
    gray, (left, right) = shown_range(rendering, maximum), ramp_edges(voi)
    low, high, black = to_pixels(np.array([gray.low, gray.high, 0], np.uint16))
    modality = modality_of_codes(dtype, rendering.modality)
    table = np.empty(modality.size, np.uint32)
    for first_value, codes in _runs(dtype):
        values, entries = modality[codes], table[codes]
        if rendering.modality.rescale_slope < 0:
            values, entries = values[::-1], entries[::-1]
        start, end = (int(i) for i in np.searchsorted(values, (left, right), side="right"))
        entries[:start] = low
        if start < end:
            levels = gray_levels(values[start:end], voi, gray).astype(np.uint16)
            entries[start:end] = to_pixels(levels)
        entries[end:] = high
        _blacken(table[codes], first_value, rendering, black)
    return table


def _runs(dtype: np.dtype[Any]) -> list[tuple[int, slice]]:
    """Return the bit patterns in runs of rising stored values, with the first value of each."""
    count = 1 << (8 * dtype.itemsize)
    if dtype.kind == "u":
        return [(0, slice(0, count))]
    return [(0, slice(0, count // 2)), (-count // 2, slice(count // 2, count))]


def _blacken(
    entries: NDArray[np.uint32], first_value: int, rendering: Rendering, black: np.uint32
) -> None:
    """Set the entries of padding to black."""
    padding = rendering.padding
    if padding is None or math.isnan(padding.lowest) or math.isnan(padding.highest):
        return
    last = first_value + entries.size - 1
    start = max(padding.lowest, first_value)
    end = min(padding.highest, last)
    if start <= end:
        entries[math.ceil(start) - first_value : math.floor(end) - first_value + 1] = black

"""Gray levels to the pixels a screen takes: 8 or 10 bit, corrected for the display or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.display_function import P_VALUES
from readstation.imaging.presentation import Rendering, build_display_lut, levels_of, rgb32_lut
from readstation.imaging.ramp_table import has_ramp, ramp_pixels

TEN_BIT_GRAY = np.uint32(1 << 20 | 1 << 10 | 1)
TEN_BIT_OPAQUE = np.uint32(3 << 30)


@dataclass(frozen=True, slots=True, eq=False)
class DisplayOutput:
    """What one screen takes. Compared by identity: one object per screen and calibration.

    `driving_levels` is the table from a P-value (16 bit) to the screen's level; None drives the
    screen with P-values of its own depth.
    """

    bit_depth: int = 8
    driving_levels: NDArray[np.uint16] | None = None

    @property
    def maximum(self) -> int:
        """The highest level of the rendering: a driving level, or a P-value to look up."""
        return P_VALUES - 1 if self.driving_levels is not None else (1 << self.bit_depth) - 1


UNCORRECTED = DisplayOutput()
"""8 bit, 0 to 255: what every screen can show."""
TEN_BIT = DisplayOutput(10)
"""10 bit, 0 to 1023, for a 30-bit desktop."""


@lru_cache(maxsize=16)
def output_lut(
    dtype: np.dtype[Any], rendering: Rendering, output: DisplayOutput
) -> NDArray[np.uint32]:
    """Build the table from the bit pattern of a stored value to a pixel of the screen.

    Boxes that show values alike share one table.

    Parameters
    ----------
    dtype : numpy dtype
        Of the stored values: 8 or 16 bit.
    rendering : Rendering
        Stored values to P-values.
    output : DisplayOutput
        P-values to pixels.

    Returns
    -------
    ndarray, shape (256,) or (65536,), uint32
        0xFFRRGGBB with 8 bit; two bits of alpha and three times ten bits with 10 bit.

    Notes
    -----
    Rounded twice at most: to 16-bit P-values (PS3.14 defines no finer), then to the nearest
    driving level. Without a correction only once, down, to the screen's own levels.
    """
    dtype = np.dtype(dtype)
    if has_ramp(rendering) and dtype.kind in "iu" and dtype.itemsize <= 2:
        table = ramp_pixels(dtype, rendering, output.maximum, partial(_pixels, output=output))
    else:
        table = _pixels(build_display_lut(dtype, rendering, maximum=output.maximum), output)
    table.flags.writeable = False
    return table


def output_pixels(
    values: NDArray[Any], rendering: Rendering, output: DisplayOutput
) -> NDArray[np.uint32]:
    """Return the pixels of stored values that are too wide for a table; as `output_lut`."""
    levels = levels_of(values, rendering, maximum=output.maximum).astype(np.uint16)
    return _pixels(levels, output)


@lru_cache(maxsize=64)
def p_value_pixel(p_value: int, output: DisplayOutput) -> np.uint32:
    """Return the pixel of one P-value (0 to 65,535), such as a shutter's or white graphics'.

    >>> hex(p_value_pixel(0xFFFF, UNCORRECTED))
    '0xffffffff'
    """
    level = p_value * output.maximum // (P_VALUES - 1)
    pixel: np.uint32 = _pixels(np.array([level], np.uint16), output)[0]
    return pixel


def p_value_pixels(p_values: NDArray[np.uint16], output: DisplayOutput) -> NDArray[np.uint32]:
    """Return the pixels of P-values (16 bit) that were drawn, not rendered from an image."""
    if output.driving_levels is not None:
        return _pixels(p_values, output)
    highest = (1 << output.bit_depth) - 1
    levels = p_values.astype(np.uint32) * highest // (P_VALUES - 1)
    return _pixels(levels.astype(np.uint16), output)


def level_pixels(levels: NDArray[np.uint16], bit_depth: int) -> NDArray[np.uint32]:
    """Return the pixels of raw driving levels, for a luminance meter."""
    if bit_depth == TEN_BIT.bit_depth:
        packed: NDArray[np.uint32] = levels.astype(np.uint32) * TEN_BIT_GRAY | TEN_BIT_OPAQUE
        return packed
    return rgb32_lut(levels)


def _pixels(levels: NDArray[np.uint16], output: DisplayOutput) -> NDArray[np.uint32]:
    if output.driving_levels is not None:
        levels = output.driving_levels[levels]
    return level_pixels(levels, output.bit_depth)

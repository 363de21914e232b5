"""What the pixels of a viewport are made of, for whoever has tables and makes them itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.image_marks import GREEN, ImageMarks
from readstation.imaging.output import TEN_BIT_OPAQUE, DisplayOutput, p_value_pixel
from readstation.imaging.presentation import OPAQUE
from readstation.imaging.shutter import MAX_P_VALUE

BLANK, HIDDEN, EDGE, GRAPHIC = 1, 2, 4, 8
"""Bits of a mark; drawn in this order. An edge is black where the image is bright."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The pixels that marks are drawn with."""

    black: int
    hidden: int
    white: int


NO_INKS = Inks(0, 0, 0)


def inks_of(marks: ImageMarks | None, output: DisplayOutput) -> Inks:
    """Return the pixels that `image_marks.draw_marks` draws with on a screen."""
    return _inks(marks.shutter_value if marks is not None else 0, output)


@lru_cache(maxsize=16)
def _inks(shutter_value: int, output: DisplayOutput) -> Inks:
    p_values = (0, shutter_value, MAX_P_VALUE)
    return Inks(*(int(p_value_pixel(value, output)) for value in p_values))


@dataclass(frozen=True, slots=True, eq=False)
class LutImage:
    """The visible part of a frame: what to look up, where, and the marks over it.

    `values` are stored values, 8 or 16 bit, at the viewport's resolution, and `table` has a pixel
    for each by its bit pattern; without a table they are the pixels themselves, marks and all.
    An array is the same object as before as long as nothing of it has changed.
    """

    values: NDArray[Any]
    table: NDArray[np.uint32] | None
    marks: NDArray[np.uint8] | None
    inks: Inks
    bit_depth: int
    left_px: int
    top_px: int


def mark_codes(
    shape: tuple[int, ...], blank: NDArray[np.bool_] | None, seen: ImageMarks | None
) -> NDArray[np.uint8] | None:
    """Return the marks of every pixel as bits; None where there are none.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the visible part.
    blank : ndarray of bool or None
        Of that shape: what is shown black.
    seen : ImageMarks or None
        Of that shape too, as `image_marks.seen_marks` returns them.
    """
    if blank is None and seen is None:
        return None
    codes = np.zeros(shape, np.uint8)
    for mask, bit in (
        (blank, BLANK),
        (seen.hidden if seen else None, HIDDEN),
        (seen.graphic if seen else None, GRAPHIC),
    ):
        if mask is not None:
            codes[mask] |= np.uint8(bit)
    if seen is not None and seen.edge is not None:
        codes[seen.edge] |= np.uint8(EDGE)
    return codes


def lut_pixels(image: LutImage) -> NDArray[np.uint32]:
    """Return the pixels of an image, shape (rows, columns), one array operation after the other.

    To compare faster ways with. A new array, except of an image that has no table.
    """
    if image.table is None:
        return image.values
    pixels: NDArray[np.uint32] = image.table[image.values.view(f"u{image.values.itemsize}")]
    if image.marks is None:
        return pixels
    pixels[image.marks & BLANK != 0] = image.inks.black
    pixels[image.marks & HIDDEN != 0] = image.inks.hidden
    green = GREEN[image.bit_depth]
    pixels[(image.marks & EDGE != 0) & (pixels & green > green // 2)] = image.inks.black
    pixels[image.marks & GRAPHIC != 0] = image.inks.white
    return pixels


def surface_pixels(
    pixels: NDArray[np.uint32], bit_depth: int, surface_bits: int
) -> NDArray[np.uint32]:
    """Return pixels as a surface with that many bits holds them, opaque.

    Eight bits become ten as Qt does it on a 30-bit desktop: the highest two are repeated below.

    >>> [hex(p) for p in surface_pixels(np.array([0xFF8000FF], np.uint32), 8, 10)]
    ['0xe02003ff']
    """
    if bit_depth == surface_bits:
        opaque: NDArray[np.uint32] = pixels | (TEN_BIT_OPAQUE if surface_bits == 10 else OPAQUE)
        return opaque
    wide = np.full(pixels.shape, TEN_BIT_OPAQUE, np.uint32)
    for place in range(3):
        level = pixels >> np.uint32(8 * place) & np.uint32(0xFF)
        wide |= (level << np.uint32(2) | level >> np.uint32(6)) << np.uint32(10 * place)
    return wide

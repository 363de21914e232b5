"""Values over an image in colours that let it shine through: nothing where there are none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import IDENTITY, ModalityTransform
from readstation.imaging.palette import ColourPalette
from readstation.imaging.presentation import Rendering, apply_lut, modality_of_codes
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import (
    Voi,
    VoiLut,
    VoiLutFunction,
    VoiWindow,
    ramp_edges,
    table_positions,
)

NO_WINDOW = VoiWindow(0.0, 1.0)
NOTHING = 65535
"""The code of what has no value, in a frame made by `coded_frame`."""
LEVELS = NOTHING - 1


@dataclass(frozen=True, slots=True, eq=False)
class ColourLayer:
    """What lies over an image: a frame of the image's own size, and how it is shown.

    `rendering` has a palette; `opacity` goes from 0, where only the image is seen, to 1. `words`
    name the layer to the reader wherever it is seen.
    """

    frame: StoredFrame
    rendering: Rendering
    opacity: float
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LayerPixels:
    """Premultiplied 0xAARRGGBB, and the device pixel of the viewport where they begin."""

    pixels: NDArray[np.uint32]
    left_px: int
    top_px: int


@dataclass(frozen=True, slots=True)
class Coding:
    """How values with fractions become codes of 16 bit, so that a table can colour them."""

    lowest: float
    step: float

    @classmethod
    def of(cls, values: NDArray[Any]) -> Coding:
        """Return the coding that has room for all numbers among `values`."""
        there = values[np.isfinite(values)]
        lowest, highest = (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)
        return cls(lowest, (highest - lowest) / LEVELS or 1.0)

    @property
    def modality(self) -> ModalityTransform:
        """Return what leads from codes back to the values."""
        return ModalityTransform(self.step, self.lowest, is_stated=True)


def coded_frame(values: NDArray[Any], coding: Coding) -> StoredFrame:
    """Return a frame of codes; what is no number is padding."""
    is_there = np.isfinite(values)
    steps = np.where(is_there, values, coding.lowest) - coding.lowest
    codes = np.clip(np.rint(steps / coding.step), 0, LEVELS).astype(np.uint16)
    codes[~is_there] = NOTHING
    padding = PixelPadding(NOTHING, NOTHING)
    return StoredFrame(codes, "MONOCHROME2", 16, pixel_padding=padding)


class LayerRenderer:
    """Renders one layer at a time for one viewport; not shared between threads."""

    def __init__(self) -> None:
        self._renderer = ViewportRenderer()
        self._buffer: NDArray[np.uint32] = np.empty((1, 1), np.uint32)
        self._kept: tuple[tuple[object, ...], LayerPixels | None] | None = None

    def render(self, layer: ColourLayer, transform: ViewTransform) -> LayerPixels | None:
        """Return the visible part of a layer; None if nothing of it is to be seen.

        The pixels are valid until the next call: their memory is used again.

        Raises
        ------
        ValueError
            If the layer has no palette, or values that no table can colour.
        """
        key = (layer.frame, transform, layer.rendering, layer.opacity)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self._rendered(layer, transform))
        return self._kept[1]

    def _rendered(self, layer: ColourLayer, transform: ViewTransform) -> LayerPixels | None:
        rendering = layer.rendering
        if rendering.palette is None or layer.frame.stored_values.itemsize > 2:
            raise ValueError("a layer has a palette, and values of at most 16 bit")
        if layer.opacity <= 0:
            return None
        self._renderer.set_frame(layer.frame)
        plain = Rendering(IDENTITY, NO_WINDOW, padding=rendering.padding)
        found = self._renderer.lut_image(transform, plain)  # its table stays the same, unused
        if found is None:
            return None
        shown = replace(rendering, padding=None)  # enlarging may overshoot into its code
        table = _table(found.values.dtype, shown, rendering.palette, layer.opacity)
        if self._buffer.shape != found.values.shape:
            self._buffer = np.empty(found.values.shape, np.uint32)
        pixels = apply_lut(found.values, table, out=self._buffer)
        if found.marks is not None:
            pixels[found.marks != 0] = 0
        return LayerPixels(pixels, found.left_px, found.top_px)


@lru_cache(maxsize=4)
def _table(
    dtype: np.dtype[Any], rendering: Rendering, palette: ColourPalette, opacity: float
) -> NDArray[np.uint32]:
    """Return the table from the bit pattern of a value to its premultiplied colour.

    As `palette_pixels` without inversion, times the opacity.
    """
    modality = modality_of_codes(dtype, rendering.modality)
    inks = _premultiplied(palette, round(min(opacity, 1.0) * 255))
    table = _looked_up(modality, rendering.voi, inks)
    table.flags.writeable = False
    return table


def _looked_up(
    modality: NDArray[np.float64], voi: Voi, inks: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """Return the colour of each value; of a ramp only where it rises there is much to work out."""
    if isinstance(voi, VoiLut) or voi.function is VoiLutFunction.SIGMOID:
        return np.asarray(inks[table_positions(modality, voi, len(inks))])
    left, right = ramp_edges(voi)
    is_above = modality > right
    table: NDArray[np.uint32] = np.where(is_above, inks[-1], inks[0])
    rises = np.flatnonzero((modality > left) & ~is_above)
    table[rises] = inks[table_positions(modality[rises], voi, len(inks))]
    return table


def _premultiplied(palette: ColourPalette, alpha: int) -> NDArray[np.uint32]:
    """Return the colours as 0xAARRGGBB, each level times `alpha`."""
    colours = np.array(palette.colours, np.uint32)
    found = np.full(colours.shape, alpha << 24, np.uint32)
    for shift in (np.uint32(0), np.uint32(8), np.uint32(16)):
        level = colours >> shift & np.uint32(0xFF)
        found |= (level * np.uint32(alpha) + np.uint32(127)) // np.uint32(255) << shift
    return found

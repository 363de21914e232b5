"""Stored values to the pixels of one viewport, through three caches.

(a) stored values, with half-size copies of large images; (b) stored values at the viewport's
resolution, kept until image, zoom, pan or orientation change; (c) the screen's pixels, kept
until the window or the screen changes too. A window step therefore costs one table look-up per
visible pixel. Shutter, padding and overlays are drawn last, from masks kept as long as (b).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.imaging.frame import StoredFrame
from readstation.imaging.image_marks import (
    BlankPixels,
    ImageMarks,
    draw_mark_levels,
    draw_marks,
    filled,
    sampled,
    seen_marks,
)
from readstation.imaging.lut_image import NO_INKS, LutImage, inks_of, mark_codes
from readstation.imaging.output import (
    UNCORRECTED,
    DisplayOutput,
    output_lut,
    output_pixels,
    p_value_pixel,
)
from readstation.imaging.presentation import Rendering, apply_lut, gray_values
from readstation.imaging.pseudo_colour import palette_lut, palette_pixels
from readstation.imaging.pyramid import (
    PYRAMID_FROM_PIXELS,
    can_be_halved,
    halved,
    resizable,
)
from readstation.imaging.view_transform import ViewTransform

MARGIN_PX = 4  # what bicubic interpolation needs beyond the visible part
AREA_BELOW_SCALE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class RenderedImage:
    """Pixels and the device pixel of the viewport where they begin.

    They are 0xFFRRGGBB with a `bit_depth` of 8, as colour always is, and 2 + 3 x 10 bits with 10.
    `is_resampled` is False where each image pixel is exactly one device pixel.
    """

    pixels: NDArray[np.uint32]
    left_px: int
    top_px: int
    is_resampled: bool
    bit_depth: int = 8


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """Values at the resolution of a viewport, and the device pixel of it where they begin.

    `room` is the memory that they were made in, to be used again when they are no longer needed.
    """

    values: NDArray[Any]
    left_px: int
    top_px: int
    is_resampled: bool
    room: NDArray[Any] | None = None


@dataclass(frozen=True, slots=True)
class _Span:
    """One axis: source pixels first to last (excluded), where they go, what of it is seen."""

    first: int
    last: int
    start_px: int
    length_px: int
    seen_from_px: int
    seen_to_px: int


_Where = tuple[ViewTransform, int, int, tuple[int, ...]]
_Marking = tuple[Resampled, ImageMarks | None, NDArray[np.bool_] | None]
_Kept = tuple[ViewTransform, Rendering | None, ImageMarks | None, RenderedImage | None]


class ViewportRenderer:
    """Renders one frame at a time; not shared between threads."""

    def __init__(self) -> None:
        self._frame: StoredFrame | None = None
        self._output = UNCORRECTED
        self._levels: list[NDArray[Any]] = []
        self._resampled: tuple[ViewTransform, Resampled | None] | None = None
        self._lut: tuple[np.dtype[Any], Rendering, NDArray[np.uint32]] | None = None
        self._rendered: _Kept | None = None
        self._buffer: NDArray[np.uint32] | None = None
        self._room: NDArray[Any] | None = None
        self._seen_marks: tuple[_Where, ImageMarks, ImageMarks] | None = None
        self._blank_pixels = BlankPixels()
        self._blank: NDArray[np.bool_] | None = None
        self._codes: tuple[_Marking, NDArray[np.uint8] | None] | None = None

    @property
    def frame(self) -> StoredFrame | None:
        return self._frame

    def set_frame(self, frame: StoredFrame | None) -> None:
        """Take another frame, or none; everything derived from the old one's pixels is dropped."""
        if frame is self._frame:
            return
        self._frame = frame
        self._levels = [] if frame is None else [resizable(frame.stored_values), *frame.half_sizes]
        self._resampled = self._rendered = self._codes = None
        self._blank_pixels, self._blank = BlankPixels(), None

    def set_output(self, output: DisplayOutput) -> None:
        """Make pixels for another screen."""
        if output is not self._output:
            self._output = output
            self._lut = self._rendered = None

    def make_ready(
        self, transform: ViewTransform, rendering: Rendering | None
    ) -> tuple[int, int, int, int] | None:
        """Resample what the next image with this transform is made of, if there is a frame.

        Returns left, top, width and height of where in the viewport that image comes to lie.
        """
        if self._frame is None or (rendering is None and not self._frame.is_colour):
            return None
        if rendering is not None and not self._frame.is_colour:
            self._leave_out_blank(self._frame, rendering)
        found = self._resample(transform)
        if found is None:
            return None
        rows, columns = found.values.shape[:2]
        return (found.left_px, found.top_px, columns, rows)

    def render(
        self,
        transform: ViewTransform,
        rendering: Rendering | None,
        marks: ImageMarks | None = None,
    ) -> RenderedImage | None:
        """Return the visible part of the frame; None without a frame or outside the viewport.

        The pixels are valid until the next call: their memory is used again.

        Parameters
        ----------
        transform : ViewTransform
            Of the frame's own size.
        rendering : Rendering or None
            None only for colour.
        marks : ImageMarks or None
            What is drawn over the frame. The same object as long as nothing of it changes.
        """
        if self._frame is None or (rendering is None and not self._frame.is_colour):
            return None
        kept = self._rendered
        if kept is not None and kept[:2] == (transform, rendering) and kept[2] is marks:
            return kept[3]
        if rendering is not None and not self._frame.is_colour:
            self._leave_out_blank(self._frame, rendering)
        resampled = self._resample(transform)
        image = None
        if resampled is not None:
            pixels, bit_depth = self._to_pixels(resampled.values, rendering)
            inks = self._ink_output(rendering)
            if self._blank is not None:
                corner = (resampled.left_px, resampled.top_px)
                is_blank = sampled(self._blank, transform, corner, pixels.shape)
                np.copyto(pixels, p_value_pixel(0, inks), where=is_blank)
            if marks is not None:
                draw_marks(pixels, self._seen(marks, resampled, transform), inks)
            image = RenderedImage(
                pixels, resampled.left_px, resampled.top_px, resampled.is_resampled, bit_depth
            )
        self._rendered = (transform, rendering, marks, image)
        return image

    def lut_image(
        self,
        transform: ViewTransform,
        rendering: Rendering | None,
        marks: ImageMarks | None = None,
    ) -> LutImage | None:
        """Return what `render` makes its pixels of; None as there.

        Colour, and values too wide for a table, come as the pixels that `render` makes; they are
        valid until the next call.
        """
        frame = self._frame
        if (
            frame is None
            or rendering is None
            or frame.is_colour
            or frame.stored_values.itemsize > 2
        ):
            image = self.render(transform, rendering, marks)
            if image is None:
                return None
            place_px = (image.left_px, image.top_px)
            return LutImage(image.pixels, None, None, NO_INKS, image.bit_depth, *place_px)
        self._leave_out_blank(frame, rendering)
        place = self._resample(transform)
        if place is None:
            return None
        output = self._ink_output(rendering)
        return LutImage(
            place.values,
            self._table(place.values.dtype, rendering),
            self._mark_codes(marks, place, transform),
            inks_of(marks, output),
            output.bit_depth,
            place.left_px,
            place.top_px,
        )

    def _mark_codes(
        self, marks: ImageMarks | None, place: Resampled, transform: ViewTransform
    ) -> NDArray[np.uint8] | None:
        """Return marks and blank pixels as the part at `place` sees them."""
        key = (place, marks, self._blank)
        if self._codes is None or any(a is not b for a, b in zip(self._codes[0], key, strict=True)):
            seen = None if marks is None else self._seen(marks, place, transform)
            blank, shape = self._blank, place.values.shape
            if blank is not None:
                blank = sampled(blank, transform, (place.left_px, place.top_px), shape)
            self._codes = (key, mark_codes(shape, blank, seen))
        return self._codes[1]

    def levels(
        self,
        transform: ViewTransform,
        rendering: Rendering | None,
        marks: ImageMarks | None = None,
        *,
        maximum: int,
    ) -> Resampled | None:
        """Return the visible part as gray levels 0 to `maximum`, or as RGB; None as for `render`.

        The levels that `render` makes pixels of, for whoever wants numbers.
        """
        if self._frame is None or (rendering is None and not self._frame.is_colour):
            return None
        if rendering is not None and not self._frame.is_colour:
            self._leave_out_blank(self._frame, rendering)
        resampled = self._resample(transform)
        if resampled is None:
            return None
        levels = resampled.values.copy()
        corner = (resampled.left_px, resampled.top_px)
        if rendering is not None and levels.ndim == 2:
            levels = gray_values(levels, rendering, maximum=maximum)
            if self._blank is not None:
                levels[sampled(self._blank, transform, corner, levels.shape)] = 0
        if marks is not None:
            draw_mark_levels(levels, seen_marks(marks, transform, corner, levels.shape), maximum)
        return replace(resampled, values=levels)

    def _leave_out_blank(self, frame: StoredFrame, rendering: Rendering) -> None:
        """Keep padding, and what is no number, out of the interpolation."""
        blank = self._blank_pixels.of(frame, rendering)
        if blank is not self._blank:
            self._blank, self._resampled = blank, None
            values = resizable(frame.stored_values)
            made = [values, *frame.half_sizes]
            self._levels = made if blank is None else [filled(values, blank)]

    def _seen(self, marks: ImageMarks, place: Resampled, transform: ViewTransform) -> ImageMarks:
        where = (transform, place.left_px, place.top_px, place.values.shape[:2])
        kept = self._seen_marks
        if kept is None or kept[0] != where or kept[1] is not marks:
            kept = (where, marks, seen_marks(marks, transform, where[1:3], where[3]))
            self._seen_marks = kept
        return kept[2]

    def _ink_output(self, rendering: Rendering | None) -> DisplayOutput:
        """Return what marks are drawn for: colours are 8 bit and never corrected."""
        is_colour = rendering is None or rendering.palette is not None
        if is_colour or (self._frame is not None and self._frame.is_colour):
            return UNCORRECTED
        return self._output

    def _resample(self, transform: ViewTransform) -> Resampled | None:
        if self._resampled is None or self._resampled[0] != transform:
            level = self._level_for(min(transform.scale_x, transform.scale_y))
            found = _resample(self._levels[level], transform, 1 << level, self._room)
            self._resampled = (transform, found)
            if found is not None and found.is_resampled:
                self._room = found.room
        return self._resampled[1]

    def _level_for(self, scale: float) -> int:
        """Return the pyramid level that needs the least shrinking without magnifying."""
        full = self._levels[0]
        if full.shape[0] * full.shape[1] <= PYRAMID_FROM_PIXELS:
            return 0
        wanted = max(math.floor(-math.log2(scale)), 0)
        while len(self._levels) <= wanted and can_be_halved(self._levels[-1]):
            self._levels.append(halved(self._levels[-1]))
        return min(wanted, len(self._levels) - 1)

    def _to_pixels(
        self, values: NDArray[Any], rendering: Rendering | None
    ) -> tuple[NDArray[np.uint32], int]:
        output = self._output
        if rendering is None or values.ndim == 3:  # the GSDF says nothing about colour
            bgra = cv2.cvtColor(np.ascontiguousarray(values), cv2.COLOR_RGB2BGRA)
            packed: NDArray[np.uint32] = np.asarray(bgra).view("<u4")[..., 0]
            return packed.astype(np.uint32, copy=False), UNCORRECTED.bit_depth
        bit_depth = self._ink_output(rendering).bit_depth
        if values.dtype.kind == "f":
            if rendering.palette is not None:
                return palette_pixels(values, rendering, rendering.palette), bit_depth
            return output_pixels(values, rendering, output), bit_depth
        if self._buffer is None or self._buffer.shape != values.shape:
            self._buffer = np.empty(values.shape, np.uint32)
        return apply_lut(values, self._table(values.dtype, rendering), out=self._buffer), bit_depth

    def _table(self, dtype: np.dtype[Any], rendering: Rendering) -> NDArray[np.uint32]:
        """Return the table from bit pattern to pixel; the same until the window changes."""
        if self._lut is None or self._lut[:2] != (dtype, rendering):
            if rendering.palette is not None:  # which no display function corrects
                table = palette_lut(dtype, rendering, rendering.palette)
            else:
                table = output_lut(dtype, rendering, self._output)
            self._lut = (dtype, rendering, table)
        return self._lut[2]


def _resample(
    level: NDArray[Any], transform: ViewTransform, factor: int, room: NDArray[Any] | None
) -> Resampled | None:
    seen = transform.orientation.apply(level)
    x, y = _spans(transform, seen.shape[1], seen.shape[0], factor)
    if x is None or y is None:
        return None
    part = seen[y.first : y.last, x.first : x.last]
    is_resampled = (x.length_px, y.length_px) != (part.shape[1], part.shape[0]) or factor > 1
    if is_resampled:
        part = room = _resized(part, x.length_px, y.length_px, room)
    shown = part[
        y.seen_from_px - y.start_px : y.seen_to_px - y.start_px,
        x.seen_from_px - x.start_px : x.seen_to_px - x.start_px,
    ]
    place_px = (x.seen_from_px, y.seen_from_px)
    return Resampled(np.ascontiguousarray(shown), *place_px, is_resampled, room)


def _resized(
    part: NDArray[Any], width_px: int, height_px: int, room: NDArray[Any] | None
) -> NDArray[Any]:
    """Return pixels at another size, in `room` if they fit: fresh memory costs as much again."""
    scale = min(width_px / part.shape[1], height_px / part.shape[0])
    interpolation = cv2.INTER_AREA if scale < AREA_BELOW_SCALE else cv2.INTER_CUBIC
    size = (width_px, height_px)
    return np.asarray(
        cv2.resize(np.ascontiguousarray(part), size, dst=room, interpolation=interpolation)
    )


@lru_cache(maxsize=64)
def _spans(
    transform: ViewTransform, columns: int, rows: int, factor: int
) -> tuple[_Span | None, _Span | None]:
    """Return both axes of so many seen columns and rows of a level; the same for a whole series."""
    left, top = transform.origin_px
    x = _span(left, transform.scale_x * factor, columns, transform.viewport_width_px)
    y = _span(top, transform.scale_y * factor, rows, transform.viewport_height_px)
    return x, y


def _span(origin_px: int, scale: float, count: int, viewport_px: int) -> _Span | None:
    """Return which source pixels of one axis are needed and where they go; None if none is seen."""
    first = max(math.floor(-origin_px / scale) - MARGIN_PX, 0)
    last = min(math.ceil((viewport_px - origin_px) / scale) + MARGIN_PX, count)
    if first >= last:
        return None
    start = origin_px + math.floor(first * scale + 0.5)
    end = max(origin_px + math.floor(last * scale + 0.5), start + 1)
    seen_from, seen_to = max(start, 0), min(end, viewport_px)
    if seen_from >= seen_to:
        return None
    return _Span(first, last, start, end - start, seen_from, seen_to)

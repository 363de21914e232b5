"""What lies over the pixels of a frame: shutter, padding and overlays, at any zoom.

All masks here have the frame's own size. They are sampled, never interpolated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.output import DisplayOutput, p_value_pixel
from readstation.imaging.overlay_plane import OverlayPlane, OverlayType
from readstation.imaging.presentation import Rendering
from readstation.imaging.shutter import MAX_P_VALUE, DisplayShutter, shown_pixels
from readstation.imaging.view_transform import ViewTransform

Mask = NDArray[np.bool_]
TILE_PX = 256
FILLED_PX = 32
"""How far padding is filled: interpolation reaches less far, even at an eighth of the size."""
CROSS = np.ones((3, 3), np.uint8)
IN_RANGE = frozenset(map(np.dtype, (np.uint8, np.int8, np.uint16, np.int16)))
GREEN = {8: np.uint32(0xFF << 8), 10: np.uint32(0x3FF << 10)}
"""Bits of a screen's pixel that tell how bright it is, by its bit depth."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageMarks:
    """What is drawn over one frame: first `hidden`, then `graphic`; None where there is none.

    `hidden` are the pixels that a shutter covers, with the P-value `shutter_value`; `graphic` are
    the pixels that overlays make white. `edge` are the rows and columns of the pixels around it,
    as a screen sees them: black where the image is bright, or white would be lost on white.
    """

    hidden: Mask | None = None
    shutter_value: int = 0
    graphic: Mask | None = None
    edge: tuple[NDArray[np.intp], ...] | None = None


def marks_of(
    frame: StoredFrame,
    shutter: DisplayShutter | None,
    *,
    are_overlays_shown: bool = True,
    row_aspect: float = 1.0,
) -> ImageMarks | None:
    """Return what to draw over a frame; None for nothing.

    Graphics overlays are drawn as they are, regions of interest as their outline, which hides
    nothing inside. The overlay of a bitmap shutter is no graphic.
    """
    hidden = None if shutter is None else hidden_pixels(frame, shutter, row_aspect=row_aspect)
    graphic = overlay_graphic(graphics_of(frame, shutter), frame) if are_overlays_shown else None
    if hidden is None and graphic is None:
        return None
    return ImageMarks(hidden, shutter.presentation_value if shutter else 0, graphic)


def graphics_of(frame: StoredFrame, shutter: DisplayShutter | None) -> tuple[OverlayPlane, ...]:
    """Return the overlays of a frame that are to be seen."""
    hiding = shutter.overlay_group if shutter is not None else None
    return tuple(plane for plane in frame.overlays if plane.group != hiding)


def hidden_pixels(frame: StoredFrame, shutter: DisplayShutter, *, row_aspect: float) -> Mask | None:
    """Return the pixels that a shutter hides; None if there are none."""
    bitmap = None
    for plane in frame.overlays:
        if plane.group == shutter.overlay_group:
            bitmap = placed_over(plane, frame)
    shown = shown_pixels(shutter, frame.rows, frame.columns, row_aspect=row_aspect, bitmap=bitmap)
    return None if shown.all() else ~shown


def overlay_graphic(planes: Sequence[OverlayPlane], frame: StoredFrame) -> Mask | None:
    """Return the pixels that overlays make white; None if there are none."""
    graphic = np.zeros((frame.rows, frame.columns), np.bool_)
    for plane in planes:
        mask = placed_over(plane, frame)
        graphic |= _outline(mask) if plane.overlay_type is OverlayType.ROI else mask
    return graphic if graphic.any() else None


def placed_over(plane: OverlayPlane, frame: StoredFrame) -> Mask:
    """Return a plane's bits at their place in the frame; what lies outside is cut off."""
    whole = np.zeros((frame.rows, frame.columns), np.bool_)
    top, left = max(plane.first_row, 0), max(plane.first_column, 0)
    part = plane.graphic[top - plane.first_row :, left - plane.first_column :]
    room = whole[top : top + part.shape[0], left : left + part.shape[1]]
    room[...] = part[: room.shape[0], : room.shape[1]]
    return whole


def _outline(region: Mask) -> Mask:
    """Return the pixels of a region that touch what is outside of it."""
    inner = cv2.erode(region.astype(np.uint8), CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outline: Mask = region & (np.asarray(inner) == 0)
    return outline


def mark_levels(
    levels: NDArray[Any],
    frame: StoredFrame,
    shutter: DisplayShutter | None,
    *,
    are_overlays_shown: bool = True,
    row_aspect: float = 1.0,
    maximum: int = 255,
) -> NDArray[Any]:
    """Draw shutter and overlays into a frame's own gray levels or RGB, as DCMTK's dcm2pnm does.

    Notes
    -----
    Overlays come in the order of their groups. A graphic is set to `maximum`; a region of interest
    dims what lies outside of it, within its plane, to the upper half of its bits.
    """
    planes = graphics_of(frame, shutter) if are_overlays_shown else ()
    if shutter is None and not planes:
        return levels
    out = levels.copy()
    if shutter is not None:
        hidden = hidden_pixels(frame, shutter, row_aspect=row_aspect)
        if hidden is not None:
            out[hidden] = shutter.gray_level(maximum)
    for plane in planes:
        rows, columns = plane.graphic.shape
        part = out[plane.first_row :, plane.first_column :][:rows, :columns]
        bits = plane.graphic[: part.shape[0], : part.shape[1]]
        if plane.overlay_type is OverlayType.ROI:
            part[~bits] >>= np.uint8(out.dtype.itemsize * 4)
        else:
            part[bits] = maximum
    return out


def seen_marks(
    marks: ImageMarks, transform: ViewTransform, corner: tuple[int, int], shape: tuple[int, ...]
) -> ImageMarks:
    """Return marks as part of a viewport sees them.

    Parameters
    ----------
    marks : ImageMarks
        Of the frame.
    transform : ViewTransform
        Where the frame lies in the viewport.
    corner : tuple of int
        Device pixel (x, y) of the viewport at which the part begins.
    shape : tuple of int
        Height and width of the part in device pixels.
    """
    hidden, graphic = marks.hidden, marks.graphic
    if hidden is not None:
        hidden = sampled(hidden, transform, corner, shape)
    if graphic is not None:
        graphic = sampled(graphic, transform, corner, shape, keeps_lines=True)
    edge = None if graphic is None else _edge_of(graphic)
    return ImageMarks(hidden, marks.shutter_value, graphic, edge)


def _edge_of(graphic: Mask) -> tuple[NDArray[np.intp], ...]:
    """Return rows and columns of the pixels that touch a graphic from outside."""
    wide = cv2.dilate(np.ascontiguousarray(graphic).view(np.uint8), CROSS)
    return np.nonzero(np.asarray(wide).view(np.bool_) & ~graphic)


def draw_marks(pixels: NDArray[np.uint32], seen: ImageMarks, output: DisplayOutput) -> None:
    """Draw marks into a screen's pixels, of the same size, in place."""
    if seen.hidden is not None:
        np.copyto(pixels, p_value_pixel(seen.shutter_value, output), where=seen.hidden)
    if seen.edge is not None:
        around = pixels[seen.edge]
        is_bright = (around & GREEN[output.bit_depth]) > GREEN[output.bit_depth] // 2
        pixels[seen.edge] = np.where(is_bright, p_value_pixel(0, output), around)
    if seen.graphic is not None:
        np.copyto(pixels, p_value_pixel(MAX_P_VALUE, output), where=seen.graphic)


def draw_mark_levels(levels: NDArray[Any], seen: ImageMarks, maximum: int) -> None:
    """Draw marks into gray levels or RGB of the same size, in place."""
    if seen.hidden is not None:
        levels[seen.hidden] = seen.shutter_value * maximum // MAX_P_VALUE
    if seen.graphic is not None:
        levels[seen.graphic] = maximum


def sampled(
    mask: Mask,
    transform: ViewTransform,
    corner: tuple[int, int],
    shape: tuple[int, ...],
    *,
    keeps_lines: bool = False,
) -> Mask:
    """Return a mask of the frame as device pixels see it: the image pixel under their middle.

    With `keeps_lines` a device pixel that covers several image pixels is set if one of them is:
    a line of one pixel does not break when the image is shrunk.
    """
    left, top = transform.origin_px
    swaps = transform.orientation.swaps_axes
    down = _Axis(corner[1] - top, transform.scale_y, shape[0], mask.shape[1 if swaps else 0])
    across = _Axis(corner[0] - left, transform.scale_x, shape[1], mask.shape[0 if swaps else 1])
    column, row = transform.orientation.to_image(
        0.5, 0.5, columns=transform.columns, rows=transform.rows
    )
    of_rows, of_columns = (across, down) if swaps else (down, across)
    # One axis of the image after the other, always the first of the array: quick in any direction
    found = of_rows.of(mask, is_reversed=row > 1, keeps_lines=keeps_lines)
    found = of_columns.of(_turned(found), is_reversed=column > 1, keeps_lines=keeps_lines)
    return found if swaps else _turned(found)


def _turned(mask: Mask) -> Mask:
    """Return the transpose, contiguous: OpenCV's is quicker than a copy."""
    return np.asarray(cv2.transpose(np.ascontiguousarray(mask).view(np.uint8))).view(np.bool_)


@dataclass(frozen=True, slots=True)
class _Axis:
    """One axis of a part of the viewport: its first device pixel counted from the image's edge."""

    offset_px: int
    scale: float
    length_px: int
    count: int

    def of(self, mask: Mask, *, is_reversed: bool, keeps_lines: bool) -> Mask:
        """Return what this axis sees of a mask's first axis."""
        if not (keeps_lines and self.scale < 1):
            index = self.middles
            return np.take(mask, self.count - 1 - index if is_reversed else index, axis=0)
        edges = self.edges
        starts, lasts = edges[:-1], np.maximum(edges[1:] - 1, edges[:-1])
        if is_reversed:
            starts, lasts = self.count - 1 - lasts, self.count - 1 - starts
        found = np.take(mask, starts, axis=0)
        for step in range(1, int((lasts - starts).max()) + 1):
            found |= np.take(mask, np.minimum(starts + step, lasts), axis=0)
        return found

    @property
    def middles(self) -> NDArray[np.int64]:
        """Return the image pixel under the middle of every device pixel."""
        middles = np.arange(self.offset_px, self.offset_px + self.length_px) + 0.5
        index: NDArray[np.int64] = np.floor(middles / self.scale).astype(np.int64)
        return np.clip(index, 0, self.count - 1)

    @property
    def edges(self) -> NDArray[np.int64]:
        """Return the first image pixel of every device pixel, and behind the last one."""
        edges_px = np.arange(self.offset_px, self.offset_px + self.length_px + 1)
        edges = np.clip(np.floor(edges_px / self.scale), 0, self.count - 1).astype(np.int64)
        if edges_px[-1] >= math.floor(self.count * self.scale + 0.5):
            edges[-1] = self.count  # the last device pixel shows what rounding left over
        return edges


def filled(values: NDArray[Any], blank: Mask) -> NDArray[Any]:
    """Return values with those of blank pixels replaced by others of the image.

    Up to `FILLED_PX` away from the image those are the nearest ones. What lies further out no
    interpolation reaches, and it stays as it is.
    """
    if blank.all():
        return values
    result = values.copy()
    rows, columns = values.shape
    for top in range(0, rows, TILE_PX):
        for left in range(0, columns, TILE_PX):
            tile = np.s_[top : top + TILE_PX, left : left + TILE_PX]
            if not blank[tile].any():
                continue
            first_row, first_column = max(top - FILLED_PX, 0), max(left - FILLED_PX, 0)
            around = np.s_[
                first_row : top + TILE_PX + FILLED_PX, first_column : left + TILE_PX + FILLED_PX
            ]
            if not blank[around].all():
                near = _nearest(values[around], blank[around])
                result[tile] = near[top - first_row :, left - first_column :][:TILE_PX, :TILE_PX]
    return result


def _nearest(values: NDArray[Any], blank: Mask) -> NDArray[Any]:
    """Return values with those of blank pixels replaced by the nearest others."""
    _, nearest = cv2.distanceTransformWithLabels(
        blank.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    of_label = np.zeros(int(nearest.max()) + 1, values.dtype)
    of_label[nearest[~blank]] = values[~blank]
    result: NDArray[Any] = of_label[nearest]
    return result


class BlankPixels:
    """Pixels of one frame that are shown black however the image is enlarged.

    Interpolation would mix padding with its neighbours and leave a bright line around it: of mixed
    values where padding is not black by itself, of overshoot where it lies far below them. Such
    pixels are filled from the image and drawn black later.
    """

    def __init__(self) -> None:
        self._mask: tuple[PixelPadding | None, Mask | None] | None = None

    def of(self, frame: StoredFrame, rendering: Rendering) -> Mask | None:
        """Return the mask of the frame; None if there is nothing to draw."""
        padding = rendering.padding
        is_float = frame.stored_values.dtype.kind == "f"
        if not is_float and padding is None:
            return None
        if self._mask is None or self._mask[0] != padding:
            self._mask = (padding, _blank_mask(frame.stored_values, padding))
        return self._mask[1]


def _blank_mask(values: NDArray[Any], padding: PixelPadding | None) -> Mask | None:
    blank = np.zeros(values.shape, np.bool_) if padding is None else _between(values, padding)
    if values.dtype.kind == "f":
        blank |= np.isnan(values)
    return blank if blank.any() else None


def _between(values: NDArray[Any], padding: PixelPadding) -> Mask:
    """Return where values lie in a range; OpenCV's way takes a fifth of the time of NumPy's."""
    lowest, highest = padding.lowest, padding.highest
    if values.dtype not in IN_RANGE:
        return np.asarray((values >= lowest) & (values <= highest))
    kind = np.iinfo(values.dtype)
    if lowest > min(highest, int(kind.max)) or highest < kind.min:
        return np.zeros(values.shape, np.bool_)
    ends = max(lowest, int(kind.min)), min(highest, int(kind.max))
    found = cv2.inRange(np.ascontiguousarray(values), *ends).astype(np.uint8, copy=False)
    found &= 1  # it says 255
    return found.view(np.bool_).reshape(values.shape)

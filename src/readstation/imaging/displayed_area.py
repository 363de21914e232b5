"""The part of an image that a presentation state shows, and how large (PS3.3 C.10.4)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from readstation.imaging.view_transform import MAX_ZOOM, MIN_ZOOM, ViewTransform

ROUNDING = 1e-6  # of a pixel


class SizeMode(Enum):
    """Values of Presentation Size Mode (0070,0100)."""

    SCALE_TO_FIT = "SCALE TO FIT"
    TRUE_SIZE = "TRUE SIZE"
    MAGNIFY = "MAGNIFY"


@dataclass(frozen=True, slots=True)
class DisplayedArea:
    """Two corner pixels, (column, row) counted from 1 before any rotation; both are shown.

    Which corner is which depends on the rotation. They may lie outside the image.
    `row_aspect` is the displayed height of a pixel over its width; None leaves the image's own.
    """

    top_left: tuple[int, int]
    bottom_right: tuple[int, int]
    size_mode: SizeMode = SizeMode.SCALE_TO_FIT
    row_aspect: float | None = None
    magnification: float | None = None
    pixel_spacing_mm: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for positive in (self.row_aspect, self.magnification, *(self.pixel_spacing_mm or ())):
            if positive is not None and not positive > 0:
                raise ValueError("aspect, magnification and spacing are above zero")

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom as image points; (0, 0) is the first pixel's corner.

        >>> DisplayedArea((1, 1), (512, 256)).bounds
        (0.0, 0.0, 512.0, 256.0)
        """
        columns = sorted((self.top_left[0], self.bottom_right[0]))
        rows = sorted((self.top_left[1], self.bottom_right[1]))
        return (columns[0] - 1.0, rows[0] - 1.0, float(columns[1]), float(rows[1]))

    def is_whole(self, columns: int, rows: int) -> bool:
        return self.bounds == (0.0, 0.0, float(columns), float(rows))


def view_of_area(area: DisplayedArea, transform: ViewTransform) -> ViewTransform:
    """Return the transform that shows `area` in the middle of the same viewport.

    Scaled to fit, all of the area is seen and one side of it touches the viewport. TRUE SIZE needs
    the pitch of the screen, which is not known here: it is scaled to fit as well.
    """
    left, top, right, bottom = area.bounds
    aspect = area.row_aspect or transform.row_aspect
    width, height = right - left, (bottom - top) * aspect
    if transform.orientation.swaps_axes:
        width, height = height, width
    zoom = min(transform.viewport_width_px / width, transform.viewport_height_px / height)
    if area.size_mode is SizeMode.MAGNIFY and area.magnification is not None:
        zoom = area.magnification
    return replace(
        transform,
        zoom=min(max(zoom, MIN_ZOOM), MAX_ZOOM),
        center_column=(left + right) / 2,
        center_row=(top + bottom) / 2,
        row_aspect=aspect,
    )


def area_in_view(transform: ViewTransform) -> DisplayedArea:
    """Return the pixels that are seen at least in part, as the reader would store them."""
    corners = [
        transform.to_image(x, y)
        for x in (0.0, float(transform.viewport_width_px))
        for y in (0.0, float(transform.viewport_height_px))
    ]
    columns = _pixels([column for column, _ in corners], transform.columns)
    rows = _pixels([row for _, row in corners], transform.rows)
    seen = sorted(
        ((column, row) for column in columns for row in rows),
        key=lambda pixel: sum(transform.to_viewport(pixel[0] - 0.5, pixel[1] - 0.5)),
    )
    return DisplayedArea(seen[0], seen[-1], row_aspect=transform.row_aspect)


def _pixels(ends: list[float], count: int) -> tuple[int, int]:
    """Return the first and the last pixel, counted from 1, that reach between two image points."""
    first = min(max(math.floor(min(ends) + ROUNDING) + 1, 1), count)
    last = max(min(math.ceil(max(ends) - ROUNDING), count), first)
    return first, last

"""Where an image point lies in the viewport, in device pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from readstation.domain.viewing import VisiblePart
from readstation.imaging.orientation import AS_STORED, DisplayOrientation

MIN_ZOOM, MAX_ZOOM = 0.02, 64.0


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Pan, zoom and orientation of one frame in one viewport.

    `zoom` is device pixels per image column; rows are `row_aspect` times as high. The image point
    `center_column`, `center_row` is shown in the middle of the viewport, moved by less than half
    a device pixel so that the image's corner falls on a device pixel: at zoom 1 nothing is
    resampled.
    """

    columns: int
    rows: int
    viewport_width_px: int
    viewport_height_px: int
    zoom: float
    center_column: float
    center_row: float
    orientation: DisplayOrientation = AS_STORED
    row_aspect: float = 1.0

    @property
    def scale_x(self) -> float:
        """Return device pixels per image pixel along the screen's x."""
        return self.zoom * (self.row_aspect if self.orientation.swaps_axes else 1.0)

    @property
    def scale_y(self) -> float:
        return self.zoom * (1.0 if self.orientation.swaps_axes else self.row_aspect)

    @property
    def seen_columns(self) -> int:
        """Return the image's width in image pixels as it is turned."""
        return self.rows if self.orientation.swaps_axes else self.columns

    @property
    def seen_rows(self) -> int:
        return self.columns if self.orientation.swaps_axes else self.rows

    @property
    def origin_px(self) -> tuple[int, int]:
        """Return the device pixel at which the seen upper left corner of the image lies."""
        x, y = self._seen(self.center_column, self.center_row)
        return (
            math.floor(self.viewport_width_px / 2 - x * self.scale_x + 0.5),
            math.floor(self.viewport_height_px / 2 - y * self.scale_y + 0.5),
        )

    def to_viewport(self, column: float, row: float) -> tuple[float, float]:
        """Return the device pixel (x, y) of an image point."""
        x, y = self._seen(column, row)
        left, top = self.origin_px
        return (left + x * self.scale_x, top + y * self.scale_y)

    def to_image(self, x_px: float, y_px: float) -> tuple[float, float]:
        """Return the image point (column, row) at a device pixel; it may lie outside."""
        left, top = self.origin_px
        return self.orientation.to_image(
            (x_px - left) / self.scale_x,
            (y_px - top) / self.scale_y,
            columns=self.columns,
            rows=self.rows,
        )

    @property
    def visible_part(self) -> VisiblePart:
        """Return what of the image lies inside the viewport."""
        return _visible_part(self)

    @property
    def covered_px(self) -> tuple[int, int, int, int] | None:
        """Return left, top, width and height of what the image covers of the viewport, if any."""
        return _covered_px(self)

    def panned(self, dx_px: float, dy_px: float) -> ViewTransform:
        """Return the transform after dragging the image by device pixels."""
        x, y = self._seen(self.center_column, self.center_row)
        column, row = self.orientation.to_image(
            x - dx_px / self.scale_x, y - dy_px / self.scale_y, columns=self.columns, rows=self.rows
        )
        column = min(max(column, 0.0), float(self.columns))
        row = min(max(row, 0.0), float(self.rows))
        return replace(self, center_column=column, center_row=row)

    def zoomed(self, factor: float, x_px: float, y_px: float) -> ViewTransform:
        """Return the transform after zooming so that the point under (x, y) stays there."""
        zoom = min(max(self.zoom * factor, MIN_ZOOM), MAX_ZOOM)
        column, row = self.to_image(x_px, y_px)
        new = replace(self, zoom=zoom, center_column=column, center_row=row)
        return new.panned(x_px - self.viewport_width_px / 2, y_px - self.viewport_height_px / 2)

    def _seen(self, column: float, row: float) -> tuple[float, float]:
        return self.orientation.to_seen(column, row, columns=self.columns, rows=self.rows)


@lru_cache(maxsize=64)
def _visible_part(transform: ViewTransform) -> VisiblePart:
    """Return it; the same for every image of a series, and asked for after every paint."""
    t = transform
    far_corner_px = (float(t.viewport_width_px), float(t.viewport_height_px))
    ends = (t.to_image(0.0, 0.0), t.to_image(*far_corner_px))
    columns = sorted(min(max(c / t.columns, 0.0), 1.0) for c, _ in ends)
    rows = sorted(min(max(r / t.rows, 0.0), 1.0) for _, r in ends)
    return VisiblePart(columns[0], rows[0], columns[1], rows[1])


@lru_cache(maxsize=64)
def _covered_px(transform: ViewTransform) -> tuple[int, int, int, int] | None:
    t = transform
    left, top = t.origin_px
    right = left + max(math.floor(t.seen_columns * t.scale_x + 0.5), 1)
    bottom = top + max(math.floor(t.seen_rows * t.scale_y + 0.5), 1)
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, t.viewport_width_px), min(bottom, t.viewport_height_px)
    return (left, top, right - left, bottom - top) if left < right and top < bottom else None


def fit_zoom(transform: ViewTransform) -> float:
    """Return the zoom at which the whole image just fits the viewport."""
    unit_x = transform.scale_x / transform.zoom
    unit_y = transform.scale_y / transform.zoom
    return max(
        min(
            transform.viewport_width_px / (transform.seen_columns * unit_x),
            transform.viewport_height_px / (transform.seen_rows * unit_y),
        ),
        MIN_ZOOM,
    )

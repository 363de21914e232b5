"""Zoom and position of a hung image: fitted, at one scale with others, 1:1, or a quarter of it."""

from __future__ import annotations

from dataclasses import replace

from readstation.domain.hanging import Quadrant
from readstation.imaging.view_transform import ViewTransform, fit_zoom

QUARTERS = {
    Quadrant.UPPER_LEFT: (0.25, 0.25),
    Quadrant.UPPER_RIGHT: (0.75, 0.25),
    Quadrant.LOWER_LEFT: (0.25, 0.75),
    Quadrant.LOWER_RIGHT: (0.75, 0.75),
}


def fitted_scale(transform: ViewTransform, column_spacing_mm: float) -> float:
    """Return the device pixels per millimetre at which the whole image just fits."""
    return fit_zoom(transform) / column_spacing_mm


def anchored(transform: ViewTransform, edge: str) -> ViewTransform:
    """Return the transform moved so that the image's `edge`, left or right, is that of the box."""
    half = transform.viewport_width_px / 2 / transform.scale_x
    x = {"left": half, "right": transform.seen_columns - half}.get(edge)
    return _centered(transform, x, None)


def quarter(transform: ViewTransform, quadrant: Quadrant) -> ViewTransform:
    """Return the transform in which a quarter of the image, as seen, just fits the box."""
    across, down = QUARTERS[quadrant]
    zoomed = replace(transform, zoom=2 * fit_zoom(transform))
    return _centered(zoomed, across * transform.seen_columns, down * transform.seen_rows)


def _centered(transform: ViewTransform, x: float | None, y: float | None) -> ViewTransform:
    """Return the transform with a seen point in the middle; None: that of the image."""
    column, row = transform.orientation.to_image(
        transform.seen_columns / 2 if x is None else x,
        transform.seen_rows / 2 if y is None else y,
        columns=transform.columns,
        rows=transform.rows,
    )
    return replace(transform, center_column=column, center_row=row)

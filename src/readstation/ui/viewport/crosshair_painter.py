"""Paints the lines of a crosshair with their handles; their middle is left free."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from readstation.app.viewport.crosshair_shape import (
    GAP_PX,
    Crosshair,
    LineOnScreen,
    Place,
    centre_on_screen,
    on_screen,
)
from readstation.imaging.view_transform import ViewTransform
from readstation.ui import theme

HALO_WIDTH, LINE_WIDTH = 2.6, 1.0
HANDLE_RADIUS = 4.5
INKS = {"axial": "plane_axial", "coronal": "plane_coronal", "sagittal": "plane_sagittal"}


def paint_crosshair(
    painter: QPainter, cross: Crosshair, transform: ViewTransform, pixel_ratio: float
) -> None:
    """Paint on a painter of logical pixels."""
    centre = centre_on_screen(cross, transform)
    for line in on_screen(cross, transform):
        parts = _around(line, centre)
        for width, ink in ((HALO_WIDTH, "image"), (LINE_WIDTH, INKS[line.name])):
            painter.setPen(QPen(theme.colour(ink), width, c=Qt.PenCapStyle.FlatCap))
            for start, end in parts:
                painter.drawLine(_logical(start, pixel_ratio), _logical(end, pixel_ratio))
        painter.setPen(QPen(theme.colour("image"), LINE_WIDTH))
        painter.setBrush(theme.colour(INKS[line.name]))
        for handle in line.handles:
            painter.drawEllipse(_logical(handle, pixel_ratio), HANDLE_RADIUS, HANDLE_RADIUS)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _around(line: LineOnScreen, centre: Place) -> list[tuple[Place, Place]]:
    """Return the line in two parts that end before its centre, or whole if that is not seen."""
    along = (line.end[0] - line.start[0], line.end[1] - line.start[1])
    length = math.hypot(*along)
    if length < 1:
        return []
    unit = (along[0] / length, along[1] / length)
    at = (centre[0] - line.start[0]) * unit[0] + (centre[1] - line.start[1]) * unit[1]
    spans = ((0.0, min(at - GAP_PX, length)), (max(at + GAP_PX, 0.0), length))
    return [
        (_further(line.start, unit, first), _further(line.start, unit, last))
        for first, last in spans
        if first < last
    ]


def _further(start: Place, unit: Place, by: float) -> Place:
    return (start[0] + unit[0] * by, start[1] + unit[1] * by)


def _logical(place: Place, pixel_ratio: float) -> QPointF:
    return QPointF(place[0] / pixel_ratio, place[1] / pixel_ratio)

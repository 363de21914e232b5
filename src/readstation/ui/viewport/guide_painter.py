"""Paints reference lines and the 3D cursor: over the pixels, which are not touched."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from readstation.app.viewport.viewport_links import NO_GUIDES, Guides
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.imaging.view_transform import ViewTransform
from readstation.ui import theme
from readstation.ui.viewport.crosshair_painter import paint_crosshair

HALO_WIDTH, LINE_WIDTH = 3.2, 1.6
CURSOR_ARM, CURSOR_GAP = 14.0, 4.0
DASHES = [8.0, 4.0]


def guides_on(model: ViewportModel) -> Guides:
    """Return what the links draw over the image of a viewport."""
    return model.link_group.guides.on(model) if model.link_group is not None else NO_GUIDES


def paint_guides(
    painter: QPainter, model: ViewportModel, transform: ViewTransform, pixel_ratio: float
) -> None:
    """Paint what the links draw over the image of a viewport, if anything."""
    guides = guides_on(model)
    if guides == NO_GUIDES:
        return

    def at(column: float, row: float) -> QPointF:
        x, y = transform.to_viewport(column, row)
        return QPointF(x / pixel_ratio, y / pixel_ratio)

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if guides.line is not None:
        start, end = guides.line
        _line(painter, guides, at(*start), at(*end))
    if guides.crosshair is not None:
        paint_crosshair(painter, guides.crosshair, transform, pixel_ratio)
    if guides.cursor is not None:
        _cursor(painter, at(guides.cursor.column, guides.cursor.row))
    painter.restore()


def _line(painter: QPainter, guides: Guides, start: QPointF, end: QPointF) -> None:
    painter.setPen(QPen(theme.colour("image"), HALO_WIDTH))
    painter.drawLine(start, end)
    pen = QPen(theme.colour("prior" if guides.role is Role.PRIOR else "accent"), LINE_WIDTH)
    pen.setDashPattern(DASHES)
    painter.setPen(pen)
    painter.drawLine(start, end)


def _cursor(painter: QPainter, at: QPointF) -> None:
    """Draw a cross that leaves its middle free."""
    for width, ink in ((HALO_WIDTH, "image"), (LINE_WIDTH, "measurement")):
        painter.setPen(QPen(theme.colour(ink), width, c=Qt.PenCapStyle.FlatCap))
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            start = at + QPointF(x * CURSOR_GAP, y * CURSOR_GAP)
            painter.drawLine(start, at + QPointF(x * CURSOR_ARM, y * CURSOR_ARM))

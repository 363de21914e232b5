"""Paints measurements with their handles, values, units and sources."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from readstation.domain.measurement import EllipseRoi, Length, Measurement
from readstation.imaging.view_transform import ViewTransform
from readstation.ui import theme

HANDLE_RADIUS = 3.5
CROSS_ARM = 7.0
LABEL_OFFSET = 10.0
HALO_WIDTH, LINE_WIDTH = 3.5, 1.5


class MeasurementPainter:
    """Paints in a box of logical size; image points come through the transform."""

    def __init__(
        self, painter: QPainter, transform: ViewTransform, box: QRectF, pixel_ratio: float
    ) -> None:
        self._painter, self._transform = painter, transform
        self._box, self._pixel_ratio = box, pixel_ratio
        self._font = theme.font("small", QFont.Weight.Medium)

    def paint(self, measurement: Measurement, *, is_selected: bool) -> None:
        points = [self._at(p.column, p.row) for p in measurement.points]
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = theme.colour("accent" if is_selected else "measurement")
        for width, ink in ((HALO_WIDTH, theme.colour("image")), (LINE_WIDTH, color)):
            self._painter.setPen(QPen(ink, width))
            self._shape(measurement, points)
        self._painter.setBrush(color if is_selected else Qt.BrushStyle.NoBrush)
        if len(points) > 1:
            for point in points:
                self._painter.drawEllipse(point, HANDLE_RADIUS, HANDLE_RADIUS)
        self._label(measurement.text.replace(", ", "\n"), points)

    def _at(self, column: float, row: float) -> QPointF:
        x, y = self._transform.to_viewport(column, row)
        return QPointF(x / self._pixel_ratio, y / self._pixel_ratio)

    def _shape(self, measurement: Measurement, points: list[QPointF]) -> None:
        if isinstance(measurement, Length):
            self._painter.drawLine(points[0], points[1])
        elif isinstance(measurement, EllipseRoi):
            self._painter.drawEllipse(QRectF(points[0], points[1]).normalized())
        else:
            x, y = points[0].x(), points[0].y()
            for dx, dy in ((CROSS_ARM, 0.0), (0.0, CROSS_ARM)):
                self._painter.drawLine(QPointF(x - dx, y - dy), QPointF(x + dx, y + dy))

    def _label(self, text: str, points: list[QPointF]) -> None:
        """Put the value beside the rightmost point, inside the box."""
        anchor = max(points, key=lambda p: p.x())
        flags = int((Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop).value)
        size = QFontMetricsF(self._font).boundingRect(QRectF(0, 0, 600, 100), flags, text)
        label = QRectF(
            anchor.x() + LABEL_OFFSET,
            anchor.y() - size.height() / 2,
            size.width() + 2,
            size.height(),
        )
        label.moveLeft(min(label.left(), self._box.right() - label.width() - 2))
        label.moveTop(min(max(label.top(), 2), self._box.bottom() - label.height() - 2))
        background = theme.colour("image")
        background.setAlpha(170)
        self._painter.fillRect(label.adjusted(-3, -1, 3, 1), background)
        self._painter.setFont(self._font)
        self._painter.setPen(theme.colour("measurement"))
        self._painter.drawText(label, flags, text)

"""Paints measurements with their handles, values, units and sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import (
    Arrow,
    EllipseRoi,
    ImagePoint,
    Measurement,
    TextMark,
    Unfinished,
    grips,
)
from readstation.domain.measurement.shape import lines_of
from readstation.imaging.view_transform import ViewTransform
from readstation.ui import theme
from readstation.ui.viewport.label_places import GAP, LabelPlaces, leader

HANDLE_RADIUS = 3.5
CROSS_ARM = 7.0
HEAD_PX, HEAD_RAD = 12.0, math.radians(24)
HALO_WIDTH, LINE_WIDTH, CHOSEN_WIDTH = 3.5, 1.5, 2.5
CLOSE_TO_POINT = 6.0
AROUND = tuple((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
LEFT_TOP = int((Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop).value)


@dataclass(frozen=True, slots=True)
class Shown:
    """One measurement as it is to be painted: what is said beside it, and in which colour."""

    measurement: Measurement
    words: str
    colour: str = "measurement"
    is_selected: bool = False
    is_own: bool = True


class MeasurementPainter:
    """Paints in a box of logical size; image points come through the transform."""

    def __init__(
        self, painter: QPainter, transform: ViewTransform, box: QRectF, pixel_ratio: float
    ) -> None:
        self._painter, self._transform = painter, transform
        self._pixel_ratio = pixel_ratio
        self._places = LabelPlaces(box)
        self._font = theme.font("small", QFont.Weight.Medium)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def paint_all(self, every: Iterable[Shown]) -> None:
        """Paint all lines, then all words: no label lies over what was measured."""
        shown = tuple(every)
        for one in shown:
            self._paint_lines(one)
            self._places.keep_free(self._extent(one.measurement))
        for one in sorted(shown, key=lambda one: not one.is_selected):
            self._paint_words(one)

    def paint_unfinished(self, drawn: Unfinished, words: str) -> None:
        """Paint what is there of a measurement that needs more points, with its value so far."""
        points, colour = self._all_at(drawn.points), theme.colour("accent")
        if drawn.so_far is not None:
            self.paint_all([Shown(drawn.so_far, words, "accent", is_own=False)])
        else:
            further = [] if drawn.towards is None else [self._at(drawn.towards)]
            way = QPolygonF([*points, *further])
            self._twice(lambda: self._painter.drawPolyline(way), colour)
        if not drawn.is_outline:
            self._handles(points, colour, is_filled=True)

    def _paint_lines(self, one: Shown) -> None:
        measurement, colour = one.measurement, self._colour(one)
        width = CHOSEN_WIDTH if one.is_selected else LINE_WIDTH
        self._twice(lambda: self._shape(measurement), colour, width)
        if one.is_own and not isinstance(measurement, TextMark) and len(measurement.points) > 1:
            points = [self._at(point) for _, point in grips(measurement)]
            self._handles(points, colour, is_filled=one.is_selected)

    def _shape(self, measurement: Measurement) -> None:
        points = self._all_at(measurement.points)
        if isinstance(measurement, EllipseRoi):
            self._painter.drawEllipse(QRectF(points[0], points[1]).normalized())
            return
        for line in lines_of(measurement):
            self._painter.drawPolyline(QPolygonF(self._all_at(line)))
        if isinstance(measurement, Arrow):
            self._head(points[0], points[1])
        elif len(points) == 1:
            self._cross(points[0])

    def _head(self, tip: QPointF, tail: QPointF) -> None:
        back = math.atan2(tail.y() - tip.y(), tail.x() - tip.x())
        for side in (-HEAD_RAD, HEAD_RAD):
            along = QPointF(math.cos(back + side), math.sin(back + side)) * HEAD_PX
            self._painter.drawLine(tip, tip + along)

    def _cross(self, at: QPointF) -> None:
        for dx, dy in ((CROSS_ARM, 0.0), (0.0, CROSS_ARM)):
            self._painter.drawLine(QPointF(at.x() - dx, at.y() - dy), at + QPointF(dx, dy))

    def _handles(self, points: list[QPointF], colour: QColor, *, is_filled: bool) -> None:
        self._painter.setPen(QPen(colour, LINE_WIDTH))
        self._painter.setBrush(colour if is_filled else Qt.BrushStyle.NoBrush)
        for point in points:
            self._painter.drawEllipse(point, HANDLE_RADIUS, HANDLE_RADIUS)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _twice(self, draw: Callable[[], None], colour: QColor, width: float = LINE_WIDTH) -> None:
        """Draw a dark halo, then the line: visible over bright and dark pixels."""
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        halo = HALO_WIDTH + width - LINE_WIDTH
        for wide, ink in ((halo, theme.colour("image")), (width, colour)):
            self._painter.setPen(QPen(ink, wide))
            draw()

    def _paint_words(self, one: Shown) -> None:
        text = one.words.replace(", ", "\n")
        if not text:
            return
        metrics = QFontMetricsF(self._font)
        size = metrics.boundingRect(QRectF(0, 0, 600, 200), LEFT_TOP, text).size()
        size += QSizeF(2, 0)
        measurement = one.measurement
        around, gap = self._extent(measurement), GAP
        if isinstance(measurement, Arrow):
            around, gap = QRectF(self._at(measurement.tail), QSizeF(0, 0)), CLOSE_TO_POINT
        elif len(measurement.points) == 1:
            gap = CLOSE_TO_POINT
        label = self._places.take(around, size, gap)
        line = leader(label, self._anchors(measurement))
        if line is not None:
            self._paint_leader(line, self._colour(one))
        self._paint_text(text, label, self._colour(one))

    def _paint_leader(self, line: QLineF, colour: QColor) -> None:
        self._painter.setPen(QPen(theme.colour("image"), HALO_WIDTH - 0.5))
        self._painter.drawLine(line)
        self._painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
        self._painter.drawLine(line)

    def _paint_text(self, text: str, place: QRectF, colour: QColor) -> None:
        self._painter.setFont(self._font)
        self._painter.setPen(theme.colour("image"))
        for dx, dy in AROUND:
            self._painter.drawText(place.translated(dx, dy), LEFT_TOP, text)
        self._painter.setPen(colour)
        self._painter.drawText(place, LEFT_TOP, text)

    def _anchors(self, measurement: Measurement) -> list[QPointF]:
        """Return the points a leader may end at."""
        points = self._all_at(measurement.points)
        if isinstance(measurement, Arrow):
            return points[1:]
        if isinstance(measurement, EllipseRoi):
            oval = QRectF(points[0], points[1]).normalized()
            middle = oval.center()
            return [
                QPointF(oval.left(), middle.y()),
                QPointF(oval.right(), middle.y()),
                QPointF(middle.x(), oval.top()),
                QPointF(middle.x(), oval.bottom()),
            ]
        return points

    def _extent(self, measurement: Measurement) -> QRectF:
        """Return the rectangle around a measurement, handles included."""
        area = QPolygonF(self._all_at(measurement.points)).boundingRect()
        reach = CROSS_ARM if len(measurement.points) == 1 else HANDLE_RADIUS
        return area.adjusted(-reach, -reach, reach, reach)

    def _colour(self, one: Shown) -> QColor:
        # The accent means "current" too: what was measured on a prior stays in the prior's colour.
        return theme.colour("accent" if one.is_selected and one.is_own else one.colour)

    def _all_at(self, points: Iterable[ImagePoint]) -> list[QPointF]:
        return [self._at(point) for point in points]

    def _at(self, point: ImagePoint) -> QPointF:
        x, y = self._transform.to_viewport(point.column, point.row)
        return QPointF(x / self._pixel_ratio, y / self._pixel_ratio)


def paint_measurements(
    model: ViewportModel, painter: QPainter, transform: ViewTransform, box: QRectF, ratio: float
) -> None:
    """Paint all that is measured on the frame of a viewport, and what is being drawn."""
    visible, draft = model.visible_measurements, model.draft
    if not visible and not isinstance(draft, Unfinished):
        return
    painter.save()
    measurements = MeasurementPainter(painter, transform, box, ratio)
    measurements.paint_all(_shown(model, measurement) for measurement in visible)
    if isinstance(draft, Unfinished):
        words = visible_text(draft.so_far.text) if draft.so_far is not None else ""
        measurements.paint_unfinished(draft, words)
    painter.restore()


def _shown(model: ViewportModel, measurement: Measurement) -> Shown:
    is_own = model.measurements.is_own(measurement)
    colour = "measurement"
    if not is_own:
        colour = "routine_text" if measurement.maker else "prior_text"
    return Shown(
        measurement,
        visible_text(model.measurements.say(measurement)),
        colour,
        measurement.measurement_uid == model.state.selected_measurement_uid,
        is_own,
    )

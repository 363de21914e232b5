"""Paints the graphics and texts of a presentation state. Text is plain text, whatever it says."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from readstation.app.viewport.overlay_text import visible_text
from readstation.imaging.cielab import srgb_of
from readstation.imaging.graphic_annotation import (
    Annotation,
    Graphic,
    GraphicLayer,
    Justification,
    Point,
    TextObject,
)
from readstation.imaging.graphic_geometry import Outline, Placement, bezier_segments, outline_of
from readstation.ui import theme

LINE_WIDTH, HALO_WIDTH = 1.5, 3.5
MARK_ARM = 5.0
FILL_ALPHA = 70
GROUND_ALPHA = 150
ANCHOR_GAP = 14.0
BRIGHT = 110  # lightness of an ink (0 to 255) from which it gets a black outline, else a white one
MAX_P_VALUE = 65_535
ALIGNMENTS = {
    Justification.LEFT: Qt.AlignmentFlag.AlignLeft,
    Justification.CENTER: Qt.AlignmentFlag.AlignHCenter,
    Justification.RIGHT: Qt.AlignmentFlag.AlignRight,
}


class GraphicPainter:
    """Paints annotations in a box of logical size; points come through the placement."""

    def __init__(self, painter: QPainter, placement: Placement, pixel_ratio: float) -> None:
        self._painter, self._placement, self._ratio = painter, placement, pixel_ratio
        self._font = theme.font("small", QFont.Weight.Medium)

    def paint(self, annotation: Annotation, layer: GraphicLayer) -> None:
        """Paint one annotation in the colour of its layer."""
        ink = ink_of(layer)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for graphic in annotation.graphics:
            self._graphic(graphic, ink)
        for text in annotation.texts:
            self._text(text, ink)

    def _graphic(self, graphic: Graphic, ink: QColor) -> None:
        outline = outline_of(graphic, self._placement)
        path = self._marks(outline) if outline.is_marks else self._line(outline)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        if graphic.is_filled and not outline.is_marks:
            filling = QColor(ink)
            filling.setAlpha(FILL_ALPHA)
            self._painter.fillPath(path, filling)
        self._stroke(path, ink)

    def _stroke(self, path: QPainterPath, ink: QColor) -> None:
        for width, color in ((HALO_WIDTH, halo_of(ink)), (LINE_WIDTH, ink)):
            pen = QPen(color, width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            self._painter.setPen(pen)
            self._painter.drawPath(path)

    def _marks(self, outline: Outline) -> QPainterPath:
        path = QPainterPath()
        for point in map(self._logical, outline.points):
            for step in (QPointF(MARK_ARM, 0), QPointF(0, MARK_ARM)):
                path.moveTo(point - step)
                path.lineTo(point + step)
        return path

    def _line(self, outline: Outline) -> QPainterPath:
        path = QPainterPath(self._logical(outline.points[0]))
        if outline.is_curve:
            for segment in bezier_segments(outline.points):
                path.cubicTo(*(self._logical(point) for point in segment))
        else:
            for point in outline.points[1:]:
                path.lineTo(self._logical(point))
        if outline.is_closed:
            path.closeSubpath()
        return path

    def _text(self, text: TextObject, ink: QColor) -> None:
        shown = "\n".join(visible_text(line) for line in text.text.splitlines())
        anchor = None
        if text.anchor is not None:
            anchor = self._logical(self._placement.place(text.anchor.point, text.anchor.units))
        box, alignment = self._text_box(text, shown, anchor)
        if anchor is not None and text.anchor is not None and text.anchor.is_visible:
            self._connect(box, anchor, ink)
        ground = halo_of(ink)
        ground.setAlpha(GROUND_ALPHA)
        self._painter.fillRect(box.adjusted(-3, -1, 3, 1), ground)
        self._painter.setFont(self._font)
        self._painter.setPen(ink)
        self._painter.drawText(box, _flags(alignment), shown)

    def _text_box(
        self, text: TextObject, shown: str, anchor: QPointF | None
    ) -> tuple[QRectF, Justification]:
        """Return where the words stand: in their box, or beside their anchor."""
        alignment = text.box.justification if text.box is not None else Justification.LEFT
        flags, room = _flags(Justification.LEFT), QRectF(0, 0, 2000, 1000)
        size = QFontMetricsF(self._font).boundingRect(room, flags, shown)
        words = QRectF(0, 0, size.width() + 2, size.height())
        if text.box is not None:
            corners = (value / self._ratio for value in self._placement.place_box(text.box))
            left, top, right, _ = corners
            words.moveTop(top)
            if alignment is Justification.CENTER:
                words.moveLeft((left + right - words.width()) / 2)
            elif alignment is Justification.RIGHT:
                words.moveRight(right)
            else:
                words.moveLeft(left)
        elif anchor is not None:
            words.moveTopLeft(anchor + QPointF(ANCHOR_GAP, -words.height() / 2))
        return words, alignment

    def _connect(self, box: QRectF, anchor: QPointF, ink: QColor) -> None:
        nearest = QPointF(
            min(max(anchor.x(), box.left()), box.right()),
            min(max(anchor.y(), box.top()), box.bottom()),
        )
        path = QPainterPath(nearest)
        path.lineTo(anchor)
        self._stroke(path, ink)

    def _logical(self, point: Point) -> QPointF:
        return QPointF(point[0] / self._ratio, point[1] / self._ratio)


def ink_of(layer: GraphicLayer) -> QColor:
    """Return the colour that a layer recommends, else one that stands out from grays."""
    if layer.cielab is not None:
        return QColor(*srgb_of(layer.cielab))
    if layer.gray is not None:
        level = layer.gray * 255 // MAX_P_VALUE
        return QColor(level, level, level)
    return theme.colour("measurement")


def halo_of(ink: QColor) -> QColor:
    """Return what outlines an ink, so that it is seen on bright and on dark images."""
    is_bright = ink.lightness() >= BRIGHT
    return QColor(theme.colour("image" if is_bright else "strong"))


def _flags(justification: Justification) -> int:
    return int((ALIGNMENTS[justification] | Qt.AlignmentFlag.AlignTop).value)

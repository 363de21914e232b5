"""How marked images are told at a glance: by shape as well as by colour, the same everywhere."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from readstation.app.reading.key_image_book import Star
from readstation.ui import theme

COLOURS = {
    Star.REJECTED: "critical",
    Star.DOUBTED: "significant",
    Star.OWN: "accent",
    Star.FILED: "text",
}
SIDE_PX, TEXT_PX, GAP_PX = 14, 9, 4
INNER = 0.45
HALO_WIDTH, LINE_WIDTH = 3.0, 1.4


def paint_star(painter: QPainter, star: Star, place: QRectF) -> None:
    """Paint one mark over anything: filled star, star in outline, triangle, or a cross."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("image"), HALO_WIDTH))
    _outline(painter, star, place)
    ink = theme.colour(COLOURS[star])
    painter.setPen(QPen(ink, LINE_WIDTH + (0.6 if star is Star.REJECTED else 0)))
    painter.setBrush(ink if star is Star.OWN else theme.colour("image"))
    _outline(painter, star, place)


def star_icon(star: Star) -> QIcon:
    """Return the mark as a picture for a button or a line of text."""
    return QIcon(star_picture(star))


def star_picture(star: Star, scale: float = 2.0) -> QPixmap:
    """Return the mark as a picture of the size of small letters."""
    side = round(SIDE_PX * scale)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.scale(scale, scale)
    paint_star(painter, star, QRectF(0, 0, SIDE_PX, SIDE_PX).adjusted(2, 2, -2, -2))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


class StarCount(QWidget):
    """Lies over a thumbnail: how many of its images are marked in each way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.counts: tuple[tuple[Star, int], ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._font = theme.font("tiny", QFont.Weight.DemiBold)
        self.hide()

    def show_stars(self, stars: Iterable[Star]) -> None:
        """Count the marks; none hides the widget."""
        found = Counter(stars)
        counts = tuple((star, found[star]) for star in Star if found[star])
        if counts != self.counts:
            self.counts = counts
            self.resize(self.sizeHint())
            self.update()
        self.setVisible(bool(counts))

    @property
    def words(self) -> str:
        """Return the same for who listens."""
        return ", ".join(f"{count} {star.value}" for star, count in self.counts)

    def sizeHint(self) -> QSize:
        digits = sum(len(str(count)) for _, count in self.counts)
        width = len(self.counts) * (SIDE_PX + GAP_PX) + digits * TEXT_PX + GAP_PX
        return QSize(width, SIDE_PX + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.fillRect(self.rect(), theme.colour("image"))
        left = float(GAP_PX)
        for star, count in self.counts:
            place = QRectF(left, 2, SIDE_PX, SIDE_PX).adjusted(1, 1, -1, -1)
            paint_star(painter, star, place)
            width = TEXT_PX * len(str(count))
            painter.setPen(theme.colour("text"))
            box = QRectF(left + SIDE_PX + 1, 0, width + GAP_PX, self.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter.value), str(count))
            left += SIDE_PX + GAP_PX + width
        painter.end()


def _outline(painter: QPainter, star: Star, place: QRectF) -> None:
    if star is Star.REJECTED:
        painter.drawLine(place.topLeft(), place.bottomRight())
        painter.drawLine(place.topRight(), place.bottomLeft())
    elif star is Star.DOUBTED:
        top = QPointF(place.center().x(), place.top())
        painter.drawPolygon(QPolygonF([top, place.bottomRight(), place.bottomLeft()]))
    else:
        painter.drawPolygon(_star(place))


def _star(place: QRectF) -> QPolygonF:
    center, radius = place.center(), place.width() / 2
    points = []
    for corner in range(10):
        turn = math.pi * corner / 5 - math.pi / 2
        reach = radius * (INNER if corner % 2 else 1.0)
        points.append(center + QPointF(math.cos(turn), math.sin(turn)) * reach)
    return QPolygonF(points)

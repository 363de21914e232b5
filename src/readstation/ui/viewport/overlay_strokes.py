"""How the lines, badges and bars over an image are painted, one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from readstation.app.viewport.overlay_text import Caution, OverlayBadge
from readstation.ui import theme
from readstation.ui.viewport.sprites import Strokes

TEXT = "text"
LEFT = int(Qt.AlignmentFlag.AlignLeft.value)
RIGHT = int(Qt.AlignmentFlag.AlignRight.value)
CENTRE = int(Qt.AlignmentFlag.AlignHCenter.value)
ONE_LINE = int(Qt.AlignmentFlag.AlignVCenter.value) | int(Qt.TextFlag.TextSingleLine.value)
MARGIN = 8.0
GAP = 12.0
OVERHANG = 5.0  # of letters and their marks beyond the line they stand in
GROUND_ALPHA = 165  # text stays above 4.5:1 on a white image
READ_KEY = "Shift+I"
LONGEST_MESSAGE = 2000  # characters; what a file says is repeated in some messages
BADGE_COLOURS = {
    Caution.LOSSY: "significant",
    Caution.SIMULATED: "incidental",
    Caution.FLIPPED: "critical",
    Caution.PRESENTATION: "current",
    Caution.DISPLAY: "routine",
    Caution.HIDDEN: "significant",
    Caution.DISPLAY_FAULT: "significant",
    Caution.NOTE: "significant",
}


class Line(NamedTuple):
    """One line of plain text and the room it has. `ink` is a colour of the theme.

    A tuple, as it is also the name of what is painted: a dozen are looked up for every paint.
    """

    text: str
    left: float
    top: float
    room: float
    flags: int = LEFT
    ink: str = TEXT
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    box: QRectF
    flags: int
    text: str
    font: QFont


class Lettering:
    """The two fonts of the words over an image, and what is written in them."""

    def __init__(self) -> None:
        self.font = theme.font("small")
        self.bold = theme.font("small", QFont.Weight.DemiBold)
        self.metrics = QFontMetricsF(self.font)
        self.line_height = self.metrics.height()
        self._widths: dict[str, float] = {}

    def width_of(self, text: str) -> float:
        """Return how wide the words of a scale bar are; there are few such words."""
        if text not in self._widths:
            self._widths[text] = self.metrics.horizontalAdvance(text)
        return self._widths[text]

    def line(self, line: Line) -> Strokes:
        """Write a line, shortened to its room, on a dark ground: bone is white."""
        font = self.bold if line.is_bold else self.font
        metrics = QFontMetricsF(font)
        box = QRectF(line.left, line.top, line.room, self.line_height)
        style = line.flags | ONE_LINE
        shown, inked = line.text, metrics.boundingRect(box, style, line.text)
        if inked.width() > line.room - 1:  # shaping text costs more than all else here
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, line.room)
            inked = metrics.boundingRect(box, style, shown)

        def paint(painter: QPainter) -> None:
            ground = theme.colour("image")
            ground.setAlpha(GROUND_ALPHA)
            painter.fillRect(inked.adjusted(-2, 0, 2, 0), ground)
            painter.setFont(font)
            painter.setPen(theme.colour(line.ink))
            painter.drawText(box, style, shown)

        return Strokes(inked.adjusted(-OVERHANG, -OVERHANG, OVERHANG, OVERHANG), paint)

    def badge(
        self, badge: OverlayBadge, edge: float, top: float, room: float, *, is_left: bool = False
    ) -> Strokes:
        """Write the words of a badge, or its short ones, on its ground, at a left or right edge."""
        metrics = QFontMetricsF(self.bold)
        is_wide = metrics.horizontalAdvance(badge.text) > room - GAP
        said = badge.short if is_wide and badge.short else badge.text
        text = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room - GAP)
        width = metrics.horizontalAdvance(text) + GAP
        box = QRectF(edge if is_left else edge - width, top, width, self.line_height + 2)
        flags = int(Qt.AlignmentFlag.AlignCenter.value)
        return _on_badge(box, badge.caution, _Words(box, flags, text, self.bold))

    def note(self, text: str, box: QRectF, flags: int) -> Strokes:
        """Write a whole sentence on the ground of a badge."""
        words = box.adjusted(GAP / 2, 2, -GAP / 2, -2)
        return _on_badge(box, Caution.NOTE, _Words(words, flags, text, self.font))

    def paragraph(self, text: str, middle: QPointF, within: QRectF, ink: str) -> Strokes:
        """Write wrapped text around a point, but within a rectangle."""
        flags = int((Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap).value)
        high = max(within.height(), self.line_height)
        limit = QRectF(within.left(), 0, within.width(), high)
        shown = _fitted(text, lambda words: self.metrics.boundingRect(limit, flags, words), limit)
        box = self.metrics.boundingRect(limit, flags, shown)
        box.moveCenter(middle)
        box.moveBottom(min(box.bottom(), within.bottom()))
        box.moveTop(max(box.top(), within.top()))
        ground = box.adjusted(-8, -5, 8, 5)

        def paint(painter: QPainter) -> None:
            painter.fillRect(ground, theme.colour("panel"))
            painter.setFont(self.font)
            painter.setPen(theme.colour(ink))
            painter.drawText(box, flags, shown)

        return Strokes(ground, paint)


def edge_strokes(edge: QRectF, ink: str) -> Strokes:
    """Return a coloured edge."""
    return Strokes(edge, lambda painter: painter.fillRect(edge, theme.colour(ink)))


def bar_strokes(middle: float, length: float, y: float) -> Strokes:
    """Return a line with a tick at either end."""
    left, right = middle - length / 2, middle + length / 2

    def paint(painter: QPainter) -> None:
        for width, ink in ((4.0, theme.colour("image")), (1.5, theme.colour("text"))):
            painter.setPen(QPen(ink, width))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.drawLine(QPointF(left, y - 5), QPointF(left, y))
            painter.drawLine(QPointF(right, y - 5), QPointF(right, y))

    return Strokes(QRectF(left, y - 5, length, 5).adjusted(-4, -4, 4, 4), paint)


def _on_badge(box: QRectF, caution: Caution, words: _Words) -> Strokes:
    """Return a badge with its frame and fill, and what is written on it."""
    name = BADGE_COLOURS[caution]

    def paint(painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour(name), 1))
        painter.setBrush(theme.colour(f"{name}_fill"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(theme.colour(f"{name}_text"))
        painter.setFont(words.font)
        painter.drawText(words.box, words.flags, words.text)

    return Strokes(box.adjusted(-1, -1, 1, 1), paint)


def _fitted(text: str, measure: Callable[[str], QRectF], limit: QRectF) -> str:
    """Return as many whole words of `text` as fit, with where to read the others."""

    def fits(words: str) -> bool:
        needed = measure(words)
        return needed.height() <= limit.height() and needed.width() <= limit.width()

    text = text[:LONGEST_MESSAGE]
    if fits(text):
        return text
    words = text.split(" ")
    counts = range(len(words) - 1, 0, -1)
    shorter = (f"{' '.join(words[:count])} … ({READ_KEY})" for count in counts)
    return next((s for s in shorter if fits(s)), f"… ({READ_KEY})")

"""A clock as a bar and a number: how much of the time is used, how much is left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.ui import theme

BAR_WIDTH_PX = 84
BAR_HEIGHT_PX = 6
TEXT_WIDTH_PX = 108
GAP_PX = 10
WIDE_BAR_PX, THIN_BAR_PX = 104, 5


def paint_due(painter: QPainter, box: QRectF, fraction: float, text: str, tone: str) -> None:
    """Draw the bar filled to `fraction` (a full one is overdue) and `text` beside it.

    `tone` is the colour of the theme that the state has: routine, significant or critical.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    track = QRectF(box.left(), box.center().y() - BAR_HEIGHT_PX / 2, BAR_WIDTH_PX, BAR_HEIGHT_PX)
    _paint_bar(painter, track, fraction, tone)
    late = fraction >= 1
    painter.setPen(theme.colour(f"{tone}_text" if tone != "routine" else "text"))
    weight = QFont.Weight.DemiBold if late else QFont.Weight.Normal
    painter.setFont(theme.font("text", weight))
    left = track.right() + GAP_PX
    painter.drawText(
        QRectF(left, box.top(), box.right() - left, box.height()),
        Qt.AlignmentFlag.AlignVCenter,
        text,
    )
    painter.restore()


def paint_due_lines(painter: QPainter, box: QRectF, fraction: float, text: str, tone: str) -> None:
    """Draw the number with the bar under it, for narrow places."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = box.center().y()
    bar = QRectF(box.left(), middle + 7, min(box.width(), WIDE_BAR_PX), THIN_BAR_PX)
    _paint_bar(painter, bar, fraction, tone)
    painter.setPen(theme.colour(f"{tone}_text" if tone != "routine" else "text"))
    weight = QFont.Weight.DemiBold if fraction >= 1 else QFont.Weight.Medium
    painter.setFont(theme.font("text", weight))
    line = QRectF(box.left(), middle - 17, box.width(), 20)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def _paint_bar(painter: QPainter, track: QRectF, fraction: float, tone: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("line"))
    painter.drawRoundedRect(track, 2, 2)
    used = min(max(fraction, 0.0), 1.0)
    if used > 0:
        painter.setBrush(theme.colour(tone))
        filled = track.adjusted(0, 0, -track.width() * (1 - used), 0)
        painter.drawRoundedRect(filled, 2, 2)


class DueBar(QWidget):
    """Shows one clock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._fraction, self._tone, self.text = 0.0, "routine", ""

    def set_due(self, fraction: float, text: str, tone: str) -> None:
        self._fraction, self.text, self._tone = fraction, text, tone
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BAR_WIDTH_PX + GAP_PX + TEXT_WIDTH_PX, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_due(painter, QRectF(self.rect()), self._fraction, self.text, self._tone)
        painter.end()

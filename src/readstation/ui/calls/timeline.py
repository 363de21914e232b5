"""Today's results against their deadlines: one row each, to look at rather than to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.app.critical_result.open_results import CallCard
from readstation.domain.critical_result import CallOutcome
from readstation.ui import theme
from readstation.ui.widgets.badge import Shape, paint_shape

ROW_PX = 18
AXIS_PX = 20
MAX_ROWS = 8
LABEL_PX = 190
BAR_PX = 8
SHORTEST = timedelta(minutes=75)
TICKS = tuple(timedelta(minutes=m) for m in (15, 30, 60, 120, 240, 720, 1440))
MAX_TICKS = 8


class Timeline(QWidget):
    """Shows how much of each result's time was used, and every attempt in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._cards: tuple[CallCard, ...] = ()
        self._now: datetime | None = None
        self._start = self._end = datetime.min

    def show_cards(self, cards: Sequence[CallCard], now: datetime) -> None:
        """Show the most pressing results; `now` is the line through them."""
        self._cards, self._now = tuple(cards[:MAX_ROWS]), now
        if self._cards:
            self._start = min(c.result.discovered_at for c in self._cards)
            last = max(c.result.closed_at or now for c in self._cards)
            self._start = max(self._start, now - timedelta(hours=24))
            self._end = max(last, now, self._start + SHORTEST) + timedelta(minutes=10)
        self.setVisible(bool(self._cards))
        self.setAccessibleName(f"{len(self._cards)} results against their deadlines")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, ROW_PX * len(self._cards) + AXIS_PX + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._cards or self._now is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axis(painter)
        for row, card in enumerate(self._cards):
            self._paint_row(painter, row, card, self._now)
        x = self._x(self._now)
        painter.setPen(QPen(theme.colour("text"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height() - AXIS_PX))
        painter.end()

    def _x(self, at: datetime) -> float:
        share = (at - self._start) / (self._end - self._start)
        return LABEL_PX + min(max(share, 0.0), 1.0) * (self.width() - LABEL_PX - 8)

    def _paint_axis(self, painter: QPainter) -> None:
        zone = self._cards[0].zone
        span = self._end - self._start
        step = next((t for t in TICKS if span / t <= MAX_TICKS), TICKS[-1])
        local = self._start.astimezone(zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        tick = midnight + ((local - midnight) // step + 1) * step
        painter.setFont(theme.font("tiny"))
        bottom = self.height() - AXIS_PX
        while tick < self._end:
            x = self._x(tick)
            painter.setPen(theme.colour("line"))
            painter.drawLine(QPointF(x, 0), QPointF(x, bottom))
            painter.setPen(theme.colour("dim"))
            box = QRectF(x - 30, bottom + 2, 60, AXIS_PX - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{tick.astimezone(zone):%H:%M}")
            tick += step

    def _paint_row(self, painter: QPainter, row: int, card: CallCard, now: datetime) -> None:
        result, middle = card.result, row * ROW_PX + ROW_PX / 2
        used_until = result.closed_at or now
        late = used_until > result.due_at
        tone = "critical" if late else ("good" if result.closed_at else result.urgency.value)
        painter.setFont(theme.font("tiny"))
        painter.setPen(theme.colour("text" if result.is_open else "dim"))
        label = QRectF(0, middle - ROW_PX / 2, LABEL_PX - 10, ROW_PX)
        words = painter.fontMetrics().elidedText(
            card.message, Qt.TextElideMode.ElideRight, int(label.width())
        )
        painter.drawText(label, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        begin, due, until = (
            self._x(at) for at in (result.discovered_at, result.due_at, used_until)
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{tone}_fill"))
        painter.drawRect(QRectF(begin, middle - BAR_PX / 2, max(due - begin, 1), BAR_PX))
        painter.setBrush(theme.colour(tone))
        painter.drawRect(QRectF(begin, middle - BAR_PX / 2, max(until - begin, 1), BAR_PX))
        painter.setPen(QPen(theme.colour("strong"), 2))
        painter.drawLine(QPointF(due, middle - BAR_PX), QPointF(due, middle + BAR_PX))
        for attempt in result.attempts:
            reached = attempt.outcome is CallOutcome.REACHED
            shape, ink = (Shape.DISC, "good_text") if reached else (Shape.RING, "strong")
            centre = QPointF(self._x(attempt.ended_at), middle)
            paint_shape(painter, centre, shape, theme.colour(ink))

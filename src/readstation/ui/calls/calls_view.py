"""The call screen: every result that has to be communicated, and the panel to log a call."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.critical_result.open_results import CallCard, call_cards, count_calls, is_today
from readstation.app.jobs import JobContext
from readstation.ui import theme
from readstation.ui.calls.call_card_view import CallCardView
from readstation.ui.calls.call_panel import CallPanel
from readstation.ui.calls.timeline import Timeline
from readstation.ui.refreshing import Refreshing
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import EmptyState
from readstation.ui.widgets.text import PlainLabel

PANEL_WIDTH_PX = 452
TICK_MS = 1000


class CallsView(QWidget):
    """Shows cards, overdue first; the chosen one has its call panel on the right."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "screen")
        self.cards: list[CallCardView] = []
        self.panel = CallPanel(context)
        self.panel.leave_button.hide()
        self.timeline = Timeline()
        self._refreshing = Refreshing(context, self._read, self._take, self)
        self._place()
        self._stop = context.changes.listen(
            {Subject.CRITICAL_RESULTS, Subject.REPORT}, self.refresh
        )
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.refresh()

    def _place(self) -> None:
        times = QVBoxLayout()
        times.setContentsMargins(16, 10, 16, 0)
        times.addWidget(self.timeline)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._head())
        left.addLayout(times)
        left.addWidget(self._list_or_nothing(), 1)
        detail = theme.surface("detail")
        detail.setFixedWidth(PANEL_WIDTH_PX)
        inner = QVBoxLayout(detail)
        inner.setContentsMargins(1, 0, 0, 0)
        inner.addWidget(_scrolled(self.panel))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(detail)

    def _head(self) -> QWidget:
        head = theme.surface("toolbar")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(10)
        row.addWidget(PlainLabel("Critical communications", role="title"))
        self.badges = [Badge("", "plain") for _ in range(5)]
        for badge in self.badges:
            row.addWidget(badge)
        row.addStretch(1)
        return head

    def _list_or_nothing(self) -> QWidget:
        self._list = QVBoxLayout()
        self._list.setContentsMargins(16, 14, 16, 14)
        self._list.setSpacing(10)
        self._list.addStretch(1)
        content = QWidget()
        content.setProperty("role", "scroll-content")
        content.setLayout(self._list)
        self._stack = QStackedWidget()
        self._stack.addWidget(_scrolled(content))
        self._stack.addWidget(
            EmptyState(
                "phone",
                "Nobody has to be called.",
                "Flag a finding critical or significant in its report to start a clock here.",
            )
        )
        return self._stack

    def refresh(self) -> None:
        """Read all results again; what is being entered stays."""
        self._refreshing.refresh()

    def tick(self) -> None:
        """One second has passed."""
        if not self.isVisible():
            return
        now = self._context.station.clock.now()
        for view in self.cards:
            view.show_time(now)
        self.timeline.show_cards([view.card for view in self.cards], now)

    def choose(self, critical_result_id: str) -> None:
        """Show the call panel of one result."""
        self.panel.show_result(critical_result_id)
        self._show_chosen()

    def end_session(self) -> None:
        self._stop()
        self._timer.stop()
        self._refreshing.stop()

    def _read(self, _job: JobContext) -> tuple[CallCard, ...]:
        return call_cards(self._context.station, self._context.session, open_only=False)

    def _take(self, cards: tuple[CallCard, ...]) -> None:
        now = self._context.station.clock.now()
        shown = [c for c in cards if c.result.is_open or c.needs_addendum or is_today(c, now)]
        for old in self.cards:
            self._list.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.cards = [CallCardView(card, now) for card in shown]
        for place, view in enumerate(self.cards):
            view.call_asked.connect(self.choose)
            view.study_asked.connect(self._context.navigation.open_study)
            self._list.insertWidget(place, view)
        self.timeline.show_cards(shown, now)
        self._stack.setCurrentIndex(0 if shown else 1)
        self._show_counts(cards)
        known = {card.result.critical_result_id for card in shown}
        if self.panel.critical_result_id not in known:
            self.panel.clear()
        if not self.panel.critical_result_id and shown and shown[0].result.is_open:
            self.panel.show_result(shown[0].result.critical_result_id)
        self._show_chosen()

    def _show_counts(self, cards: tuple[CallCard, ...]) -> None:
        counts = count_calls(cards, self._context.station.clock.now())
        share = f" · {counts.in_time_percent} % in time" if counts.closed_today else ""
        texts = (
            (counts.overdue, f"{counts.overdue} overdue", "overdue"),
            (counts.open_critical, f"{counts.open_critical} critical open", "critical"),
            (counts.open_significant, f"{counts.open_significant} within 24 h", "significant"),
            (counts.needs_addendum, f"{counts.needs_addendum} need an addendum", "warning"),
            (counts.closed_today, f"{counts.closed_today} reached today{share}", "good"),
        )
        for badge, (count, text, kind) in zip(self.badges, texts, strict=True):
            badge.set_badge(text, kind)
            badge.setVisible(count > 0)

    def _show_chosen(self) -> None:
        for view in self.cards:
            view.set_selected(view.card.result.critical_result_id == self.panel.critical_result_id)


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area

"""The screen of second reads: what others ask of me, what I asked, and both reads."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.handoff.handoff_list import HandoffCard, handoff_cards
from readstation.app.jobs import JobContext
from readstation.ui import theme
from readstation.ui.handoff.handoff_card_view import HandoffCardView
from readstation.ui.handoff.handoff_detail import HandoffDetail
from readstation.ui.refreshing import Refreshing
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

LIST_WIDTH_PX = 560
TICK_MS = 1000
SCREEN_ID = "second"


class HandoffView(QWidget):
    """Shows two lists and the chosen handoff."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "screen")
        self.cards: list[HandoffCardView] = []
        self.detail = HandoffDetail(context)
        self._chosen_id = ""
        self._refreshing = Refreshing(context, self._read, self._take, self)
        self._place()
        self._stop = context.changes.listen({Subject.HANDOFFS, Subject.REPORT}, self.refresh)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.refresh()

    def _place(self) -> None:
        head = theme.surface("toolbar")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(10)
        row.addWidget(PlainLabel("Second reads and handovers", role="title"))
        self.waiting_badge, self.answered_badge = Badge("", "current"), Badge("", "good")
        row.addWidget(self.waiting_badge)
        row.addWidget(self.answered_badge)
        row.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(_scrolled(self._lists()))
        detail = theme.surface("detail")
        inner = QVBoxLayout(detail)
        inner.setContentsMargins(1, 0, 0, 0)
        inner.addWidget(self.detail)
        body.addWidget(detail, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(body, 1)

    def _lists(self) -> QVBoxLayout:
        self.for_me, self.by_me = QVBoxLayout(), QVBoxLayout()
        lists = QVBoxLayout()
        lists.setContentsMargins(16, 12, 16, 12)
        lists.setSpacing(8)
        self._nothing_for_me = PlainLabel("Nobody waits for your opinion.", role="dim")
        self._nothing_by_me = PlainLabel(
            "You have asked nobody. Ask from the reading screen, beside the report.", role="dim"
        )
        for title, nothing, part in (
            ("For me", self._nothing_for_me, self.for_me),
            ("Asked by me", self._nothing_by_me, self.by_me),
        ):
            part.setSpacing(8)
            lists.addWidget(SectionHeader(title))
            lists.addWidget(nothing)
            lists.addLayout(part)
            lists.addSpacing(14)
        lists.addStretch(1)
        return lists

    def refresh(self) -> None:
        """Read both lists again."""
        self._refreshing.refresh()

    def tick(self) -> None:
        """One second has passed."""
        if self.isVisible():
            now = self._context.station.clock.now()
            for view in self.cards:
                view.show_time(now)

    def choose(self, handoff_id: str) -> None:
        """Show one handoff in full."""
        self._chosen_id = handoff_id
        self._show_chosen()

    def end_session(self) -> None:
        self._stop()
        self._timer.stop()
        self._refreshing.stop()

    def _read(self, _job: JobContext) -> tuple[HandoffCard, ...]:
        return handoff_cards(self._context.station, self._context.session)

    def _take(self, cards: tuple[HandoffCard, ...]) -> None:
        now = self._context.station.clock.now()
        for old in self.cards:
            old.hide()
            old.deleteLater()
        self.cards = [HandoffCardView(card, now) for card in cards]
        for view in self.cards:
            view.chosen.connect(self.choose)
            (self.for_me if view.card.is_for_me else self.by_me).addWidget(view)
        self._nothing_for_me.setVisible(not any(c.is_for_me for c in cards))
        self._nothing_by_me.setVisible(all(c.is_for_me for c in cards))
        waiting = sum(c.waits_for_me and c.is_for_me for c in cards)
        answered = sum(c.waits_for_me and not c.is_for_me for c in cards)
        for badge, count, words in (
            (self.waiting_badge, waiting, "for me"),
            (self.answered_badge, answered, "answered"),
        ):
            badge.set_badge(f"{count} {words}", badge.kind)
            badge.setVisible(count > 0)
        self._context.navigation.set_count(SCREEN_ID, waiting + answered)
        if cards and self._chosen_id not in {c.handoff.handoff_id for c in cards}:
            self._chosen_id = cards[0].handoff.handoff_id
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = None
        for view in self.cards:
            is_it = view.card.handoff.handoff_id == self._chosen_id
            view.set_selected(is_it)
            chosen = view.card if is_it else chosen
        self.detail.show_card(chosen)


def _scrolled(lists: QVBoxLayout) -> QScrollArea:
    content = QWidget()
    content.setProperty("role", "scroll-content")
    content.setLayout(lists)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFixedWidth(LIST_WIDTH_PX)
    area.setWidget(content)
    return area

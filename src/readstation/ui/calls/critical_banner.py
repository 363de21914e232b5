"""The red line above every screen while somebody has to be called."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from readstation.app.changes import Subject
from readstation.app.clocks import ClockRun, run_clocks
from readstation.app.critical_result.banner_state import BannerState, banner_state
from readstation.app.critical_result.open_results import CallCard, call_cards
from readstation.app.handoff.handoff_list import count_waiting
from readstation.app.jobs import JobContext
from readstation.ui import theme
from readstation.ui.calls.call_overlay import CallOverlay
from readstation.ui.refreshing import Refreshing
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel

TICK_MS = 1000
READ_AGAIN_EVERY_S = 15
CALLS_SCREEN_ID, SECOND_SCREEN_ID = "calls", "second"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one look into the database found."""

    run: ClockRun
    cards: tuple[CallCard, ...]
    handoffs_waiting: int


class CriticalBanner(QFrame):
    """Counts down each second. Only a logged call or a withdrawn flag takes a result off it.

    It also runs the station's clocks, so escalation needs no other screen to be open.
    """

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.state = BannerState()
        self._cards: tuple[CallCard, ...] = ()
        self._overlay: CallOverlay | None = None
        self._ticks = 0
        self._refreshing = Refreshing(context, self._read, self._take, self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "banner")
        self._place()
        self.call_button.clicked.connect(self.call_most_pressing)
        self._stop = context.changes.listen(
            {Subject.CRITICAL_RESULTS, Subject.REPORT, Subject.HANDOFFS}, self.refresh
        )
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.hide()
        self.refresh()

    def _place(self) -> None:
        self.headline = Badge("", "critical")
        self.clock = PlainLabel(role="title")
        self.message = ElidedLabel(role="value")
        self.patient, self.call = ElidedLabel(), PlainLabel(role="value")
        self.attempts, self.more = PlainLabel(), PlainLabel(role="value")
        self.call_button = QPushButton(" Call && log")
        self.call_button.setIcon(theme.icon("phone", "danger_text"))
        self.call_button.setProperty("role", "danger")
        self.call_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys there
        self.call_button.setToolTip("Log a call about the most pressing result (Ctrl+Shift+L)")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 10, 5)
        row.setSpacing(14)
        row.addWidget(self.headline)
        row.addWidget(self.clock)
        row.addWidget(self.call)
        row.addWidget(self.message, 1)
        row.addWidget(self.patient)
        for label in (self.attempts, self.more):
            row.addWidget(label)
        row.addWidget(self.call_button)

    def tick(self) -> None:
        """One second has passed: count down; every now and then read the database again."""
        self._ticks += 1
        if self._ticks % READ_AGAIN_EVERY_S == 0:
            self.refresh()
        self._show()

    def refresh(self) -> None:
        """Let the clocks run and read what is open."""
        self._refreshing.refresh()

    def call_most_pressing(self) -> None:
        """Open the call panel for what the banner shows, over the present screen."""
        if not self.state.is_visible:
            return
        window = self.window()
        if self._overlay is None:
            self._overlay = CallOverlay(self._context, window)
        top = self.mapTo(window, QPoint(0, self.height())).y() if window is not self else 0
        self._overlay.show_result(self.state.critical_result_id, top)

    @property
    def overlay(self) -> CallOverlay | None:
        return self._overlay

    def end_session(self) -> None:
        """Stop the clock and take the panel away."""
        self._stop()
        self._timer.stop()
        self._refreshing.stop()
        if self._overlay is not None:
            self._overlay.hide()
            self._overlay.deleteLater()
            self._overlay = None

    def _read(self, _job: JobContext) -> _Answer:
        station, session = self._context.station, self._context.session
        run = run_clocks(station)
        cards = call_cards(station, session, open_only=True)
        return _Answer(run, cards, count_waiting(station, session))

    def _take(self, answer: _Answer) -> None:
        run, self._cards = answer.run, answer.cards
        self._context.navigation.set_count(CALLS_SCREEN_ID, len(self._cards))
        self._context.navigation.set_count(SECOND_SCREEN_ID, answer.handoffs_waiting)
        self._show()
        if run.subjects:
            self._context.changes.publish(*run.subjects)

    def _show(self) -> None:
        state = banner_state(self._cards, self._context.station.clock.now())
        if state == self.state:
            return
        recolour = state.urgency is not self.state.urgency or not self.property("urgency")
        self.state = state
        self.setVisible(state.is_visible)
        self.headline.set_badge(state.headline, "overdue" if state.is_overdue else "critical")
        for label, text in (
            (self.clock, state.clock),
            (self.call, state.call),
            (self.attempts, state.attempts),
            (self.more, state.more),
        ):
            label.setText(text)
        self.message.say(state.message)
        self.patient.say(state.patient)
        if recolour:
            self.setProperty("urgency", state.urgency.value)
            theme.restyle(self)

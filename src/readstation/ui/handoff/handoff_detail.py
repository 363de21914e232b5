"""The chosen handoff: its question, what the viewer may do, and both reads when allowed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from readstation.app.changes import Subject
from readstation.app.commands import Context
from readstation.app.handoff.answer_handoff import accept_handoff, decline_handoff
from readstation.app.handoff.handoff_list import HandoffCard
from readstation.app.handoff.take_back import recall_handoff
from readstation.app.jobs import JobContext, Lane
from readstation.domain.claim import ClaimTask
from readstation.domain.handoff import Handoff, HandoffStatus
from readstation.ui.command_binding import bind_commands
from readstation.ui.screens import ScreenContext
from readstation.ui.second_read.comparison_view import ComparisonView
from readstation.ui.second_read.decision_row import DecisionRow
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import EmptyState
from readstation.ui.widgets.text import PlainLabel

STOPPABLE = frozenset({HandoffStatus.REQUESTED, HandoffStatus.ACCEPTED, HandoffStatus.IN_PROGRESS})
ANSWERED = frozenset({HandoffStatus.RETURNED, HandoffStatus.COMPLETED})
COMPARISON_STRETCH = 100  # takes the room that is left, where it is shown
NOTHING = "Choose a handoff on the left."


class HandoffDetail(QWidget):
    """Shows one `HandoffCard` in full."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.card: HandoffCard | None = None
        self._is_busy = False
        self._title, self._who = PlainLabel(role="title"), PlainLabel(role="dim")
        self._badge = Badge("", "plain")
        self._patient, self._next = PlainLabel(role="value"), PlainLabel(role="accent")
        self._question = PlainLabel(role="reading")
        for label in (self._who, self._patient, self._next, self._question):
            label.setWordWrap(True)
        self.open_button = QPushButton("Open study")
        self.open_button.setProperty("role", "primary")
        self.accept_button, self.recall_button = QPushButton("Accept"), QPushButton("Recall")
        self.decline_button = QPushButton("Decline")
        self.reason_field = QLineEdit()
        self.reason_field.setPlaceholderText("Reason for declining")
        self.comparison = ComparisonView()
        self.decision = DecisionRow(context)
        self._empty = EmptyState("arrow-left-right", NOTHING)
        self._body = QWidget()
        self._place()
        self._connect()
        bind_commands(context.registry, Context.HANDOFF, self, self)
        self.show_card(None)

    def _place(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._badge)
        head.addStretch(1)
        buttons = QHBoxLayout()
        for part in (self.open_button, self.accept_button, self.recall_button):
            buttons.addWidget(part)
        buttons.addStretch(1)
        buttons.addWidget(self.reason_field, 1)
        buttons.addWidget(self.decline_button)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        body.addLayout(head)
        for label in (self._who, self._patient, self._question, self._next):
            body.addWidget(label)
        body.addLayout(buttons)
        body.addWidget(self.comparison, COMPARISON_STRETCH)
        body.addStretch(1)
        body.addWidget(self.decision)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 16, 22, 16)
        column.addWidget(self._empty, 1)
        column.addWidget(self._body, 1)
        column.addStretch(0)

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._open)
        self.accept_button.clicked.connect(partial(self._step, accept_handoff))
        self.recall_button.clicked.connect(partial(self._step, recall_handoff))
        self.decline_button.clicked.connect(self._decline)
        self.reason_field.textChanged.connect(
            lambda text: self.decline_button.setEnabled(bool(text.strip()))
        )

    def show_card(self, card: HandoffCard | None) -> None:
        """Show one handoff, or that none is chosen."""
        is_other = (
            card is None
            or self.card is None
            or (card.handoff.handoff_id != self.card.handoff.handoff_id)
        )
        self.card = card
        self._empty.setVisible(card is None)
        self._body.setVisible(card is not None)
        if card is None:
            self.comparison.show_nothing()
            return
        if is_other:
            self.reason_field.clear()
        self._show_words(card)
        self._show_steps(card)

    def submit(self) -> None:
        """Do the one thing the handoff waits for."""
        card = self.card
        if card is None or self._is_busy:
            return
        if not self.decision.isHidden():
            self.decision.submit()
        elif self.open_button.isVisible():
            self._open()
        elif self.accept_button.isVisible():
            self.accept_button.click()

    def leave(self) -> None:
        """Stay where the reader is; there is nothing to leave."""

    def _show_words(self, card: HandoffCard) -> None:
        handoff = card.handoff
        self._title.setText(handoff.handoff_type.value.capitalize())
        kind = ("BLIND", "incidental") if handoff.is_blind else ("OPEN", "plain")
        self._badge.set_badge(*kind)
        asked, due = handoff.requested_at.astimezone(), handoff.due_at.astimezone()
        self._who.setText(
            f"{card.from_name} asked {card.to_name} at {asked:%H:%M}, due {due:%Y-%m-%d %H:%M}"
        )
        self._patient.setText(f"{card.patient_name}, {card.patient_line}  ·  {card.study_line}")
        self._question.setText(handoff.question)
        self._next.setText(card.next_step)

    def _show_steps(self, card: HandoffCard) -> None:
        handoff = card.handoff
        may_answer = card.is_for_me and card.waits_for_me
        self.open_button.setVisible(not card.is_shift or not card.waits_for_me)
        self.open_button.setText("Open study and answer" if may_answer else "Open study")
        self.accept_button.setVisible(may_answer and handoff.status is HandoffStatus.REQUESTED)
        self.accept_button.setText("Take over the study" if card.is_shift else "Accept")
        self.decline_button.setVisible(may_answer)
        self.decline_button.setEnabled(bool(self.reason_field.text().strip()))
        self.reason_field.setVisible(may_answer)
        self.recall_button.setVisible(not card.is_for_me and handoff.status in STOPPABLE)
        is_answered = handoff.status in ANSWERED and not card.is_shift
        self.comparison.setVisible(is_answered)
        if is_answered:
            self.comparison.show_handoff(self._context, handoff.handoff_id)
        waits = not card.is_for_me and handoff.status is HandoffStatus.RETURNED
        if not waits and self._has_keys(self.decision):
            self.open_button.setFocus()  # what comes next; hidden, it would give them to the rail
        self.decision.setVisible(waits)
        if waits:
            self.decision.show_card(card)

    def _has_keys(self, part: QWidget) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and part.isAncestorOf(focused)

    def _open(self) -> None:
        card = self.card
        if card is None:
            return
        answers = card.is_for_me and card.waits_for_me
        task = ClaimTask.SECOND_READ if answers else ClaimTask.READ
        self._context.navigation.open_study(card.study.study_instance_uid, task)

    def _decline(self) -> None:
        reason = self.reason_field.text()
        self._step(lambda s, who, which: decline_handoff(s, who, which, reason))

    def _step(self, step: Callable[..., Handoff], _checked: bool = False) -> None:
        if self.card is None or self._is_busy:
            return
        handoff_id = self.card.handoff.handoff_id
        self._is_busy = True
        job = self._context.jobs.start(Lane.DATABASE, partial(self._work, step, handoff_id))
        job.succeeded.connect(self._tell)
        job.failed.connect(self._context.errors.show)
        job.ended.connect(self._end_work)

    def _end_work(self) -> None:
        self._is_busy = False

    def _work(self, step: Callable[..., Handoff], handoff_id: str, _job: JobContext) -> Handoff:
        return step(self._context.station, self._context.session, handoff_id)

    def _tell(self, _handoff: Handoff) -> None:
        self._context.changes.publish(Subject.HANDOFFS, Subject.WORKLIST, Subject.REPORT)

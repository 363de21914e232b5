"""The panel in which one call is logged. Used by the call screen and over every other one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from readstation.app.changes import Subject
from readstation.app.commands import Context
from readstation.app.critical_result.call_draft import CallDraft
from readstation.app.critical_result.log_call import LoggedCall, log_call
from readstation.app.critical_result.open_results import CallCard, call_card, countdown
from readstation.app.jobs import JobContext, Lane
from readstation.domain.critical_result import CallMethod, CallOutcome, ReadBack
from readstation.ui import theme
from readstation.ui.calls.withdraw_row import WithdrawRow
from readstation.ui.command_binding import bind_commands
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

OUTCOMES = (
    (CallOutcome.REACHED, "Reached"),
    (CallOutcome.NO_ANSWER, "No answer"),
    (CallOutcome.MESSAGE_LEFT, "Message left"),
    (CallOutcome.WRONG_NUMBER, "Wrong number"),
    (CallOutcome.DECLINED, "Declined to take it"),
)
READ_BACKS = (
    (ReadBack.CONFIRMED, "Read back correctly"),
    (ReadBack.CORRECTED, "Corrected, then correct"),
    (ReadBack.DECLINED, "Declined"),
    (ReadBack.NOT_ASKED, "Not asked"),
)
METHODS = tuple((method, method.value.capitalize()) for method in CallMethod)
SOMEBODY_ELSE = -1
NOTE_HEIGHT_PX = 58
TICK_MS = 1000


class CallPanel(QWidget):
    """Shows one `CallDraft`. A draft that was begun is kept while another result is shown."""

    logged = Signal(object)
    left = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._drafts: dict[str, CallDraft] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.critical_result_id = ""
        self._is_filling = False
        self._shown_contacts: list[tuple[int, str]] = []
        self._make_parts()
        self._place()
        self._connect()
        bind_commands(context.registry, Context.CALLS, self, self)
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._show_clock)
        self.clear()

    @property
    def draft(self) -> CallDraft | None:
        return self._drafts.get(self.critical_result_id)

    def show_result(self, critical_result_id: str) -> None:
        """Begin, or go on with, the call about one result."""
        self.critical_result_id = critical_result_id
        self._body.setVisible(self.draft is not None)
        if self.draft is not None:
            self._fill()
        work = partial(_card, self._context, critical_result_id)
        job = self._context.jobs.start(Lane.DATABASE, work)
        job.succeeded.connect(self._take_card)
        job.failed.connect(self._context.errors.show)
        self._clock.start()

    def refresh(self) -> None:
        """Read the result again; what was entered stays."""
        if self.critical_result_id:
            self.show_result(self.critical_result_id)

    def clear(self) -> None:
        """Show no result."""
        self.critical_result_id = ""
        self._clock.stop()
        self._body.hide()
        self._badge.hide()
        self._title.setText("No result chosen")
        self._running.setText("Choose a result to log a call about it.")

    def submit(self) -> None:
        """Close the result if the rules allow it, else save the attempt if they allow that."""
        draft = self.draft
        if draft is None or not self._body.isEnabled():
            return
        verdict = draft.verdict()
        if not (verdict.can_save or verdict.can_close):
            self._verdict.setText(verdict.sentence)
            return
        self._body.setEnabled(False)
        entry, session, station = draft.entry(), self._context.session, self._context.station
        wanted = self.critical_result_id
        job = self._context.jobs.start(
            Lane.DATABASE, lambda _job: log_call(station, session, wanted, entry)
        )
        job.succeeded.connect(self._take_logged)
        job.failed.connect(self._context.errors.show)
        job.ended.connect(self._take_entries_again)

    def leave(self) -> None:
        """Say that the reader is done with the panel; a begun entry is kept."""
        self.left.emit()

    def _make_parts(self) -> None:
        self._title = PlainLabel(role="heading")
        self._badge = Badge("CRITICAL", "critical")
        self._running = PlainLabel(role="dim")
        self._due = PlainLabel(role="digits")
        self.leave_button = QPushButton()
        self.leave_button.setIcon(theme.icon("x"))
        self.leave_button.setProperty("role", "flat")
        self.leave_button.setToolTip("Leave the panel; what was entered is kept (Esc)")
        self.leave_button.setAccessibleName("Leave the panel")
        self.contacts = ChoiceRow(columns=1, role="choice")
        self.name_field, self.number_field = QLineEdit(), QLineEdit()
        self.read_this = PlainLabel(role="reading")
        self.read_this.setWordWrap(True)
        self.outcomes = ChoiceRow(OUTCOMES)
        self.methods = ChoiceRow(METHODS)
        self.read_backs = ChoiceRow(READ_BACKS, columns=2)
        self.note_field = QPlainTextEdit()
        self.note_field.setFixedHeight(NOTE_HEIGHT_PX)
        self.note_field.setTabChangesFocus(True)
        self._verdict = PlainLabel(role="dim")
        self._verdict.setWordWrap(True)
        self.save_button = QPushButton("Save attempt")
        self.close_button = QPushButton("Close as communicated")
        self.close_button.setProperty("role", "primary")
        for button in (self.save_button, self.close_button):
            button.setToolTip("Ctrl+Enter")
        self.withdraw = WithdrawRow(self._context)
        self._body = QWidget()

    def _place(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._badge)
        head.addWidget(self.leave_button)
        clocks = QHBoxLayout()
        clocks.addWidget(self._running, 1)
        clocks.addWidget(self._due)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        for title, part in (
            ("Calling", self.contacts),
            ("By", self.methods),
            ("Number dialled", self.number_field),
            ("Read this", self.read_this),
            ("What came of it", self.outcomes),
            ("Name and role of the person", self.name_field),
            ("Read-back", self.read_backs),
            ("Note", self.note_field),
        ):
            body.addSpacing(6)
            body.addWidget(SectionHeader(title))
            body.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        body.addSpacing(8)
        body.addLayout(buttons)
        body.addWidget(self._verdict)
        body.addStretch(1)
        body.addWidget(self.withdraw)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addLayout(head)
        column.addLayout(clocks)
        column.addWidget(self._body, 1)
        column.addStretch(0)

    def _connect(self) -> None:
        self.leave_button.clicked.connect(self.leave)
        self.contacts.chosen.connect(
            lambda index: self._with(lambda d: d.dial(None if index == SOMEBODY_ELSE else index))
        )
        self.outcomes.chosen.connect(lambda v: self._with(lambda d: d.set_outcome(v)))
        self.read_backs.chosen.connect(lambda v: self._with(lambda d: d.set_read_back(v)))
        self.methods.chosen.connect(lambda v: self._with(lambda d: d.set_method(v)))
        self.name_field.textEdited.connect(self._take_texts)
        self.number_field.textEdited.connect(self._take_texts)
        self.note_field.textChanged.connect(self._take_texts)
        self.save_button.clicked.connect(self.submit)
        self.close_button.clicked.connect(self.submit)
        self.withdraw.withdrawn.connect(self._take_withdrawn)

    def _take_entries_again(self) -> None:
        self._body.setEnabled(True)
        if self.isVisible():
            self.setFocus()  # disabling took it away, and with it the keys of the panel

    def _with(self, change: Callable[[CallDraft], None]) -> None:
        if self.draft is not None and not self._is_filling:
            change(self.draft)

    def _take_texts(self) -> None:
        self._with(
            lambda d: d.set_texts(
                self.name_field.text(), self.number_field.text(), self.note_field.toPlainText()
            )
        )

    def _take_card(self, card: CallCard) -> None:
        if card.result.critical_result_id != self.critical_result_id:
            return
        draft = self.draft
        if draft is None:
            draft = CallDraft(self._context.station, self._context.session, card)
            self._drafts[self.critical_result_id] = draft
            draft.on_change(self._fill)
            self._fill()
        else:
            draft.update_card(card)

    def _take_logged(self, logged: LoggedCall) -> None:
        self._drafts.pop(logged.result.critical_result_id, None)
        self.logged.emit(logged)
        self._tell()
        self.refresh()

    def _take_withdrawn(self, _result: object) -> None:
        self._drafts.pop(self.critical_result_id, None)
        self._tell()
        self.refresh()

    def _tell(self) -> None:
        self._context.changes.publish(Subject.CRITICAL_RESULTS, Subject.REPORT, Subject.WORKLIST)

    def _fill(self) -> None:
        """Show the draft as it is; typing into a field does not move its cursor."""
        draft = self.draft
        if draft is None:
            return
        self._is_filling = True
        card, fields = draft.card, draft.fields
        self._fill_head(card)
        labels = [
            (i, f"{c.name}, {c.role}   {c.telephone_number}") for i, c in enumerate(card.contacts)
        ]
        if self._shown_contacts != labels:
            self._shown_contacts = labels
            self.contacts.set_choices([*labels, (SOMEBODY_ELSE, "Somebody else")])
        chosen = SOMEBODY_ELSE if fields.contact_index is None else fields.contact_index
        self.contacts.set_chosen(chosen)
        self.methods.set_chosen(fields.method)
        self.outcomes.set_chosen(fields.outcome)
        self.read_backs.set_chosen(fields.read_back)
        self.read_backs.setEnabled(draft.needs_read_back)
        for field, text in (
            (self.name_field, fields.recipient_name),
            (self.number_field, fields.telephone_number),
        ):
            if field.text() != text:
                field.setText(text)
        if self.note_field.toPlainText() != fields.note:
            self.note_field.setPlainText(fields.note)
        verdict = draft.verdict()
        self.save_button.setEnabled(verdict.can_save)
        self.close_button.setEnabled(verdict.can_close)
        self._verdict.setText(verdict.sentence)
        self._body.show()
        self._show_clock()
        self._is_filling = False

    def _fill_head(self, card: CallCard) -> None:
        self._title.setText("Log this call" if card.result.is_open else "Call log")
        self._badge.set_badge(card.result.urgency.value.upper(), card.result.urgency.value)
        self._badge.show()
        self.read_this.setText(card.read_this)
        self.withdraw.show_result(card.result.critical_result_id, is_open=card.result.is_open)

    def _show_clock(self) -> None:
        draft = self.draft
        if draft is None:
            return
        started = draft.started_at.astimezone()
        self._running.setText(f"Started {started:%H:%M:%S}, running {draft.running()}")
        result, now = draft.card.result, self._context.station.clock.now()
        self._due.setText(countdown(result.due_at, now) if result.is_open else result.status.value)
        self._due.setProperty("urgency", result.urgency.value if result.is_open else "")
        theme.restyle(self._due)


def _card(context: ScreenContext, critical_result_id: str, _job: JobContext) -> CallCard:
    return call_card(context.station, context.session, critical_result_id)

"""The panel in which a reader asks another one. Stands beside the images."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.commands import Context
from readstation.app.handoff.request_handoff import readers_to_ask, request_handoff
from readstation.app.handoff.request_model import DUE_PRESETS, TYPES, RequestModel
from readstation.app.jobs import Lane
from readstation.domain.claim import Claim
from readstation.domain.handoff import Handoff
from readstation.domain.reader import User
from readstation.domain.report import Draft
from readstation.ui.command_binding import bind_commands
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

BLIND = ((True, "Blind: sees nothing of yours"), (False, "Open: sees your read"))
QUESTION_HEIGHT_PX = 84


class RequestPanel(QWidget):
    """Shows one `RequestModel`. An unfinished request is kept per report."""

    requested = Signal(object)
    """The `Handoff`: the study now belongs to nobody, or waits for the other reader."""
    left = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._models: dict[str, RequestModel] = {}
        self._model: RequestModel | None = None
        self._claim: Claim | None = None
        self._readers: list[str] = []
        self._is_filling = self._is_busy = False
        self._make_parts()
        self._place()
        self._connect()
        bind_commands(context.registry, Context.HANDOFF, self, self)

    def ask_about(self, draft: Draft, claim: Claim, viewer_state: str = "") -> None:
        """Begin, or go on with, the request about one report."""
        self._claim = claim
        model = self._models.get(draft.report_id)
        if model is None:
            model = RequestModel(draft.report_id, viewer_state)
            model.on_change(self._fill)
            self._models[draft.report_id] = model
        model.viewer_state = viewer_state
        self._model = model
        station, session = self._context.station, self._context.session
        job = self._context.jobs.start(Lane.DATABASE, lambda _job: readers_to_ask(station, session))
        job.succeeded.connect(self._take_readers)
        job.failed.connect(self._context.errors.show)
        self._fill()
        self.question_field.setFocus()

    def submit(self) -> None:
        """Hand the study over if nothing is missing; else say what is."""
        model, claim = self._model, self._claim
        if model is None or claim is None or self._is_busy:
            return
        now = self._context.station.clock.now()
        refusal = model.refusal(now)
        self._refusal.setText(refusal)
        if refusal:
            return
        request = model.request(now)
        station, session = self._context.station, self._context.session
        self._is_busy = True
        job = self._context.jobs.start(
            Lane.DATABASE, lambda _job: request_handoff(station, session, claim, request)
        )
        job.succeeded.connect(self._take_handoff)
        job.failed.connect(self._context.errors.show)
        job.ended.connect(self._end_work)

    def leave(self) -> None:
        self.left.emit()

    def _end_work(self) -> None:
        self._is_busy = False

    def _make_parts(self) -> None:
        self.types = ChoiceRow(TYPES, columns=2)
        self.readers = ChoiceRow(columns=1, role="choice")
        self.question_field = QPlainTextEdit()
        self.question_field.setFixedHeight(QUESTION_HEIGHT_PX)
        self.question_field.setTabChangesFocus(True)
        self.question_field.setPlaceholderText("What should the other reader answer?")
        self.question_field.setAccessibleName("Question to the other reader")
        self.blind = ChoiceRow(BLIND, columns=2)
        self.due = ChoiceRow(DUE_PRESETS, columns=4)
        self.submit_button = QPushButton("Hand over")
        self.submit_button.setProperty("role", "primary")
        self.submit_button.setToolTip("Ctrl+Enter")
        self.leave_button = QPushButton("Back to the report")
        self.leave_button.setToolTip("Esc")
        self._consequence = PlainLabel(role="dim")
        self._refusal = PlainLabel(role="warning")
        for label in (self._consequence, self._refusal):
            label.setWordWrap(True)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(4)
        column.addWidget(PlainLabel("Ask another reader", role="heading"))
        for title, part in (
            ("Type", self.types),
            ("Question", self.question_field),
            ("To", self.readers),
            ("The other reader reads", self.blind),
            ("Due in", self.due),
        ):
            column.addSpacing(6)
            column.addWidget(SectionHeader(title))
            column.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.leave_button)
        buttons.addStretch(1)
        buttons.addWidget(self.submit_button)
        column.addSpacing(8)
        column.addWidget(self._consequence)
        column.addWidget(self._refusal)
        column.addLayout(buttons)
        column.addStretch(1)

    def _connect(self) -> None:
        self.types.chosen.connect(lambda v: self._change(handoff_type=v))
        self.readers.chosen.connect(lambda v: self._change(to_reader_id=v))
        self.blind.chosen.connect(lambda v: self._change(is_blind=v))
        self.due.chosen.connect(lambda v: self._change(due_in=v))
        self.question_field.textChanged.connect(
            lambda: self._change(question=self.question_field.toPlainText())
        )
        self.submit_button.clicked.connect(self.submit)
        self.leave_button.clicked.connect(self.leave)

    def _change(self, **changes: object) -> None:
        if self._model is not None and not self._is_filling:
            self._model.change(**changes)

    def _take_readers(self, readers: tuple[User, ...]) -> None:
        ids = [user.user_id for user in readers]
        if ids != self._readers:
            self._readers = ids
            self.readers.set_choices([(user.user_id, user.full_name) for user in readers])
        self._fill()

    def _take_handoff(self, handoff: Handoff) -> None:
        self._models.pop(handoff.report_id, None)
        self._model = self._claim = None
        self._context.changes.publish(Subject.HANDOFFS, Subject.WORKLIST, Subject.REPORT)
        self.requested.emit(handoff)

    def _fill(self) -> None:
        model = self._model
        if model is None:
            return
        self._is_filling = True
        fields = model.fields
        self.types.set_chosen(fields.handoff_type)
        self.readers.set_chosen(fields.to_reader_id or None)
        self.blind.set_chosen(model.is_blind)
        self.blind.setEnabled(model.can_choose_blind)
        self.due.set_chosen(fields.due_in)
        if self.question_field.toPlainText() != fields.question:
            self.question_field.setPlainText(fields.question)
        self._consequence.setText(model.consequence())
        refusal = model.refusal(self._context.station.clock.now())
        self.submit_button.setEnabled(not refusal)
        self._refusal.setText(refusal)
        self._is_filling = False

"""What the first reader does with an opinion: three answers, a reason, one button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.handoff.decision_model import DecisionModel
from readstation.app.handoff.handoff_list import HandoffCard
from readstation.app.handoff.request_handoff import readers_to_ask
from readstation.app.handoff.take_back import complete_handoff
from readstation.app.jobs import Lane
from readstation.domain.handoff import Handoff, Reconciliation
from readstation.domain.reader import User
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

DECISIONS = (
    (Reconciliation.KEEP_FIRST, "Keep my read"),
    (Reconciliation.ADOPT_SECOND, "Adopt the second read"),
    (Reconciliation.ARBITRATED, "Ask a third reader"),
)


class DecisionRow(QWidget):
    """Shows one `DecisionModel`."""

    decided = Signal(object)

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._model: DecisionModel | None = None
        self._is_busy = False
        self.decisions = ChoiceRow(DECISIONS)
        self.arbitrators = ChoiceRow(columns=3)
        self.reason_field = QLineEdit()
        self.reason_field.setPlaceholderText("Reason")
        self.button = QPushButton("Decide")
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Ctrl+Enter")
        self._refusal = PlainLabel(role="dim")
        self._refusal.setWordWrap(True)
        self._place()
        self.decisions.chosen.connect(lambda v: self._change(reconciliation=v))
        self.arbitrators.chosen.connect(lambda v: self._change(arbitrator_id=v))
        self.reason_field.textEdited.connect(lambda v: self._change(reason=v))
        self.button.clicked.connect(self.submit)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(SectionHeader("Decide"))
        column.addWidget(self.decisions)
        column.addWidget(self.arbitrators)
        row = QHBoxLayout()
        row.addWidget(self.reason_field, 1)
        row.addWidget(self.button)
        column.addLayout(row)
        column.addWidget(self._refusal)

    def show_card(self, card: HandoffCard) -> None:
        """Begin the decision about one returned handoff."""
        if self._model is not None and self._model.card.handoff == card.handoff:
            return
        self._model = DecisionModel(card)
        self._model.on_change(self._fill)
        self.reason_field.clear()
        station, session = self._context.station, self._context.session
        job = self._context.jobs.start(Lane.DATABASE, lambda _job: readers_to_ask(station, session))
        job.succeeded.connect(self._take_readers)
        job.failed.connect(self._context.errors.show)
        self._fill()

    def submit(self) -> None:
        """Decide if nothing is missing; else say what is."""
        model = self._model
        if model is None or self._is_busy:
            return
        if model.refusal():
            self._refusal.setText(model.refusal())
            return
        station, session = self._context.station, self._context.session
        handoff_id = model.card.handoff.handoff_id
        decision = model.decision(station.clock.now())
        self._is_busy = True
        job = self._context.jobs.start(
            Lane.DATABASE, lambda _job: complete_handoff(station, session, handoff_id, decision)
        )
        job.succeeded.connect(self._take_decided)
        job.failed.connect(self._context.errors.show)
        job.ended.connect(self._end_work)

    def _end_work(self) -> None:
        self._is_busy = False

    def _change(self, **changes: object) -> None:
        if self._model is not None:
            self._model.change(**changes)

    def _take_readers(self, readers: tuple[User, ...]) -> None:
        if self._model is None:
            return
        second = self._model.card.handoff.to_reader_id
        others = [(u.user_id, u.full_name) for u in readers if u.user_id != second]
        self.arbitrators.set_choices(others)
        self._fill()

    def _take_decided(self, handoff: Handoff) -> None:
        self._model = None
        self._context.changes.publish(
            Subject.HANDOFFS, Subject.WORKLIST, Subject.REPORT, Subject.CRITICAL_RESULTS
        )
        self.decided.emit(handoff)

    def _fill(self) -> None:
        model = self._model
        if model is None:
            return
        self.decisions.set_chosen(model.fields.reconciliation)
        offers = model.card.handoff.opinion_content is not None
        self.decisions.button(Reconciliation.ADOPT_SECOND).setEnabled(offers)
        self.arbitrators.setVisible(model.arbitrates)
        self.arbitrators.set_chosen(model.fields.arbitrator_id or None)
        refusal = model.refusal()
        self.button.setEnabled(not refusal)
        self._refusal.setText(refusal)

"""The panel in which the second reader answers. Stands beside the images."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.commands import Context
from readstation.app.critical_result.flag_critical import flag_critical
from readstation.app.handoff.answer_handoff import (
    decline_handoff,
    keep_opinion,
    return_opinion,
)
from readstation.app.handoff.opinion_model import OpinionModel, begin_opinion
from readstation.app.jobs import JobContext, Lane
from readstation.domain.critical_result import CriticalResult
from readstation.domain.finding import Urgency
from readstation.domain.handoff import Handoff, Opinion
from readstation.ui import theme
from readstation.ui.command_binding import bind_commands
from readstation.ui.screens import ScreenContext
from readstation.ui.second_read.comparison_view import ComparisonView
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

OPINIONS = (
    (Opinion.AGREE, "Agree"),
    (Opinion.EDIT, "Edit"),
    (Opinion.DISAGREE, "Disagree"),
)
KEEP_AFTER_MS = 1500
NOTE_HEIGHT_PX = 74
REST_STRETCH = 100  # what is shown takes the room that is left
IMPRESSION_HEIGHT_PX = 110
NOTHING_ASKED = "Nobody waits for your opinion on this study."


class OpinionPanel(QWidget):
    """Shows one `OpinionModel`; what is typed is stored after a pause, for nobody else to see."""

    returned = Signal(object)
    """The `Handoff` with the opinion in it."""
    declined = Signal(object)
    left = Signal()

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model: OpinionModel | None = None
        self._study_instance_uid = ""
        self._is_filling = self._is_unsaved = self._is_busy = False
        self._make_parts()
        self._place()
        self._connect()
        bind_commands(context.registry, Context.HANDOFF, self, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_AFTER_MS)
        self._pause.timeout.connect(self.keep)
        self.show_nothing()

    def show_study(self, study_instance_uid: str) -> None:
        """Open the handoff of a study that waits for this reader."""
        self.show_nothing("")
        self._study_instance_uid = study_instance_uid
        station, session = self._context.station, self._context.session
        job = self._context.jobs.start(
            Lane.DATABASE, lambda _job: begin_opinion(station, session, study_instance_uid)
        )
        job.succeeded.connect(partial(self._take_model, study_instance_uid))
        job.failed.connect(self._context.errors.show)

    def show_nothing(self, why: str = NOTHING_ASKED) -> None:
        """Forget the study; what was typed is stored first."""
        self.keep()
        self.model, self._study_instance_uid = None, ""
        self._body.hide()
        self.comparison.hide()
        self._headline.setText(why)
        for part in (self._badge, self._asked, self._question):
            part.hide()

    def keep(self) -> None:
        """Store what is typed so far."""
        self._pause.stop()
        if self.model is None or not self._is_unsaved:
            return
        self._is_unsaved = False
        station, session, model = self._context.station, self._context.session, self.model
        handoff_id, text = model.card.handoff.handoff_id, model.fields.text
        content = model.content
        job = self._context.jobs.start(
            Lane.DATABASE, lambda _job: keep_opinion(station, session, handoff_id, text, content)
        )
        job.succeeded.connect(self._take_kept)
        job.failed.connect(self._context.errors.show)

    def submit(self) -> None:
        """Return the opinion if nothing is missing; else say what is."""
        model = self.model
        if model is None or self._is_busy or self._body.isHidden():
            return
        refusal = model.refusal()
        self._refusal.setText(refusal)
        if refusal:
            return
        self._forget_unsaved()
        self._run(partial(self._return, model, self._display_state()), self._take_returned)

    def decline(self) -> None:
        """Give the study back unread, with the note as the reason."""
        if self.model is not None and not self._is_busy:
            self._forget_unsaved()
            self._run(partial(self._decline, self.model), self._take_declined)

    def flag_critical(self) -> None:
        """Start the clock of what is written, at this moment, without waiting for the opinion."""
        model = self.model
        finding = model.add_critical(uuid.uuid4().hex) if model is not None else None
        if model is None or finding is None:
            return
        handoff = model.card.handoff
        station, session = self._context.station, self._context.session
        self.critical_button.setEnabled(False)
        job = self._context.jobs.start(
            Lane.DATABASE,
            lambda _job: flag_critical(
                station, session, handoff.study_instance_uid, handoff.report_id, finding
            ),
        )
        job.succeeded.connect(self._take_flagged)
        job.failed.connect(self._context.errors.show)
        self._note_change()

    def leave(self) -> None:
        self.keep()
        self.left.emit()

    def _make_parts(self) -> None:
        self._headline = PlainLabel(role="heading")
        self._badge = Badge("", "plain")
        self._asked, self._question = PlainLabel(role="dim"), PlainLabel(role="reading")
        for label in (self._headline, self._asked, self._question):
            label.setWordWrap(True)
        self.opinions = ChoiceRow(OPINIONS)
        self.findings_field, self.impression_field = QPlainTextEdit(), QPlainTextEdit()
        self.text_field = QPlainTextEdit()
        self.text_field.setFixedHeight(NOTE_HEIGHT_PX)
        self.impression_field.setFixedHeight(IMPRESSION_HEIGHT_PX)
        for field, name in (
            (self.findings_field, "Your findings"),
            (self.impression_field, "Your impression"),
            (self.text_field, "Note to the first reader"),
        ):
            field.setTabChangesFocus(True)
            field.setAccessibleName(name)
        self._make_buttons()
        self.comparison = ComparisonView()
        self._body = QWidget()

    def _make_buttons(self) -> None:
        self._kept = PlainLabel(role="dim")
        self._refusal = PlainLabel(role="warning")
        self._refusal.setWordWrap(True)
        self.submit_button = QPushButton("Return opinion")
        self.submit_button.setProperty("role", "primary")
        self.submit_button.setToolTip("Ctrl+Enter")
        self.decline_button = QPushButton("Decline")
        self.decline_button.setToolTip("Give it back unread; the note says why")
        self.critical_button = QPushButton("Critical: start its clock")
        self.critical_button.setIcon(theme.icon("flag", "critical_text"))

    def _place(self) -> None:
        self._own = _own_version(self.findings_field, self.impression_field, self.critical_button)
        self._opinion_header = SectionHeader("Opinion")
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addWidget(self._opinion_header)
        body.addWidget(self.opinions)
        body.addWidget(self._own, REST_STRETCH)
        body.addSpacing(6)
        body.addWidget(SectionHeader("Note to the first reader"))
        body.addWidget(self.text_field)
        buttons = QHBoxLayout()
        buttons.addWidget(self.decline_button)
        buttons.addWidget(self._kept, 1)
        buttons.addWidget(self.submit_button)
        body.addWidget(self._refusal)
        body.addLayout(buttons)
        body.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(self._headline, 1)
        head.addWidget(self._badge)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addLayout(head)
        column.addWidget(self._asked)
        column.addWidget(self._question)
        column.addWidget(self.comparison, REST_STRETCH)
        column.addWidget(self._body)
        column.addStretch(1)
        self._column = column

    def _connect(self) -> None:
        self.opinions.chosen.connect(lambda v: self._change(opinion=v))
        self.findings_field.textChanged.connect(
            lambda: self._change(findings_text=self.findings_field.toPlainText())
        )
        self.impression_field.textChanged.connect(
            lambda: self._change(impression=self.impression_field.toPlainText())
        )
        self.text_field.textChanged.connect(
            lambda: self._change(text=self.text_field.toPlainText())
        )
        self.submit_button.clicked.connect(self.submit)
        self.decline_button.clicked.connect(self.decline)
        self.critical_button.clicked.connect(self.flag_critical)

    def _change(self, **changes: object) -> None:
        if self.model is not None and not self._is_filling:
            self.model.change(**changes)
            self._note_change()

    def _note_change(self) -> None:
        self._is_unsaved = True
        self._kept.clear()
        self._pause.start()

    def _end_work(self) -> None:
        self._is_busy = False

    def _forget_unsaved(self) -> None:
        """Store nothing more: what is typed goes with the step itself."""
        self._pause.stop()
        self._is_unsaved = False

    def _run(self, work: Callable[[JobContext], Handoff], then: Callable[[Handoff], None]) -> None:
        self._is_busy = True
        job = self._context.jobs.start(Lane.DATABASE, work)
        job.succeeded.connect(then)
        job.failed.connect(self._context.errors.show)
        job.ended.connect(self._end_work)

    def _display_state(self) -> str:
        return self._context.displays.standing(self).record

    def _return(self, model: OpinionModel, display_state: str, _job: JobContext) -> Handoff:
        return return_opinion(
            self._context.station,
            self._context.session,
            model.card.handoff.handoff_id,
            model.entry(),
            display_state=display_state,
        )

    def _decline(self, model: OpinionModel, _job: JobContext) -> Handoff:
        station, session = self._context.station, self._context.session
        reason = model.fields.text
        return decline_handoff(station, session, model.card.handoff.handoff_id, reason)

    def _take_model(self, study_instance_uid: str, model: OpinionModel | None) -> None:
        if study_instance_uid != self._study_instance_uid:
            return  # H02: an opinion never appears beside the images of another study
        if model is None:
            self.show_nothing()
            return
        self.model = model
        model.on_change(self._fill)
        self.critical_button.setText("Critical: start its clock")
        handoff = model.card.handoff
        self._headline.setText(handoff.handoff_type.value.capitalize())
        self._badge.set_badge(*(("BLIND", "incidental") if handoff.is_blind else ("OPEN", "plain")))
        due = handoff.due_at.astimezone()
        self._asked.setText(f"Asked by {model.card.from_name}, due {due:%Y-%m-%d %H:%M}")
        self._question.setText(handoff.question)
        for part in (self._badge, self._asked, self._question, self._body):
            part.show()
        if not handoff.is_blind:  # an open question is about the first read: show it
            self.comparison.show_handoff(self._context, handoff.handoff_id)
            self.comparison.show()
        self._fill()
        self._context.changes.publish(Subject.HANDOFFS)

    def _take_flagged(self, result: CriticalResult) -> None:
        at = result.discovered_at.astimezone()
        self.critical_button.setText(f"Clock running since {at:%H:%M}: call from the banner")
        self._context.changes.publish(Subject.CRITICAL_RESULTS)

    def _take_kept(self, _handoff: Handoff) -> None:
        self._kept.setText(f"kept {self._context.station.clock.now().astimezone():%H:%M:%S}")

    def _take_returned(self, handoff: Handoff) -> None:
        self._context.changes.publish(Subject.HANDOFFS, Subject.WORKLIST, Subject.REPORT)
        self._headline.setText("Your opinion is returned")
        self._body.hide()
        self.comparison.show_handoff(self._context, handoff.handoff_id)
        self.comparison.show()
        self.returned.emit(handoff)

    def _take_declined(self, handoff: Handoff) -> None:
        self.show_nothing("Declined: the study is back with the reader who asked.")
        self._context.changes.publish(Subject.HANDOFFS, Subject.WORKLIST, Subject.REPORT)
        self.declined.emit(handoff)

    def _fill(self) -> None:
        model = self.model
        if model is None:
            return
        self._is_filling = True
        fields = model.fields
        for part in (self._opinion_header, self.opinions):
            part.setVisible(not model.is_blind)
        self.opinions.set_chosen(fields.opinion)
        self._own.setVisible(model.writes_own_version)
        share = REST_STRETCH if model.writes_own_version else 0
        self._column.setStretchFactor(self._body, share)
        for field, text in (
            (self.findings_field, fields.findings_text),
            (self.impression_field, fields.impression),
            (self.text_field, fields.text),
        ):
            if field.toPlainText() != text:
                field.setPlainText(text)
        refusal = model.refusal()
        self._refusal.setText(refusal)
        self.submit_button.setEnabled(not refusal)
        self.decline_button.setEnabled(bool(fields.text.strip()))
        is_flagged = model.base.urgency is Urgency.CRITICAL
        has_words = bool((fields.impression or fields.findings_text).strip())
        self.critical_button.setEnabled(has_words and not is_flagged)
        self._is_filling = False


def _own_version(findings: QWidget, impression: QWidget, critical: QWidget) -> QWidget:
    own = QVBoxLayout()
    own.setSpacing(4)
    for title, part in (("Findings", findings), ("Impression", impression)):
        own.addSpacing(6)
        own.addWidget(SectionHeader(title))
        own.addWidget(part)
    own.addWidget(critical)
    own.setContentsMargins(0, 0, 0, 0)
    holder = QWidget()
    holder.setLayout(own)
    return holder

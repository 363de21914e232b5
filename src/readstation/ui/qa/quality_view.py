"""The quality screen: what was signed, what stands out, how it came about, and the score."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from readstation.app.audit.verify_audit import AuditVerdict, verify_audit
from readstation.app.changes import Subject
from readstation.app.commands import Context
from readstation.app.jobs import JobContext, Lane
from readstation.app.quality.quality_model import Period, QualityModel, QualityState
from readstation.app.quality.review_report import review_report
from readstation.app.quality.signoffs import SignOff, signoffs
from readstation.app.quality.timeline import TimelineStep, timeline
from readstation.domain.quality import QualityReview, RadpeerScore
from readstation.ui.command_binding import bind_commands
from readstation.ui.qa.quality_layout import ALL_READERS, QualityLayout
from readstation.ui.screens import ScreenContext

REFRESH_MS = 30_000


class QualityView(QWidget):
    """Follows a `QualityModel`; every read and write runs in the database lane."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model = QualityModel(context.session.user)
        self.parts = QualityLayout(self, self.model, context.station.policy.stat_limit.due_after)
        self._story_of = ""
        self._request = 0
        self._connect()
        bind_commands(context.registry, Context.QUALITY, self, self)
        self.setFocusProxy(self.parts.table)

    def end_session(self) -> None:
        self._stop_listening()
        self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the list again; a failure is shown and the old list stays."""
        if not self.isVisible():
            return  # read when it is shown
        station, session = self._context.station, self._context.session
        since = self.model.state.period.since(station.clock.now())
        known = self.model.state.signoffs
        self._request += 1

        def work(_job: JobContext) -> tuple[SignOff, ...]:
            return signoffs(station, session, since, known)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_signoffs, self._request))
        handle.failed.connect(self._cannot_read)

    def verify(self) -> None:
        """Check the whole audit chain."""
        station, session = self._context.station, self._context.session
        self.parts.verify_button.setEnabled(False)
        self.parts.audit_badge.set_badge("checking the audit chain…", "plain")

        def work(_job: JobContext) -> AuditVerdict:
            return verify_audit(station, session)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(self.parts.show_verdict)
        handle.failed.connect(self._cannot_verify)

    def choose_score(self, score: RadpeerScore) -> None:
        self.parts.score.choose(score)

    def record_score(self) -> None:
        self.parts.score.record()

    def toggle_unreviewed(self) -> None:
        self.parts.unreviewed.toggle()

    def _connect(self) -> None:
        parts, model = self.parts, self.model
        model.on_change(self._show)
        parts.table.chosen.connect(model.select)
        parts.plot.chosen.connect(model.select)
        parts.score.scored.connect(self._record)
        parts.verify_button.clicked.connect(self.verify)
        parts.readers.currentTextChanged.connect(
            lambda name: model.filter_reader("" if name == ALL_READERS else name)
        )
        parts.periods.currentTextChanged.connect(self._choose_period)
        parts.unreviewed.toggled.connect(
            lambda checked: model.set_unreviewed_only(unreviewed_only=checked)
        )
        self._stop_listening = self._context.changes.listen(
            {Subject.REPORT, Subject.QUALITY, Subject.CRITICAL_RESULTS}, self.refresh
        )
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    def _choose_period(self, name: str) -> None:
        self.model.set_period(Period(name))
        self.refresh()

    def _take_signoffs(self, request: int, rows: tuple[SignOff, ...]) -> None:
        if request != self._request:
            return  # a newer one is under way
        self._story_of = ""
        self.parts.show_readers(sorted({row.reader_name for row in rows}))
        self.model.show_signoffs(rows)

    def _load_story(self, state: QualityState) -> None:
        """Read the story of the selected row once per selection and refresh."""
        signoff = state.selected_signoff
        if signoff is None or self._story_of == state.selected:
            return
        self._story_of = state.selected
        station, session = self._context.station, self._context.session
        study_instance_uid = signoff.version.study_instance_uid

        def work(_job: JobContext) -> tuple[TimelineStep, ...]:
            return timeline(station, session, study_instance_uid)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self.model.show_steps, state.selected))
        handle.failed.connect(self._context.errors.show)

    def _record(self, score: RadpeerScore, comment: str) -> None:
        signoff = self.model.state.selected_signoff
        if signoff is None:
            return
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> QualityReview:
            return review_report(station, session, signoff.version, score, comment)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(lambda _review: self._context.changes.publish(Subject.QUALITY))
        handle.failed.connect(self._context.errors.show)
        handle.ended.connect(self.parts.score.end_recording)

    def _cannot_read(self, error: BaseException) -> None:
        self.parts.show_unreadable()
        self._context.errors.show(error)

    def _cannot_verify(self, error: BaseException) -> None:
        self.parts.audit_badge.set_badge("audit chain not checked", "warning")
        self.parts.verify_button.setEnabled(True)
        self._context.errors.show(error)

    def _show(self, state: QualityState) -> None:
        self.parts.show_state(state, self._context.station.clock.now())
        self._load_story(state)

"""The quality screen: what was signed, what stands out, how it came about, and the score."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from readstation.app.audit.verify_audit import AuditVerdict, verify_audit
from readstation.app.changes import Subject
from readstation.app.jobs import JobContext, Lane
from readstation.app.quality.quality_model import QualityModel, QualityState
from readstation.app.quality.review_report import review_report
from readstation.app.quality.signoffs import SignOff, signoffs
from readstation.app.quality.timeline import TimelineStep, timeline
from readstation.domain.quality import QualityReview, RadpeerScore
from readstation.ui import theme
from readstation.ui.qa.metric_cards import MetricCards, TurnaroundPlot
from readstation.ui.qa.score_panel import ScorePanel
from readstation.ui.qa.signoff_table import SignoffTable
from readstation.ui.qa.story_panel import StoryPanel
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import EmptyState, SectionHeader
from readstation.ui.widgets.text import PlainLabel

DETAIL_WIDTH_PX = 430
REFRESH_MS = 10_000
ALL_READERS = "All readers"


class QualityView(QWidget):
    """Follows a `QualityModel`; every read and write runs in the database lane."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model = QualityModel(context.session.user)
        self.table = SignoffTable()
        self.cards = MetricCards()
        self.plot = TurnaroundPlot()
        self.story = StoryPanel()
        self.story_title = PlainLabel(role="heading")
        self.score = ScorePanel(self.model)
        self.audit_badge = Badge("audit chain not checked", "plain")
        self.readers = QComboBox()
        self.unreviewed = QCheckBox("Not reviewed yet")
        self.hidden = PlainLabel(role="dim")
        self.empty = EmptyState(
            "shield-check", "Nothing is signed yet.", "Signed reports appear here at once."
        )
        self._build()
        self._connect()
        self.refresh()

    def end_session(self) -> None:
        self._stop_listening()
        self._timer.stop()

    def refresh(self) -> None:
        """Read the list again; a failure is shown and the old list stays."""
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> tuple[SignOff, ...]:
            return signoffs(station, session)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(self._take_signoffs)
        handle.failed.connect(self._context.errors.show)

    def verify(self) -> None:
        """Check the whole audit chain."""
        station, session = self._context.station, self._context.session
        self.audit_badge.set_badge("checking the audit chain…", "plain")

        def work(_job: JobContext) -> AuditVerdict:
            return verify_audit(station, session)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(self._show_verdict)
        handle.failed.connect(self._context.errors.show)

    def _connect(self) -> None:
        self.model.on_change(self._show)
        self.table.chosen.connect(self._choose)
        self.score.scored.connect(self._record)
        self.readers.currentTextChanged.connect(self._filter_reader)
        self.unreviewed.toggled.connect(
            lambda checked: self.model.set_unreviewed_only(unreviewed_only=checked)
        )
        self._stop_listening = self._context.changes.listen(
            {Subject.REPORT, Subject.QUALITY, Subject.CRITICAL_RESULTS}, self.refresh
        )
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()

    def _take_signoffs(self, rows: tuple[SignOff, ...]) -> None:
        before = self.model.state.selected
        self.model.show_signoffs(rows)
        self._fill_readers(rows)
        if self.model.state.selected != before or not self.model.state.steps:
            self._load_story()

    def _choose(self, report_id: str) -> None:
        self.model.select(report_id)
        self._load_story()

    def _load_story(self) -> None:
        signoff = self.model.state.selected_signoff
        if signoff is None:
            return
        station, session = self._context.station, self._context.session
        study_instance_uid = signoff.version.study_instance_uid

        def work(_job: JobContext) -> tuple[TimelineStep, ...]:
            return timeline(station, session, study_instance_uid)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self.model.show_steps, signoff.version.report_id))
        handle.failed.connect(self._context.errors.show)

    def _record(self, score: RadpeerScore, comment: str) -> None:
        signoff = self.model.state.selected_signoff
        if signoff is None:
            return
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> QualityReview:
            return review_report(station, session, signoff.version, score, comment)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(lambda _review: self._reviewed())
        handle.failed.connect(self._context.errors.show)

    def _reviewed(self) -> None:
        self._context.changes.publish(Subject.QUALITY)
        self._load_story()

    def _filter_reader(self, name: str) -> None:
        self.model.filter_reader("" if name == ALL_READERS else name)

    def _fill_readers(self, rows: tuple[SignOff, ...]) -> None:
        names = [ALL_READERS, *sorted({row.reader_name for row in rows})]
        if names != [self.readers.itemText(i) for i in range(self.readers.count())]:
            chosen = self.readers.currentText()
            self.readers.blockSignals(True)
            self.readers.clear()
            self.readers.addItems(names)
            self.readers.setCurrentText(chosen or ALL_READERS)
            self.readers.blockSignals(False)

    def _show_verdict(self, verdict: AuditVerdict) -> None:
        if verdict.fault is None:
            text = f"audit chain verified · {verdict.rows_checked} events"
            self.audit_badge.set_badge(text, "good")
        else:
            fault = verdict.fault
            text = f"AUDIT CHAIN BROKEN at event {fault.sequence_number}: {fault.reason}"
            self.audit_badge.set_badge(text, "critical")

    def _show(self, state: QualityState) -> None:
        now = self._context.station.clock.now()
        self.table.show_rows(state.shown, state.selected, now)
        self.cards.show_metrics(state.metrics)
        self.plot.show_signoffs(state.shown)
        self.story.show_steps(state.steps)
        hidden = state.hidden_count
        self.hidden.setText(f"{hidden} hidden by filter" if hidden else "")
        self._list.setCurrentWidget(self.table if state.shown else self.empty)
        signoff = state.selected_signoff
        self.story_title.setText(
            "Select a signed report." if signoff is None else signoff.study.study_description
        )

    def _build(self) -> None:
        verify = QPushButton("Verify audit log")
        verify.clicked.connect(self.verify)
        bar = theme.surface("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(18, 10, 18, 10)
        row.setSpacing(12)
        row.addWidget(PlainLabel("Quality review", role="title"))
        row.addWidget(self.readers)
        row.addWidget(self.unreviewed)
        row.addWidget(self.hidden)
        row.addStretch(1)
        row.addWidget(self.audit_badge)
        row.addWidget(verify)
        self._list = QStackedWidget()
        self._list.addWidget(self.table)
        self._list.addWidget(self.empty)
        left = QVBoxLayout()
        left.setContentsMargins(18, 14, 18, 14)
        left.setSpacing(14)
        for widget in (self.cards, self.plot):
            left.addWidget(widget)
        left.addWidget(self._list, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(left, 1)
        body.addWidget(self._detail())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(bar)
        outer.addLayout(body, 1)

    def _detail(self) -> QWidget:
        panel = theme.surface("detail")
        panel.setFixedWidth(DETAIL_WIDTH_PX)
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(SectionHeader("How this report came to be signed"))
        column.addWidget(self.story_title)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        content = theme.surface("scroll-content")
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.story)
        inner.addStretch(1)
        scroll.setWidget(content)
        column.addWidget(scroll, 1)
        column.addWidget(self.score)
        return panel

"""The right-hand panel: the report of the study on the screen, beside its images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.jobs import JobContext, Lane
from readstation.app.report.open_report import OpenReport
from readstation.app.report.report_model import ReportModel, ReportState, SaveState
from readstation.domain.errors import StoreError
from readstation.domain.finding import MeasurementLink, Urgency
from readstation.domain.report import TRANSITIONS, Draft, ReportStep, ReportVersion, Section
from readstation.domain.report_template import ReportTemplate
from readstation.domain.sign_off import OnScreen
from readstation.ui import theme
from readstation.ui.report.draft_saver import DraftSaver
from readstation.ui.report.panel_header import PanelHeader
from readstation.ui.report.report_form import ReportForm
from readstation.ui.report.sign_flow import SignFlow
from readstation.ui.report.urgency_flow import UrgencyFlow, WithdrawBar
from readstation.ui.report.version_view import VersionView
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.section import EmptyState

WIDTH_PX = 440
TAKEN_DOWN_MS = 1000
"""After it has left the screen: it has many parts, and the next images are painted first."""


class ReportPanel(QWidget):
    """Shows one `OpenReport` at a time; what was left unsaved goes on being saved behind it."""

    image_requested = Signal(object, str)
    """A `FrameKey` and the id of the measurement on it."""
    second_reader_requested = Signal(object)
    """The saved `Draft` for which somebody else is asked."""
    report_signed = Signal(object)
    """A `ReportVersion`: of a signature or an addendum."""
    preliminary_sent = Signal(object)
    critical_flagged = Signal(object)
    """The `CriticalResult` whose clock runs."""

    def __init__(
        self,
        context: ScreenContext,
        on_screen: Callable[[], OnScreen | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._on_screen = context, on_screen
        self._opened: OpenReport | None = None
        self._versions: list[ReportVersion] = []
        self._leaving: set[DraftSaver] = set()
        self.form: ReportForm | None = None
        self.saver: DraftSaver | None = None
        self.sign_flow: SignFlow | None = None
        self.urgency_flow: UrgencyFlow | None = None
        self.version_view: VersionView | None = None
        self._empty = EmptyState("pen-line", "No study is open.", "Open one from the worklist.")
        self._body: QWidget = self._empty
        panel = theme.surface("detail")
        self._place = QVBoxLayout(panel)
        self.buttons = theme.surface("toolbar")
        self._build(panel)
        stop = context.changes.listen({Subject.REPORT, Subject.CRITICAL_RESULTS}, self.refresh)
        self.destroyed.connect(lambda _: stop())

    @property
    def model(self) -> ReportModel | None:
        """The model of the report that can be seen; None where there is only text or nothing."""
        return self.form.model if self.form else None

    def show_report(self, opened: OpenReport) -> None:
        """Show another report. The one before is saved on, for its own study."""
        self._leave()
        self._opened = opened
        self._versions = list(opened.versions)
        if opened.draft is None:
            self._show_without_draft(opened)
            return
        model = ReportModel(opened.draft, opened.template, read_only_reason=opened.read_only_reason)
        if opened.claim is None and not opened.read_only_reason:
            model.make_read_only("Read-only.")
        self._show_form(ReportForm(model))
        self.header.offer_templates(opened.templates)
        if opened.claim is not None:
            self._make_writable(opened, model)
        model.on_change(self._follow)
        self._follow(model.state)

    def show_nothing(self, text: str) -> None:
        """Say why there is no report here."""
        self._leave()
        self._opened = None
        self._empty.set_text(text)
        self._show_body(self._empty)

    def close_report(self, then: Callable[[bool], None]) -> None:
        """Save everything, then call `then`: with True the claim may be released.

        With False the text is still in the editor and not saved; the banner says why.
        """
        if self.sign_flow is not None:
            self.sign_flow.stop()
        if self.saver is None:
            then(True)
        else:
            self.saver.flush(then)

    def save_now(self) -> None:
        if self.saver is not None:
            self.saver.save_now()

    @property
    def is_safe(self) -> bool:
        """Whether everything typed here, and in reports left before, is stored."""
        savers = [*self._leaving, *([self.saver] if self.saver else [])]
        return all(saver.is_safe for saver in savers)

    def insert_measurement(self, link: MeasurementLink) -> None:
        """Quote a measurement in the selected finding, or in a new one."""
        if self.model is not None:
            self.model.insert_measurement(link)

    def add_finding(self) -> None:
        if self.form is not None:
            self.form.add_finding()

    def write_normal(self) -> None:
        if self.form is not None:
            self.form.write_normal()

    def choose_urgency(self, urgency: Urgency) -> None:
        if self.form is not None:
            self.form.choose_urgency(urgency)

    def toggle_incidental(self) -> None:
        if self.form is not None:
            self.form.toggle_incidental()

    def request_sign_off(self) -> None:
        if self.sign_flow is not None and self.sign_button.isEnabled():
            self.sign_flow.start()

    def send_preliminary(self) -> None:
        if self.sign_flow is not None and self.preliminary_button.isEnabled():
            self.sign_flow.send_preliminary()

    def request_second_reader(self) -> None:
        """Save, then ask the reading screen for a second reader."""
        saver = self.saver
        if saver is None or not self.second_button.isEnabled():
            return

        def ask(is_safe: bool) -> None:
            if is_safe and saver is self.saver:
                self.second_reader_requested.emit(saver.model.state.base)

        saver.flush(ask)

    def refresh(self) -> None:
        """Follow what another step has stored: a call's statement, a handoff's status."""
        model = self.model
        if model is None:
            return
        context, base = self._context, model.state.base

        def read(_job: JobContext) -> Draft:
            with context.station.unit_of_work() as work:
                return work.reports.draft(base.report_id, context.session.user.user_id)

        job = context.jobs.start(Lane.DATABASE, read)
        job.succeeded.connect(model.take_stored)
        job.failed.connect(context.errors.show)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.save_now()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange:
            self.save_now()

    def _leave(self) -> None:
        """Take the present report off the screen; its saver stays until its text is safe."""
        if self.sign_flow is not None:
            self.sign_flow.stop()
        saver = self.saver
        if saver is not None:
            self._leaving.add(saver)
            saver.setParent(self._context.jobs)  # a save under way outlives this panel
            saver.flush(lambda is_safe: self._left(saver, is_safe))
        if self.form is not None:
            self.form.stop()
        self.form = self.saver = self.sign_flow = self.urgency_flow = self.version_view = None
        self._withdraw_bar.hide()

    def _left(self, saver: DraftSaver, is_safe: bool) -> None:
        if is_safe:
            self._leaving.discard(saver)
            saver.end()
            return
        failure = saver.model.state.failure
        text = failure.message if failure else "It is still being saved."
        self._context.errors.show(
            StoreError(
                f"The report you left is NOT SAVED. {text}",
                "Keep ReadStation open: saving is tried again. Then open that study once more.",
            )
        )
        saver.settled.connect(lambda safe: self._leaving.discard(saver) if safe else None)

    def _make_writable(self, opened: OpenReport, model: ReportModel) -> None:
        context, claim, form = self._context, opened.claim, self.form
        assert claim is not None and form is not None  # noqa: S101, PT018 - the caller's branch
        saver = DraftSaver(
            context.station, context.session, claim, model, runner=context.jobs, parent=self
        )
        flow = SignFlow(context, claim, saver, self._on_screen, self)
        flow.signed.connect(partial(self._show_signed, opened))
        flow.preliminary_sent.connect(partial(self._keep_version, opened))
        urgency = UrgencyFlow(context, model, self)
        urgency.flagged.connect(self.critical_flagged)
        urgency.flagged.connect(lambda _: context.changes.publish(Subject.CRITICAL_RESULTS))
        urgency.changed.connect(saver.save_now)
        urgency.reason_wanted.connect(self._withdraw_bar.ask)
        form.urgency_chosen.connect(urgency.choose)
        form.removal_asked.connect(urgency.remove)
        form.left.connect(saver.save_now)
        self.saver, self.sign_flow, self.urgency_flow = saver, flow, urgency

    def _keep_version(self, opened: OpenReport, version: ReportVersion) -> None:
        if self._opened is opened:
            self._versions.append(version)
        self.preliminary_sent.emit(version)

    def _show_signed(self, opened: OpenReport, version: ReportVersion) -> None:
        """Show what was signed in place of what was typed, unless the reader has moved on."""
        if self._opened is opened:
            versions = (*self._versions, version)
            self.show_report(replace(opened, draft=None, claim=None, versions=versions))
        self.report_signed.emit(version)

    def _show_without_draft(self, opened: OpenReport) -> None:
        if opened.versions:
            view = VersionView(self._context, opened.versions)
            view.addendum_signed.connect(self.report_signed)
            self.version_view = view
            self._show_body(view)
        else:
            self._empty.set_text("There is no report yet.", opened.read_only_reason)
            self._show_body(self._empty)

    def _show_form(self, form: ReportForm) -> None:
        self.form = form
        self.setFocusProxy(form.sections[Section.FINDINGS].editor)
        form.measurement_opened.connect(
            lambda link: self.image_requested.emit(link.frame, link.measurement_id)
        )
        self._show_body(form)

    def _show_body(self, body: QWidget) -> None:
        old = self._body
        if old is not body:
            self._place.replaceWidget(old, body)
            old.hide()
            if old is not self._empty:
                QTimer.singleShot(TAKEN_DOWN_MS, old, old.deleteLater)
            self._body = body
        body.show()
        self.header.setVisible(self.form is not None)
        self.buttons.setVisible(self.form is not None)

    def _follow(self, state: ReportState) -> None:
        model = self.model
        if model is None or state is not model.state:
            return
        self.header.show_state(state, model.template)
        status = state.base.status
        for button, step in (
            (self.preliminary_button, ReportStep.SEND_PRELIMINARY),
            (self.second_button, ReportStep.REQUEST_SECOND_READ),
            (self.sign_button, ReportStep.SIGN),
        ):
            button.setEnabled((status, step) in TRANSITIONS and not state.is_read_only)

    def _choose_template(self, template: ReportTemplate) -> None:
        if self.model is not None:
            self.model.apply_template(template)

    def _retry(self) -> None:
        if self.saver is not None and self.saver.model.state.save_state is SaveState.NOT_SAVED:
            self.saver.save_now()

    def _withdraw(self, reason: str) -> None:
        if self.urgency_flow is not None:
            self.urgency_flow.withdraw(reason)

    def _build(self, panel: QWidget) -> None:
        self.header = PanelHeader()
        self.header.template_chosen.connect(self._choose_template)
        self.header.retry_asked.connect(self._retry)
        self._withdraw_bar = WithdrawBar()
        self._withdraw_bar.withdrawn.connect(self._withdraw)
        self.preliminary_button = QPushButton("Preliminary")
        self.second_button = QPushButton(theme.icon("arrow-left-right"), "Second reader")
        self.sign_button = QPushButton("Sign  F12")
        self.sign_button.setProperty("role", "primary")
        self.preliminary_button.clicked.connect(self.send_preliminary)
        self.second_button.clicked.connect(self.request_second_reader)
        self.sign_button.clicked.connect(self.request_sign_off)
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(14, 10, 14, 10)
        row.addWidget(self.preliminary_button)
        row.addWidget(self.second_button)
        row.addStretch(1)
        row.addWidget(self.sign_button)
        self._place.setContentsMargins(0, 0, 0, 0)
        self._place.setSpacing(0)
        for widget in (self.header, self._withdraw_bar):
            self._place.addWidget(widget)
        self._place.addWidget(self._body, 1)
        self._place.addWidget(self.buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(panel)
        self.header.hide()
        self.buttons.hide()

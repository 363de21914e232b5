"""What stands to the right of the images: the report, or a question to a second reader."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.jobs import JobContext, Lane
from readstation.app.navigation import OpenStudy
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.quoted_measurement import NOTHING_TO_QUOTE, measurement_to_quote
from readstation.app.reading.read_prior_report import read_prior_report
from readstation.app.reading.reading_desk import ReadingDesk, Wish
from readstation.app.reading.reading_model import ReadingState
from readstation.app.reading.viewer_state import viewer_state
from readstation.app.report.comparison import opened_priors, with_opened
from readstation.app.report.open_report import OpenReport, open_report, view_report
from readstation.app.report.report_model import ReportState
from readstation.app.worklist.release_study import release_study
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import ClaimLostError, ReadStationError
from readstation.domain.finding import MeasurementLink
from readstation.domain.measurement import Measurement
from readstation.domain.reader import Permission
from readstation.domain.report import Draft, ReportVersion, Section
from readstation.domain.sign_off import OnScreen
from readstation.domain.study import Study
from readstation.ui.reading.image_information_panel import ImageInformationPanel
from readstation.ui.reading.prior_report_panel import PriorReportPanel
from readstation.ui.report.report_panel import ReportPanel
from readstation.ui.screens import ScreenContext
from readstation.ui.second_read.opinion_panel import OpinionPanel
from readstation.ui.second_read.request_panel import RequestPanel
from readstation.ui.widgets.page_stack import PageStack

WIDTH_PX = 452
AFTER_IMAGES_MS = 30
LOST_REMEDY = "Nothing more is saved here. Your text stays to be selected and copied."


class ReadingSide(QWidget):
    """Shows the panel that fits the task; owns nothing of the study but its claim."""

    frame_asked = Signal(object)
    claim_ended = Signal()
    """Signed, given to another reader, returned, or lost: nothing more is written."""
    claim_lost = Signal(object)
    """Another reader has the study now; carries the ClaimLostError."""
    left = Signal()

    def __init__(
        self, desk: ReadingDesk, context: ScreenContext, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._context = desk, context
        self._opened: OpenedStudy | None = None
        self._claim: Claim | None = None
        self._compared: tuple[Study, ...] = ()
        self._last_measurement: Measurement | None = None
        self.report = ReportPanel(context, self._on_screen)
        self.request = RequestPanel(context)
        self.opinion = OpinionPanel(context)
        self._after_images = QTimer(self, singleShot=True, interval=AFTER_IMAGES_MS)
        self._after_images.timeout.connect(self._begin_report)
        desk.images.on_change(self._follow_priors)
        self._stack = PageStack()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._behind: QWidget | None = None
        self.prior_report = PriorReportPanel()
        self.prior_report.left.connect(self._show_panel)
        self.information = ImageInformationPanel(desk.images, context.displays)
        self.information.left.connect(self._leave_information)
        panels = (self.report, self.request, self.opinion, self.prior_report, self.information)
        for panel in panels:
            self._stack.addWidget(panel)
        self.setFixedWidth(WIDTH_PX)
        self.report.image_requested.connect(lambda frame, _id: self.frame_asked.emit(frame))
        self.report.second_reader_requested.connect(self._ask_second_reader)
        self.report.report_signed.connect(self._publish_report)
        self.report.report_signed.connect(self._end_claim_of_signed)
        self.report.preliminary_sent.connect(self._publish_report)
        self.request.requested.connect(self._forget_claim)
        self.request.requested.connect(self.left)
        self.request.left.connect(self._show_panel)
        self.opinion.returned.connect(self._forget_claim)
        self.opinion.declined.connect(self._forget_claim)
        self.opinion.declined.connect(self.left)
        self.opinion.left.connect(self.left)

    def open_study(self, opened: OpenedStudy) -> None:
        """Open the report that goes with the images; the answer to an earlier study is dropped."""
        self._opened = opened
        self._last_measurement = None
        self._claim = opened.claim
        self._show_panel()
        if self._is_second_read:
            self.opinion.show_study(opened.study.study_instance_uid)
            return
        self._after_images.start()

    def _begin_report(self) -> None:
        """Read the report; its panel is built once the images had time to be painted."""
        opened = self._opened
        if opened is not None:
            self._compared = opened_priors(self._desk.images.state)
            work = partial(self._read_report, opened, self._compared)
            handle = self._context.jobs.start(Lane.DATABASE, work)
            handle.succeeded.connect(partial(self._show_report, opened))
            handle.failed.connect(self._context.errors.show)

    def close_study(self, *, is_final: bool = False) -> None:
        """Save what is typed, then give the study back.

        Where the same study was asked for again meanwhile, its claim goes on: giving it back late
        would take it from the new opening. `is_final`: the session ends, nothing is asked for.
        """
        self._after_images.stop()
        opened, self._opened = self._opened, None
        if opened is None:
            return
        claim, self._claim = self._claim, None
        self.opinion.show_nothing("")
        self.prior_report.clear()

        def release(is_safe: bool) -> None:
            if is_safe and claim is not None:
                self.give_back(claim, is_final=is_final)

        self.report.close_report(release)
        self.report.show_nothing("No study is open.")

    def show_prior_report(self, prior: Study) -> None:
        """Show the signed report of a prior, without leaving what is being written."""
        station, session, opened = self._context.station, self._context.session, self._opened

        def work(_job: JobContext) -> tuple[ReportVersion, ...]:
            return read_prior_report(station, session, prior)

        def show(versions: tuple[ReportVersion, ...]) -> None:
            if opened is self._opened and opened is not None and versions:
                self.prior_report.show_version(prior, versions[-1])
                self._stack.show_page(self.prior_report)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(show)
        handle.failed.connect(self._context.errors.show)

    def show_information(self) -> None:
        """Show what is known of the image in the active box; asked again, go back."""
        if self.information.isVisible():
            self._leave_information()
            return
        self._behind = self._stack.currentWidget()
        self._stack.show_page(self.information)
        self.information.setFocus()

    def _leave_information(self) -> None:
        """Go back to the panel that was there, and to the images: they asked for it."""
        self._stack.show_page(self._behind or self.report)
        self._desk.wish(Wish.LOOK_AT_IMAGES)

    def take_measurement(self, measurement: Measurement) -> None:
        self._last_measurement = measurement

    def grant(self, wish: Wish) -> None:
        """Do what was asked for by key."""
        if wish is Wish.INSERT_MEASUREMENT:
            self._insert_measurement()
        elif wish is Wish.ASK_SECOND_READER:
            self.report.request_second_reader()
        elif wish in (Wish.SHOW_REPORT, Wish.TYPE_REPORT):
            self._show_panel()
            self._focus_panel()
        elif wish is Wish.SHOW_IMAGE_INFORMATION:
            self.show_information()

    def _insert_measurement(self) -> None:
        images = self._desk.images
        found = measurement_to_quote(images, self._last_measurement)
        if found is None:
            images.active.change(notice=NOTHING_TO_QUOTE)
            return
        said = images.measurements.say(found)
        self.report.insert_measurement(MeasurementLink(found.measurement_uid, found.frame, said))

    @property
    def _is_second_read(self) -> bool:
        opened = self._opened
        return (
            opened is not None and opened.task is ClaimTask.SECOND_READ and opened.claim is not None
        )

    def _show_panel(self) -> None:
        """Show the panel of the task: the opinion of a second reader, else the report."""
        self._stack.show_page(self.opinion if self._is_second_read else self.report)

    def _focus_panel(self) -> None:
        """Give the keys to the text they were last in, else to where the panel begins."""
        last = self.report.form.focusWidget() if self.report.form else None
        if self._is_second_read:
            self.opinion.setFocus()
        elif last is not None and last.isVisible():
            last.setFocus()
        else:
            self.report.setFocus()

    def _read_report(
        self, opened: OpenedStudy, compared: tuple[Study, ...], _job: JobContext
    ) -> OpenReport | None:
        station, session = self._context.station, self._context.session
        if opened.claim is not None and opened.task is ClaimTask.READ:
            return open_report(station, session, opened.claim, compared)
        if not session.user.may(Permission.SEE_REPORTS):
            return None
        uid = opened.study.study_instance_uid
        return view_report(station, session, uid, opened.owner_name)

    def _show_report(self, opened: OpenedStudy, report: OpenReport | None) -> None:
        if opened is not self._opened:
            return  # H02: a report never appears beside the images of another study
        if report is None:
            self.report.show_nothing("Your role does not see reports.")
        else:
            self.report.show_report(report)
            self._watch_saving(opened)
            self._follow_priors(self._desk.images.state)

    def _follow_priors(self, state: ReadingState) -> None:
        """Name a prior in the report when it is opened, unless its reader words that section."""
        opened, model = self._opened, self.report.model
        if model is None or opened is None or state.opened is not opened:
            return
        if model.state.base.study_instance_uid != opened.study.study_instance_uid:
            return  # H02
        here = opened_priors(state)
        new = [prior for prior in here if prior not in self._compared]
        if new:
            self._compared = here
            known = [prior.study for prior in opened.priors]
            written = model.state.text_of(Section.COMPARISON)
            model.set_section(Section.COMPARISON, with_opened(written, known, new))

    def _watch_saving(self, opened: OpenedStudy) -> None:
        """Notice when a save is refused because somebody else has the study."""
        model = self.report.model
        if model is None or opened.claim is None:
            return

        def follow(state: ReportState) -> None:
            is_lost = isinstance(state.failure, ClaimLostError) and not state.is_read_only
            is_here = opened is self._opened and self._claim is not None
            if is_here and state.failure is not None and is_lost:
                self.lose_claim(state.failure)

        model.on_change(follow)

    def _on_screen(self) -> OnScreen | None:
        """Name what the images say is open, for the sign-off to compare with the database."""
        opened = self._desk.images.state.opened
        if opened is None:
            return None
        study = opened.study
        return OnScreen(study.study_instance_uid, study.patient, study.accession_number)

    def _ask_second_reader(self, draft: Draft) -> None:
        if self._claim is not None:
            self.request.ask_about(draft, self._claim, viewer_state(self._desk.images))
            self._stack.show_page(self.request)

    def _forget_claim(self) -> None:
        self._claim = None
        self.claim_ended.emit()

    def _end_claim_of_signed(self, version: ReportVersion) -> None:
        """Signing ended the claim; a late answer for a study left before is none of this one."""
        opened = self._opened
        if opened is not None and version.study_instance_uid == opened.study.study_instance_uid:
            self._forget_claim()

    def lose_claim(self, error: ReadStationError) -> None:
        """Stop writing: the text stays where it is, to be read and copied."""
        self._forget_claim()
        self.claim_lost.emit(error)
        model = self.report.model
        if model is not None:
            if model.state.is_dirty:
                model.save_failed(error)
            model.make_read_only(f"{error.message} {LOST_REMEDY}")

    def _publish_report(self, _version: object) -> None:
        self._context.changes.publish(Subject.REPORT, Subject.WORKLIST, Subject.QUALITY)

    def give_back(self, claim: Claim, *, is_final: bool = False) -> None:
        """Release a claim, unless the same study is wanted again by now."""
        wanted = self._context.navigation.open
        if not is_final and wanted == OpenStudy(claim.study_instance_uid, claim.task):
            return
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> None:
            release_study(station, session, claim)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(lambda _: self._context.changes.publish(Subject.WORKLIST))
        handle.failed.connect(self._context.errors.show)

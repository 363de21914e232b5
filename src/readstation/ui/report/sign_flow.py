"""From the Sign button to the signature: save, repeat what matters, ask, sign."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from readstation.app.changes import Subject
from readstation.app.jobs import JobContext, Lane
from readstation.app.report.prepare_sign_off import SignOff, prepare_sign_off
from readstation.app.report.sign_report import send_preliminary, sign_report
from readstation.domain.claim import Claim
from readstation.domain.errors import RefusedStepError
from readstation.domain.report import Draft, ReportVersion
from readstation.domain.sign_off import OnScreen
from readstation.ui.report.draft_saver import DraftSaver
from readstation.ui.report.sign_view import SignView
from readstation.ui.screens import ScreenContext


class SignFlow(QObject):
    """Belongs to one open report and one claim; a report that is left cannot be signed by it."""

    signed = Signal(object)
    """The signed `ReportVersion`."""
    preliminary_sent = Signal(object)

    def __init__(
        self,
        context: ScreenContext,
        claim: Claim,
        saver: DraftSaver,
        on_screen: Callable[[], OnScreen | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context, self._claim, self._saver = context, claim, saver
        self._on_screen = on_screen
        self._window = parent
        self._is_over = False
        self._is_busy = False
        self.view: SignView | None = None

    def start(self) -> None:
        """Save what is typed, then show the dialog."""
        self._after_saving(self._prepare)

    def send_preliminary(self) -> None:
        """Save what is typed, then send it as preliminary."""
        self._after_saving(self._send)

    def stop(self) -> None:
        """Sign nothing any more from here: the report is left."""
        self._is_over = True
        if self.view is not None:
            self.view.reject()

    def _after_saving(self, then: Callable[[], None]) -> None:
        if self._is_busy or self.view is not None:
            return
        self._is_busy = True

        def go_on(is_safe: bool) -> None:
            self._is_busy = False
            if self._is_over:
                return
            if is_safe:
                then()
            else:
                self._context.errors.show(
                    RefusedStepError(
                        "The report is not saved, so it cannot be sent or signed.",
                        "See the red line above the report.",
                    )
                )

        self._saver.flush(go_on)

    def _prepare(self) -> None:
        on_screen = self._require_on_screen()
        if on_screen is None:
            return
        draft = self._saver.model.state.base
        context = self._context

        def work(_job: JobContext) -> SignOff:
            return prepare_sign_off(context.station, context.session, self._claim, draft, on_screen)

        job = context.jobs.start(Lane.DATABASE, work)
        job.succeeded.connect(self._show)
        job.failed.connect(context.errors.show)

    def _show(self, sign_off: SignOff) -> None:
        if self._is_over or self.view is not None:
            return
        view = SignView(sign_off, self._display_state(), self._window)
        view.sign_asked.connect(partial(self._sign, sign_off.facts.draft))
        view.finished.connect(self._forget_view)
        self.view = view
        view.open()

    def _sign(self, draft: Draft, password: str, reason: str) -> None:
        on_screen = self._require_on_screen()
        view = self.view
        if view is None or on_screen is None or self._is_over:
            return
        context, state = self._context, self._display_state()
        view.wait()

        def work(_job: JobContext) -> ReportVersion:
            return sign_report(
                context.station,
                context.session,
                self._claim,
                draft,
                on_screen,
                password=password,
                incomplete_study_reason=reason,
                display_state=state,
            )

        job = context.jobs.start(Lane.DATABASE, work)
        job.succeeded.connect(self._signed)
        job.failed.connect(self._refused)

    def _signed(self, version: ReportVersion) -> None:
        if self.view is not None:
            self.view.accept()
        self._context.changes.publish(Subject.REPORT, Subject.WORKLIST, Subject.QUALITY)
        self.signed.emit(version)

    def _refused(self, error: BaseException) -> None:
        if self.view is not None:
            self.view.refuse(error)
        else:
            self._context.errors.show(error)

    def _send(self) -> None:
        on_screen = self._require_on_screen()
        if on_screen is None:
            return
        draft, context = self._saver.model.state.base, self._context
        state = self._display_state()

        def work(_job: JobContext) -> tuple[Draft, ReportVersion]:
            return send_preliminary(
                context.station,
                context.session,
                self._claim,
                draft,
                on_screen,
                display_state=state,
            )

        job = context.jobs.start(Lane.DATABASE, work)
        job.succeeded.connect(self._sent)
        job.failed.connect(context.errors.show)

    def _sent(self, sent: tuple[Draft, ReportVersion]) -> None:
        draft, version = sent
        self._saver.model.take_stored(draft)
        self._context.changes.publish(Subject.REPORT, Subject.WORKLIST)
        self.preliminary_sent.emit(version)

    def _display_state(self) -> str:
        return self._context.displays.standing(self._window).record

    def _require_on_screen(self) -> OnScreen | None:
        on_screen = self._on_screen()
        if on_screen is None:
            self._context.errors.show(
                RefusedStepError(
                    "No images of this study are on the screen.",
                    "Open the study again, then sign.",
                )
            )
        return on_screen

    def _forget_view(self) -> None:
        view, self.view = self.view, None
        if view is not None:
            view.deleteLater()

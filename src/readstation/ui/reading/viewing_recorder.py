"""Writes down what was displayed and keeps the claim alive while a study is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from readstation.app.jobs import JobContext, Lane
from readstation.app.ports import DisplayedFrame
from readstation.app.reading.keep_claim import keep_claim
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.record_displayed import record_displayed
from readstation.domain.claim import Claim
from readstation.domain.errors import ClaimLostError
from readstation.ui.screens import ScreenContext

RECORD_EVERY_MS = 2_000
CHECK_EVERY_MS = 5_000


class ViewingRecorder(QObject):
    """Two timers and nothing else: displayed frames every 2 s, the claim every 5 s."""

    claim_lost = Signal(object)
    """Carries the ClaimLostError, once: from then on nothing is renewed."""

    def __init__(self, model: ReadingModel, context: ScreenContext, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._context = context
        self._claim: Claim | None = None
        self._record = QTimer(self, interval=RECORD_EVERY_MS)
        self._record.timeout.connect(self.flush)
        self._check = QTimer(self, interval=CHECK_EVERY_MS)
        self._check.timeout.connect(self.check_claim)

    def begin(self, claim: Claim | None) -> None:
        self._claim = claim
        self._record.start()
        self._check.start()

    def forget_claim(self) -> None:
        """Stop renewing: the study was signed, handed over or given back."""
        self._claim = None

    def end(self) -> Sequence[DisplayedFrame]:
        """Stop, and return what is left to record; call it while the model knows its study."""
        self._record.stop()
        self._check.stop()
        self._claim = None
        return self._take()

    def flush(self) -> None:
        """Record what was displayed since the last time."""
        self.record(self._take())

    def _take(self) -> Sequence[DisplayedFrame]:
        station, user = self._context.station, self._context.session.user
        is_in_front = QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive
        self._model.seen.count_time(is_in_view=is_in_front and self._view.isVisible())
        return self._model.seen.take_new(user.user_id, station.clock.now())

    def record(self, frames: Sequence[DisplayedFrame]) -> None:
        """Write down what was displayed."""
        station = self._context.station
        if not frames:
            return

        def work(_job: JobContext) -> None:
            record_displayed(station, frames)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.failed.connect(self._context.errors.show)

    def check_claim(self) -> None:
        """Make sure that the study is still this reader's, and renew the lease in time."""
        claim, station, session = self._claim, self._context.station, self._context.session
        if claim is None:
            return

        def work(_job: JobContext) -> Claim:
            return keep_claim(station, session, claim)

        def fail(error: Exception) -> None:
            if self._claim is not claim:
                return  # given back meanwhile, or another study is open
            if isinstance(error, ClaimLostError):
                self._claim = None
                self.claim_lost.emit(error)
            else:
                self._context.errors.show(error)

        def take(kept: Claim) -> None:
            if self._claim is claim:
                self._claim = kept

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(take)
        handle.failed.connect(fail)

"""Writes down what was displayed and keeps the claim alive while a study is open."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.record_displayed import record_displayed
from readstation.app.worklist.claim_study import renew_claim
from readstation.domain.claim import Claim
from readstation.ui.screens import ScreenContext

RECORD_EVERY_MS = 2_000
RENEW_EVERY_MS = 60_000


class ViewingRecorder(QObject):
    """Two timers and nothing else: displayed frames every 2 s, the lease every minute."""

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context
        self._claim: Claim | None = None
        self._record = QTimer(self, interval=RECORD_EVERY_MS)
        self._record.timeout.connect(self.flush)
        self._renew = QTimer(self, interval=RENEW_EVERY_MS)
        self._renew.timeout.connect(self._renew_claim)

    def begin(self, claim: Claim | None) -> None:
        self._claim = claim
        self._record.start()
        self._renew.start()

    def forget_claim(self) -> None:
        """Stop renewing: the study was handed over or given back."""
        self._claim = None

    def end(self) -> None:
        """Write what is left; call it while the model still knows its study."""
        self._record.stop()
        self._renew.stop()
        self._claim = None
        self.flush()

    def flush(self) -> None:
        """Record what was displayed since the last time."""
        station, user = self._context.station, self._context.session.user
        frames = self._model.seen.take_new(user.user_id, station.clock.now())
        if not frames:
            return

        def work(_job: JobContext) -> None:
            record_displayed(station, frames)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.failed.connect(self._context.errors.show)

    def _renew_claim(self) -> None:
        claim, station, session = self._claim, self._context.station, self._context.session
        if claim is None:
            return

        def work(_job: JobContext) -> Claim:
            return renew_claim(station, session, claim)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(self._take_claim)
        handle.failed.connect(self._context.errors.show)

    def _take_claim(self, claim: Claim) -> None:
        if self._claim is not None:
            self._claim = claim

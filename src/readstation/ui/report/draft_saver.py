"""Keeps one report safe: saves soon after typing, tries again, never drops text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from readstation.app.jobs import JobContext, Lane
from readstation.app.report.report_model import ReportModel, ReportState, SaveTicket
from readstation.app.report.save_draft import save_draft
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import Claim
from readstation.domain.errors import ReadStationError, StoreError
from readstation.domain.report import Draft
from readstation.ui.job_runner import JobRunner

AUTOSAVE_MS = 700
"""Counted from the first unsaved change, so that typing on does not put it off."""
RETRY_MS = 3000


class DraftSaver(QObject):
    """Belongs to one report and one claim, whatever is shown meanwhile."""

    settled = Signal(bool)
    """Nothing is on its way any more; True if everything typed is saved."""

    def __init__(
        self,
        station: Station,
        session: Session,
        claim: Claim,
        model: ReportModel,
        *,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._station, self._session, self._claim = station, session, claim
        self._runner = runner
        self._autosave = QTimer(self, interval=AUTOSAVE_MS, singleShot=True)
        self._autosave.timeout.connect(self.save_now)
        self._retry = QTimer(self, interval=RETRY_MS, singleShot=True)
        self._retry.timeout.connect(self.save_now)
        self.model = model
        self._stop_following = model.on_change(self._follow)

    @property
    def is_safe(self) -> bool:
        """Whether everything typed is stored and nothing is on its way."""
        return not self.model.state.is_dirty and not self.model.state.is_saving

    def end(self) -> None:
        """Leave a report whose text is safe."""
        self._stop_following()
        self._autosave.stop()
        self._retry.stop()
        self.deleteLater()

    def save_now(self) -> None:
        """Save what is typed; one save at a time, the newest text wins."""
        ticket = self.model.begin_save()
        if ticket is None:
            return
        self._autosave.stop()
        self._retry.stop()
        job = self._runner.start(Lane.DATABASE, partial(self._save, ticket))
        job.succeeded.connect(self._saved)
        job.failed.connect(self._failed)

    def flush(self, then: Callable[[bool], None]) -> None:
        """Save at once and call `then` with whether everything is safe; may do so right away."""
        state = self.model.state
        if self.is_safe or (state.is_read_only and not state.is_saving):
            then(self.is_safe)
            return

        def answer(is_safe: bool) -> None:
            self.settled.disconnect(answer)
            then(is_safe)

        self.settled.connect(answer)
        self.save_now()

    def _save(self, ticket: SaveTicket, _job: JobContext) -> Draft:
        return save_draft(self._station, self._session, self._claim, ticket.base, ticket.content)

    def _follow(self, state: ReportState) -> None:
        is_waiting = self._autosave.isActive() or state.failure is not None
        if state.is_dirty and not state.is_read_only and not is_waiting:
            self._autosave.start()

    def _saved(self, stored: Draft) -> None:
        self.model.save_succeeded(stored)
        if self.model.state.is_dirty:
            self.save_now()  # typed on while the save was under way
        else:
            self._autosave.stop()
            self.settled.emit(True)

    def _failed(self, error: BaseException) -> None:
        known = error if isinstance(error, ReadStationError) else _unexpected()
        self.model.save_failed(known)
        if self.model.state.is_worth_retrying:
            self._retry.start()
        self.settled.emit(False)


def _unexpected() -> ReadStationError:
    return StoreError(
        "The report could not be saved, for a reason ReadStation did not expect.",
        "Your text stays here and saving is tried again. If it goes on, copy the text.",
    )

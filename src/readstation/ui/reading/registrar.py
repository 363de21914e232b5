"""Has studies side by side registered in the background, and gives it up when they are left."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from readstation.app.jobs import Lane
from readstation.app.reading.pairs_to_register import PairsToRegister, PairToRegister
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.reading.register_series import NOTHING_FOUND, register_series
from readstation.app.station import Station
from readstation.imaging.registration import Registration
from readstation.ui.job_runner import JobHandle, JobRunner

LOOK_MS = 20


class Registrar(QObject):
    """One registration at a time; a result counts only for the study it was begun for."""

    def __init__(
        self, model: ReadingModel, station: Station, jobs: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._station, self._jobs = model, station, jobs
        self._pairs = PairsToRegister(model)
        self._handle: JobHandle | None = None
        self._opened = model.state.opened
        self._look = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._look.timeout.connect(self._start)
        model.on_change(self._follow)
        model.supply.on_progress(self._look_soon)

    @property
    def is_idle(self) -> bool:
        return self._handle is None and not self._look.isActive()

    def cancel(self) -> None:
        """Stop what runs: the study is left."""
        if self._handle is not None:
            self._handle.cancel()

    def _follow(self, state: ReadingState) -> None:
        if state.opened is not self._opened:
            self._opened = state.opened
            self.cancel()
            self._pairs = PairsToRegister(self._model)
        self._look_soon()

    def _look_soon(self) -> None:
        if not self._look.isActive():
            self._look.start()

    def _start(self) -> None:
        wanted = self._pairs.next() if self._handle is None and self._opened else None
        if wanted is None:
            return
        work = partial(register_series, self._station.frames, wanted.fixed, wanted.moving)
        handle = self._handle = self._jobs.start(Lane.FILES, work)
        pairs = self._pairs
        handle.succeeded.connect(partial(self._take, pairs, wanted))
        handle.failed.connect(lambda _error: self._take(pairs, wanted, NOTHING_FOUND))
        handle.ended.connect(partial(self._end, pairs, wanted))

    def _take(self, pairs: PairsToRegister, wanted: PairToRegister, found: Registration) -> None:
        if pairs is self._pairs:
            pairs.take(wanted.pair, found)

    def _end(self, pairs: PairsToRegister, wanted: PairToRegister) -> None:
        pairs.give_up(wanted.pair)
        self._handle = None
        self._look_soon()

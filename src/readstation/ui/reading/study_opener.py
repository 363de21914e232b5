"""Opens a study step by step, off the GUI thread: rows, headers, then the best prior."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.open_study import (
    OpenedStudy,
    describe_series,
    open_study,
    series_of_prior,
)
from readstation.app.reading.reading_model import ReadingModel
from readstation.domain.claim import ClaimTask
from readstation.domain.patient import PatientMatch
from readstation.domain.study import Series, Study
from readstation.ui.job_runner import JobHandle
from readstation.ui.screens import ScreenContext


class StudyOpener(QObject):
    """Feeds a `ReadingModel`. Each opening has a number; answers to an earlier one are dropped."""

    opened = Signal(object)
    progressed = Signal(str)
    finished = Signal()

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context
        self._opening = 0
        self._waiting: list[Series] = []
        self._handles: list[JobHandle] = []

    def open(self, study_instance_uid: str, task: ClaimTask) -> None:
        """Begin; what was open before is cleared first."""
        self.cancel()
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> OpenedStudy:
            return open_study(station, session, study_instance_uid, task)

        self.progressed.emit("Opening…")
        handle = self._start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_study, self._opening))

    def cancel(self) -> None:
        """Stop what is under way; nothing of it will be shown."""
        self._opening += 1
        self._waiting.clear()
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
        self._model.close()

    def add_prior(self, prior: Study) -> None:
        """Read a further prior and hang it beside the current study."""
        if self._model.sets_of(prior.study_instance_uid):
            self._model.hang_prior(prior)
            return
        self._read_prior(prior, then_hang=True)

    def _take_study(self, opening: int, opened: OpenedStudy) -> None:
        if opening != self._opening:
            return
        self._model.open(opened)
        self.opened.emit(opened)
        same = [p.study for p in opened.priors if p.match is PatientMatch.SAME]
        prior = same[0] if same else None
        self._waiting = list(opened.series)
        self._describe_next(prior, is_prior=False, then_hang=False)

    def _read_prior(self, prior: Study, *, then_hang: bool) -> None:
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> tuple[Series, ...]:
            return series_of_prior(station, session, prior)

        handle = self._start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_prior, self._opening, prior, then_hang))

    def _take_prior(
        self, opening: int, prior: Study, then_hang: bool, series: tuple[Series, ...]
    ) -> None:
        if opening != self._opening:
            return
        self._model.open_prior(prior, series)
        self._waiting = list(series)
        self._describe_next(prior, is_prior=True, then_hang=then_hang)

    def _describe_next(self, prior: Study | None, *, is_prior: bool, then_hang: bool) -> None:
        if not self._waiting:
            self._end_of_series(prior, is_prior=is_prior, then_hang=then_hang)
            return
        series = self._waiting.pop(0)
        which = "prior" if is_prior else "current study"
        self.progressed.emit(f"Reading {which}: {series.series_description or series.modality}")
        handle = self._start(Lane.FILES, partial(describe_series, self._context.station, series))
        take = partial(self._take_sets, self._opening, prior, is_prior, then_hang)
        handle.succeeded.connect(take)

    def _take_sets(
        self,
        opening: int,
        prior: Study | None,
        is_prior: bool,
        then_hang: bool,
        sets: tuple[DisplaySet, ...],
    ) -> None:
        if opening != self._opening:
            return
        self._model.add_sets(sets)
        self._describe_next(prior, is_prior=is_prior, then_hang=then_hang)

    def _end_of_series(self, prior: Study | None, *, is_prior: bool, then_hang: bool) -> None:
        if prior is not None and not is_prior:
            self._read_prior(prior, then_hang=False)
            return
        if then_hang and prior is not None:
            self._model.hang_prior(prior)
        else:
            self._model.finish()
        self.progressed.emit("")
        self.finished.emit()

    def _start(self, lane: Lane, work: Callable[[JobContext], object]) -> JobHandle:
        handle = self._context.jobs.start(lane, work)
        self._handles.append(handle)
        handle.failed.connect(partial(self._fail, self._opening))
        return handle

    def _fail(self, opening: int, error: Exception) -> None:
        if opening == self._opening:
            self.progressed.emit("")
            self._context.errors.show(error)
            if self._model.state.opened is not None:
                self._model.finish()  # what could be read is still shown

"""Opens a study step by step, off the GUI thread: rows, headers, then the best prior."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from readstation.app.jobs import JobCancelled, JobContext, Lane
from readstation.app.reading.open_study import (
    DescribedSeries,
    OpenedStudy,
    describe_series,
    open_study,
    series_of_prior,
)
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.worklist.release_study import release_study
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.patient import PatientMatch
from readstation.domain.study import Series, Study
from readstation.ui.job_runner import JobHandle
from readstation.ui.screens import ScreenContext


class StudyOpener(QObject):
    """Feeds a `ReadingModel`. Each opening has a number; answers to an earlier one are dropped."""

    opened = Signal(object)
    abandoned = Signal(object)
    """Carries the claim of a study that came too late to be shown: it is to be given back."""
    failed = Signal()
    """The study could not be opened at all; the reason was shown."""
    progressed = Signal(str)
    finished = Signal()

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context
        self._opening = 0
        self._is_busy = False
        self._waiting: list[Series] = []
        self._priors: list[Study] = []
        self._known_priors: set[str] = set()
        self._to_hang: Study | None = None
        self._handles: list[JobHandle] = []

    def open(self, study_instance_uid: str, task: ClaimTask) -> None:
        """Begin; what was open before is cleared first."""
        self.cancel()
        station, session = self._context.station, self._context.session
        self._is_busy = True
        self.progressed.emit("Opening…")
        work = partial(_open, station, session, study_instance_uid, task)
        handle = self._start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_study, self._opening))

    def cancel(self) -> None:
        """Stop what is under way; nothing of it will be shown."""
        self._stop()
        self._known_priors.clear()
        self._model.close()

    def stop_reading(self) -> None:
        """Stop reading further series; what is there stays and is hung."""
        if self._is_busy and self._model.state.opened is not None:
            self._stop()
            self._known_priors = {s.study_instance_uid for s in self._model.state.sets}
            self._finish()

    def add_prior(self, prior: Study) -> None:
        """Read a further prior and hang it beside the current study."""
        if self._model.sets_of(prior.study_instance_uid) and not self._is_busy:
            self._model.hang_prior(prior)
            return
        self._to_hang = prior
        self._want_prior(prior)
        if not self._is_busy:
            self._describe_next()

    def _stop(self) -> None:
        self._opening += 1
        self._is_busy = False
        self._waiting.clear()
        self._priors.clear()
        self._to_hang = None
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
        self.progressed.emit("")

    def _want_prior(self, prior: Study) -> None:
        if prior.study_instance_uid not in self._known_priors:
            self._known_priors.add(prior.study_instance_uid)
            self._priors.append(prior)

    def _take_study(self, opening: int, opened: OpenedStudy) -> None:
        if opening != self._opening:
            if opened.claim is not None:
                self.abandoned.emit(opened.claim)
            return
        self._model.open(opened)
        self.opened.emit(opened)
        same = [p.study for p in opened.priors if p.match is PatientMatch.SAME]
        for prior in same[:1]:
            self._want_prior(prior)
        self._waiting = list(opened.series)
        self._describe_next()

    def _take_prior(self, opening: int, prior: Study, series: tuple[Series, ...]) -> None:
        if opening == self._opening:
            self._model.open_prior(prior, series)
            self._waiting = list(series)
            self._describe_next()

    def _describe_next(self) -> None:
        """Do the next thing: a series of the study in hand, then a further prior, then hang."""
        self._is_busy = True
        if self._waiting:
            self._describe(self._waiting.pop(0))
        elif self._priors:
            self._model.show_lead()
            self._read_prior(self._priors.pop(0))
        else:
            self._finish()

    def _describe(self, series: Series) -> None:
        opened = self._model.state.opened
        is_current = (
            opened is not None and series.study_instance_uid == opened.study.study_instance_uid
        )
        which = "current study" if is_current else "prior"
        self.progressed.emit(f"Reading {which}: {series.series_description or series.modality}")
        handle = self._start(Lane.FILES, partial(describe_series, self._context.station, series))
        uid = series.study_instance_uid
        handle.succeeded.connect(partial(self._take_series, self._opening, uid))

    def _read_prior(self, prior: Study) -> None:
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> tuple[Series, ...]:
            return series_of_prior(station, session, prior)

        handle = self._start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_prior, self._opening, prior))

    def _take_series(self, opening: int, study_uid: str, described: DescribedSeries) -> None:
        if opening == self._opening:
            self._model.add_sets(described.sets, described.refusals)
            self._model.presentations.add(
                study_uid, described.presentations, described.presentation_refusals
            )
            self._describe_next()

    def _finish(self) -> None:
        self._is_busy = False
        to_hang, self._to_hang = self._to_hang, None
        self._model.finish()
        if to_hang is not None:
            self._model.hang_prior(to_hang)
        self.progressed.emit("")
        self.finished.emit()

    def _start(self, lane: Lane, work: Callable[[JobContext], object]) -> JobHandle:
        handle = self._context.jobs.start(lane, work)
        self._handles.append(handle)
        handle.failed.connect(partial(self._fail, self._opening))
        handle.ended.connect(partial(self._forget, handle))
        return handle

    def _forget(self, handle: JobHandle) -> None:
        if handle in self._handles:
            self._handles.remove(handle)

    def _fail(self, opening: int, error: Exception) -> None:
        if opening == self._opening:
            self._context.errors.show(error)
            if self._model.state.opened is None:
                self._stop()
                self.failed.emit()
            else:
                self._describe_next()  # what else can be read is still shown


def _open(
    station: Station,
    session: Session,
    study_instance_uid: str,
    task: ClaimTask,
    job: JobContext,
) -> OpenedStudy:
    """Open a study, and give it back at once if the reader has gone on meanwhile."""
    job.progress(0, 1)
    opened = open_study(station, session, study_instance_uid, task)
    claim: Claim | None = opened.claim
    try:
        job.progress(1, 1)
    except JobCancelled:
        if claim is not None:
            release_study(station, session, claim)
        raise
    return opened

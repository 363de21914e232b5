"""Opens a study off the GUI thread: its rows and what is kept at once, then what is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from readstation.app.jobs import JobCancelled, JobContext, Lane
from readstation.app.navigation import OpenStudy
from readstation.app.reading.describe_images import (
    DescribedSeries,
    Found,
    Presentations,
    SeriesInHand,
    describe_anew,
    group,
    keep_descriptions,
    known_series,
    not_described,
    presentations_of,
)
from readstation.app.reading.open_study import Opening, open_prior, open_study
from readstation.app.reading.presentation_states import is_presentation_state
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.study_ahead import StudyAhead
from readstation.app.reading.study_rows import StoredStudy
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.worklist.release_study import release_study
from readstation.domain.claim import ClaimTask
from readstation.domain.patient import PatientMatch
from readstation.domain.study import Instance, Series, Study
from readstation.ui.job_runner import JobHandle
from readstation.ui.screens import ScreenContext

AT_A_TIME = 24
"""Images that one job asks a decoder about: a quarter of a second, then they are kept."""
AHEAD_MS = 20
"""A transaction that finds everything as it was; a disk that takes longer is not waited for."""

InHand = tuple[SeriesInHand, ...]


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
        self._is_busy = self._is_stopped = False
        self._unknown: list[SeriesInHand] = []
        self._in_hand: SeriesInHand | None = None
        self._to_describe: list[Instance] = []
        self._describing = 0
        self._with_states: list[Series] = []
        self._priors: list[Study] = []
        self._known_priors: set[str] = set()
        self._to_hang: Study | None = None
        self._handles: list[JobHandle] = []

    def open(
        self, study_instance_uid: str, task: ClaimTask, ahead: StudyAhead | None = None
    ) -> None:
        """Begin; what was open before is cleared first. `ahead` is used as far as it holds."""
        self.cancel()
        station, session = self._context.station, self._context.session
        self._is_busy, self._is_stopped = True, False
        self.progressed.emit("Opening…")
        work = partial(_open, station, session, OpenStudy(study_instance_uid, task), ahead)
        handle = self._start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_study, self._opening))

    def wait_briefly(self) -> None:
        """Let the opening of a study that was read ahead end before the next paint, if it can."""
        self._context.jobs.wait_briefly(self._handles, AHEAD_MS)

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
            self._is_stopped = True
            self._finish()

    def add_prior(self, prior: Study) -> None:
        """Read a further prior and hang it beside the current study."""
        if self._model.sets_of(prior.study_instance_uid) and not self._is_busy:
            self._model.hang_prior(prior)
            return
        self._to_hang = prior
        self._want_prior(prior)
        if not self._is_busy:
            self._go_on()

    def _stop(self) -> None:
        self._opening += 1
        self._is_busy = False
        self._unknown.clear()
        self._in_hand, self._describing = None, 0
        self._to_describe.clear()
        self._with_states.clear()
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

    def _take_study(self, opening: int, answer: tuple[Opening, InHand]) -> None:
        begun, in_hand = answer
        if opening != self._opening:
            if begun.opened.claim is not None:
                self.abandoned.emit(begun.opened.claim)
            return
        with self._model.at_once():
            self._model.open(begun.opened)
            self.opened.emit(begun.opened)
            if begun.prior is not None:
                self._known_priors.add(begun.prior.study.study_instance_uid)
                self._model.open_prior(begun.prior.study, begun.prior.series)
            same = [p.study for p in begun.opened.priors if p.match is PatientMatch.SAME]
            for prior in same[:1]:
                self._want_prior(prior)
            self._take(in_hand)

    def _take_prior(self, opening: int, answer: tuple[StoredStudy, InHand]) -> None:
        if opening == self._opening:
            stored, in_hand = answer
            with self._model.at_once():
                self._model.open_prior(stored.study, stored.series)
                self._take(in_hand)

    def _take(self, in_hand: InHand) -> None:
        """Show what is known, and note what is left to do."""
        self._unknown += [each for each in in_hand if each.described is None]
        self._with_states += [each.series for each in in_hand if _has_states(each.series)]
        self._show(each.described for each in in_hand if each.described is not None)
        self._go_on()

    def _show(self, series: Iterable[DescribedSeries]) -> None:
        described = list(series)
        if described:
            sets = [one for each in described for one in each.sets]
            self._model.add_sets(sets, [why for each in described for why in each.refusals])

    def _go_on(self) -> None:
        """Do the next thing: a series not known yet, a further prior, then hang; states last."""
        self._is_busy = True
        if self._unknown:
            self._model.show_lead()
            self._describe(self._unknown.pop(0))
        elif self._priors:
            self._model.show_lead()
            self._read_prior(self._priors.pop(0))
        elif self._with_states:
            self._model.hang()
            self._read_states(self._with_states.pop(0))
        else:
            self._finish()

    def _describe(self, in_hand: SeriesInHand) -> None:
        opened, series = self._model.state.opened, in_hand.series
        is_current = (
            opened is not None and series.study_instance_uid == opened.study.study_instance_uid
        )
        which = "current study" if is_current else "prior"
        self.progressed.emit(f"Reading {which}: {series.series_description or series.modality}")
        self._in_hand, self._to_describe = in_hand, list(in_hand.left)
        self._describe_more()

    def _describe_more(self) -> None:
        """Keep both decoders busy with the series in hand; then show it and go on."""
        in_hand = self._in_hand
        if in_hand is None:
            return
        while self._to_describe and self._describing < Lane.FILES.workers:
            some = self._to_describe[:AT_A_TIME]
            del self._to_describe[:AT_A_TIME]
            self._describing += 1
            work = partial(describe_anew, self._context.station, in_hand.series, some)
            failed = partial(self._take_undescribed, self._opening, in_hand.series, some)
            handle = self._start(Lane.FILES, work, failed)
            handle.succeeded.connect(partial(self._take_described, self._opening))
        if not self._describing:
            self._in_hand = None
            self._show([group(in_hand)])
            self._go_on()

    def _take_described(self, opening: int, found: Found) -> None:
        if opening == self._opening and self._in_hand is not None:
            self._in_hand = self._in_hand.with_more(found)
            self._describing -= 1
            self._keep(found)
            self._describe_more()

    def _take_undescribed(
        self, opening: int, series: Series, instances: list[Instance], error: Exception
    ) -> None:
        if opening == self._opening:
            self._context.errors.show(error)
            self._take_described(opening, not_described(series, instances))

    def _keep(self, found: Found) -> None:
        station = self._context.station

        def work(_job: JobContext) -> None:
            keep_descriptions(station, found)

        if found.packed:
            handle = self._context.jobs.start(Lane.DATABASE, work)
            handle.failed.connect(self._context.errors.show)

    def _read_prior(self, prior: Study) -> None:
        work = partial(_open_prior, self._context.station, self._context.session, prior)
        handle = self._start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_prior, self._opening))

    def _read_states(self, series: Series) -> None:
        self.progressed.emit("Reading presentation states")
        work = partial(presentations_of, self._context.station, series)
        handle = self._start(Lane.FILES, work)
        uid = series.study_instance_uid
        handle.succeeded.connect(partial(self._take_states, self._opening, uid))

    def _take_states(self, opening: int, study_uid: str, found: Presentations) -> None:
        if opening == self._opening:
            self._model.presentations.add(study_uid, found.states, found.refusals)
            self._go_on()

    def _finish(self) -> None:
        self._is_busy = False
        to_hang, self._to_hang = self._to_hang, None
        self._model.finish()
        if to_hang is not None:
            self._model.hang_prior(to_hang)
        self.progressed.emit("")
        self.finished.emit()
        self._read_wanted_priors()

    def _read_wanted_priors(self) -> None:
        """Read further priors that the hanging protocol has boxes for, unless told to stop."""
        opened = self._model.state.opened
        if opened is not None and not self._is_stopped:
            for prior in self._model.hanging.wanted_priors(opened):
                self._want_prior(prior)
            if self._priors:
                self._go_on()

    def _start(
        self,
        lane: Lane,
        work: Callable[[JobContext], object],
        failed: Callable[[Exception], None] | None = None,
    ) -> JobHandle:
        handle = self._context.jobs.start(lane, work)
        self._handles.append(handle)
        handle.failed.connect(failed or partial(self._fail, self._opening))
        handle.ended.connect(partial(self._forget, handle))
        return handle

    def _forget(self, handle: JobHandle) -> None:
        if handle in self._handles:
            self._handles.remove(handle)

    def _fail(self, opening: int, error: Exception) -> None:
        if opening != self._opening:
            return
        self._context.errors.show(error)
        if self._model.state.opened is None:
            self._stop()
            self.failed.emit()
        else:
            self._go_on()  # what else can be read is still shown


def _has_states(series: Series) -> bool:
    return any(is_presentation_state(instance) for instance in series.instances)


def _open(
    station: Station,
    session: Session,
    wanted: OpenStudy,
    ahead: StudyAhead | None,
    job: JobContext,
) -> tuple[Opening, InHand]:
    """Open a study, and give it back at once if the reader has gone on meanwhile."""
    job.progress(0, 1)
    begun = open_study(station, session, wanted.study_instance_uid, wanted.task, ahead)
    try:
        in_hand = _known(station, begun.current, job, ahead)
        if begun.prior is not None:
            in_hand += _known(station, begun.prior, job, ahead)
        job.progress(1, 1)
    except JobCancelled:
        if begun.opened.claim is not None:
            release_study(station, session, begun.opened.claim)
        raise
    return begun, in_hand


def _open_prior(
    station: Station, session: Session, prior: Study, job: JobContext
) -> tuple[StoredStudy, InHand]:
    job.progress(0, 1)
    stored = open_prior(station, session, prior)
    return stored, _known(station, stored, job)


def _known(
    station: Station, stored: StoredStudy, job: JobContext, ahead: StudyAhead | None = None
) -> InHand:
    return tuple(
        (ahead.known(series) if ahead is not None else None)
        or known_series(station, series, stored.kept, job)
        for series in stored.series
    )

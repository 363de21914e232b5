"""Stores measurements as they are made and brings them back when the study opens again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Signal

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.lesions import LesionDates
from readstation.app.reading.measurement_report import InSpace
from readstation.app.reading.measurements import (
    Earlier,
    earlier_measurements,
    forget_measurement,
    keep_measurement,
)
from readstation.app.reading.measurements_in_space import NOTHING_PLACED, placed
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.reading.save_measurements import (
    StudyMeasurements,
    reported_measurements,
    study_measurements,
)
from readstation.domain.claim import Claim
from readstation.domain.measurement import Measurement
from readstation.ui.screens import ScreenContext


class MeasurementKeeper(QObject):
    """Between the viewports' measurement books and the database lane.

    Measurements of a read-only opener stay on the screen and are not stored.
    """

    measured = Signal(object)
    left_out_changed = Signal(object)
    """Sentences that say which measurements of files are not shown."""

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context
        self._claim: Claim | None = None
        self._study_instance_uid = ""
        self._opening = 0
        self._asked: set[str] = set()
        self._sets: tuple[DisplaySet, ...] = ()
        self._in_space: dict[str, tuple[InSpace, ...]] = {}
        self._left_out: dict[str, tuple[str, ...]] = {}
        self._told: tuple[str, ...] = ()
        self.lesions = LesionDates(lambda: model.measurements)
        model.measurements.say = self.lesions.words
        model.on_change(self._follow_sets)
        model.measurements.on_measured(self._keep)
        model.measurements.on_removed(self._forget)

    def open_study(self, opened: OpenedStudy) -> None:
        self._claim = opened.claim
        self._study_instance_uid = opened.study.study_instance_uid
        for found in opened.measured:
            self._asked.add(found.study_instance_uid)
            self._show(self._opening, found)
        self._follow_sets(self._model.state)
        self._ask_for_priors()
        self._ask_for_earlier(opened)

    def forget_claim(self) -> None:
        """Store no more: the study was signed, handed over or lost to another reader."""
        self._claim = None

    def close_study(self) -> None:
        self._claim = None
        self._study_instance_uid = ""
        self._opening += 1
        self._asked = set()
        self.lesions.forget()
        self._sets = ()
        self._in_space, self._left_out = {}, {}
        self._model.measurements.load(())
        self._tell_left_out()

    def _follow_sets(self, state: ReadingState) -> None:
        """Know the dates of what hangs, and ask for what was measured in the priors."""
        if state.sets is not self._sets:
            old = {id(one) for one in self._sets}
            self._sets = state.sets
            new = [one for one in state.sets if id(one) not in old]
            self.lesions.know(image for one in new for image in one.images)
            self._ask_for_priors()
        self._tell_left_out()

    def _ask_for_priors(self) -> None:
        if self._study_instance_uid:
            for uid in {one.study_instance_uid for one in self._sets} - self._asked:
                self._ask_for(uid)

    def _ask_for(self, uid: str) -> None:
        station, session = self._context.station, self._context.session
        self._asked.add(uid)

        def work(_job: JobContext) -> StudyMeasurements:
            return study_measurements(station, session, uid)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._show, self._opening))
        handle.failed.connect(self._context.errors.show)

    def _ask_for_earlier(self, opened: OpenedStudy) -> None:
        """Ask for what was measured in all priors, so that a lesion has all its dates."""
        priors = [p for p in opened.priors if p.study.study_instance_uid not in self._asked]
        station, session = self._context.station, self._context.session
        if not priors:
            return

        def work(_job: JobContext) -> Earlier:
            return earlier_measurements(station, session, priors)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._take_earlier, self._opening))
        handle.failed.connect(self._context.errors.show)

    def _take_earlier(self, opening: int, earlier: Earlier) -> None:
        """Know earlier measurements whose images are not here; labels here may change by them."""
        if opening != self._opening or not self._study_instance_uid:
            return
        for prior, found in earlier:
            self._model.measurements.show_others(found)
            self.lesions.know_earlier(prior, found)
        for box in self._model.visible_boxes:
            box.touch()

    def _show(self, opening: int, found: StudyMeasurements) -> None:
        """Show what is kept of a study's measurements, then read its reports."""
        if opening != self._opening or not self._study_instance_uid:
            return
        book = self._model.measurements
        if found.study_instance_uid == self._study_instance_uid:
            book.add_stored(found.kept)
        else:
            book.show_others(found.kept)
        self._show_anew(found)
        if not found.reports:
            return
        station = self._context.station

        def work(job: JobContext) -> StudyMeasurements:
            return reported_measurements(station, found, job)

        handle = self._context.jobs.start(Lane.FILES, work)
        handle.succeeded.connect(partial(self._show_reported, opening))
        handle.failed.connect(self._context.errors.show)

    def _show_reported(self, opening: int, found: StudyMeasurements) -> None:
        if opening == self._opening:
            book = self._model.measurements
            book.show_others(_not_kept(found.reported, book))
            self._in_space[found.study_instance_uid] = found.in_space
            self._left_out[found.study_instance_uid] = found.left_out
            self._tell_left_out()
            self._show_anew(found)

    def _tell_left_out(self) -> None:
        """Put on images what was measured in space, and say what of all is shown nowhere."""
        said = [sentence for left_out in self._left_out.values() for sentence in left_out]
        for uid, waiting in self._in_space.items():
            images = (i for s in self._sets if s.study_instance_uid == uid for i in s.images)
            found = placed(waiting, images) if waiting else NOTHING_PLACED
            self._model.measurements.show_others(found.measurements)
            if self._model.state.is_complete:
                said.extend(found.left_out)
        if tuple(said) != self._told:
            self._told = tuple(said)
            self.left_out_changed.emit(self._told)

    def _show_anew(self, found: StudyMeasurements) -> None:
        """Paint the boxes again, and say in those of the study what is missing."""
        for box in self._model.visible_boxes:
            box.touch()
            d = box.description
            if found.left_out and d and d.study_instance_uid == found.study_instance_uid:
                box.change(notice=" ".join(found.left_out))

    def _keep(self, measurement: Measurement) -> None:
        self.measured.emit(measurement)
        station, session, claim = self._context.station, self._context.session, self._claim
        if claim is None:
            return

        def work(_job: JobContext) -> None:
            keep_measurement(station, session, claim, measurement)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.failed.connect(self._context.errors.show)

    def _forget(self, measurement: Measurement) -> None:
        station, session, claim = self._context.station, self._context.session, self._claim
        if claim is None:
            return

        def work(_job: JobContext) -> None:
            forget_measurement(station, session, claim, measurement.measurement_uid)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.failed.connect(self._context.errors.show)


def _not_kept(
    reported: Iterable[Measurement], known: Iterable[Measurement]
) -> Iterable[Measurement]:
    """Return what reports say that is not shown already: ours are kept and reported as well."""
    shown = {(type(m), m.frame, m.points) for m in known if not m.maker}
    return (m for m in reported if (type(m), m.frame, m.points) not in shown)

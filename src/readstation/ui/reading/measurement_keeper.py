"""Stores measurements as they are made and brings them back when the study opens again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.measurements import (
    forget_measurement,
    keep_measurement,
    measurements_of,
)
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_model import ReadingModel
from readstation.domain.claim import Claim
from readstation.domain.measurement import Measurement
from readstation.ui.screens import ScreenContext


class MeasurementKeeper(QObject):
    """Between the viewports' measurement books and the database lane.

    Measurements of a read-only opener stay on the screen and are not stored.
    """

    measured = Signal(object)

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context
        self._claim: Claim | None = None
        self._study_instance_uid = ""
        model.measurements.on_measured(self._keep)
        model.measurements.on_removed(self._forget)

    def open_study(self, opened: OpenedStudy) -> None:
        self._claim = opened.claim
        self._study_instance_uid = opened.study.study_instance_uid
        station, session = self._context.station, self._context.session
        uid = self._study_instance_uid

        def work(_job: JobContext) -> tuple[str, tuple[Measurement, ...]]:
            return uid, measurements_of(station, session, uid)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(self._show)
        handle.failed.connect(self._context.errors.show)

    def forget_claim(self) -> None:
        """Store no more: the study was signed, handed over or lost to another reader."""
        self._claim = None

    def close_study(self) -> None:
        self._claim = None
        self._study_instance_uid = ""
        self._model.measurements.load(())

    def _show(self, answer: tuple[str, tuple[Measurement, ...]]) -> None:
        uid, measurements = answer
        if uid == self._study_instance_uid:
            self._model.measurements.load(measurements)
            for box in self._model.visible_boxes:
                box.set_draft(None)

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

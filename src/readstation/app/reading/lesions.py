"""The same lesion on several dates: how much it changed, and its place on another study's image."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.measurement_words import words_of
from readstation.app.viewport.measuring import (
    CannotMeasureError,
    Subject,
    new_measurement_uid,
    remeasured,
)
from readstation.domain.lesion import change_in_words, followed
from readstation.domain.lesion_course import LesionCourse, courses_of
from readstation.domain.measurement import (
    ImagePoint,
    Measurement,
    Quoted,
    Tracking,
    settled,
)
from readstation.domain.study import FrameKey, Study
from readstation.imaging.frame import StoredFrame
from readstation.imaging.plane import Vector

Way = Callable[[Vector], Vector]
NOT_COPIED = "Another maker's measurement is not copied."


class LesionDates:
    """Says of each measurement how its lesion changed since the newest earlier date."""

    def __init__(self, measurements: Callable[[], Iterable[Measurement]]) -> None:
        self._measurements = measurements
        self._dates: dict[str, date] = {}
        self._priors: dict[str, Study] = {}

    def know(self, images: Iterable[ImageDescription]) -> None:
        """Remember the dates of images; a measurement on one without a date is not compared."""
        for image in images:
            if image.study_date is not None:
                self._dates[image.sop_instance_uid] = image.study_date

    def know_earlier(self, prior: Study, measurements: Iterable[Measurement]) -> None:
        """Remember date and study of measurements on images that are not here yet."""
        at = prior.study_date_time
        for uid in {m.frame.sop_instance_uid for m in measurements}:
            self._priors[uid] = prior
            if at is not None:
                self._dates.setdefault(uid, at.date())

    def forget(self) -> None:
        self._dates.clear()
        self._priors.clear()

    def prior_of(self, frame: FrameKey) -> Study | None:
        """Return the prior whose image was measured, where that was told before it was opened."""
        return self._priors.get(frame.sop_instance_uid)

    def date_of(self, measurement: Measurement) -> date | None:
        """Return the date of the study it was made in; None if nobody knows."""
        return self._dates.get(measurement.frame.sop_instance_uid)

    def courses_of(self, tracking_uid: str) -> tuple[LesionCourse, ...]:
        """Return a lesion over all its dates, as far as it can be compared."""
        found = (m for m in self._measurements() if m.tracking_uid == tracking_uid)
        return courses_of((on, m) for m in found if (on := self.date_of(m)) is not None)

    def words(self, measurement: Measurement) -> str:
        """Return value, unit and source, with the change since the last earlier date."""
        earlier, said = self._last_before(measurement), words_of(self._named(measurement))
        if earlier is None:
            return said
        on = self._dates[earlier.frame.sop_instance_uid]
        change = change_in_words(measurement, earlier)
        return f"{said}, {on.isoformat()}: {earlier.text}, {change}"

    def _named(self, measurement: Measurement) -> Measurement:
        """Return an unnamed measurement of ours under the name its lesion has on another date."""
        tracking, uid = measurement.tracking, measurement.tracking_uid
        if tracking.tracking_identifier or measurement.maker or not uid:
            return measurement
        names = (m.tracking.tracking_identifier for m in self._measurements() if _is_of(m, uid))
        name = next((name for name in names if name), "")
        return replace(measurement, tracking=Tracking(uid, name)) if name else measurement

    def _last_before(self, measurement: Measurement) -> Measurement | None:
        today, lesion = self.date_of(measurement), measurement.tracking_uid
        if today is None or not lesion:
            return None
        earlier = [
            (on, m)
            for m in self._measurements()
            if m.tracking_uid == lesion
            and type(m) is type(measurement)
            and (on := self.date_of(m)) is not None
            and on < today
        ]
        newest = max((on for on, _ in earlier), default=today)
        return max((m for on, m in earlier if on == newest), key=_size, default=None)


def as_same_lesion(measurement: Measurement, as_this: Measurement) -> Measurement:
    """Return a measurement that measures the lesion of another one."""
    names = (as_this.tracking.tracking_identifier, measurement.tracking.tracking_identifier)
    name = next((name for name in names if name), "")
    return replace(measurement, tracking=Tracking(as_this.tracking_uid, name))


def _size(measurement: Measurement) -> float:
    """Return what tells which of several measurements of one date counts (`courses_of`)."""
    return max((number.value for number in followed(measurement)), default=-math.inf)


def _is_of(measurement: Measurement, tracking_uid: str) -> bool:
    return measurement.tracking_uid == tracking_uid and not measurement.maker


@dataclass(frozen=True, slots=True)
class Placed:
    """A copy of a measurement on another image, and how its place there was found."""

    measurement: Measurement
    frame: FrameKey
    notice: str


def copied(
    measurement: Measurement,
    source: ImageDescription,
    target: ImageDescription,
    pixels: StoredFrame,
    to_target: Way | None = None,
) -> Placed:
    """Return a measurement at the same place of another image, measured there anew.

    Parameters
    ----------
    measurement : Measurement
        On a frame of `source`.
    target, pixels
        The image that it comes to.
    to_target : callable, optional
        Turns patient coordinates (LPS, mm) of `source` into those of `target`; None if they share
        a frame of reference, or if nobody knows: then the place is the same share of the image.

    Raises
    ------
    CannotMeasureError
        If it is another maker's, or the place lies outside the target.
    """
    if isinstance(measurement, Quoted):
        raise CannotMeasureError(NOT_COPIED, "Measure anew on the other image.")
    way = _way(source, target, to_target)
    points = tuple(settled(_placed(point, source, target, way)) for point in measurement.points)
    if not all(0 <= p.column <= target.columns and 0 <= p.row <= target.rows for p in points):
        raise CannotMeasureError("This place lies outside the other image.", "Measure there anew.")
    moved = replace(
        measurement,
        measurement_uid=new_measurement_uid(),
        frame=target.frame_key,
        tracking=Tracking(measurement.tracking_uid, measurement.tracking.tracking_identifier),
    )
    made = remeasured(moved, points, Subject(target, pixels))
    how = "by patient position" if way else "at the same share of the image: check the place"
    if way is not None and way is to_target:
        how = "by registration: check the place"
    return Placed(made, target.frame_key, f"Copied {how}.")


def _way(source: ImageDescription, target: ImageDescription, to_target: Way | None) -> Way | None:
    """Return how patient coordinates of one image become those of the other; None if unknown."""
    here, there = source.plane, target.plane
    if here is None or there is None:
        return None
    uid = here.frame_of_reference_uid
    return (lambda mm: mm) if uid and uid == there.frame_of_reference_uid else to_target


def _placed(
    point: ImagePoint, source: ImageDescription, target: ImageDescription, way: Way | None
) -> ImagePoint:
    if way is not None and source.plane is not None and target.plane is not None:
        column, row, _ = target.plane.to_image(
            way(source.plane.to_patient(point.column, point.row))
        )
        return ImagePoint(column, row)
    return ImagePoint(
        point.column * target.columns / max(source.columns, 1),
        point.row * target.rows / max(source.rows, 1),
    )

"""All measurements of the study and its priors as one list, each lesion over all its dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from readstation.app.reading.key_image_book import short_words
from readstation.app.reading.lesions import LesionDates
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.measurement_book import MeasurementBook
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.lesion import followed
from readstation.domain.lesion_course import LesionCourse, LesionDate
from readstation.domain.measurement import Measurement
from readstation.domain.measurement.kinds import KIND_NAMES
from readstation.domain.study import FrameKey

NO_NAME = "Unnamed"
NO_DATE = "date unknown"
NEVER = date.min
PRIOR_NOT_OPEN = "prior not open"
BASELINE, NADIR = "baseline", "nadir"
NOT_LARGEST = "a larger one counts for this date"


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One number of a measurement: its lesion and date, how it changed, and where it is.

    `changes` are those since the date before, the baseline and the nadir, empty where there is
    none. `course` holds all dates that this number is compared with; None if it is followed on
    none.
    """

    measurement_uid: str
    frame: FrameKey
    lesion: str
    day: str
    said: str
    changes: tuple[str, str, str]
    where: str
    is_own: bool
    is_current: bool
    course: LesionCourse | None = None
    has_other_courses: bool = False
    """The lesion has numbers of other kinds or units, which are compared by themselves."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A measurement with what is known of its lesion."""

    measurement: Measurement
    lesion: str
    on: date | None
    image: ImageDescription | None


def measurement_rows(
    book: MeasurementBook,
    lesions: LesionDates,
    images: Iterable[ImageDescription],
    current_study_uid: str,
) -> tuple[MeasurementRow, ...]:
    """Return rows for every measurement on an image that is here or in a prior, by lesion name.

    Measurements of one lesion stand together: it is told by its UID, whatever it is called. Each
    kind of number stands by itself, its newest date first.
    """
    every = tuple(book)
    here = {image.frame_key: image for image in images}
    names = {m.tracking_uid: n for m in every if (n := m.tracking.tracking_identifier)}
    listed = [
        _Listed(m, names.get(m.tracking_uid, ""), lesions.date_of(m), here.get(m.frame))
        for m in every
        if m.frame in here or lesions.prior_of(m.frame) is not None
    ]
    courses = {uid: lesions.courses_of(uid) for uid in {m.tracking_uid for m in every} if uid}
    ranked = [
        (_rank(one, place), _row(one, course, book, current_study_uid))
        for one in listed
        for place, course in _courses(one.measurement, courses)
    ]
    many = {course for found in courses.values() if len(found) > 1 for course in found}
    rows = (row for _, row in sorted(ranked, key=lambda pair: pair[0]))
    return tuple(replace(row, has_other_courses=row.course in many) for row in rows)


def course_text(row: MeasurementRow) -> str:
    """Return a lesion over its dates as one line of plain text, or what there is of one date.

    >>> frame = FrameKey("1.2")
    >>> course_text(
    ...     MeasurementRow("1", frame, "L1", "2026-01-02", "7 px", ("",) * 3, "", True, True)
    ... )
    'L1: 2026-01-02 7 px'
    """
    told = row.course.text if row.course is not None else f"{row.day} {row.said}"
    return f"{row.lesion}: {told}" if row.lesion != NO_NAME else told


def _courses(
    m: Measurement, courses: dict[str, tuple[LesionCourse, ...]]
) -> Iterator[tuple[int, LesionCourse | None]]:
    """Return where a measurement belongs: for two axes two courses, for words none."""
    numbers = {(number.name, number.unit) for number in followed(m)}
    found: list[tuple[int, LesionCourse | None]] = [
        (place, course)
        for place, course in enumerate(courses.get(m.tracking_uid, ()))
        if course.kind is type(m) and (course.name, course.unit) in numbers
    ]
    yield from found or [(len(courses), None)]


def _rank(one: _Listed, place: int) -> tuple[bool, str, str, int, int, str]:
    m, day = one.measurement, one.on or NEVER
    lesion = one.lesion.casefold()
    return (not lesion, lesion, m.tracking_uid, place, -day.toordinal(), m.measurement_uid)


def _row(
    one: _Listed, course: LesionCourse | None, book: MeasurementBook, current_study_uid: str
) -> MeasurementRow:
    m = one.measurement
    image = one.image
    on_date = course.date_of(m.measurement_uid) if course is not None else None
    return MeasurementRow(
        m.measurement_uid,
        m.frame,
        visible_text(one.lesion) or NO_NAME,
        one.on.isoformat() if one.on is not None else NO_DATE,
        visible_text(_said(m, course, on_date)) or KIND_NAMES[type(m)],
        _changes(on_date, is_only=course is None or len(course.dates) < 2),
        short_words(image) if image is not None else PRIOR_NOT_OPEN,
        book.is_own(m),
        image is not None and image.study_instance_uid == current_study_uid,
        course,
    )


def _said(m: Measurement, course: LesionCourse | None, on_date: LesionDate | None) -> str:
    """Return number and unit with what the date is to the lesion, and who made it."""
    by = f", by {m.maker}" if m.maker else ""
    if course is None:
        return f"{m.text}{by}"
    if on_date is None:
        return f"{m.text}{by} · {NOT_LARGEST}"
    nadir = f" · {NADIR}" if on_date.is_nadir else ""
    return f"{on_date.value.number.text}{by}{nadir}"


def _changes(on_date: LesionDate | None, *, is_only: bool) -> tuple[str, str, str]:
    if on_date is None or is_only:
        return ("", "", "")
    if on_date.is_baseline:
        return ("", BASELINE, "")
    since = (on_date.since_previous, on_date.since_baseline, on_date.since_nadir)
    previous, baseline, nadir = (change.text if change is not None else "" for change in since)
    return previous, baseline, nadir

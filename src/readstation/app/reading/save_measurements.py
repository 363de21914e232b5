"""Use cases: keep the measurements of a study as a structured report, and read those it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from readstation.app.jobs import JobContext
from readstation.app.ports import UnitOfWork
from readstation.app.reading.indexed_file import require_indexed
from readstation.app.reading.measurement_report import InSpace, MeasurementReport
from readstation.app.reading.presentation_states import without_hidden_views
from readstation.app.reading.save_object import keep_object, new_uid
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.image_reference import reference_to
from readstation.domain.audit import AuditAction
from readstation.domain.errors import ReadStationError
from readstation.domain.measurement import Measurement
from readstation.domain.reader import Permission
from readstation.domain.study import Instance, Series
from readstation.imaging.graphic_annotation import ImageReference

STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
"""Beginning of the SOP Class UIDs of all structured reports (PS3.4 B.5)."""
NOT_HERE = "on an image that is not in this study"
NO_SUCH_FRAME = "on a frame that its image does not have"
WHICH_FRAME = "on an image of several frames, without saying on which"
NOTHING = "There is no measurement on an image of this study."


@dataclass(frozen=True, slots=True)
class StudyMeasurements:
    """What is measured in a study: kept by ReadStation, and in its structured reports.

    `reports` are still to be read; `left_out` says what of those read could not be shown.
    """

    study_instance_uid: str
    kept: tuple[Measurement, ...] = ()
    reported: tuple[Measurement, ...] = ()
    left_out: tuple[str, ...] = ()
    reports: tuple[tuple[Series, Instance], ...] = ()
    in_space: tuple[InSpace, ...] = ()
    frame_counts: Mapping[str, int] = field(default_factory=dict)
    """Frames of each image of the study, by SOP Instance UID."""


def report_of(
    session: Session,
    study_instance_uid: str,
    measurements: Iterable[Measurement],
    images: Iterable[ImageDescription],
) -> MeasurementReport:
    """Return what `keep_report` is to store: own measurements on images of the study.

    Raises
    ------
    NotPermittedError, ReadStationError
        If there are none.
    """
    session.user.require(Permission.WRITE_REPORT)
    known = {i.sop_instance_uid: i for i in images if i.study_instance_uid == study_instance_uid}
    own = tuple(m for m in measurements if not m.maker and m.frame.sop_instance_uid in known)
    if not own:
        raise ReadStationError(NOTHING, "Measure something first.")
    used = dict.fromkeys(m.frame.sop_instance_uid for m in own)
    references = tuple(_with_all_frames(known[uid]) for uid in used)
    name = session.user.full_name
    return MeasurementReport(
        study_instance_uid, new_uid(), new_uid(), name, measurements=own, images=references
    )


def keep_report(
    station: Station, session: Session, report: MeasurementReport, image: Instance
) -> MeasurementReport:
    """Write, check and index a report; return it as it was read back from the store.

    Parameters
    ----------
    report : MeasurementReport
        From `report_of`.
    image : Instance
        An image that it refers to; patient and study come from its file.

    Raises
    ------
    NotPermittedError, RefusedInputError, StoreError
    """
    content = station.frames.encode_measurement_report(report, image, station.clock.now())
    read_back = station.frames.measurement_report
    return keep_object(station, session, AuditAction.MEASUREMENTS_SAVED, content, read_back)


def study_measurements(
    station: Station, session: Session, study_instance_uid: str
) -> StudyMeasurements:
    """Return what is kept of the measurements of a study, and which reports hold more."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        series = without_hidden_views(work, study_instance_uid, session.user.user_id)
        return measurements_within(work, session, study_instance_uid, series)


def measurements_within(
    work: UnitOfWork, session: Session, study_instance_uid: str, series: Sequence[Series]
) -> StudyMeasurements:
    """Return the same as part of a transaction that has read the series already."""
    kept = work.measurements.of_study(study_instance_uid, session.user.user_id)
    images = (i for one in series for i in one.instances if i.is_displayable)
    counts = {image.sop_instance_uid: image.number_of_frames for image in images}
    return StudyMeasurements(
        study_instance_uid, kept, reports=tuple(_reports(series)), frame_counts=counts
    )


def reported_measurements(
    station: Station, found: StudyMeasurements, job: JobContext
) -> StudyMeasurements:
    """Read the reports of a study; what cannot be shown of them is said."""
    reported: list[Measurement] = []
    in_space: list[InSpace] = []
    left_out: list[str] = []
    for series, instance in found.reports:
        job.progress(0, 0, "Reading measurements")
        try:
            report = station.frames.measurement_report(instance)
            require_indexed((report,), series, instance)
        except ReadStationError as error:
            left_out.append(f"A structured report: {error.message}")
            continue
        here, elsewhere = on_images_here(report, found.frame_counts)
        reported.extend(here)
        in_space.extend(report.in_space)
        reasons = (*report.left_out, *elsewhere)
        left_out.extend(f"A report by {report.maker}: {reason}." for reason in reasons)
    return replace(
        found,
        reports=(),
        reported=tuple(reported),
        in_space=tuple(in_space),
        left_out=tuple(left_out),
    )


def on_images_here(
    report: MeasurementReport, frame_counts: Mapping[str, int]
) -> tuple[tuple[Measurement, ...], tuple[str, ...]]:
    """Return the measurements on frames that the study has, and why the others are left out."""
    here: list[Measurement] = []
    reasons: Counter[str] = Counter()
    whole = frozenset(report.on_whole_images)
    for measurement in report.measurements:
        reason = _why_not_here(
            measurement, frame_counts, is_whole=measurement.measurement_uid in whole
        )
        if reason:
            reasons[reason] += 1
        else:
            here.append(measurement)
    return tuple(here), tuple(f"{count} × {reason}" for reason, count in reasons.items())


def _why_not_here(
    measurement: Measurement, frame_counts: Mapping[str, int], *, is_whole: bool
) -> str:
    count = frame_counts.get(measurement.frame.sop_instance_uid)
    if count is None:
        return NOT_HERE
    if not 1 <= measurement.frame.frame_number <= count:
        return NO_SUCH_FRAME
    return WHICH_FRAME if is_whole and count > 1 else ""


def _reports(series: Sequence[Series]) -> Iterable[tuple[Series, Instance]]:
    return (
        (one, instance)
        for one in series
        for instance in one.instances
        if instance.sop_class_uid.startswith(STRUCTURED_REPORTS)
    )


def _with_all_frames(image: ImageDescription) -> ImageReference:
    return reference_to(image, range(1, image.number_of_frames + 1))

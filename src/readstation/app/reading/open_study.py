"""Use case: open a study for reading, with its priors, as owner or read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from readstation.app.handoff.second_read import shown_to
from readstation.app.jobs import JobContext
from readstation.app.ports import UnitOfWork
from readstation.app.reading.display_set import DisplaySet, group_into_display_sets
from readstation.app.reading.presentation_states import (
    is_presentation_state,
    presentation_of,
    without_hidden_views,
)
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.worklist.claim_study import claim_study
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import ClaimLostError, ReadStationError
from readstation.domain.handoff import ENDED_STATUSES, Handoff
from readstation.domain.order import Order
from readstation.domain.patient import PatientMatch
from readstation.domain.prior import RankedPrior, rank_priors
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion
from readstation.domain.study import FrameKey, Instance, Series, Study
from readstation.imaging.presentation_state import PresentationState


@dataclass(frozen=True, slots=True)
class OpenedStudy:
    """What the reading screen starts from. Everything in it belongs to one study."""

    study: Study
    order: Order | None
    series: tuple[Series, ...]
    task: ClaimTask
    claim: Claim | None
    """None for a second opener: nothing can be written."""
    owner_name: str
    """Who holds the study when `claim` is None."""
    priors: tuple[RankedPrior, ...]
    handoff: Handoff | None
    versions: tuple[ReportVersion, ...]
    seen: frozenset[FrameKey]
    """Frames this reader has had on the screen before."""
    prior_reports: frozenset[str] = frozenset()
    """Study Instance UIDs of the priors whose signed report this reader may see."""

    @property
    def is_read_only(self) -> bool:
        return self.claim is None


def open_study(
    station: Station, session: Session, study_instance_uid: str, task: ClaimTask
) -> OpenedStudy:
    """Open one study: claimed for the reader if it is free, read-only if it is not."""
    session.user.require(Permission.OPEN_IMAGES)
    claim, owner_name = _claim_or_owner(station, session, study_instance_uid, task)
    with station.unit_of_work() as work:
        study = work.studies.get(study_instance_uid)
        reader_id = session.user.user_id
        opened = OpenedStudy(
            study=study,
            order=work.orders.of_study(study_instance_uid),
            series=without_hidden_views(work, study_instance_uid, reader_id),
            task=task,
            claim=claim,
            owner_name=owner_name,
            priors=_priors(work, study),
            handoff=_open_handoff(work, study_instance_uid, reader_id),
            versions=_versions(work, session, study_instance_uid),
            seen=frozenset(
                d.frame
                for d in work.viewing.displayed(study_instance_uid)
                if d.viewer_id == reader_id
            ),
        )
        opened = replace(opened, prior_reports=_reported(work, opened.priors, session))
        work.audit.append(
            AuditEvent(AuditAction.STUDY_OPENED, reader_id, station.clock.now(), study_instance_uid)
        )
        work.commit()
    return opened


def series_of_prior(station: Station, session: Session, prior: Study) -> tuple[Series, ...]:
    """Return the series of a prior that the reader asked to see; opening it is recorded."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        reader_id = session.user.user_id
        series = without_hidden_views(work, prior.study_instance_uid, reader_id)
        work.audit.append(
            AuditEvent(
                AuditAction.STUDY_OPENED,
                session.user.user_id,
                station.clock.now(),
                prior.study_instance_uid,
                detail='{"as":"prior"}',
            )
        )
        work.commit()
    return series


@dataclass(frozen=True, slots=True)
class DescribedSeries:
    """The images of one series as they hang, and why others are missing."""

    sets: tuple[DisplaySet, ...]
    refusals: tuple[str, ...]
    presentations: tuple[PresentationState, ...] = ()
    presentation_refusals: tuple[str, ...] = ()


def describe_series(station: Station, series: Series, job: JobContext) -> DescribedSeries:
    """Read the headers of one series and group its images; what cannot be shown says why."""
    images: list[ImageDescription] = []
    refusals: list[str] = []
    presentations: list[PresentationState] = []
    presentation_refusals: list[str] = []
    for done, instance in enumerate(series.instances):
        job.progress(done, len(series.instances), "Reading image headers")
        if is_presentation_state(instance):
            try:
                presentations.append(presentation_of(station, series, instance))
            except ReadStationError as error:
                presentation_refusals.append(f"{error.message} {error.remedy}".strip())
        if not instance.is_displayable:
            continue
        try:
            images.extend(_described(station, series, instance))
        except ReadStationError as error:
            name = series.series_description or series.modality
            number = instance.instance_number or "?"
            refusals.append(f"{name}, image {number}: {error.message} {error.remedy}".strip())
    return DescribedSeries(
        group_into_display_sets(images),
        tuple(refusals),
        tuple(presentations),
        tuple(presentation_refusals),
    )


def _described(station: Station, series: Series, instance: Instance) -> Sequence[ImageDescription]:
    images = station.frames.describe(instance)
    for image in images:
        owner = (image.study_instance_uid, image.series_instance_uid, image.sop_instance_uid)
        indexed = (series.study_instance_uid, series.series_instance_uid, instance.sop_instance_uid)
        if owner != indexed:  # H01: pixels of another study must never reach this screen
            raise ReadStationError(
                "The stored file belongs to another study than the index says.",
                "Import the study again; the file is left out until then.",
            )
    return images


def _claim_or_owner(
    station: Station, session: Session, study_instance_uid: str, task: ClaimTask
) -> tuple[Claim | None, str]:
    if not session.user.may(Permission.WRITE_REPORT):
        return None, ""
    try:
        return claim_study(station, session, study_instance_uid, task), ""
    except ClaimLostError:
        with station.unit_of_work() as work:
            current = work.claims.current(study_instance_uid, task)
            return None, work.users.get(current.owner_id).full_name if current else ""


def _priors(work: UnitOfWork, study: Study) -> tuple[RankedPrior, ...]:
    candidates = work.studies.of_patient_id(study.patient.identity.patient_id)
    return rank_priors(study, candidates)


def _reported(work: UnitOfWork, priors: Sequence[RankedPrior], session: Session) -> frozenset[str]:
    if not session.user.may(Permission.SEE_REPORTS):
        return frozenset()
    same = [p.study.study_instance_uid for p in priors if p.match is PatientMatch.SAME]
    reader_id = session.user.user_id
    return frozenset(uid for uid in same if work.reports.versions_of_study(uid, reader_id))


def _versions(
    work: UnitOfWork, session: Session, study_instance_uid: str
) -> tuple[ReportVersion, ...]:
    if not session.user.may(Permission.SEE_REPORTS):
        return ()
    return work.reports.versions_of_study(study_instance_uid, session.user.user_id)


def _open_handoff(work: UnitOfWork, study_instance_uid: str, reader_id: str) -> Handoff | None:
    """Return the newest handoff that still concerns this reader."""
    handoffs = [
        handoff
        for handoff in work.handoffs.of_study(study_instance_uid)
        if handoff.status not in ENDED_STATUSES
        and reader_id in (handoff.to_reader_id, handoff.from_reader_id)
    ]
    newest = max(handoffs, key=lambda handoff: handoff.requested_at, default=None)
    return None if newest is None else shown_to(newest, reader_id)

"""Use case: open a study for reading, with its priors, as owner or read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from readstation.app.handoff.second_read import shown_to
from readstation.app.ports import UnitOfWork
from readstation.app.reading.describe_images import stored_series
from readstation.app.reading.find_priors import find_priors
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.app.worklist.claim_study import claim_within
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import ClaimLostError, ReadStationError
from readstation.domain.handoff import ENDED_STATUSES, Handoff
from readstation.domain.order import Order
from readstation.domain.patient import PatientMatch
from readstation.domain.prior import RankedPrior
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion
from readstation.domain.study import FrameKey, Series, Study

AS_PRIOR = '{"as":"prior"}'


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
    """Frames this reader has gone through at diagnostic scale before."""
    prior_reports: frozenset[str] = frozenset()
    """Study Instance UIDs of the priors whose signed report this reader may see."""

    @property
    def is_read_only(self) -> bool:
        return self.claim is None


@dataclass(frozen=True, slots=True)
class StoredStudy:
    """A study and what is kept of its images, as one transaction read them."""

    study: Study
    series: tuple[Series, ...]
    kept: Mapping[str, PackedDescriptions] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opening:
    """A study that is open now, and everything its first hanging needs."""

    opened: OpenedStudy
    current: StoredStudy
    prior: StoredStudy | None
    """The best prior of the same person, opened with it; None without one."""


def open_study(
    station: Station, session: Session, study_instance_uid: str, task: ClaimTask
) -> Opening:
    """Open one study in one transaction: claimed for the reader if it is free, else read-only."""
    session.user.require(Permission.OPEN_IMAGES)
    reader_id = session.user.user_id
    with station.unit_of_work() as work:
        claim, owner_name = _claim_or_owner(work, station, session, study_instance_uid, task)
        study = work.studies.get(study_instance_uid)
        series, kept = stored_series(work, station, session, study_instance_uid)
        priors = find_priors(work, station, session, study)
        opened = OpenedStudy(
            study=study,
            order=work.orders.of_study(study_instance_uid),
            series=series,
            task=task,
            claim=claim,
            owner_name=owner_name,
            priors=priors.ranked,
            handoff=_open_handoff(work, study_instance_uid, reader_id),
            versions=_versions(work, session, study_instance_uid),
            seen=frozenset(
                d.frame
                for d in work.viewing.displayed(study_instance_uid)
                if d.viewer_id == reader_id and d.diagnostic_at is not None
            ),
            prior_reports=priors.reported,
        )
        _record(work, station, session, study_instance_uid)
        prior = _first_prior(work, station, session, opened.priors)
        work.commit()
    return Opening(opened, StoredStudy(study, series, kept), prior)


def open_prior(station: Station, session: Session, prior: Study) -> StoredStudy:
    """Return the series of a prior that the reader asked to see; opening it is recorded."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        stored = _prior_within(work, station, session, prior)
        work.commit()
    return stored


def _prior_within(
    work: UnitOfWork, station: Station, session: Session, prior: Study
) -> StoredStudy:
    series, kept = stored_series(work, station, session, prior.study_instance_uid)
    _record(work, station, session, prior.study_instance_uid, AS_PRIOR)
    return StoredStudy(prior, series, kept)


def _first_prior(
    work: UnitOfWork, station: Station, session: Session, priors: Sequence[RankedPrior]
) -> StoredStudy | None:
    """Open the best prior too; one that cannot be read is tried alone later, and says why."""
    same = [p.study for p in priors if p.match is PatientMatch.SAME]
    try:
        return _prior_within(work, station, session, same[0]) if same else None
    except ReadStationError:
        return None


def _record(
    work: UnitOfWork, station: Station, session: Session, study_instance_uid: str, detail: str = ""
) -> None:
    reader_id, now = session.user.user_id, station.clock.now()
    event = AuditEvent(AuditAction.STUDY_OPENED, reader_id, now, study_instance_uid, detail=detail)
    work.audit.append(event)


def _claim_or_owner(
    work: UnitOfWork, station: Station, session: Session, study_instance_uid: str, task: ClaimTask
) -> tuple[Claim | None, str]:
    if not session.user.may(Permission.WRITE_REPORT):
        return None, ""
    try:
        return claim_within(work, station, session, study_instance_uid, task), ""
    except ClaimLostError:
        current = work.claims.current(study_instance_uid, task)
        return None, work.users.get(current.owner_id).full_name if current else ""


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

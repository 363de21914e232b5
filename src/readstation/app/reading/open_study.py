"""Use case: open a study for reading, with its priors, as owner or read-only."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.ports import UnitOfWork
from readstation.app.reading.filed_key_images import FiledKeyImages
from readstation.app.reading.save_measurements import StudyMeasurements
from readstation.app.reading.study_ahead import StudyAhead
from readstation.app.reading.study_rows import StoredStudy, StudyRows, read_rows, stored_study
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.worklist.claim_study import claim_within
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import ClaimLostError
from readstation.domain.handoff import Handoff
from readstation.domain.key_image import KeyImage
from readstation.domain.order import Order
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
    measured: tuple[StudyMeasurements, ...] = ()
    """What is measured in the study and in the prior opened with it."""
    key_images: tuple[KeyImage, ...] = ()
    filed: tuple[FiledKeyImages, ...] = ()
    """Key object selections of the same two studies; they are still to be read."""

    @property
    def is_read_only(self) -> bool:
        return self.claim is None


@dataclass(frozen=True, slots=True)
class Opening:
    """A study that is open now, and everything its first hanging needs."""

    opened: OpenedStudy
    current: StoredStudy
    prior: StoredStudy | None
    """The best prior of the same person, opened with it; None without one."""


def open_study(
    station: Station,
    session: Session,
    study_instance_uid: str,
    task: ClaimTask,
    ahead: StudyAhead | None = None,
) -> Opening:
    """Open one study in one transaction: claimed for the reader if it is free, else read-only.

    What was read `ahead` is taken if it holds in this very transaction, else it is read anew.
    """
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        rows = _rows_ahead(work, station, session, study_instance_uid, ahead)
        claim, owner_name = _claim_or_owner(work, station, session, study_instance_uid, task)
        if rows is None:
            rows = read_rows(work, station, session, study_instance_uid)
        _record(work, station, session, study_instance_uid)
        if rows.prior is not None:
            _record(work, station, session, rows.prior.study.study_instance_uid, AS_PRIOR)
        work.commit()
    opened = OpenedStudy(
        study=rows.current.study,
        order=rows.order,
        series=rows.current.series,
        task=task,
        claim=claim,
        owner_name=owner_name,
        priors=rows.priors,
        handoff=rows.handoff,
        versions=rows.versions,
        seen=rows.seen,
        prior_reports=rows.prior_reports,
        measured=rows.measured,
        key_images=rows.key_images,
        filed=rows.filed,
    )
    return Opening(opened, rows.current, rows.prior)


def open_prior(station: Station, session: Session, prior: Study) -> StoredStudy:
    """Return the series of a prior that the reader asked to see; opening it is recorded."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        stored = stored_study(work, station, session, prior)
        _record(work, station, session, prior.study_instance_uid, AS_PRIOR)
        work.commit()
    return stored


def _rows_ahead(
    work: UnitOfWork,
    station: Station,
    session: Session,
    study_instance_uid: str,
    ahead: StudyAhead | None,
) -> StudyRows | None:
    """Return what was read ahead of this study, None if it does not hold any more."""
    if ahead is None or ahead.study_instance_uid != study_instance_uid:  # H01
        return None
    return ahead.rows if ahead.holds(work, station, session) else None


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

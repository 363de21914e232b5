"""Use cases: keep the measurements of a study beside its images."""

from __future__ import annotations

import json
from collections.abc import Iterable

from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim
from readstation.domain.measurement import Measurement
from readstation.domain.patient import PatientMatch
from readstation.domain.prior import RankedPrior
from readstation.domain.reader import Permission
from readstation.domain.study import Study

Earlier = tuple[tuple[Study, tuple[Measurement, ...]], ...]
"""Priors with what was measured in them."""


def keep_measurement(
    station: Station, session: Session, claim: Claim, measurement: Measurement
) -> None:
    """Store one measurement under its frame; only the owner of the study may."""
    session.user.require(Permission.WRITE_REPORT)
    with station.unit_of_work() as work:
        _require_owner(station, work, session, claim)
        work.measurements.put(claim.study_instance_uid, session.user.user_id, measurement)
        uid = measurement.measurement_uid
        _record(station, work, AuditAction.MEASUREMENT_KEPT, claim, uid)
        work.commit()


def forget_measurement(
    station: Station, session: Session, claim: Claim, measurement_uid: str
) -> None:
    """Remove a measurement that the reader deleted; one of another study or reader stays."""
    session.user.require(Permission.WRITE_REPORT)
    with station.unit_of_work() as work:
        _require_owner(station, work, session, claim)
        uid, me = claim.study_instance_uid, session.user.user_id
        if work.measurements.remove(measurement_uid, uid, me):
            _record(station, work, AuditAction.MEASUREMENT_REMOVED, claim, measurement_uid)
            work.commit()


def measurements_of(
    station: Station, session: Session, study_instance_uid: str
) -> tuple[Measurement, ...]:
    """Return the measurements of a study that this reader may see."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        return work.measurements.of_study(study_instance_uid, session.user.user_id)


def earlier_measurements(
    station: Station, session: Session, priors: Iterable[RankedPrior]
) -> Earlier:
    """Return what is kept of priors, whether they hang or not; nothing of a possible match."""
    session.user.require(Permission.OPEN_IMAGES)
    me, same = session.user.user_id, [p.study for p in priors if p.match is PatientMatch.SAME]
    with station.unit_of_work() as work:
        every = tuple((p, work.measurements.of_study(p.study_instance_uid, me)) for p in same)
    return tuple((prior, found) for prior, found in every if found)


def _require_owner(station: Station, work: UnitOfWork, session: Session, claim: Claim) -> None:
    claim.require_owner(session.user.user_id)
    work.claims.require(claim, station.clock.now())


def _record(
    station: Station, work: UnitOfWork, action: AuditAction, claim: Claim, measurement_uid: str
) -> None:
    detail = json.dumps({"measurement_uid": measurement_uid})
    now, uid = station.clock.now(), claim.study_instance_uid
    work.audit.append(AuditEvent(action, claim.owner_id, now, uid, detail=detail))

"""Use cases: keep the measurements of a study beside its images."""

from __future__ import annotations

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import Claim
from readstation.domain.measurement import Measurement
from readstation.domain.reader import Permission


def keep_measurement(
    station: Station, session: Session, claim: Claim, measurement: Measurement
) -> None:
    """Store one measurement under its frame; only the owner of the study may."""
    session.user.require(Permission.WRITE_REPORT)
    with station.unit_of_work() as work:
        work.claims.require(claim, station.clock.now())
        work.measurements.put(claim.study_instance_uid, session.user.user_id, measurement)
        work.commit()


def forget_measurement(
    station: Station, session: Session, claim: Claim, measurement_uid: str
) -> None:
    """Remove a measurement that the reader deleted."""
    session.user.require(Permission.WRITE_REPORT)
    with station.unit_of_work() as work:
        work.claims.require(claim, station.clock.now())
        work.measurements.remove(measurement_uid)
        work.commit()


def measurements_of(
    station: Station, session: Session, study_instance_uid: str
) -> tuple[Measurement, ...]:
    """Return the measurements of a study that this reader may see."""
    with station.unit_of_work() as work:
        return work.measurements.of_study(study_instance_uid, session.user.user_id)

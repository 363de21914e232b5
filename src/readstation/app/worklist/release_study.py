"""Use case: give a claimed study back to the list."""

from __future__ import annotations

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim


def release_study(station: Station, session: Session, claim: Claim) -> None:
    """End an own claim; nothing happens if somebody else has taken the study over meanwhile."""
    now = station.clock.now()
    with station.unit_of_work() as work:
        current = work.claims.current(claim.study_instance_uid, claim.task)
        if current is None or (current.owner_id, current.token) != (claim.owner_id, claim.token):
            return
        if session.user.user_id != claim.owner_id or not current.is_live(now):
            return
        work.claims.release(claim, now)
        work.audit.append(
            AuditEvent(
                AuditAction.STUDY_RELEASED,
                session.user.user_id,
                now,
                claim.study_instance_uid,
                detail=f'{{"task":"{claim.task.value}","token":{claim.token}}}',
            )
        )
        work.commit()

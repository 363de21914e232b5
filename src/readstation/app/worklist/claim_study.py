"""Use case: take a study for a task, so that nobody else writes about it."""

from __future__ import annotations

from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import CLAIM_LEASE, Claim, ClaimTask
from readstation.domain.errors import ClaimLostError, RefusedStepError
from readstation.domain.handoff import ENDED_STATUSES, HandoffStatus
from readstation.domain.reader import Permission


def claim_study(
    station: Station, session: Session, study_instance_uid: str, task: ClaimTask
) -> Claim:
    """Claim a study for this reader; claiming an own one again renews it.

    Raises
    ------
    ClaimLostError
        If somebody else holds it, or it waits for a second reader; names them.
    RefusedStepError
        If a second read is claimed by a reader whom nobody has asked for one.
    """
    with station.unit_of_work() as work:
        claim = claim_within(work, station, session, study_instance_uid, task)
        work.commit()
    return claim


def claim_within(
    work: UnitOfWork, station: Station, session: Session, study_instance_uid: str, task: ClaimTask
) -> Claim:
    """Claim as part of a transaction that does more; raises as `claim_study` does."""
    session.user.require(Permission.WRITE_REPORT)
    owner_id, now = session.user.user_id, station.clock.now()
    if task is ClaimTask.SECOND_READ:
        _require_asked(work, study_instance_uid, owner_id)
    else:
        _require_not_handed_over(work, study_instance_uid, owner_id)
    before = work.claims.current(study_instance_uid, task)
    claim = work.claims.claim(study_instance_uid, task, owner_id, now, CLAIM_LEASE)
    if before is None or before.owner_id != owner_id or not before.is_live(now):
        work.audit.append(
            AuditEvent(
                AuditAction.STUDY_CLAIMED,
                owner_id,
                now,
                study_instance_uid,
                detail=f'{{"task":"{task.value}","token":{claim.token}}}',
            )
        )
    return claim


def renew_claim(station: Station, session: Session, claim: Claim) -> Claim:
    """Say that the owner is still there; returns the claim with its later end.

    Raises
    ------
    ClaimLostError
        If somebody else has taken the study over.
    """
    session.user.require(Permission.WRITE_REPORT)
    claim.require_owner(session.user.user_id)
    with station.unit_of_work() as work:
        renewed = work.claims.renew(claim, station.clock.now(), CLAIM_LEASE)
        work.commit()
    return renewed


def _require_asked(work: UnitOfWork, study_instance_uid: str, reader_id: str) -> None:
    asked = any(
        handoff.to_reader_id == reader_id and handoff.status not in ENDED_STATUSES
        for handoff in work.handoffs.of_study(study_instance_uid)
    )
    if not asked:
        raise RefusedStepError(
            "Nobody has asked you for a second read of this study.",
            "Refresh the list: the first reader may have taken the request back.",
        )


def _require_not_handed_over(work: UnitOfWork, study_instance_uid: str, reader_id: str) -> None:
    """Refuse a study that waits for another reader; who asked takes it back when answered."""
    for handoff in work.handoffs.of_study(study_instance_uid):
        is_back = handoff.status is HandoffStatus.RETURNED and handoff.from_reader_id == reader_id
        if handoff.is_live and not is_back:
            name = work.users.get(handoff.to_reader_id).full_name
            raise ClaimLostError(
                f"The study waits for {name}: {handoff.handoff_type.value}.",
                "Open it read-only, or recall the handoff.",
            )

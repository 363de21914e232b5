"""Use cases that give the study back to the reader who asked: recall, complete, expire."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from readstation.app.critical_result.audit_trail import STATION_ID
from readstation.app.critical_result.flag_critical import flag_finding
from readstation.app.handoff.request_handoff import HandoffRequest, ask
from readstation.app.handoff.steps import (
    first_read,
    give_back,
    hold,
    release_second_read,
    take_step,
)
from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Urgency
from readstation.domain.handoff import (
    Handoff,
    HandoffStatus,
    HandoffStep,
    HandoffType,
    Reconciliation,
    require_reconciliation,
)
from readstation.domain.reader import Permission
from readstation.domain.report import Draft, ReportContent, ReportStep
from readstation.domain.report import next_status as next_report_status


@dataclass(frozen=True, slots=True)
class Decision:
    """What the first reader does with the opinion."""

    reconciliation: Reconciliation
    reason: str = ""
    arbitration: HandoffRequest | None = None
    """Who arbitrates; only with `ARBITRATED`."""


def recall_handoff(station: Station, session: Session, handoff_id: str) -> Handoff:
    """Take the study back before an opinion came."""
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        now = station.clock.now()
        handoff = work.handoffs.get(handoff_id)
        recalled = take_step(work, handoff, HandoffStep.RECALL, session.user.user_id, now)
        release_second_read(work, recalled, now)
        give_back(work, recalled, now)
        work.commit()
    return recalled


def complete_handoff(
    station: Station,
    session: Session,
    handoff_id: str,
    decision: Decision,
    claim: Claim | None = None,
) -> Handoff:
    """Decide what becomes of the opinion; returns the handoff, or the arbitration asked for.

    Parameters
    ----------
    claim : Claim | None
        The reader's own claim if the study is open in front of them; else one is held for this.
    """
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        now, me = station.clock.now(), session.user.user_id
        handoff = work.handoffs.get(handoff_id)
        require_reconciliation(handoff, decision.reconciliation, decision.reason)
        held = _require_claim(work, handoff, claim, me, now)
        completed = take_step(
            work,
            handoff,
            HandoffStep.COMPLETE,
            me,
            now,
            reconciliation=decision.reconciliation.value,
            reason=decision.reason,
        )
        draft = give_back(work, completed, now, content=_agreed(work, completed, decision))
        outcome = completed
        if decision.reconciliation is Reconciliation.ARBITRATED:
            outcome = _arbitrate(work, session, draft, decision, now)
        if decision.reconciliation is Reconciliation.ADOPT_SECOND:
            _flag_adopted(station, work, me, draft, now)
        if claim is None or decision.reconciliation is Reconciliation.ARBITRATED:
            work.claims.release(held, now)
        work.commit()
    return outcome


def expire_due(station: Station) -> tuple[Handoff, ...]:
    """Give back every handoff whose time is over; who is reading at that moment is left to it."""
    now = station.clock.now()
    expired = []
    with station.unit_of_work() as work:
        for handoff in work.handoffs.all(open_only=True):
            if now < handoff.due_at or handoff.status is HandoffStatus.RETURNED:
                continue
            if _is_being_read(work, handoff, now):
                continue
            moved = take_step(work, handoff, HandoffStep.EXPIRE, STATION_ID, now)
            release_second_read(work, moved, now)
            give_back(work, moved, now)
            expired.append(moved)
        if expired:
            work.commit()
    return tuple(expired)


def _is_being_read(work: UnitOfWork, handoff: Handoff, now: datetime) -> bool:
    current = work.claims.current(handoff.study_instance_uid, ClaimTask.SECOND_READ)
    return (
        handoff.status is HandoffStatus.IN_PROGRESS
        and current is not None
        and current.owner_id == handoff.to_reader_id
        and current.is_live(now)
    )


def _require_claim(
    work: UnitOfWork, handoff: Handoff, claim: Claim | None, me: str, now: datetime
) -> Claim:
    if claim is None:
        return hold(work, handoff.study_instance_uid, ClaimTask.READ, me, now)
    claim.require_owner(me)
    work.claims.require(claim, now)
    if claim.study_instance_uid != handoff.study_instance_uid or claim.task is not ClaimTask.READ:
        raise RefusedStepError(
            "The study in front of you is not the one of this handoff.",
            "Open the study of the handoff, then decide.",
        )
    return claim


def _agreed(work: UnitOfWork, handoff: Handoff, decision: Decision) -> ReportContent | None:
    """Return the content to go on with; None keeps the first read as it is."""
    offered = handoff.opinion_content
    if decision.reconciliation is not Reconciliation.ADOPT_SECOND or offered is None:
        return None
    stored = first_read(work, handoff).content
    return replace(
        offered,
        indication=offered.indication or stored.indication,
        technique=offered.technique or stored.technique,
        comparison=offered.comparison or stored.comparison,
        communications=stored.communications,
        template_id=stored.template_id,
    )


def _flag_adopted(station: Station, work: UnitOfWork, me: str, draft: Draft, now: datetime) -> None:
    """Start the clock of what is critical only in the adopted read."""
    for finding in draft.content.findings:
        if finding.urgency is not Urgency.ROUTINE:
            flag_finding(work, draft, finding, actor_id=me, policy=station.policy, now=now)


def _arbitrate(
    work: UnitOfWork, session: Session, draft: Draft, decision: Decision, now: datetime
) -> Handoff:
    request = decision.arbitration
    if request is None or request.handoff_type is not HandoffType.ARBITRATION:
        raise RefusedStepError(
            "Arbitration needs a third reader.", "Choose the reader and write the question."
        )
    asked = ask(work, session, draft, request, now)
    waiting = next_report_status(draft.status, ReportStep.REQUEST_SECOND_READ)
    work.reports.save_draft(
        replace(draft, status=waiting, version=draft.version + 1, saved_at=now), draft.version
    )
    return asked

"""Use cases of the reader who was asked: accept, decline, open, keep, return."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.app.handoff.steps import (
    give_back,
    hold,
    record,
    release_second_read,
    take_step,
)
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import RefusedStepError
from readstation.domain.handoff import (
    Handoff,
    HandoffStatus,
    HandoffStep,
    HandoffType,
    Opinion,
    require_opinion,
    require_party,
)
from readstation.domain.reader import Permission
from readstation.domain.report import ReportContent


@dataclass(frozen=True, slots=True)
class OpinionEntry:
    """What the second reader returns."""

    opinion: Opinion
    text: str = ""
    content: ReportContent | None = None
    """The complete report as the second reader would have it."""


def accept_handoff(station: Station, session: Session, handoff_id: str) -> Handoff:
    """Take it on. Accepting a shift handover moves the report to the new reader and ends it."""
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        now, me = station.clock.now(), session.user.user_id
        handoff = work.handoffs.get(handoff_id)
        if handoff.handoff_type is HandoffType.SHIFT_HANDOVER:
            handoff = replace(handoff, returned_at=now)
        accepted = take_step(work, handoff, HandoffStep.ACCEPT, me, now)
        if accepted.status is HandoffStatus.COMPLETED:
            give_back(work, accepted, now, author_id=me)
        work.commit()
    return accepted


def decline_handoff(station: Station, session: Session, handoff_id: str, reason: str) -> Handoff:
    """Refuse it with a reason; the report goes back to the reader who asked."""
    session.user.require(Permission.HAND_OFF)
    if not reason.strip():
        raise RefusedStepError(
            "Declining needs a reason.", "Tell the other reader why, in a few words."
        )
    with station.unit_of_work() as work:
        now = station.clock.now()
        handoff = replace(work.handoffs.get(handoff_id), opinion_text=reason, opinion_content=None)
        declined = take_step(work, handoff, HandoffStep.DECLINE, session.user.user_id, now)
        release_second_read(work, declined, now)
        give_back(work, declined, now)
        work.commit()
    return declined


def open_handoff(station: Station, session: Session, handoff_id: str) -> tuple[Handoff, Claim]:
    """Begin to read: accepts first if that was not done, and claims the second read."""
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        now, me = station.clock.now(), session.user.user_id
        handoff = work.handoffs.get(handoff_id)
        if handoff.status is HandoffStatus.REQUESTED:
            handoff = take_step(work, handoff, HandoffStep.ACCEPT, me, now)
        opened = take_step(work, handoff, HandoffStep.OPEN, me, now)
        claim = hold(work, opened.study_instance_uid, ClaimTask.SECOND_READ, me, now)
        work.commit()
    return opened, claim


def keep_opinion(
    station: Station,
    session: Session,
    handoff_id: str,
    text: str,
    content: ReportContent | None,
) -> Handoff:
    """Store an opinion that is still being written; nobody else is shown it."""
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        now, me = station.clock.now(), session.user.user_id
        handoff = work.handoffs.get(handoff_id)
        require_party(handoff, HandoffStep.RETURN, me)
        if handoff.status is not HandoffStatus.IN_PROGRESS:
            raise RefusedStepError(
                f"This {handoff.handoff_type.value} is {handoff.status.value}.",
                "Copy your text; the reader who asked has the study back.",
            )
        kept = replace(
            handoff, opinion_text=text, opinion_content=content, version=handoff.version + 1
        )
        work.handoffs.save(kept, handoff.version)
        record(work, AuditAction.HANDOFF_STEP, me, now, kept, step="keep")
        work.commit()
    return kept


def return_opinion(
    station: Station,
    session: Session,
    handoff_id: str,
    entry: OpinionEntry,
    *,
    display_state: str = "",
) -> Handoff:
    """Give the opinion and end the own claim; from now on both reads are shown to both."""
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        now, me = station.clock.now(), session.user.user_id
        handoff = work.handoffs.get(handoff_id)
        require_opinion(handoff.is_blind, entry.opinion, entry.text, entry.content)
        answered = replace(
            handoff,
            opinion=entry.opinion,
            opinion_text=entry.text,
            opinion_content=entry.content if entry.opinion is not Opinion.AGREE else None,
            returned_at=now,
        )
        returned = take_step(
            work,
            answered,
            HandoffStep.RETURN,
            me,
            now,
            opinion=entry.opinion.value,
            first_read_revealed=handoff.is_blind,
            display=display_state,
        )
        hold(work, returned.study_instance_uid, ClaimTask.SECOND_READ, me, now)
        release_second_read(work, returned, now)
        work.commit()
    return returned

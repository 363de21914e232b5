"""Use case: a reader asks another one."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from readstation.app.handoff.steps import record
from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction
from readstation.domain.claim import Claim
from readstation.domain.errors import NotFoundError, RefusedStepError
from readstation.domain.handoff import (
    Handoff,
    HandoffStatus,
    HandoffType,
    is_blind_type,
    require_request,
)
from readstation.domain.reader import Permission, Role, User
from readstation.domain.report import Draft, ReportStep
from readstation.domain.report import next_status as next_report_status

BLIND_VIEWER_STATE = frozenset({"layout"})
"""What a blind reader gets of the viewer state: no slice, window or mark points at a finding."""


@dataclass(frozen=True, slots=True)
class HandoffRequest:
    """What the first reader enters."""

    report_id: str
    handoff_type: HandoffType
    question: str
    to_reader_id: str
    is_blind: bool
    due_at: datetime
    viewer_state: str = ""
    """JSON of the layout and viewports."""


def request_handoff(
    station: Station, session: Session, claim: Claim, request: HandoffRequest
) -> Handoff:
    """Hand the claimed study to another reader: the report waits and the claim ends."""
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        now = station.clock.now()
        work.claims.require(claim, now)
        if claim.owner_id != session.user.user_id:
            raise NotFoundError("The claim is another reader's.", "Open the study yourself.")
        draft = work.reports.draft(request.report_id, session.user.user_id)
        if draft.study_instance_uid != claim.study_instance_uid:
            raise NotFoundError(
                "The report belongs to another study.", "Close the study and open it again."
            )
        handoff = ask(work, session, draft, request, now)
        waiting = next_report_status(draft.status, ReportStep.REQUEST_SECOND_READ)
        work.reports.save_draft(
            replace(draft, status=waiting, version=draft.version + 1, saved_at=now), draft.version
        )
        work.claims.release(claim, now)
        work.commit()
    return handoff


def ask(
    work: UnitOfWork, session: Session, draft: Draft, request: HandoffRequest, now: datetime
) -> Handoff:
    """Store the question to the other reader, inside a transaction of the caller."""
    require_request(request.handoff_type, request.question, request.due_at, now)
    require_other_reader(work, session, draft, request)
    is_blind = is_blind_type(request.handoff_type, request.is_blind)
    handoff = Handoff(
        handoff_id=uuid.uuid4().hex,
        study_instance_uid=draft.study_instance_uid,
        report_id=draft.report_id,
        handoff_type=request.handoff_type,
        question=request.question,
        from_reader_id=session.user.user_id,
        to_reader_id=request.to_reader_id,
        is_blind=is_blind,
        requested_at=now,
        due_at=request.due_at,
        viewer_state=_seen_by(is_blind, request.viewer_state),
        status=HandoffStatus.REQUESTED,
        version=1,
    )
    work.handoffs.add(handoff)
    record(work, AuditAction.HANDOFF_REQUESTED, session.user.user_id, now, handoff)
    return handoff


def require_other_reader(
    work: UnitOfWork, session: Session, draft: Draft, request: HandoffRequest
) -> None:
    """Refuse oneself, anybody who is no reader, and fresh eyes that took part before."""
    if request.to_reader_id == session.user.user_id:
        raise RefusedStepError("You cannot ask yourself.", "Choose another reader.")
    reader = work.users.get(request.to_reader_id)
    if not is_reader(reader):
        raise RefusedStepError(
            f"{reader.full_name} does not read studies here.", "Choose an active reader."
        )
    took_part = {
        person
        for h in work.handoffs.of_study(draft.study_instance_uid)
        if h.report_id == draft.report_id and h.opinion is not None
        for person in (h.from_reader_id, h.to_reader_id)
    }
    is_blind = is_blind_type(request.handoff_type, request.is_blind)
    if is_blind:
        took_part |= {draft.author_id, *_version_authors(work, session, draft)}
    needs_fresh_eyes = is_blind or request.handoff_type is HandoffType.ARBITRATION
    if needs_fresh_eyes and request.to_reader_id in took_part:
        raise RefusedStepError(
            f"{reader.full_name} has read this study already.",
            "A blind read, like an arbitration, needs a reader who took no part before.",
        )


def _version_authors(work: UnitOfWork, session: Session, draft: Draft) -> set[str]:
    versions = work.reports.versions(draft.report_id, session.user.user_id)
    return {version.author_id for version in versions}


def is_reader(user: User) -> bool:
    """Return True for those who can be asked."""
    return user.is_active and Role.READER in user.roles


def readers_to_ask(station: Station, session: Session) -> tuple[User, ...]:
    """Return everybody who can be asked, by name."""
    session.user.require(Permission.HAND_OFF)
    with station.unit_of_work() as work:
        others = [u for u in work.users.all() if is_reader(u) and u.user_id != session.user.user_id]
    return tuple(sorted(others, key=lambda u: u.full_name.casefold()))


def _seen_by(is_blind: bool, viewer_state: str) -> str:
    if not is_blind or not viewer_state:
        return viewer_state
    kept = {k: v for k, v in json.loads(viewer_state).items() if k in BLIND_VIEWER_STATE}
    return json.dumps(kept, sort_keys=True)

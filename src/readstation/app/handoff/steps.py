"""One step of a handoff: checked against the table, stored, audited, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from readstation.app.critical_result.audit_trail import STATION_ID
from readstation.app.ports import UnitOfWork
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import CLAIM_LEASE, Claim, ClaimTask
from readstation.domain.handoff import Handoff, HandoffStep, next_status, require_party
from readstation.domain.report import Draft, ReportContent, ReportStep
from readstation.domain.report import next_status as next_report_status


def take_step(
    work: UnitOfWork,
    handoff: Handoff,
    step: HandoffStep,
    actor_id: str,
    now: datetime,
    **facts: str | bool,
) -> Handoff:
    """Move `handoff` (with whatever else of it has changed) along its table and store it."""
    if actor_id != STATION_ID or step is not HandoffStep.EXPIRE:
        require_party(handoff, step, actor_id)
    status = next_status(handoff.status, step, handoff.handoff_type)
    moved = replace(handoff, status=status, version=handoff.version + 1)
    work.handoffs.save(moved, handoff.version)
    record(work, AuditAction.HANDOFF_STEP, actor_id, now, moved, step=step.value, **facts)
    return moved


def record(
    work: UnitOfWork,
    action: AuditAction,
    actor_id: str,
    now: datetime,
    handoff: Handoff,
    **facts: str | bool,
) -> None:
    """Append one event about `handoff`; never the question or the opinion."""
    detail = {
        "handoff_id": handoff.handoff_id,
        "type": handoff.handoff_type.value,
        "blind": handoff.is_blind,
        "from": handoff.from_reader_id,
        "to": handoff.to_reader_id,
        "status": handoff.status.value,
        **facts,
    }
    work.audit.append(
        AuditEvent(
            action,
            actor_id,
            now,
            handoff.study_instance_uid,
            handoff.report_id,
            json.dumps(detail, sort_keys=True),
        )
    )


def first_read(work: UnitOfWork, handoff: Handoff) -> Draft:
    """Return the report as the reader who asked sees it."""
    return work.reports.draft(handoff.report_id, handoff.from_reader_id)


def give_back(
    work: UnitOfWork,
    handoff: Handoff,
    now: datetime,
    *,
    content: ReportContent | None = None,
    author_id: str | None = None,
) -> Draft:
    """Return the report from its second read, with other content or author where given."""
    stored = first_read(work, handoff)
    draft = replace(
        stored,
        status=next_report_status(stored.status, ReportStep.RETURN_FROM_SECOND_READ),
        content=content or stored.content,
        author_id=author_id or stored.author_id,
        version=stored.version + 1,
        saved_at=now,
    )
    work.reports.save_draft(draft, stored.version)
    return draft


def hold(
    work: UnitOfWork, study_instance_uid: str, task: ClaimTask, reader_id: str, now: datetime
) -> Claim:
    """Take the claim of `task` or renew an own one; refused while somebody else has it."""
    return work.claims.claim(study_instance_uid, task, reader_id, now, CLAIM_LEASE)


def release_second_read(work: UnitOfWork, handoff: Handoff, now: datetime) -> None:
    """End the second reader's claim, if it still is theirs."""
    current = work.claims.current(handoff.study_instance_uid, ClaimTask.SECOND_READ)
    if current is not None and current.owner_id == handoff.to_reader_id and current.is_live(now):
        work.claims.release(current, now)

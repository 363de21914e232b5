"""Use case: a reader logs one try to reach somebody about a critical result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from readstation.app.critical_result.audit_trail import record
from readstation.app.critical_result.flag_critical import message_of
from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction
from readstation.domain.critical_result import (
    CLOSED_STATUSES,
    CallAttempt,
    CallMethod,
    CallOutcome,
    CriticalResult,
    ReadBack,
    RecipientRole,
    statement,
    status_after_attempt,
)
from readstation.domain.errors import NotFoundError
from readstation.domain.reader import Permission
from readstation.domain.report import OPEN_STATUSES, Draft


@dataclass(frozen=True, slots=True)
class CallEntry:
    """What the reader enters; caller, number of the attempt and end are the station's."""

    recipient_role: RecipientRole
    recipient_name: str
    telephone_number: str
    method: CallMethod
    outcome: CallOutcome
    read_back: ReadBack
    started_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """What came of it."""

    result: CriticalResult
    statement: str
    """The sentence for the report; empty while the result stays open."""
    needs_addendum: bool
    """The report was signed before the call: the sentence must go into an addendum."""


def log_call(
    station: Station, session: Session, critical_result_id: str, entry: CallEntry
) -> LoggedCall:
    """Append one attempt; close the result only if it reached a person who read it back.

    On closing, the statement goes into the report in the same transaction.
    """
    session.user.require(Permission.LOG_CALL)
    now = station.clock.now()
    with station.unit_of_work() as work:
        stored = work.critical_results.get(critical_result_id, session.user.user_id)
        draft = authors_draft(work, stored)
        result = replace(stored, message=message_now(stored, draft))
        attempt = attempt_from(session, result, entry, now)
        status = status_after_attempt(result, attempt)
        is_closed = status in CLOSED_STATUSES
        work.critical_results.add_attempt(attempt, status, now if is_closed else None)
        action = AuditAction.CRITICAL_COMMUNICATED if is_closed else AuditAction.CALL_LOGGED
        sentence = statement(result, attempt, site_zone(station)) if is_closed else ""
        # A statement may still go into an unsigned report: it is a record, not an edit.
        can_add = draft is not None and draft.status in OPEN_STATUSES
        if is_closed and draft is not None and can_add:
            _add_statement(work, draft, sentence, now)
        needs_addendum = is_closed and not can_add
        record(
            work,
            action,
            session.user.user_id,
            now,
            result,
            attempt=attempt.attempt_number,
            outcome=attempt.outcome.value,
            read_back=attempt.read_back.value,
            status=status.value,
            needs_addendum=needs_addendum,
            in_time=now <= result.due_at,
        )
        logged = work.critical_results.get(critical_result_id, session.user.user_id)
        work.commit()
    return LoggedCall(logged, sentence, needs_addendum)


def attempt_from(
    session: Session, result: CriticalResult, entry: CallEntry, now: datetime
) -> CallAttempt:
    """Return the attempt as it would be logged at `now`."""
    return CallAttempt(
        critical_result_id=result.critical_result_id,
        attempt_number=len(result.attempts) + 1,
        caller_id=session.user.user_id,
        caller_name=session.user.full_name,
        recipient_name=entry.recipient_name,
        recipient_role=entry.recipient_role,
        telephone_number=entry.telephone_number,
        method=entry.method,
        started_at=min(entry.started_at, now),
        ended_at=now,
        outcome=entry.outcome,
        read_back=entry.read_back,
        note=entry.note,
    )


def site_zone(station: Station) -> ZoneInfo:
    """Return the zone in which the site's reports state times."""
    return ZoneInfo(station.policy.calendar.time_zone)


def authors_draft(work: UnitOfWork, result: CriticalResult) -> Draft | None:
    """Return the report as its author sees it, whoever flagged or calls.

    None if it is gone: the obligation to call does not depend on it.
    """
    asked_by = {
        h.to_reader_id: h.from_reader_id
        for h in work.handoffs.of_study(result.study_instance_uid)
        if h.report_id == result.report_id and h.is_blind
    }
    viewer = asked_by.get(result.discovered_by, result.discovered_by)
    try:
        return work.reports.draft(result.report_id, viewer)
    except NotFoundError:
        return None


def message_now(result: CriticalResult, draft: Draft | None) -> str:
    """Return the finding as the report says it now: it may have been flagged before typed."""
    findings = draft.content.findings if draft else ()
    current = next((f for f in findings if f.finding_id == result.finding_id), None)
    return (message_of(current) if current else "") or result.message


def _add_statement(work: UnitOfWork, draft: Draft, sentence: str, now: datetime) -> None:
    content = replace(draft.content, communications=(*draft.content.communications, sentence))
    work.reports.save_draft(
        replace(draft, content=content, version=draft.version + 1, saved_at=now), draft.version
    )

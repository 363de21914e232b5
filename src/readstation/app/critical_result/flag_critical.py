"""Use cases: a finding is flagged critical or significant, and a flag is withdrawn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from readstation.app.critical_result.audit_trail import record
from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction
from readstation.domain.critical_result import (
    CriticalResult,
    CriticalResultStatus,
    CriticalStep,
    due_at,
    next_status,
)
from readstation.domain.errors import NotFoundError, RefusedStepError
from readstation.domain.finding import Finding, Urgency
from readstation.domain.policy import Policy
from readstation.domain.reader import Permission
from readstation.domain.report import Draft

TIERS = uuid.UUID("6d1d0a58-6b8d-5f2e-9a57-2f2f5d9f3b11")
"""Namespace of the ids: one result per finding and urgency, whoever flags it how often."""


def flag_critical(
    station: Station,
    session: Session,
    study_instance_uid: str,
    report_id: str,
    finding: Finding,
) -> CriticalResult:
    """Start the clock of a critical or significant finding, or return the one that runs.

    The clock starts at this moment and is never reset: flagging again what was withdrawn goes on
    with the first clock. Raising a finding to critical starts the shorter clock and withdraws the
    longer one.
    """
    session.user.require(Permission.WRITE_REPORT)
    now, me = station.clock.now(), session.user.user_id
    with station.unit_of_work() as work:
        report = _reported(work, me, study_instance_uid, report_id)
        flagged = flag_finding(work, report, finding, actor_id=me, policy=station.policy, now=now)
        work.commit()
    return flagged


@dataclass(frozen=True, slots=True)
class Reported:
    """Where a finding stands."""

    study_instance_uid: str
    report_id: str


def flag_finding(
    work: UnitOfWork,
    report: Reported | Draft,
    finding: Finding,
    *,
    actor_id: str,
    policy: Policy,
    now: datetime,
) -> CriticalResult:
    """Start or find the clock of one finding, inside a transaction of the caller."""
    known = {
        r.urgency: r
        for r in work.critical_results.of_study(report.study_instance_uid, actor_id)
        if r.report_id == report.report_id and r.finding_id == finding.finding_id
    }
    result = known.get(finding.urgency)
    if result is None:
        result = _started(policy, actor_id, report, finding, now)
        work.critical_results.add(result)
    elif result.status is CriticalResultStatus.WITHDRAWN:
        status = next_status(result.status, CriticalStep.FLAG_AGAIN)
        work.critical_results.set_escalation(result.critical_result_id, 0, status)
    else:
        return result
    record(work, AuditAction.CRITICAL_FLAGGED, actor_id, now, result)
    lesser = known.get(Urgency.SIGNIFICANT)
    if finding.urgency is Urgency.CRITICAL and lesser is not None and lesser.is_open:
        _withdraw(work, actor_id, lesser, "raised to critical", now)
    return work.critical_results.get(result.critical_result_id, None)


def withdraw_flag(
    station: Station, session: Session, critical_result_id: str, reason: str
) -> CriticalResult:
    """Withdraw an open flag; the reason stands in the audit log with who gave it."""
    session.user.require(Permission.WRITE_REPORT)
    if not reason.strip():
        raise RefusedStepError(
            "Withdrawing a critical flag needs a reason.",
            "State why nobody has to be called about this finding.",
        )
    now = station.clock.now()
    with station.unit_of_work() as work:
        result = work.critical_results.get(critical_result_id, session.user.user_id)
        _withdraw(work, session.user.user_id, result, reason.strip(), now)
        withdrawn = work.critical_results.get(critical_result_id, session.user.user_id)
        work.commit()
    return withdrawn


def _withdraw(
    work: UnitOfWork, actor_id: str, result: CriticalResult, reason: str, now: datetime
) -> None:
    status = next_status(result.status, CriticalStep.WITHDRAW)
    work.critical_results.set_escalation(result.critical_result_id, result.escalation_level, status)
    record(work, AuditAction.CRITICAL_WITHDRAWN, actor_id, now, result, reason=reason)


def _started(
    policy: Policy, actor_id: str, report: Reported | Draft, finding: Finding, now: datetime
) -> CriticalResult:
    key = f"{report.report_id}/{finding.finding_id}/{finding.urgency.value}"
    return CriticalResult(
        critical_result_id=uuid.uuid5(TIERS, key).hex,
        study_instance_uid=report.study_instance_uid,
        report_id=report.report_id,
        finding_id=finding.finding_id,
        urgency=finding.urgency,
        message=message_of(finding),
        discovered_by=actor_id,
        discovered_at=now,
        due_at=due_at(finding.urgency, now, policy),
        status=CriticalResultStatus.OPEN,
    )


def message_of(finding: Finding) -> str:
    """Return the finding in the words to read out: its side and site, then its text."""
    place = " ".join(p for p in (finding.laterality.value, finding.site.strip()) if p)
    text = finding.text.strip()
    if not place:
        return text
    return f"{place[0].upper()}{place[1:]}: {text}" if text else place


def _reported(work: UnitOfWork, actor_id: str, study_instance_uid: str, report_id: str) -> Reported:
    """Refuse a flag on a report of another study, or by somebody who does not read this one."""
    asked = any(
        h.report_id == report_id and h.to_reader_id == actor_id and h.is_live
        for h in work.handoffs.of_study(study_instance_uid)
    )
    if not asked:
        draft = work.reports.draft(report_id, actor_id)
        if draft.study_instance_uid != study_instance_uid:
            raise NotFoundError(
                "The report belongs to another study.", "Close the study and open it again."
            )
    return Reported(study_instance_uid, report_id)

"""Use case: the clock moves open results to the next contact."""

from __future__ import annotations

from readstation.app.critical_result.audit_trail import STATION_ID, record
from readstation.app.station import Station
from readstation.domain.audit import AuditAction
from readstation.domain.critical_result import (
    CriticalResult,
    CriticalStep,
    escalation_level_at,
    next_status,
)


def escalate_due(station: Station) -> tuple[CriticalResult, ...]:
    """Escalate every open result whose time has come; return those that moved.

    Running it often, late or twice changes nothing but the moment; it never closes anything.
    """
    now = station.clock.now()
    moved = []
    with station.unit_of_work() as work:
        for result in work.critical_results.all(open_only=True, viewer_id=None):
            level = escalation_level_at(result, station.policy, now)
            if level == result.escalation_level:
                continue
            status = next_status(result.status, CriticalStep.ESCALATE)
            work.critical_results.set_escalation(result.critical_result_id, level, status)
            record(
                work,
                AuditAction.CRITICAL_ESCALATED,
                STATION_ID,
                now,
                result,
                level=level,
                is_overdue=result.is_overdue(now),
            )
            moved.append(work.critical_results.get(result.critical_result_id, None))
        if moved:
            work.commit()
    return tuple(moved)

"""How the steps of a critical result are written to the audit log."""

from __future__ import annotations

import json
from datetime import datetime

from readstation.app.ports import UnitOfWork
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.critical_result import CriticalResult

STATION_ID = "station"
"""The actor of what the clock does: escalation and expiry."""


def record(
    work: UnitOfWork,
    action: AuditAction,
    actor_id: str,
    at: datetime,
    result: CriticalResult,
    **facts: str | int | bool,
) -> None:
    """Append one event about `result`; it becomes durable with the step itself."""
    detail = {
        "critical_result_id": result.critical_result_id,
        "finding_id": result.finding_id,
        "urgency": result.urgency.value,
        "due_at": result.due_at.isoformat(),
        **facts,
    }
    work.audit.append(
        AuditEvent(
            action,
            actor_id,
            at,
            result.study_instance_uid,
            result.report_id,
            json.dumps(detail, sort_keys=True),
        )
    )

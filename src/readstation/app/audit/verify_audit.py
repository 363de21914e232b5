"""Use case: check the audit chain from its first row to its anchor."""

from __future__ import annotations

import json
from dataclasses import dataclass

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent, ChainFault
from readstation.domain.reader import Permission


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """How far the chain holds."""

    rows_checked: int
    fault: ChainFault | None

    @property
    def is_whole(self) -> bool:
        return self.fault is None


def verify_audit(station: Station, session: Session | None) -> AuditVerdict:
    """Check every row and record that it was checked.

    `session` is None on the command line, where the system account of the machine is the guard.
    """
    if session is not None:
        session.user.require(Permission.VERIFY_AUDIT)
    actor_id = session.user.user_id if session is not None else "command line"
    with station.unit_of_work() as work:
        rows_checked, fault = work.audit.verify()
        verdict = AuditVerdict(rows_checked, fault)
        if verdict.is_whole:  # a broken chain is left as it was found
            work.audit.append(
                AuditEvent(
                    AuditAction.AUDIT_VERIFIED,
                    actor_id,
                    station.clock.now(),
                    detail=json.dumps({"rows": rows_checked}),
                )
            )
            work.commit()
    return verdict

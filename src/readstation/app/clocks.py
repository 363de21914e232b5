"""What time alone sets in motion: escalation of open results and expiry of handoffs."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.changes import Subject
from readstation.app.critical_result.escalate import escalate_due
from readstation.app.handoff.take_back import expire_due
from readstation.app.station import Station
from readstation.domain.critical_result import CriticalResult
from readstation.domain.handoff import Handoff


@dataclass(frozen=True, slots=True)
class ClockRun:
    """What moved."""

    escalated: tuple[CriticalResult, ...]
    expired: tuple[Handoff, ...]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """What to tell the screens."""
        changed: list[Subject] = [Subject.CRITICAL_RESULTS] if self.escalated else []
        if self.expired:
            changed += [Subject.HANDOFFS, Subject.REPORT, Subject.WORKLIST]
        return tuple(changed)


def run_clocks(station: Station) -> ClockRun:
    """Do everything whose time has come; running it often or late changes nothing else."""
    return ClockRun(escalate_due(station), expire_due(station))

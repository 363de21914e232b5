"""One row of the worklist: what is known of a study that waits for a reader."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.domain.claim import Claim
from readstation.domain.handoff import HandoffStatus
from readstation.domain.order import Order
from readstation.domain.report import ReportStatus
from readstation.domain.study import Study


@dataclass(frozen=True, slots=True)
class WorklistItem:
    """Everything the list needs of one study with an order."""

    study: Study
    order: Order
    report_status: ReportStatus | None
    """None while nobody has begun a report."""
    claim: Claim | None
    owner_name: str
    prior_count: int
    """Studies of the same patient (not merely the same ID) before this one."""
    conflict_count: int
    open_critical_results: int
    handoff_status: HandoffStatus | None
    """Of the newest handoff that has not ended."""

"""The worklist: what is known of a waiting study, in which order it is read, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import IntEnum

from readstation.domain.claim import Claim
from readstation.domain.deadline import Deadline, DueClock, deadline_of, read_clock
from readstation.domain.handoff import HandoffStatus
from readstation.domain.late_dataclass import dataclass
from readstation.domain.order import Intent, Order, OrderPriority, PatientClass
from readstation.domain.policy import Policy
from readstation.domain.report_status import ReportStatus
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

    @property
    def study_instance_uid(self) -> str:
        return self.study.study_instance_uid


class Tier(IntEnum):
    """Lower is read first; the score decides only within a tier."""

    STAT_OVERDUE = 0
    CRITICAL_OPEN = 1
    STAT = 2
    URGENT = 3
    ROUTINE = 4
    SCREENING = 5


TIER_NAMES: dict[Tier, str] = {
    Tier.STAT_OVERDUE: "STAT and overdue",
    Tier.CRITICAL_OPEN: "a critical result waits for its call",
    Tier.STAT: "STAT",
    Tier.URGENT: "urgent",
    Tier.ROUTINE: "routine",
    Tier.SCREENING: "screening",
}

ItemRule = Callable[[WorklistItem], bool]


def has_concern(item: WorklistItem) -> bool:
    return bool(item.order.technologist_concern.strip())


def is_stat(item: WorklistItem) -> bool:
    order = item.order
    return order.priority is OrderPriority.STAT or order.stat_report_requested or has_concern(item)


def is_screening(item: WorklistItem) -> bool:
    return item.order.intent is Intent.SCREENING


# The first that applies wins.
_OWN_TIERS: tuple[tuple[ItemRule, Tier], ...] = (
    (is_stat, Tier.STAT),
    (lambda i: i.order.priority is OrderPriority.URGENT, Tier.URGENT),
    (lambda i: i.order.patient_class is PatientClass.EMERGENCY, Tier.URGENT),
    (is_screening, Tier.SCREENING),
    (lambda _: True, Tier.ROUTINE),
)

PROMOTE_ONE_AT, PROMOTE_TO_STAT_AT = 1.0, 1.5
"""Parts of the clock used. Waiting lifts a study, so that urgent arrivals never starve it."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    points: int
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} +{self.points}"


# Points that an item has whatever the time is.
_POINTS: tuple[tuple[ItemRule, int, str], ...] = (
    (lambda i: i.order.priority is OrderPriority.STAT, 60, "STAT order"),
    (lambda i: i.order.stat_report_requested, 20, "report wanted at once"),
    (has_concern, 50, "technologist's concern"),
    (lambda i: i.order.priority is OrderPriority.URGENT, 30, "urgent order"),
    (lambda i: i.order.patient_class is PatientClass.EMERGENCY, 20, "emergency patient"),
    (lambda i: i.order.patient_class is PatientClass.INPATIENT, 10, "inpatient"),
    (lambda i: i.open_critical_results > 0, 40, "critical result not yet communicated"),
    (
        lambda i: i.handoff_status is HandoffStatus.RETURNED,
        15,
        "second read is back",
    ),
)


@dataclass(frozen=True, slots=True)
class RankedItem:
    """An item with its place in the order and every reason for it."""

    item: WorklistItem
    deadline: Deadline
    clock: DueClock
    own_tier: Tier
    tier: Tier
    parts: tuple[ScorePart, ...]

    @property
    def study_instance_uid(self) -> str:
        return self.item.study.study_instance_uid

    @property
    def score(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def sort_key(self) -> tuple[int, int, datetime, str]:
        """Tier, then score, then exam time, then UID: no two studies ever tie."""
        return (
            int(self.tier),
            -self.score,
            self.item.order.exam_completed_at,
            self.study_instance_uid,
        )

    @property
    def tier_reason(self) -> str:
        """Say in words which group it is in, and from where waiting has lifted it."""
        name = TIER_NAMES[self.tier]
        if self.tier == self.own_tier:
            return f"Group: {name}"
        return f"Group: {name} (ordered as {TIER_NAMES[self.own_tier]})"

    @property
    def why(self) -> str:
        """Say in one line how the score came about."""
        return f"{' · '.join(str(part) for part in self.parts)} = {self.score}"


def rank(items: Iterable[WorklistItem], policy: Policy, now: datetime) -> tuple[RankedItem, ...]:
    """Return all items in reading order; each one's place depends on itself alone."""
    ranked = (rank_item(item, policy, now) for item in items)
    return tuple(sorted(ranked, key=lambda r: r.sort_key))


def rank_item(item: WorklistItem, policy: Policy, now: datetime) -> RankedItem:
    """Return one item with tier, score and reasons at `now`."""
    deadline = deadline_of(item.order, policy)
    clock = read_clock(deadline, now)
    own_tier = next(tier for applies, tier in _OWN_TIERS if applies(item))
    used = int(clock.fraction_used * 100)
    return RankedItem(
        item=item,
        deadline=deadline,
        clock=clock,
        own_tier=own_tier,
        tier=_lifted(item, own_tier, clock),
        parts=(
            *(ScorePart(points, reason) for applies, points, reason in _POINTS if applies(item)),
            ScorePart(used, f"{used} % of the clock used"),
        ),
    )


def _lifted(item: WorklistItem, own_tier: Tier, clock: DueClock) -> Tier:
    if own_tier is Tier.STAT and clock.is_overdue:
        return Tier.STAT_OVERDUE
    if item.open_critical_results:
        return Tier.CRITICAL_OPEN
    if clock.fraction_used >= PROMOTE_TO_STAT_AT:
        return min(own_tier, Tier.STAT)
    if clock.fraction_used >= PROMOTE_ONE_AT:
        return max(Tier.STAT, Tier(own_tier - 1)) if own_tier > Tier.STAT else own_tier
    return own_tier

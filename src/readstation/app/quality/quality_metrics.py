"""The figures at the top of the quality screen, from the sign-offs themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from readstation.app.quality.signoffs import SignOff
from readstation.domain.critical_result import CriticalResult, CriticalResultStatus
from readstation.domain.handoff import Opinion
from readstation.domain.order import OrderPriority
from readstation.domain.quality import RadpeerScore

TAIL = 0.95
Share = tuple[int, int]
"""How many, of how many."""


@dataclass(frozen=True, slots=True)
class QualityMetrics:
    """None, or of 0, where there is nothing to measure yet: an empty set is not 100 %."""

    report_count: int
    stat_turnaround: tuple[timedelta, timedelta] | None
    """Median and 95th percentile (nearest rank), exam completion to signature, STAT orders."""
    open_median: timedelta | None
    """How long a study was open before it was signed."""
    critical_in_time: Share
    """Communicated in time, of all that were communicated or are overdue."""
    discrepancies: Share
    """Scores of 2b and up, of all scores."""
    second_reads_agreed: Share
    """Second readers who changed nothing, of all who had seen the first read."""
    addended: Share


def quality_metrics(signoffs: Sequence[SignOff], now: datetime) -> QualityMetrics:
    """Count what the reviewer watches."""
    opened = [s.open_to_sign for s in signoffs if s.open_to_sign is not None]
    results = [r for s in signoffs for r in s.critical_results if _counts(r, now)]
    scores = [s.review.score for s in signoffs if s.review is not None]
    second = [s.second_opinion for s in signoffs if s.second_opinion is not None]
    concurring = (RadpeerScore.CONCUR, RadpeerScore.DISCREPANCY_HARD)
    return QualityMetrics(
        report_count=len(signoffs),
        stat_turnaround=_stat_turnaround(signoffs),
        open_median=median_of(opened) if opened else None,
        critical_in_time=(sum(bool(r.closed_in_time) for r in results), len(results)),
        discrepancies=(sum(score not in concurring for score in scores), len(scores)),
        second_reads_agreed=(sum(o is Opinion.AGREE for o in second), len(second)),
        addended=(sum(bool(s.version.content.addenda) for s in signoffs), len(signoffs)),
    )


def _counts(result: CriticalResult, now: datetime) -> bool:
    """One that is open and not due yet is neither in time nor late."""
    if result.status is CriticalResultStatus.WITHDRAWN:
        return False
    return result.closed_at is not None or result.is_overdue(now)


def _stat_turnaround(signoffs: Sequence[SignOff]) -> tuple[timedelta, timedelta] | None:
    spans = sorted(
        s.turnaround
        for s in signoffs
        if s.order is not None
        and s.order.priority is OrderPriority.STAT
        and s.turnaround is not None
    )
    if not spans:
        return None
    return median_of(spans), spans[ceil(TAIL * len(spans)) - 1]


def median_of(spans: Sequence[timedelta]) -> timedelta:
    """Return the median of durations."""
    return timedelta(seconds=median(span.total_seconds() for span in spans))

"""The figures at the top of the quality screen, from the sign-offs themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from readstation.app.quality.signoffs import SignOff
from readstation.domain.quality import RadpeerScore
from readstation.domain.report import ReportStatus


@dataclass(frozen=True, slots=True)
class QualityMetrics:
    """None where there is nothing to measure yet: an empty set is not 100 %."""

    report_count: int
    turnaround_median: timedelta | None
    """Opening to signature."""
    critical_in_time: tuple[int, int]
    """Communicated in time, of all that are due or communicated."""
    discrepancy_count: tuple[int, int]
    """Scores of 2b and up, of all scores."""
    second_read_count: int
    addended_count: int


def quality_metrics(signoffs: Sequence[SignOff]) -> QualityMetrics:
    """Count what the reviewer watches."""
    seconds = [s.open_to_sign.total_seconds() for s in signoffs if s.open_to_sign is not None]
    results = [r for s in signoffs for r in s.critical_results]
    closed = [r for r in results if r.closed_at is not None]
    scores = [s.review.score for s in signoffs if s.review is not None]
    concurring = (RadpeerScore.CONCUR, RadpeerScore.DISCREPANCY_HARD)
    return QualityMetrics(
        report_count=len(signoffs),
        turnaround_median=timedelta(seconds=median(seconds)) if seconds else None,
        critical_in_time=(sum(bool(r.closed_in_time) for r in closed), len(results)),
        discrepancy_count=(sum(score not in concurring for score in scores), len(scores)),
        second_read_count=sum(bool(s.second_reader_name) for s in signoffs),
        addended_count=sum(s.version.status is ReportStatus.ADDENDED for s in signoffs),
    )

"""Quality review: RADPEER scores and who may give them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from readstation.domain.errors import RefusedStepError
from readstation.domain.late_dataclass import dataclass


class RadpeerScore(Enum):
    """ACR RADPEER; `b` means likely to be clinically significant."""

    CONCUR = "1"
    DISCREPANCY_HARD = "2a"
    DISCREPANCY_HARD_SIGNIFICANT = "2b"
    DISCREPANCY_USUAL = "3a"
    DISCREPANCY_USUAL_SIGNIFICANT = "3b"

    @property
    def needs_comment(self) -> bool:
        return self not in (RadpeerScore.CONCUR, RadpeerScore.DISCREPANCY_HARD)


SCORE_MEANINGS: dict[RadpeerScore, str] = {
    RadpeerScore.CONCUR: "Concur with the interpretation",
    RadpeerScore.DISCREPANCY_HARD: "Discrepancy, not ordinarily expected; unlikely significant",
    RadpeerScore.DISCREPANCY_HARD_SIGNIFICANT: "Discrepancy, not ordinarily expected; significant",
    RadpeerScore.DISCREPANCY_USUAL: "Should be made most of the time; unlikely significant",
    RadpeerScore.DISCREPANCY_USUAL_SIGNIFICANT: "Should be made most of the time; significant",
}


@dataclass(frozen=True, slots=True)
class QualityReview:
    """One reviewer's score of one signed version."""

    report_id: str
    version_number: int
    reviewer_id: str
    score: RadpeerScore
    comment: str
    reviewed_at: datetime


def require_reviewable(
    reviewer_id: str, reader_ids: Iterable[str], score: RadpeerScore, comment: str
) -> None:
    """Refuse a review of an own read, and a discrepancy without its comment.

    `reader_ids` are all who signed the version. The database refuses the same.
    """
    if reviewer_id in set(reader_ids):
        raise RefusedStepError(
            "You cannot review a report that you signed.", "Leave it to another reviewer."
        )
    if score.needs_comment and not comment.strip():
        raise RefusedStepError(
            f"A score of {score.value} needs a comment.", "Describe the discrepancy."
        )

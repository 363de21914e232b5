"""Use case: a quality reviewer scores one signed report."""

from __future__ import annotations

import json

from readstation.app.quality.signoffs import reader_ids
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import RefusedStepError
from readstation.domain.quality import QualityReview, RadpeerScore, require_reviewable
from readstation.domain.reader import Permission
from readstation.domain.report import SIGNED_STATUSES, ReportVersion


def review_report(
    station: Station, session: Session, version: ReportVersion, score: RadpeerScore, comment: str
) -> QualityReview:
    """Record a RADPEER score. An own read is refused here and again by the database.

    Raises
    ------
    RefusedStepError
        For an own read, a discrepancy without comment, or a version that has its score.
    """
    session.user.require(Permission.REVIEW_QUALITY)
    reviewer_id = session.user.user_id
    if version.status not in SIGNED_STATUSES:
        raise RefusedStepError("This report is not signed.", "Score signed reports only.")
    now = station.clock.now()
    review = QualityReview(
        version.report_id, version.version_number, reviewer_id, score, comment, now
    )
    with station.unit_of_work() as work:
        versions = work.reports.versions(version.report_id, reviewer_id)
        require_reviewable(reviewer_id, reader_ids((*versions, version)), score, comment)
        reviewed = {r.version_number for r in work.quality.of_report(version.report_id)}
        if version.version_number in reviewed:
            raise RefusedStepError(
                "This version has a score already.", "Refresh the list; one score is kept."
            )
        work.quality.add(review)
        work.audit.append(
            AuditEvent(
                AuditAction.QUALITY_REVIEWED,
                reviewer_id,
                now,
                version.study_instance_uid,
                version.report_id,
                json.dumps({"score": score.value, "version": version.version_number}),
            )
        )
        work.commit()
    return review

"""Use case: a quality reviewer scores one signed report."""

from __future__ import annotations

import json

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.quality import QualityReview, RadpeerScore, require_reviewable
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion


def review_report(
    station: Station, session: Session, version: ReportVersion, score: RadpeerScore, comment: str
) -> QualityReview:
    """Record a RADPEER score. An own read is refused here and again by the database."""
    session.user.require(Permission.REVIEW_QUALITY)
    reviewer_id = session.user.user_id
    signer_ids = {version.author_id, *(s.signer_id for s in version.signatures)}
    require_reviewable(reviewer_id, signer_ids, score, comment)
    now = station.clock.now()
    review = QualityReview(
        version.report_id, version.version_number, reviewer_id, score, comment, now
    )
    with station.unit_of_work() as work:
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

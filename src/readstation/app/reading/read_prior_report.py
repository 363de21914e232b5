"""Use case: read the signed report of a prior beside the images."""

from __future__ import annotations

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion
from readstation.domain.study import Study


def read_prior_report(
    station: Station, session: Session, prior: Study
) -> tuple[ReportVersion, ...]:
    """Return the signed versions of a prior's report that this reader may see, oldest first."""
    session.user.require(Permission.SEE_REPORTS)
    with station.unit_of_work() as work:
        return work.reports.versions_of_study(prior.study_instance_uid, session.user.user_id)

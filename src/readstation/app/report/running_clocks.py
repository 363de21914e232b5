"""Which clocks run because of one finding."""

from __future__ import annotations

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.critical_result import CriticalResult
from readstation.domain.report import Draft


def running_clocks(
    station: Station, session: Session, draft: Draft, finding_id: str
) -> tuple[CriticalResult, ...]:
    """Return the open critical results of one finding of `draft`."""
    with station.unit_of_work() as work:
        results = work.critical_results.of_study(draft.study_instance_uid, session.user.user_id)
    return tuple(
        r
        for r in results
        if r.is_open and r.report_id == draft.report_id and r.finding_id == finding_id
    )

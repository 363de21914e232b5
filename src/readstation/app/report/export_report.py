"""Find a report by what people know of it, and record that it leaves the station."""

from __future__ import annotations

import json

from readstation.app.handoff.second_read import require_not_blind
from readstation.app.ports import UnitOfWork
from readstation.app.report.stored_report import require_untouched
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import NotFoundError
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion

COMMAND_LINE = "command line"
"""Who is named where the system account of the machine is the guard."""


def find_report(
    station: Station, session: Session | None, key: str, version_number: int | None = None
) -> ReportVersion:
    """Return one version of a report, the newest by default, checked against its hash.

    Parameters
    ----------
    key : str
        The report's own id, the accession number, or the Study Instance UID.

    Raises
    ------
    NotFoundError
        If nothing was sent or signed under that key.
    TamperedError
        If the stored text is not the one that was signed.
    RefusedStepError
        At the command line, while somebody reads the study blind.
    """
    _require(session)
    with station.unit_of_work() as work:
        return _version(work, _viewer(session), key, version_number)


def export_report(
    station: Station,
    session: Session | None,
    key: str,
    version_number: int | None = None,
    *,
    file_format: str,
) -> ReportVersion:
    """Return one version as `find_report` does, and record the export of it."""
    _require(session)
    with station.unit_of_work() as work:
        version = _version(work, _viewer(session), key, version_number)
        detail = json.dumps({"version": version.version_number, "format": file_format})
        work.audit.append(
            AuditEvent(
                AuditAction.REPORT_EXPORTED,
                _viewer(session),
                station.clock.now(),
                version.study_instance_uid,
                version.report_id,
                detail,
            )
        )
        work.commit()
    return version


def _version(
    work: UnitOfWork, viewer_id: str, key: str, version_number: int | None
) -> ReportVersion:
    found = work.reports.versions(key, viewer_id) or work.reports.versions_of_study(key, viewer_id)
    if not found:
        uids = [s.study_instance_uid for s in work.studies.all() if s.accession_number == key]
        found = tuple(v for uid in uids for v in work.reports.versions_of_study(uid, viewer_id))
    _require_one_report(found)
    if viewer_id == COMMAND_LINE:  # it cannot know who asks
        require_not_blind(work, found[0].study_instance_uid)
    chosen = [v for v in found if version_number in (None, v.version_number)]
    if not chosen:
        raise NotFoundError(
            f"There is no version {version_number} of this report.",
            f"It has versions 1 to {len(found)}.",
        )
    return require_untouched(max(chosen, key=lambda v: v.version_number))


def _require_one_report(found: tuple[ReportVersion, ...]) -> None:
    if not found:
        raise NotFoundError(
            "No report has been sent or signed under that name.",
            "Give its report id, accession number or Study Instance UID; a draft is not shown.",
        )
    if len({v.report_id for v in found}) > 1:
        raise NotFoundError(
            "Several reports go by that name.", "Give the report id or the Study Instance UID."
        )


def _require(session: Session | None) -> None:
    if session is not None:
        session.user.require(Permission.SEE_REPORTS)


def _viewer(session: Session | None) -> str:
    return session.user.user_id if session is not None else COMMAND_LINE

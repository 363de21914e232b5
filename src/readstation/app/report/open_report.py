"""The report of one study as it opens beside the images."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from readstation.app.report.report_templates import load_report_templates
from readstation.app.report.start_report import is_signed, start_report, template_of
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import Claim
from readstation.domain.reader import Permission
from readstation.domain.report import Draft, ReportVersion
from readstation.domain.report_template import ReportTemplate
from readstation.domain.study import Study


@dataclass(frozen=True, slots=True)
class OpenReport:
    """What the panel is filled with; `claim` None means that nothing can be written."""

    study: Study
    draft: Draft | None
    """None while nobody has begun, or while it is kept from a blind second reader."""
    template: ReportTemplate
    templates: tuple[ReportTemplate, ...]
    versions: tuple[ReportVersion, ...]
    """All versions this reader may see, the oldest first."""
    claim: Claim | None = None
    read_only_reason: str = ""


def open_report(
    station: Station, session: Session, claim: Claim, comparison: Iterable[Study] = ()
) -> OpenReport:
    """Open the report of a study this reader owns, for writing; a signed one only to be read."""
    with station.unit_of_work() as work:
        is_done = is_signed(work, session, claim.study_instance_uid)
    if is_done:
        return view_report(station, session, claim.study_instance_uid)
    draft = start_report(station, session, claim, comparison)
    opened = _opened(station, session, claim.study_instance_uid, draft)
    return replace(opened, claim=claim)


def view_report(
    station: Station, session: Session, study_instance_uid: str, owner_name: str = ""
) -> OpenReport:
    """Open what this reader may see of a report without owning its study."""
    session.user.require(Permission.SEE_REPORTS)
    with station.unit_of_work() as work:
        draft = work.reports.open_draft_of_study(study_instance_uid, session.user.user_id)
    reason = f"Read-only: {owner_name} is reading this study." if owner_name else "Read-only."
    opened = _opened(station, session, study_instance_uid, draft)
    return replace(opened, read_only_reason=reason)


def _opened(
    station: Station, session: Session, study_instance_uid: str, draft: Draft | None
) -> OpenReport:
    templates = load_report_templates(station.resources)
    with station.unit_of_work() as work:
        study = work.studies.get(study_instance_uid)
        order = work.orders.of_study(study_instance_uid)
        versions = work.reports.versions_of_study(study_instance_uid, session.user.user_id)
    chosen_id = draft.content.template_id if draft else ""
    chosen = next((t for t in templates if t.template_id == chosen_id), None)
    template = chosen or template_of(station, study, order)
    return OpenReport(study, draft, template, templates, versions)

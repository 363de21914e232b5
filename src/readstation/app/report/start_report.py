"""Begin a report, or go on with the one that is there."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from readstation.app.ports import UnitOfWork
from readstation.app.report.comparison import comparison_text
from readstation.app.report.report_templates import load_report_templates
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim
from readstation.domain.errors import RefusedStepError
from readstation.domain.order import Order
from readstation.domain.reader import Permission
from readstation.domain.report import (
    SIGNED_STATUSES,
    Draft,
    ReportContent,
    ReportStatus,
    Section,
)
from readstation.domain.report_template import ReportTemplate, choose_template
from readstation.domain.study import Study


def start_report(
    station: Station, session: Session, claim: Claim, comparison: Iterable[Study] = ()
) -> Draft:
    """Return the open report of the claimed study; the first call makes it from a template.

    Parameters
    ----------
    comparison : Iterable[Study]
        The priors the reader compares with; only a new report takes them over.

    Raises
    ------
    RefusedStepError
        If the study has its signed report: a second one would be on nobody's list.
    """
    session.user.require(Permission.WRITE_REPORT)
    with station.unit_of_work() as work:
        now = station.clock.now()
        claim.require_owner(session.user.user_id)
        work.claims.require(claim, now)
        uid = claim.study_instance_uid
        found = work.reports.open_draft_of_study(uid, session.user.user_id)
        if found is not None:
            return found
        if is_signed(work, session, uid):
            raise RefusedStepError(
                "The report of this study is signed already.", "Add an addendum to it."
            )
        draft = Draft(
            report_id=uuid.uuid4().hex,
            study_instance_uid=uid,
            author_id=session.user.user_id,
            status=ReportStatus.DRAFT,
            content=_first_content(station, work, uid, comparison),
            version=1,
            saved_at=now,
        )
        work.reports.add_draft(draft)
        work.audit.append(
            AuditEvent(AuditAction.DRAFT_STARTED, session.user.user_id, now, uid, draft.report_id)
        )
        work.commit()
        return draft


def is_signed(work: UnitOfWork, session: Session, study_instance_uid: str) -> bool:
    """Return True if the study has a signed report."""
    versions = work.reports.versions_of_study(study_instance_uid, session.user.user_id)
    return any(version.status in SIGNED_STATUSES for version in versions)


def template_of(station: Station, study: Study, order: Order | None) -> ReportTemplate:
    """Return the template for a study by its modality and body part."""
    descriptions = [study.body_part_examined, study.study_description]
    if order is not None:
        descriptions += [order.body_part_examined, order.requested_procedure_description]
    return choose_template(
        load_report_templates(station.resources), study.modalities_in_study, descriptions
    )


def _first_content(
    station: Station, work: UnitOfWork, study_instance_uid: str, comparison: Iterable[Study]
) -> ReportContent:
    study = work.studies.get(study_instance_uid)
    order = work.orders.of_study(study_instance_uid)
    template = template_of(station, study, order)
    return ReportContent(
        indication=order.reason_for_the_requested_procedure if order else "",
        technique=template.skeleton.get(Section.TECHNIQUE, ""),
        comparison=comparison_text(comparison),
        findings_text=template.skeleton.get(Section.FINDINGS, ""),
        impression=template.skeleton.get(Section.IMPRESSION, ""),
        template_id=template.template_id,
    )

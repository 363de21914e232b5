"""Add to a signed report: a new version under the author's own name."""

from __future__ import annotations

import json
from dataclasses import replace

from readstation.app.identity.log_in import reenter_password
from readstation.app.ports import UnitOfWork
from readstation.app.report.stored_report import add_version, require_untouched, subject_of
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import ConflictError, NotFoundError, RefusedStepError
from readstation.domain.reader import Permission
from readstation.domain.report import (
    Addendum,
    ReportStep,
    ReportVersion,
    Signature,
    SignatureMeaning,
    next_status,
    text_sha256,
)
from readstation.domain.report_text import ReportSubject, report_text

ADDENDUM_REASONS = (
    "Communication after signing",
    "New clinical information",
    "Comparison with another study",
    "Error found",
)


def add_addendum(
    station: Station,
    session: Session,
    base: ReportVersion,
    text: str,
    reason: str,
    *,
    password: str,
    display_state: str = "",
) -> ReportVersion:
    """Sign an addendum to `base` and return the version that supersedes it.

    Raises
    ------
    RefusedStepError
        Without text or reason, or if `base` is not signed.
    ConflictError
        If `base` is not the newest version any more.
    """
    session.user.require(Permission.SIGN_REPORT)
    next_status(base.status, ReportStep.ADD_ADDENDUM)
    if not text.strip() or not reason.strip():
        raise RefusedStepError(
            "The addendum needs a text and a reason.", "Write what is added, and why."
        )
    reenter_password(station, session, password).require(Permission.SIGN_REPORT)
    with station.unit_of_work() as work:
        newest = _newest(work, base, session)
        if newest.version_number != base.version_number:
            raise ConflictError(
                "Somebody added to this report in the meantime.",
                "Read the newest version, then add to it.",
            )
        user, now = session.user, station.clock.now()
        addendum = Addendum(text, reason, user.user_id, user.full_name, now, base.version_number)
        subject = subject_of(station, work, base.study_instance_uid)
        version = _with_addendum(newest, addendum, subject, display_state)
        add_version(work, version)
        work.audit.append(_event(version))
        work.commit()
    return version


def _newest(work: UnitOfWork, base: ReportVersion, session: Session) -> ReportVersion:
    versions = work.reports.versions(base.report_id, session.user.user_id)
    if not versions:
        raise NotFoundError(
            "There is no such report, or it is kept from you until you give your opinion.",
            "Refresh the worklist.",
        )
    return require_untouched(versions[-1])


def _with_addendum(
    newest: ReportVersion, addendum: Addendum, subject: ReportSubject, display_state: str
) -> ReportVersion:
    status = next_status(newest.status, ReportStep.ADD_ADDENDUM)
    content = replace(newest.content, addenda=(*newest.content.addenda, addendum))
    text = report_text(subject, status, content, _first_signatures(newest))
    own = Signature(
        addendum.author_id, addendum.author_name, SignatureMeaning.AUTHORED, addendum.signed_at
    )
    return replace(
        newest,
        version_number=newest.version_number + 1,
        status=status,
        content=content,
        text=text,
        text_sha256=text_sha256(text),
        author_id=addendum.author_id,
        signatures=(*newest.signatures, own),
        created_at=addendum.signed_at,
        supersedes_version=newest.version_number,
        reason=addendum.reason,
        display_state=display_state,
    )


def _event(version: ReportVersion) -> AuditEvent:
    return AuditEvent(
        AuditAction.ADDENDUM_SIGNED,
        version.author_id,
        version.created_at,
        version.study_instance_uid,
        version.report_id,
        json.dumps(
            {
                "version": version.version_number,
                "text_sha256": version.text_sha256,
                "display": version.display_state,
            }
        ),
    )


def _first_signatures(version: ReportVersion) -> tuple[Signature, ...]:
    """Return who signed the report itself; each addendum carries its own name and time."""
    added = {(a.author_id, a.signed_at) for a in version.content.addenda}
    return tuple(s for s in version.signatures if (s.signer_id, s.signed_at) not in added)

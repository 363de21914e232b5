"""Sign a report: one transaction from the checks to the released claim."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from readstation.app.handoff.second_read import second_read_signatures
from readstation.app.identity.log_in import reenter_password
from readstation.app.ports import UnitOfWork
from readstation.app.report.prepare_sign_off import facts_of
from readstation.app.report.stored_report import (
    add_version,
    new_version,
    require_claim,
    stored_draft,
)
from readstation.app.report.viewed_images import viewed_images
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim
from readstation.domain.reader import Permission
from readstation.domain.report import (
    Draft,
    ReportStatus,
    ReportStep,
    ReportVersion,
    Signature,
    SignatureMeaning,
    next_status,
)
from readstation.domain.sign_off import OnScreen, require_ready


def sign_report(
    station: Station,
    session: Session,
    claim: Claim,
    draft: Draft,
    on_screen: OnScreen,
    *,
    password: str,
    incomplete_study_reason: str = "",
    display_state: str = "",
) -> ReportVersion:
    """Sign `draft` as it is stored, for the study that was on the screen, and give it back.

    An open critical result does not keep it from being signed; it stays open and counting.

    Raises
    ------
    LoginError
        If the password is wrong.
    RefusedStepError
        With the first check that does not hold.
    ClaimLostError, ConflictError
        If the study or the text is not this reader's any more.
    """
    session.user.require(Permission.SIGN_REPORT)
    reenter_password(station, session, password).require(Permission.SIGN_REPORT)
    with station.unit_of_work() as work:
        now = station.clock.now()
        require_claim(work, session, claim, draft, now)
        stored = stored_draft(work, session, draft)
        require_ready(
            facts_of(work, session, stored, on_screen, incomplete_study_reason), ReportStep.SIGN
        )
        signed = _as_signed(stored, session, incomplete_study_reason, now)
        version = new_version(
            station, work, signed, _signatures(work, session, stored, now), display_state
        )
        add_version(work, version)
        work.reports.save_draft(signed, stored.version)
        work.audit.append(_event(AuditAction.REPORT_SIGNED, work, session, version))
        work.claims.release(claim, now)
        work.commit()
    return version


def send_preliminary(
    station: Station,
    session: Session,
    claim: Claim,
    draft: Draft,
    on_screen: OnScreen,
    *,
    display_state: str = "",
) -> tuple[Draft, ReportVersion]:
    """Make what is written so far available, marked as preliminary; returns draft and version."""
    session.user.require(Permission.WRITE_REPORT)
    with station.unit_of_work() as work:
        now = station.clock.now()
        require_claim(work, session, claim, draft, now)
        stored = stored_draft(work, session, draft)
        require_ready(facts_of(work, session, stored, on_screen), ReportStep.SEND_PRELIMINARY)
        sent = replace(
            stored,
            author_id=session.user.user_id,
            status=next_status(stored.status, ReportStep.SEND_PRELIMINARY),
            version=stored.version + 1,
            saved_at=now,
        )
        own = Signature(
            session.user.user_id, session.user.full_name, SignatureMeaning.PRELIMINARY, now
        )
        version = new_version(station, work, sent, (own,), display_state)
        add_version(work, version)
        work.reports.save_draft(sent, stored.version)
        work.audit.append(_event(AuditAction.PRELIMINARY_SENT, work, session, version))
        work.commit()
    return sent, version


def _as_signed(stored: Draft, session: Session, reason: str, now: datetime) -> Draft:
    return replace(
        stored,
        author_id=session.user.user_id,
        status=next_status(stored.status, ReportStep.SIGN),
        content=replace(stored.content, incomplete_study_reason=reason),
        version=stored.version + 1,
        saved_at=now,
    )


def _signatures(
    work: UnitOfWork, session: Session, stored: Draft, now: datetime
) -> tuple[Signature, ...]:
    """Return the signer's signature and those of the second readers."""
    user = session.user
    by_others = any(
        v.status is ReportStatus.PRELIMINARY and v.author_id != user.user_id
        for v in work.reports.versions(stored.report_id, user.user_id)
    )
    meaning = SignatureMeaning.VERIFIED if by_others else SignatureMeaning.AUTHORED
    second = second_read_signatures(work, stored.report_id, stored.study_instance_uid)
    return (Signature(user.user_id, user.full_name, meaning, now), *second)


def _event(
    action: AuditAction, work: UnitOfWork, session: Session, version: ReportVersion
) -> AuditEvent:
    viewed = viewed_images(work, version.study_instance_uid, (session.user.user_id,))
    detail = json.dumps(
        {
            "version": version.version_number,
            "text_sha256": version.text_sha256,
            "image_manifest_sha256": version.image_manifest_sha256,
            "image_count": version.image_count,
            "display": version.display_state,
            "images_never_displayed": viewed.never,
            "images_not_at_diagnostic_scale": viewed.only_smaller,
        }
    )
    return AuditEvent(
        action,
        session.user.user_id,
        version.created_at,
        version.study_instance_uid,
        version.report_id,
        detail,
    )

"""Keep what was typed, and find it again after a crash."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.app.report.stored_report import require_claim, stored_draft
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.claim import Claim
from readstation.domain.errors import StoreError
from readstation.domain.reader import Permission
from readstation.domain.report import TRANSITIONS, Draft, ReportContent, ReportStep, next_status
from readstation.domain.study import Study


@dataclass(frozen=True, slots=True)
class RecoveredDraft:
    """An unsigned report of this reader, with the study it is for."""

    draft: Draft
    study: Study


def save_draft(
    station: Station, session: Session, claim: Claim, base: Draft, content: ReportContent
) -> Draft:
    """Store `content` over `base` and return what is stored; saved only if this returns.

    Statements of calls may have been written into the stored report meanwhile: they are kept.

    Raises
    ------
    ClaimLostError
        If somebody else owns the study now.
    ConflictError
        If the stored text is not the one that was edited.
    StoreError
        If it did not become durable as it was typed.
    """
    session.user.require(Permission.WRITE_REPORT)
    with station.unit_of_work() as work:
        now = station.clock.now()
        require_claim(work, session, claim, base, now)
        stored = stored_draft(work, session, base)
        draft = replace(
            stored,
            author_id=session.user.user_id,
            status=next_status(stored.status, ReportStep.EDIT),
            content=replace(content, communications=stored.content.communications),
            version=stored.version + 1,
            saved_at=now,
        )
        work.reports.save_draft(draft, stored.version)
        work.audit.append(
            AuditEvent(
                AuditAction.DRAFT_SAVED,
                session.user.user_id,
                now,
                draft.study_instance_uid,
                draft.report_id,
            )
        )
        work.commit()
    _require_stored(station, session, draft)
    return draft


def recover_drafts(station: Station, session: Session) -> tuple[RecoveredDraft, ...]:
    """Return the reports this reader wrote last and may go on with, the newest first."""
    with station.unit_of_work() as work:
        own = work.reports.drafts_by(session.user.user_id)
        drafts = [d for d in own if (d.status, ReportStep.EDIT) in TRANSITIONS]
        newest_first = sorted(drafts, key=lambda d: d.saved_at, reverse=True)
        return tuple(
            RecoveredDraft(d, work.studies.get(d.study_instance_uid)) for d in newest_first
        )


def _require_stored(station: Station, session: Session, draft: Draft) -> None:
    """Read the committed text again: only what is really there is called saved."""
    with station.unit_of_work() as work:
        stored = work.reports.draft(draft.report_id, session.user.user_id)
    if stored.version == draft.version and stored.content != draft.content:
        raise StoreError(
            "The database gives the text back with other characters than were typed.",
            "Copy your text elsewhere and tell your administrator.",
        )

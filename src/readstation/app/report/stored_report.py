"""What every step on a report needs from the database: claim, stored draft, subject, versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import ClaimLostError, ConflictError, StoreError, TamperedError
from readstation.domain.report import (
    Draft,
    ReportContent,
    ReportVersion,
    Signature,
    image_manifest_sha256,
    text_sha256,
)
from readstation.domain.report_text import ReportSubject, report_text


def require_claim(
    work: UnitOfWork, session: Session, claim: Claim, draft: Draft, now: datetime
) -> None:
    """Refuse unless this reader still owns the reading of the study that `draft` belongs to.

    Raises
    ------
    ClaimLostError
    """
    if claim.owner_id != session.user.user_id or claim.task is not ClaimTask.READ:
        raise ClaimLostError(
            "You do not own the reading of this study.", "Take the study from the worklist first."
        )
    if claim.study_instance_uid != draft.study_instance_uid:
        raise ClaimLostError(
            "The report belongs to another study than the one you took.",
            "Close the report and open the study again.",
        )
    work.claims.require(claim, now)


def stored_draft(work: UnitOfWork, session: Session, base: Draft) -> Draft:
    """Return the stored draft if it still says what `base` says, statements of calls aside.

    Raises
    ------
    ConflictError
        If it was changed elsewhere.
    """
    stored = work.reports.draft(base.report_id, session.user.user_id)
    same_text = same_apart_from_calls(stored.content, base.content)
    if stored.study_instance_uid != base.study_instance_uid or (
        stored.version != base.version and not (same_text and stored.status is base.status)
    ):
        raise ConflictError(
            "This report was changed elsewhere since you opened it.",
            "Copy your text, then open the study again.",
        )
    return stored


def same_apart_from_calls(one: ReportContent, other: ReportContent) -> bool:
    return replace(one, communications=()) == replace(other, communications=())


def subject_of(station: Station, work: UnitOfWork, study_instance_uid: str) -> ReportSubject:
    return ReportSubject(
        work.studies.get(study_instance_uid),
        work.orders.of_study(study_instance_uid),
        station.policy.site_name,
    )


def new_version(
    station: Station,
    work: UnitOfWork,
    draft: Draft,
    signatures: tuple[Signature, ...],
    display_state: str = "",
) -> ReportVersion:
    """Make the next immutable version of `draft` in its present status."""
    before = work.reports.versions(draft.report_id, draft.author_id)
    last = max((v.version_number for v in before), default=0)
    subject = subject_of(station, work, draft.study_instance_uid)
    text = report_text(subject, draft.status, draft.content, signatures)
    images = manifest_of(work, draft.study_instance_uid)
    return ReportVersion(
        report_id=draft.report_id,
        version_number=last + 1,
        study_instance_uid=draft.study_instance_uid,
        status=draft.status,
        content=draft.content,
        text=text,
        text_sha256=text_sha256(text),
        image_manifest_sha256=image_manifest_sha256(images),
        image_count=len(images),
        urgency=draft.content.urgency,
        author_id=draft.author_id,
        signatures=signatures,
        created_at=draft.saved_at,
        supersedes_version=last or None,
        reason=f"{draft.status.value} after {before[-1].status.value}" if before else "",
        display_state=display_state,
    )


def manifest_of(work: UnitOfWork, study_instance_uid: str) -> dict[str, str]:
    """Return {SOP Instance UID: content hash} of everything that is here of a study."""
    return {
        instance.sop_instance_uid: instance.content_sha256
        for series in work.studies.series_of(study_instance_uid)
        for instance in series.instances
    }


def add_version(work: UnitOfWork, version: ReportVersion) -> None:
    """Append `version` and read it back: what is stored must be what was rendered.

    Raises
    ------
    StoreError
        Leaves the transaction uncommitted.
    """
    work.reports.add_version(version)
    stored = work.reports.versions(version.report_id, version.author_id)[-1]
    if stored.text != version.text or text_sha256(stored.text) != version.text_sha256:
        raise StoreError(
            "The database gives the report back with other characters than it was given.",
            "Nothing was signed. Keep the text and tell your administrator.",
        )


def require_untouched(version: ReportVersion) -> ReportVersion:
    """Return `version` if its text still matches the hash on its signature.

    Raises
    ------
    TamperedError
    """
    if text_sha256(version.text) != version.text_sha256:
        raise TamperedError(
            "The stored text of this report is not the text that was signed.",
            "Do not use it. Ask an administrator to run `readstation audit verify`.",
        )
    return version

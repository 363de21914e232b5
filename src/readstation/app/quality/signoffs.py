"""Use case: every signed report with what a reviewer should notice about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.critical_result import CriticalResult
from readstation.domain.finding import Urgency
from readstation.domain.quality import QualityReview
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion, SignatureMeaning, text_sha256
from readstation.domain.study import Study

HASTY = timedelta(seconds=60)
"""Signed sooner than this after opening is worth a look."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """One signed report, as the quality screen lists it."""

    version: ReportVersion
    study: Study
    reader_name: str
    second_reader_name: str
    signed_at: datetime
    signature_is_valid: bool
    images_total: int
    images_never_displayed: int
    open_to_sign: timedelta | None
    critical_results: tuple[CriticalResult, ...]
    review: QualityReview | None

    @property
    def signer_ids(self) -> frozenset[str]:
        return frozenset(s.signer_id for s in self.version.signatures)


@dataclass(frozen=True, slots=True)
class Flag:
    """One remark in the list; `urgency` says how loudly."""

    text: str
    urgency: Urgency


def signoffs(station: Station, session: Session) -> tuple[SignOff, ...]:
    """Return the newest signed version of every report, newest first."""
    session.user.require(Permission.REVIEW_QUALITY)
    with station.unit_of_work() as work:
        reviews = {(r.report_id, r.version_number): r for r in work.quality.all()}
        return tuple(
            _signoff(work, version, reviews.get((version.report_id, version.version_number)))
            for version in work.reports.latest_signed()
        )


def flags_of(signoff: SignOff, now: datetime) -> tuple[Flag, ...]:
    """Return what a reviewer should notice, most serious first."""
    flags = []
    if not signoff.signature_is_valid:
        flags.append(Flag("text does not match its signature", Urgency.CRITICAL))
    if signoff.images_never_displayed:
        flags.append(
            Flag(
                f"{signoff.images_never_displayed} of {signoff.images_total} images "
                "never displayed",
                Urgency.SIGNIFICANT,
            )
        )
    if signoff.open_to_sign is not None and signoff.open_to_sign < HASTY:
        seconds = int(signoff.open_to_sign.total_seconds())
        flags.append(Flag(f"signed {seconds} s after opening", Urgency.SIGNIFICANT))
    flags.extend(_call_flag(result, now) for result in signoff.critical_results)
    return tuple(sorted(flags, key=lambda flag: list(Urgency).index(flag.urgency)))


def _call_flag(result: CriticalResult, now: datetime) -> Flag:
    if result.is_overdue(now):
        return Flag("critical result not communicated, overdue", Urgency.CRITICAL)
    if result.closed_at is None:
        return Flag("critical result not communicated yet", Urgency.SIGNIFICANT)
    minutes = int((result.closed_at - result.discovered_at).total_seconds() // 60)
    if result.closed_in_time:
        return Flag(f"called in {minutes} min", Urgency.ROUTINE)
    return Flag(f"called late, after {minutes} min", Urgency.CRITICAL)


def _signoff(work: UnitOfWork, version: ReportVersion, review: QualityReview | None) -> SignOff:
    study = work.studies.get(version.study_instance_uid)
    first, second = _readers(version)
    signed_at = max((s.signed_at for s in version.signatures), default=version.created_at)
    total, never = _displayed(work, version)
    return SignOff(
        version=version,
        study=study,
        reader_name=first,
        second_reader_name=second,
        signed_at=signed_at,
        signature_is_valid=text_sha256(version.text) == version.text_sha256,
        images_total=total,
        images_never_displayed=never,
        open_to_sign=_open_to_sign(work.audit.of_study(study.study_instance_uid), version),
        critical_results=work.critical_results.of_study(study.study_instance_uid, None),
        review=review,
    )


def _readers(version: ReportVersion) -> tuple[str, str]:
    first = second = ""
    for signature in version.signatures:
        if signature.meaning is SignatureMeaning.SECOND_READ:
            second = signature.signer_name
        elif not first:
            first = signature.signer_name
    return first, second


def _displayed(work: UnitOfWork, version: ReportVersion) -> tuple[int, int]:
    signers = {signature.signer_id for signature in version.signatures}
    series = work.studies.series_of(version.study_instance_uid)
    frames = {
        (instance.sop_instance_uid, number)
        for each in series
        for instance in each.instances
        if instance.is_displayable
        for number in range(1, instance.number_of_frames + 1)
    }
    seen = {
        (d.frame.sop_instance_uid, d.frame.frame_number)
        for d in work.viewing.displayed(version.study_instance_uid)
        if d.viewer_id in signers
    }
    return len(frames), len(frames - seen)


def _open_to_sign(events: Iterable[AuditEvent], version: ReportVersion) -> timedelta | None:
    """Return the time from the author's first opening to the first signature of this version."""
    opened = [
        event.at
        for event in events
        if event.action is AuditAction.STUDY_OPENED and event.actor_id == version.author_id
    ]
    signed = [s.signed_at for s in version.signatures if s.signer_id == version.author_id]
    return min(signed) - min(opened) if opened and signed else None

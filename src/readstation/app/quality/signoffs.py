"""Use case: every signed report with what a reviewer needs to judge how it was signed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from readstation.app.ports import UnitOfWork
from readstation.app.report.viewed_images import viewed_images
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.critical_result import CriticalResult
from readstation.domain.deadline import deadline_of
from readstation.domain.handoff import Opinion
from readstation.domain.order import Order
from readstation.domain.policy import Policy
from readstation.domain.quality import QualityReview
from readstation.domain.reader import Permission
from readstation.domain.report import ReportVersion, Signature, SignatureMeaning, text_sha256
from readstation.domain.study import Study
from readstation.domain.viewing import ViewedImages

SECOND_MEANINGS = frozenset({SignatureMeaning.SECOND_READ, SignatureMeaning.ARBITRATED})
SIGNING = frozenset({AuditAction.REPORT_SIGNED, AuditAction.ADDENDUM_SIGNED})
OPENED_AS_PRIOR = "prior"
COMMAND_LINE = "command line"
SETTLED = timedelta(minutes=5)
"""This long after signing, the record of what was displayed has certainly arrived."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """One signed report, as the quality screen lists it."""

    version: ReportVersion
    study: Study
    order: Order | None
    due_at: datetime | None
    """When the final report was due; None for a study without an order."""
    reader_name: str
    second_reader_name: str
    second_opinion: Opinion | None
    """None without a second read, and for a blind one: who saw no first read agrees with none."""
    signed_at: datetime
    """When the report itself was signed; addenda came later."""
    signature_is_valid: bool
    """Whether text, stored hash and the hash in the audit log agree."""
    viewed: ViewedImages
    """By any of the signers, before the report was signed."""
    open_to_sign: timedelta | None
    """How long the reader had the study open before signing, all openings together."""
    critical_results: tuple[CriticalResult, ...]
    review: QualityReview | None
    reader_ids: frozenset[str]
    """All who wrote or signed any version: none of them may score it."""

    @property
    def turnaround(self) -> timedelta | None:
        """Exam completion to signature."""
        return None if self.order is None else self.signed_at - self.order.exam_completed_at

    @property
    def late_by(self) -> timedelta:
        """How long after its due time it was signed; zero if in time."""
        if self.due_at is None:
            return timedelta(0)
        return max(self.signed_at - self.due_at, timedelta(0))


def signoffs(
    station: Station,
    session: Session | None,
    since: datetime | None = None,
    known: Sequence[SignOff] = (),
) -> tuple[SignOff, ...]:
    """Return the newest signed version of every report, newest first.

    Each report is read in a transaction of its own: a long list never keeps readers from saving.
    What is `known` of an unchanged version is not read again, save its review and open results.
    `session` is None on the command line, where the system account of the machine is the guard.
    """
    if session is not None:
        session.user.require(Permission.REVIEW_QUALITY)
    viewer_id = session.user.user_id if session is not None else COMMAND_LINE
    settled_before = station.clock.now() - SETTLED
    kept = {s.version.report_id: s for s in known if _is_settled(s, settled_before)}
    with station.unit_of_work() as work:
        reviews = {(r.report_id, r.version_number): r for r in work.quality.all()}
        versions = work.reports.latest_signed()
    found = []
    for version in versions:
        if since is not None and version.created_at < since:
            continue
        review = reviews.get((version.report_id, version.version_number))
        before = kept.get(version.report_id)
        if before is not None and before.version == version:
            found.append(replace(before, review=review))
            continue
        with station.unit_of_work() as work:
            found.append(_signoff(work, station.policy, viewer_id, version, review))
    return tuple(found)


def reader_ids(versions: Iterable[ReportVersion]) -> frozenset[str]:
    """Return all who wrote or signed one of `versions`."""
    found = set()
    for version in versions:
        found.add(version.author_id)
        found.update(signature.signer_id for signature in version.signatures)
    return frozenset(found)


def _is_settled(signoff: SignOff, settled_before: datetime) -> bool:
    is_open = any(result.is_open for result in signoff.critical_results)
    return not is_open and signoff.signed_at < settled_before


def _signoff(
    work: UnitOfWork,
    policy: Policy,
    viewer_id: str,
    version: ReportVersion,
    review: QualityReview | None,
) -> SignOff:
    uid = version.study_instance_uid
    order = work.orders.of_study(uid)
    events = work.audit.of_study(uid)
    own, second = _signatures(version)
    signed_at = own.signed_at if own is not None else version.created_at
    results = work.critical_results.of_study(uid, None)  # signed: nothing is blind any more
    return SignOff(
        version=version,
        study=work.studies.get(uid),
        order=order,
        due_at=None if order is None else deadline_of(order, policy).due_at,
        reader_name=own.signer_name if own is not None else "",
        second_reader_name=second.signer_name if second is not None else "",
        second_opinion=_opinion(work, version, second),
        signed_at=signed_at,
        signature_is_valid=_is_valid(version, events),
        viewed=_viewed(work, version, signed_at),
        open_to_sign=open_to_sign(events, own) if own is not None else None,
        critical_results=tuple(r for r in results if r.report_id == version.report_id),
        review=review,
        reader_ids=reader_ids((*work.reports.versions(version.report_id, viewer_id), version)),
    )


def _signatures(version: ReportVersion) -> tuple[Signature | None, Signature | None]:
    """Return the reader's own signature, and the last of a second reader."""
    own = second = None
    for signature in version.signatures:
        if signature.meaning in SECOND_MEANINGS:
            second = signature
        elif own is None:
            own = signature
    return own, second


def _opinion(work: UnitOfWork, version: ReportVersion, second: Signature | None) -> Opinion | None:
    if second is None:
        return None
    answered = [
        handoff
        for handoff in work.handoffs.of_study(version.study_instance_uid)
        if handoff.report_id == version.report_id
        and handoff.to_reader_id == second.signer_id
        and not handoff.is_blind
        and handoff.opinion is not None
    ]
    return answered[-1].opinion if answered else None


def _viewed(work: UnitOfWork, version: ReportVersion, signed_at: datetime) -> ViewedImages:
    signers = {s.signer_id for s in version.signatures if s.signed_at <= signed_at}
    return viewed_images(work, version.study_instance_uid, signers, until=signed_at)


def _is_valid(version: ReportVersion, events: Sequence[AuditEvent]) -> bool:
    """Compare with the audit log: its keyed chain cannot be rewritten along with the report."""
    recorded = {
        (detail.get("version"), detail.get("text_sha256"))
        for event in events
        if event.action in SIGNING and event.report_id == version.report_id
        for detail in (detail_of(event),)
    }
    actual = text_sha256(version.text)
    return actual == version.text_sha256 and (version.version_number, actual) in recorded


def open_to_sign(events: Iterable[AuditEvent], own: Signature) -> timedelta | None:
    """Return how long the signer had the study open before signing; None if never.

    An opening ends when the study is given back, or with the last sign of life before the next.
    """
    total, is_known = timedelta(0), False
    since: datetime | None = None
    last = own.signed_at
    for event in events:
        if event.actor_id != own.signer_id or event.at > own.signed_at:
            continue
        if _is_opening(event):
            total += last - since if since is not None else timedelta(0)
            since, is_known = event.at, True
        elif since is not None and event.action is AuditAction.STUDY_RELEASED:
            total, since = total + (event.at - since), None
        last = event.at
    if since is not None:
        total += own.signed_at - since
    return total if is_known else None


def _is_opening(event: AuditEvent) -> bool:
    is_opened = event.action is AuditAction.STUDY_OPENED
    return is_opened and detail_of(event).get("as") != OPENED_AS_PRIOR


def detail_of(event: AuditEvent) -> dict[str, object]:
    """Return the machine-readable rest of an event; empty if there is none."""
    try:
        detail = json.loads(event.detail or "{}")
    except ValueError:
        return {}
    return detail if isinstance(detail, dict) else {}

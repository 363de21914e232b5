"""What the banner and the call screen show: every obligation, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from readstation.app.critical_result.log_call import authors_draft, message_now, site_zone
from readstation.app.ports import UnitOfWork
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.critical_result import (
    CriticalResult,
    CriticalResultStatus,
    statement,
)
from readstation.domain.finding import Urgency
from readstation.domain.order import Contact
from readstation.domain.patient import shown_name
from readstation.domain.reader import Permission
from readstation.domain.report import SIGNED_STATUSES, Draft
from readstation.domain.study import Study

KEEPS_CLOSED = timedelta(days=30)
"""How long closed results stay on the screen; the command line and the QA screen show all."""
NOBODY_KNOWN = Contact("(no contact on the order)", "look up the referrer", "")


@dataclass(frozen=True, slots=True)
class CallCard:
    """One result with all that a caller needs."""

    result: CriticalResult
    message: str
    """The finding as the report says it now."""
    study: Study
    patient_name: str
    patient_line: str
    """Two identifiers: birth date and ID."""
    study_line: str
    contacts: tuple[Contact, ...]
    """Referrer first, then the designees in the order in which to try them."""
    is_in_report: bool
    """False if the finding was deleted from the report; the obligation stays."""
    needs_addendum: bool
    zone: tzinfo

    @property
    def call_now(self) -> Contact:
        """The contact whose turn it is; the last one stays it."""
        return self.contacts[min(self.result.escalation_level, len(self.contacts) - 1)]

    @property
    def read_this(self) -> str:
        """The words to read out, with two identifiers and the study."""
        return (
            f"{self.patient_name}, {self.patient_line}. {self.study_line}. "
            f"{self.message.strip().rstrip('.')}. Please read this back to me."
        )


def call_cards(station: Station, session: Session, *, open_only: bool) -> tuple[CallCard, ...]:
    """Return what this reader may see: overdue first, then by due time, closed ones last."""
    session.user.require(Permission.SEE_REPORTS)
    since = station.clock.now() - KEEPS_CLOSED
    return _cards(station, session.user.user_id, since, open_only=open_only)


def all_call_cards(station: Station, *, open_only: bool) -> tuple[CallCard, ...]:
    """Return every result of the workspace, for its operator at the command line."""
    return _cards(station, None, None, open_only=open_only)


def _cards(
    station: Station, viewer_id: str | None, closed_since: datetime | None, *, open_only: bool
) -> tuple[CallCard, ...]:
    now = station.clock.now()
    with station.unit_of_work() as work:
        results = work.critical_results.all(open_only=open_only, viewer_id=viewer_id)
        kept = [r for r in results if r.is_open or _is_recent(r, closed_since)]
        cards = [_card(work, result, site_zone(station)) for result in kept]
    return tuple(sorted(cards, key=lambda card: pressing(card.result, now)))


def _is_recent(result: CriticalResult, since: datetime | None) -> bool:
    return since is None or (result.closed_at or result.due_at) >= since


def call_card(station: Station, session: Session, critical_result_id: str) -> CallCard:
    """Return one result as this reader may see it."""
    session.user.require(Permission.SEE_REPORTS)
    with station.unit_of_work() as work:
        result = work.critical_results.get(critical_result_id, session.user.user_id)
        return _card(work, result, site_zone(station))


def pressing(result: CriticalResult, now: datetime) -> tuple[bool, bool, datetime, str]:
    """Order results: open before closed, overdue before running, then by due time."""
    return (
        not result.is_open,
        not result.is_overdue(now),
        result.due_at,
        result.critical_result_id,
    )


def countdown(due_at: datetime, now: datetime) -> str:
    """Return the clock of an open result.

    >>> from datetime import UTC, datetime, timedelta
    >>> due = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> countdown(due, due - timedelta(minutes=51, seconds=20))
    '51:20 left'
    >>> countdown(due, due + timedelta(seconds=65))
    'OVERDUE by 01:05'
    >>> countdown(due, due - timedelta(hours=22, minutes=3))
    '22 h 03 min left'
    """
    left = due_at - now
    if left <= timedelta(0):
        return f"OVERDUE by {_clock(-left)}"
    return f"{_clock(left)} left"


def _clock(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    minutes, hours = seconds // 60, seconds // 3600
    if hours >= 2:
        return f"{hours} h {minutes % 60:02d} min"
    return f"{minutes:02d}:{seconds % 60:02d}"


@dataclass(frozen=True, slots=True)
class CallCounts:
    """What the head of the call screen and the rail badge count."""

    open_critical: int
    open_significant: int
    overdue: int
    closed_today: int
    closed_today_in_time: int
    needs_addendum: int

    @property
    def in_time_percent(self) -> int:
        return 100 * self.closed_today_in_time // max(self.closed_today, 1)


def count_calls(cards: Sequence[CallCard], now: datetime) -> CallCounts:
    """Count results; today is the site's calendar day."""
    still_open = [c.result for c in cards if c.result.is_open]
    closed = [c.result for c in cards if is_today(c, now)]
    return CallCounts(
        open_critical=sum(r.urgency is Urgency.CRITICAL for r in still_open),
        open_significant=sum(r.urgency is Urgency.SIGNIFICANT for r in still_open),
        overdue=sum(r.is_overdue(now) for r in still_open),
        closed_today=len(closed),
        closed_today_in_time=sum(bool(r.closed_in_time) for r in closed),
        needs_addendum=sum(c.needs_addendum for c in cards),
    )


def is_today(card: CallCard, now: datetime) -> bool:
    """Return True for what was closed on the site's present calendar day."""
    closed_at = card.result.closed_at
    if closed_at is None:
        return False
    return closed_at.astimezone(card.zone).date() == now.astimezone(card.zone).date()


def _card(work: UnitOfWork, result: CriticalResult, zone: tzinfo) -> CallCard:
    study = work.studies.get(result.study_instance_uid)
    order = work.orders.of_study(result.study_instance_uid)
    draft = authors_draft(work, result)
    patient = study.patient
    born = patient.patient_birth_date
    birth = f"born {born:%Y-%m-%d}" if born else "birth date unknown"
    done = study.study_date_time or (order.exam_completed_at if order else None)
    when = f" of {done.astimezone(zone):%Y-%m-%d %H:%M}" if done else ""
    name = study.study_description or (order.requested_procedure_description if order else "")
    line = (order.referring_physician, *order.designees) if order else (NOBODY_KNOWN,)
    return CallCard(
        result=result,
        message=message_now(result, draft),
        study=study,
        patient_name=shown_name(patient.patient_name),
        patient_line=f"{birth}, ID {patient.identity.patient_id}",
        study_line=f"{name or 'Study'}{when}, accession {study.accession_number}",
        contacts=line,
        is_in_report=_is_in_report(result, draft),
        needs_addendum=_needs_addendum(work, result, draft, zone),
        zone=zone,
    )


def _is_in_report(result: CriticalResult, draft: Draft | None) -> bool:
    findings = draft.content.findings if draft else ()
    return any(f.finding_id == result.finding_id for f in findings)


def _needs_addendum(
    work: UnitOfWork, result: CriticalResult, draft: Draft | None, zone: tzinfo
) -> bool:
    """Return True if the signed report does not say that the result was communicated."""
    communicated = (CriticalResultStatus.COMMUNICATED, CriticalResultStatus.DOCUMENTED)
    if result.status not in communicated or draft is None or draft.status not in SIGNED_STATUSES:
        return False
    ends = statement(result, result.attempts[-1], zone).rsplit("): ", maxsplit=1)[-1]
    versions = work.reports.versions(result.report_id, draft.author_id)
    said = (sentence for version in versions for sentence in version.content.communications)
    return not any(sentence.strip().endswith(ends) for sentence in said)

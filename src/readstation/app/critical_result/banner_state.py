"""What the banner says at one moment: a pure function of the results and the clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from readstation.app.critical_result.open_results import CallCard, countdown, pressing
from readstation.domain.critical_result import CriticalResultStatus
from readstation.domain.finding import Urgency

SIGNIFICANT_SHOWS_BEFORE_DUE = timedelta(hours=1)
"""A significant result has a day: until its last hour it waits on the call screen."""


@dataclass(frozen=True, slots=True)
class BannerState:
    """Empty `critical_result_id`: nothing has to be called now."""

    critical_result_id: str = ""
    headline: str = ""
    urgency: Urgency = Urgency.CRITICAL
    clock: str = ""
    is_overdue: bool = False
    message: str = ""
    patient: str = ""
    call: str = ""
    attempts: str = ""
    more: str = ""

    @property
    def is_visible(self) -> bool:
        return bool(self.critical_result_id)


def banner_state(cards: Sequence[CallCard], now: datetime) -> BannerState:
    """Return the most pressing open result and how many more there are."""
    still_open = sorted(
        (c for c in cards if c.result.is_open), key=lambda c: pressing(c.result, now)
    )
    shown = [c for c in still_open if _shows(c, now)]
    if not shown:
        return BannerState()
    card, result = shown[0], shown[0].result
    contact = card.call_now
    overdue = result.is_overdue(now)
    escalated = result.status is CriticalResultStatus.ESCALATED
    more = len(still_open) - 1
    return BannerState(
        critical_result_id=result.critical_result_id,
        headline=f"{result.urgency.value.upper()} RESULT",
        urgency=Urgency.CRITICAL if overdue else result.urgency,
        clock=countdown(result.due_at, now),
        is_overdue=overdue,
        message=card.message,
        patient=f"{card.patient_name}, {card.patient_line}",
        call=f"{'Escalated: call now' if escalated else 'Call'} {contact.name} "
        f"({contact.role}) {contact.telephone_number}",
        attempts=attempts_in_words(card),
        more=f"+{more} more" if more else "",
    )


def attempts_in_words(card: CallCard) -> str:
    """Return how often it was tried and what came of the last try."""
    attempts = card.result.attempts
    if not attempts:
        return "no attempt yet"
    last = attempts[-1]
    at = last.ended_at.astimezone(card.zone)
    count = f"{len(attempts)} attempt" + ("s" if len(attempts) > 1 else "")
    return f"{count}, last {at:%H:%M} {last.outcome.value}"


def _shows(card: CallCard, now: datetime) -> bool:
    is_critical = card.result.urgency is Urgency.CRITICAL
    return is_critical or now >= card.result.due_at - SIGNIFICANT_SHOWS_BEFORE_DUE

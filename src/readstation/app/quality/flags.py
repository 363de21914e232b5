"""What a reviewer should notice about one sign-off, most serious first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from readstation.app.quality.signoffs import SignOff
from readstation.domain.critical_result import CriticalResult, CriticalResultStatus
from readstation.domain.deadline import duration_text
from readstation.domain.finding import Urgency
from readstation.domain.handoff import Opinion

HASTY = timedelta(seconds=60)
"""Open for less than this before signing is worth a look."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One remark in the list; `urgency` says how loudly."""

    text: str
    urgency: Urgency


def flags_of(signoff: SignOff, now: datetime) -> tuple[Flag, ...]:
    """Return every remark, most serious first."""
    flags = [flag for rule in RULES if (flag := rule(signoff)) is not None]
    flags.extend(call_flag(result, now) for result in signoff.critical_results)
    return tuple(sorted(flags, key=lambda flag: list(Urgency).index(flag.urgency)))


def call_flag(result: CriticalResult, now: datetime) -> Flag:
    """Return whether one result was communicated, and whether in time."""
    what = result.urgency.value
    if result.status is CriticalResultStatus.WITHDRAWN:
        return Flag(f"{what} flag withdrawn", Urgency.ROUTINE)
    if result.is_overdue(now):
        late = _span(now - result.due_at)
        return Flag(f"{what} result not called, overdue {late}", Urgency.CRITICAL)
    if result.closed_at is None:
        left = _span(result.due_at - now)
        return Flag(f"{what} result not called yet, {left} left", Urgency.SIGNIFICANT)
    took = _span(result.closed_at - result.discovered_at)
    if result.closed_in_time:
        return Flag(f"called in {took}", Urgency.ROUTINE)
    return Flag(f"called late, after {took}", Urgency.CRITICAL)


def _signature(signoff: SignOff) -> Flag | None:
    if signoff.signature_is_valid:
        return None
    return Flag("text does not match what was signed", Urgency.CRITICAL)


def _images(signoff: SignOff) -> Flag | None:
    viewed = signoff.viewed
    if viewed.never:
        text = f"{viewed.never} of {viewed.total} images never displayed"
        return Flag(text, Urgency.SIGNIFICANT)
    if viewed.only_smaller:
        text = f"{viewed.only_smaller} of {viewed.total} images not at diagnostic scale"
        return Flag(text, Urgency.ROUTINE)
    return None


def _haste(signoff: SignOff) -> Flag | None:
    if signoff.open_to_sign is None:
        return Flag("signed without opening the images", Urgency.SIGNIFICANT)
    if signoff.open_to_sign >= HASTY:
        return None
    seconds = int(signoff.open_to_sign.total_seconds())
    return Flag(f"signed {seconds} s after opening", Urgency.SIGNIFICANT)


def _lateness(signoff: SignOff) -> Flag | None:
    if not signoff.late_by:
        return None
    return Flag(f"report late by {_span(signoff.late_by)}", Urgency.SIGNIFICANT)


def _missing_images(signoff: SignOff) -> Flag | None:
    if not signoff.version.content.incomplete_study_reason:
        return None
    return Flag("signed although images were missing", Urgency.SIGNIFICANT)


def _second_read(signoff: SignOff) -> Flag | None:
    if signoff.second_opinion is not Opinion.DISAGREE:
        return None
    return Flag("second reader disagreed", Urgency.SIGNIFICANT)


def _addenda(signoff: SignOff) -> Flag | None:
    count = len(signoff.version.content.addenda)
    if not count:
        return None
    return Flag("addendum" if count == 1 else f"{count} addenda", Urgency.ROUTINE)


RULES: tuple[Callable[[SignOff], Flag | None], ...] = (
    _signature,
    _images,
    _haste,
    _lateness,
    _missing_images,
    _second_read,
    _addenda,
)
"""One rule per remark; the calls follow."""


def _span(duration: timedelta) -> str:
    minutes = max(int(duration.total_seconds() // 60), 0)
    if minutes < 120:
        return f"{minutes} min"
    words = duration_text(duration)
    return f"{words} h" if ":" in words else words

"""When a report is due, how much of its clock is used, and how that is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from readstation.domain.errors import SettingError
from readstation.domain.late_dataclass import dataclass
from readstation.domain.order import Intent, Order, OrderPriority
from readstation.domain.policy import BusinessCalendar, Policy, ReportLimit

LONGEST_REST = 60
"""Days without a working day after which a calendar must be wrong."""


class DueState(Enum):
    OK = "in time"
    WARN = "due soon"
    BREACH = "overdue"
    OUTER = "past the outer limit"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moments of one report's clock, in UTC."""

    started_at: datetime
    warn_at: datetime
    due_at: datetime
    outer_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DueClock:
    """A deadline seen at one moment. No age is ever negative."""

    state: DueState
    waited: timedelta
    fraction_used: float
    """0 at exam completion, 1 when due, more when overdue."""
    remaining: timedelta
    overdue_by: timedelta

    @property
    def is_overdue(self) -> bool:
        return self.state in (DueState.BREACH, DueState.OUTER)

    @property
    def text(self) -> str:
        """What the clock shows: time left, or counting up in words once it is late."""
        if self.is_overdue:
            return f"OVERDUE {duration_text(self.overdue_by)}"
        return duration_text(self.remaining)


def _is_stat(order: Order) -> bool:
    return (
        order.priority is OrderPriority.STAT
        or order.stat_report_requested
        or bool(order.technologist_concern.strip())
    )


def _is_screening(order: Order) -> bool:
    return order.intent is Intent.SCREENING and order.priority is OrderPriority.ROUTINE


# The first that applies wins; every other order is in the table of class and priority.
_LIMITS: tuple[tuple[Callable[[Order], bool], Callable[[Policy], ReportLimit]], ...] = (
    (_is_stat, lambda policy: policy.stat_limit),
    (_is_screening, lambda policy: policy.screening_limit),
)


def limit_of(order: Order, policy: Policy) -> ReportLimit:
    """Return the limit that the site's policy sets for an order."""
    for applies, limit in _LIMITS:
        if applies(order):
            return limit(policy)
    return policy.report_limits[order.patient_class, order.priority]


def deadline_of(order: Order, policy: Policy) -> Deadline:
    """Return the deadline of an order's report, counted from exam completion.

    Hours are elapsed hours, whatever the clocks on the wall do; business days are the site's.
    """
    limit, started_at = limit_of(order, policy), order.exam_completed_at
    outer = []
    if limit.outer_limit is not None:
        outer.append(started_at + limit.outer_limit)
    if limit.outer_business_days is not None:
        outer.append(add_business_days(started_at, limit.outer_business_days, policy.calendar))
    return Deadline(
        started_at,
        started_at + limit.warn_after,
        started_at + limit.due_after,
        min(outer, default=None),
    )


def read_clock(deadline: Deadline, now: datetime) -> DueClock:
    """Return where a deadline stands at `now`; an exam of the future has waited for nothing."""
    waited = max(now - deadline.started_at, timedelta(0))
    allowed = deadline.due_at - deadline.started_at
    return DueClock(
        state=_state(deadline, now),
        waited=waited,
        fraction_used=waited / allowed if allowed > timedelta(0) else 1.0,
        remaining=max(deadline.due_at - max(now, deadline.started_at), timedelta(0)),
        overdue_by=max(now - deadline.due_at, timedelta(0)),
    )


def _state(deadline: Deadline, now: datetime) -> DueState:
    if deadline.outer_at is not None and now >= deadline.outer_at:
        return DueState.OUTER
    if now >= deadline.due_at:
        return DueState.BREACH
    return DueState.WARN if now >= deadline.warn_at else DueState.OK


def add_business_days(start: datetime, days: int, calendar: BusinessCalendar) -> datetime:
    """Return the same time of day, `days` working days later, in UTC.

    What begins on a day off begins with the next working day. A time of day that the clocks
    skip in spring is taken an hour later; of one that comes twice in autumn, the first is taken.
    """
    zone = time_zone(calendar.time_zone)
    local = start.astimezone(zone)
    day, at = local.date(), local.time().replace(fold=0)
    if not is_working_day(day, calendar):
        day, at = _next_working_day(day, calendar), time()
    for _ in range(days):
        day = _next_working_day(day, calendar)
    return datetime.combine(day, at, zone).astimezone(UTC)


def is_working_day(day: date, calendar: BusinessCalendar) -> bool:
    return day.weekday() not in calendar.weekend and day not in calendar.holidays


def _next_working_day(day: date, calendar: BusinessCalendar) -> date:
    for offset in range(1, LONGEST_REST + 1):
        candidate = day + timedelta(days=offset)
        if is_working_day(candidate, calendar):
            return candidate
    raise SettingError(
        f"The site calendar has no working day for {LONGEST_REST} days after {day.isoformat()}.",
        "Correct the weekend and the holidays in the policy.",
    )


@lru_cache(maxsize=8)
def time_zone(name: str) -> tzinfo:
    """Return a time zone by its name.

    Raises
    ------
    SettingError
        If this computer does not know it.
    """
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(
            f"The site calendar names an unknown time zone: {name}.",
            "Use a name such as Europe/Zurich in the policy.",
        ) from error


def duration_text(duration: timedelta) -> str:
    """Return a duration as h:mm, or in days and hours from one day on.

    >>> [duration_text(timedelta(minutes=m)) for m in (0, 38, 190, 24 * 60, 44 * 60 + 59)]
    ['0:00', '0:38', '3:10', '1 d 0 h', '1 d 20 h']
    """
    minutes = max(int(duration.total_seconds() // 60), 0)
    if minutes < 24 * 60:
        return f"{minutes // 60}:{minutes % 60:02d}"
    return f"{minutes // (24 * 60)} d {minutes // 60 % 24} h"

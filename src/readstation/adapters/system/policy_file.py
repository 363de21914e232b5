"""Reads the site's policy from `policy.toml`; every mistake names its place in the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from readstation.adapters.system.site_files import POLICY_NAME
from readstation.domain.errors import SettingError
from readstation.domain.order import OrderPriority, PatientClass
from readstation.domain.policy import BusinessCalendar, Policy, ReportLimit
from readstation.domain.urgency import Urgency
from readstation.domain.viewing import DEFAULT_SCALE, DiagnosticScale

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

REMEDY = f"Correct {POLICY_NAME}; the file that comes with the program shows every entry."
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
MOST_SCALE = 4.0
DURATION = re.compile(r"(\d{1,5}) ?(min|h|d)")

T = TypeVar("T")


def load_policy(home: Path, resources: Traversable) -> Policy:
    """Return the policy of the workspace, or the one that comes with the program.

    Raises
    ------
    SettingError
        If the file cannot be read or an entry has no usable value.
    """
    own = home / POLICY_NAME
    source: Traversable = own if own.is_file() else resources / POLICY_NAME
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"{POLICY_NAME} cannot be read: {error}.", REMEDY) from error
    return _policy(_Section(table, ""))


class _Section:
    """One table of the file; what is not asked for is a spelling mistake."""

    def __init__(self, table: object, place: str) -> None:
        if not isinstance(table, dict):
            raise SettingError(f"{place} in {POLICY_NAME} is not a table.", REMEDY)
        self._table: dict[str, Any] = dict(table)
        self._place = place

    def section(self, name: str) -> _Section:
        return _Section(self._table.pop(name, None), self._named(name))

    def take(self, name: str, convert: Callable[[Any], T]) -> T:
        if name not in self._table:
            raise SettingError(f"{self._named(name)} is missing in {POLICY_NAME}.", REMEDY)
        value = self._table.pop(name)
        try:
            return convert(value)
        except (ValueError, TypeError, LookupError) as error:
            raise SettingError(
                f"{self._named(name)} in {POLICY_NAME} has no usable value: {value!r}.", REMEDY
            ) from error

    def take_if_there(self, name: str, convert: Callable[[Any], T]) -> T | None:
        return self.take(name, convert) if name in self._table else None

    def finish(self) -> None:
        for name in self._table:
            raise SettingError(f"{self._named(name)} in {POLICY_NAME} is not known.", REMEDY)

    def _named(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name


def _policy(root: _Section) -> Policy:
    communication, escalation = root.section("communication_limits"), root.section("escalation")
    limits = root.section("report_limits")
    calendar = root.section("calendar")
    policy = Policy(
        communication_limits={
            urgency: communication.take(urgency.value, _duration)
            for urgency in (Urgency.CRITICAL, Urgency.SIGNIFICANT)
        },
        escalate_after=escalation.take("after", _rising_durations),
        stat_limit=_report_limit(limits.section("stat")),
        screening_limit=_report_limit(limits.section("screening")),
        report_limits=_report_limits(limits),
        calendar=_calendar(calendar),
        diagnostic_scale=root.take_if_there("diagnostic_scale", _diagnostic_scale) or DEFAULT_SCALE,
        site_name=root.take("site_name", _text),
    )
    for section in (communication, escalation, limits, calendar, root):
        section.finish()
    return policy


def _report_limits(limits: _Section) -> dict[tuple[PatientClass, OrderPriority], ReportLimit]:
    found = {}
    for patient_class in PatientClass:
        section = limits.section(patient_class.value)
        for priority in (OrderPriority.URGENT, OrderPriority.ROUTINE):
            limit = _report_limit(section.section(priority.value))
            found[patient_class, priority] = limit
        section.finish()
    return found


def _report_limit(section: _Section) -> ReportLimit:
    warn_after = section.take("warn_after", _duration)

    def later(value: Any) -> timedelta:
        due_after = _duration(value)
        if due_after < warn_after:
            raise ValueError(value)
        return due_after

    limit = ReportLimit(
        warn_after,
        section.take("due_after", later),
        section.take_if_there("outer_limit", later),
        section.take_if_there("outer_business_days", _days),
    )
    section.finish()
    return limit


def _calendar(section: _Section) -> BusinessCalendar:
    return BusinessCalendar(
        section.take("time_zone", _time_zone),
        section.take("weekend", lambda names: frozenset(WEEKDAYS.index(n) for n in names)),
        section.take("holidays", lambda days: frozenset(_day(day) for day in days)),
    )


def _diagnostic_scale(table: Any) -> DiagnosticScale:
    by_modality = {name: _scale(value) for name, value in _only(table, dict).items()}
    otherwise = by_modality.pop("otherwise")
    return DiagnosticScale(by_modality, otherwise)


def _scale(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= MOST_SCALE:
        raise ValueError(value)
    return float(value)


def _duration(value: Any) -> timedelta:
    stated = DURATION.fullmatch(value)
    if stated is None or int(stated[1]) == 0:
        raise ValueError(value)
    return int(stated[1]) * UNITS[stated[2]]


def _rising_durations(values: Any) -> tuple[timedelta, ...]:
    found = tuple(_duration(value) for value in values)
    if list(found) != sorted(set(found)):
        raise ValueError(values)
    return found


def _days(value: Any) -> int:
    if type(value) is not int or value <= 0:
        raise ValueError(value)
    return value


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else _only(value, date)


def _time_zone(value: Any) -> str:
    try:
        return ZoneInfo(_text(value)).key
    except ZoneInfoNotFoundError as error:
        raise ValueError(value) from error


def _text(value: Any) -> str:
    text = _only(value, str)
    if not text.strip():
        raise ValueError(value)
    return text


def _only(value: Any, kind: type[T]) -> T:
    if type(value) is not kind:
        raise TypeError(value)
    return value

"""DICOM dates and times to Python's (PS3.5 6.2: DA, TM, DT)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})")
TIME = re.compile(r"(\d{2}):?(?:(\d{2}):?(?:(\d{2})(?:\.(\d{1,6}))?)?)?")
MAX_OFFSET_MINUTES = 14 * 60
OFFSET = re.compile(r"([+-])(\d{2})(\d{2})")
DATE_TIME = re.compile(r"(\d{8})(\d{2}(?:\d{2}(?:\d{2}(?:\.\d{1,6})?)?)?)?([+-]\d{4})?")


def read_date(text: str) -> date | None:
    """Return a DA value; None where it is empty or no day of the calendar.

    >>> read_date("20060230") is None
    True
    """
    found = DATE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def read_local_datetime(day: str, time: str) -> datetime | None:
    """Join a DA and a TM value; a missing or unusable time makes no datetime."""
    known_day, found = read_date(day), TIME.fullmatch(time.strip())
    if known_day is None or found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    micro = int((found.group(4) or "").ljust(6, "0"))
    try:
        return datetime(
            known_day.year, known_day.month, known_day.day, hour, minute, min(second, 59), micro
        )
    except ValueError:
        return None


def read_datetime(text: str) -> datetime | None:
    """Return the local part of a DT value."""
    found = DATE_TIME.fullmatch(text.strip())
    return read_local_datetime(found.group(1), found.group(2) or "") if found else None


def to_utc(local: datetime | None, timezone_offset_from_utc: str) -> datetime | None:
    """Return the moment in UTC; without a stated offset the scanner stands in the station's zone.

    >>> to_utc(datetime(2026, 1, 1, 1), "+0200").isoformat()
    '2025-12-31T23:00:00+00:00'
    """
    if local is None:
        return None
    zone = zone_of(timezone_offset_from_utc)
    if zone is not None:
        return local.replace(tzinfo=zone).astimezone(UTC)
    try:
        return local.astimezone(UTC)
    except (OSError, OverflowError):  # some systems know no zones before 1970
        return local.replace(tzinfo=UTC)


def read_offset_min(text: str) -> int | None:
    """Return Timezone Offset From UTC, or the suffix of a DT, in minutes east.

    >>> read_offset_min("-0330")
    -210
    """
    found = OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    minutes = int(found.group(2)) * 60 + int(found.group(3))
    if minutes > MAX_OFFSET_MINUTES:
        return None
    return minutes if found.group(1) == "+" else -minutes


def zone_of(timezone_offset_from_utc: str) -> timezone | None:
    """Return the zone that Timezone Offset From UTC states; None if it states none."""
    minutes = read_offset_min(timezone_offset_from_utc)
    return None if minutes is None else timezone(timedelta(minutes=minutes))

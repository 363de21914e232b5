"""How far apart two studies are, as a reader says it."""

from __future__ import annotations

from datetime import date


def gap_in_words(earlier: date, later: date) -> str:
    """Return the distance of a prior with its sign.

    >>> gap_in_words(date(2025, 8, 2), date(2026, 11, 21))
    '−15 mo'
    >>> gap_in_words(date(2026, 11, 20), date(2026, 11, 21))
    '−1 d'
    """
    days = (later - earlier).days
    sign = "−" if days >= 0 else "+"
    distance = abs(days)
    if distance < 60:
        return f"{sign}{distance} d"
    months = _whole_months(min(earlier, later), max(earlier, later))
    return f"{sign}{months} mo" if months < 36 else f"{sign}{round(distance / 365.25)} y"


def interval_in_words(earlier: date, later: date) -> str:
    """Return how much earlier or later a prior is, in words.

    >>> interval_in_words(date(2025, 8, 2), date(2026, 11, 21))
    '15 months earlier'
    >>> interval_in_words(date(2026, 11, 22), date(2026, 11, 21))
    '1 day later'
    """
    days = (later - earlier).days
    if days == 0:
        return "same day"
    side, distance = "earlier" if days > 0 else "later", abs(days)
    months = _whole_months(min(earlier, later), max(earlier, later))
    if distance < 60:
        count, unit = distance, "day"
    elif months < 36:
        count, unit = months, "month"
    else:
        count, unit = round(distance / 365.25), "year"
    return f"{count} {unit}{'s' * (count != 1)} {side}"


def _whole_months(first: date, last: date) -> int:
    months = 12 * (last.year - first.year) + last.month - first.month
    return months - (last.day < first.day)

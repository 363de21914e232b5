"""A lesion over all its dates: against the date before, the first and the smallest one.

RECIST 1.1 (Eisenhauer 2009, section 4.3) reads response against the baseline and progression
against the nadir. Here the baseline is the first date that something was measured on and the nadir
the smallest value before the date in question, the first one included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from readstation.domain.lesion import Followed, LesionChange, followed
from readstation.domain.measurement import Bidirectional, Measurement
from readstation.domain.measurement.kinds import KIND_NAMES


@dataclass(frozen=True, slots=True)
class LesionValue:
    """One number of a lesion on one date."""

    measurement_uid: str
    on: date
    number: Followed


@dataclass(frozen=True, slots=True)
class LesionDate:
    """What is said of one date; a change is None where there is no such earlier date."""

    value: LesionValue
    since_previous: LesionChange | None
    since_baseline: LesionChange | None
    since_nadir: LesionChange | None
    is_baseline: bool
    is_nadir: bool
    """Smallest of all dates, if there are several."""


@dataclass(frozen=True, slots=True)
class LesionCourse:
    """One number of a lesion over its dates, oldest first; never of mixed kinds or units."""

    kind: type[Measurement]
    dates: tuple[LesionDate, ...]

    @property
    def unit(self) -> str:
        return self.dates[0].value.number.unit

    @property
    def name(self) -> str:
        return self.dates[0].value.number.name

    def date_of(self, measurement_uid: str) -> LesionDate | None:
        """Return the date that a measurement stands for; None if another one counts for it."""
        return next((d for d in self.dates if d.value.measurement_uid == measurement_uid), None)

    @property
    def title(self) -> str:
        """Return what is compared, for example `long axis` or `ellipse ROI, mean`."""
        if self.kind is Bidirectional:
            return self.name
        return f"{KIND_NAMES[self.kind]}, {self.name}" if self.name else KIND_NAMES[self.kind]

    @property
    def text(self) -> str:
        """Return all dates in one line, oldest first, as quoted in a report."""
        last = self.dates[-1]
        told = ", ".join(_dated(one) for one in self.dates)
        if len(self.dates) < 3 or last.since_baseline is None:
            return told
        return f"{told}; since the first date {last.since_baseline.text}"


def courses_of(dated: Iterable[tuple[date, Measurement]]) -> tuple[LesionCourse, ...]:
    """Return the courses of one lesion: one for each kind, number and unit that was measured.

    Of several values on one date the largest counts: the longest diameter of a lesion is meant.
    """
    found: dict[tuple[type[Measurement], str, str], dict[date, LesionValue]] = defaultdict(dict)
    for on, measurement in dated:
        for number in followed(measurement):
            dates = found[type(measurement), number.name, number.unit]
            known = dates.get(on)
            if known is None or known.number.value < number.value:
                dates[on] = LesionValue(measurement.measurement_uid, on, number)
    return tuple(
        LesionCourse(kind, _compared([dates[on] for on in sorted(dates)]))
        for (kind, _name, _unit), dates in found.items()
    )


def _compared(values: Sequence[LesionValue]) -> tuple[LesionDate, ...]:
    """Return what is said of values that are in the order of their dates."""
    smallest = min(values, key=_size)
    return tuple(
        LesionDate(
            value,
            _since(value, values[place - 1 : place]),
            _since(value, values[:place][:1]),
            _since(value, sorted(values[:place], key=_size)[:1]),
            is_baseline=place == 0,
            is_nadir=value is smallest and len(values) > 1,
        )
        for place, value in enumerate(values)
    )


def _size(value: LesionValue) -> float:
    return value.number.value


def _since(now: LesionValue, before: Sequence[LesionValue]) -> LesionChange | None:
    return now.number.since(before[0].number) if before else None


def _dated(one: LesionDate) -> str:
    change = f" ({one.since_previous.text})" if one.since_previous is not None else ""
    return f"{one.value.on.isoformat()} {one.value.number.text}{change}"

"""How much a lesion changed between two dates."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.domain.measurement import (
    Angle,
    Bidirectional,
    CobbAngle,
    EllipseRoi,
    FreehandRoi,
    Length,
    Measurement,
    Probe,
    RectangleRoi,
)
from readstation.domain.measurement.angle import DEGREES
from readstation.domain.measurement.value_unit import HOUNSFIELD, UPTAKE, shown_in

MAX_NAME = 64
"""Letters of the name of a lesion."""
NOT_COMPARABLE = "not comparable: other unit or spacing source"
LONG_AXIS, SHORT_AXIS, MEAN = "long axis", "short axis", "mean"
HAS_NO_PERCENT = frozenset({DEGREES, HOUNSFIELD})
"""Not compared in per cent: 0 HU is water, and angles are compared in degrees."""


@dataclass(frozen=True, slots=True)
class LesionChange:
    """A difference in `unit`, and in per cent of the earlier value; None where that was 0."""

    difference: float
    percent: float | None
    unit: str

    @property
    def text(self) -> str:
        """Return the change with its sign.

        >>> LesionChange(2.0, 20.0, "mm").text
        '+2.0 mm, +20 %'
        """
        sign = "+" if self.difference > 0 else "±" if self.difference == 0 else "-"
        said = f"{sign}{shown_in(abs(self.difference), self.unit)} {self.unit}"
        return said if self.percent is None else f"{said}, {sign}{abs(self.percent):.0f} %"


@dataclass(frozen=True, slots=True)
class Followed:
    """A number that is compared across dates: what it is, and its unit with its source."""

    name: str
    value: float
    unit: str

    @property
    def text(self) -> str:
        """Return the number with unit and source.

        >>> Followed(LONG_AXIS, 12.04, "mm (detector)").text
        'long axis 12.0 mm (detector)'
        """
        return f"{self.name} {shown_in(self.value, self.unit)} {self.unit}".strip()

    def since(self, before: Followed) -> LesionChange | None:
        """Return the change since an earlier number; None if that is another thing or unit."""
        if (self.name, self.unit) != (before.name, before.unit):
            return None
        difference = self.value - before.value
        has_percent = before.value and self.unit not in HAS_NO_PERCENT
        percent = 100 * difference / before.value if has_percent else None
        return LesionChange(difference, percent, short_unit(self.unit))


def followed(measurement: Measurement) -> tuple[Followed, ...]:
    """Return the numbers of a measurement that mean the same on another date; often one or none.

    Only lengths in mm are followed, each with the source of its spacing: pixels of two images
    differ, and a length at the detector is no length in the patient. Of values only HU and uptake:
    others have no scale that two scanners share.
    """
    numbers = _numbers(measurement)
    return tuple(number for number in numbers if number.unit and math.isfinite(number.value))


def change_since(now: Measurement, before: Measurement) -> LesionChange | None:
    """Return the change of what is followed first; None where the two cannot be compared."""
    if type(now) is not type(before):
        return None
    return next((n.since(b) for n, b in zip(followed(now), followed(before), strict=False)), None)


def change_in_words(now: Measurement, before: Measurement) -> str:
    """Return the change, with that of the short axis where both have one; or why there is none."""
    change = change_since(now, before)
    if change is None:
        return NOT_COMPARABLE
    further = zip(followed(now)[1:], followed(before)[1:], strict=False)
    told = [f"{n.name} {c.text}" for n, b in further if (c := n.since(b)) is not None]
    return ", ".join((change.text, *told))


def short_unit(unit: str) -> str:
    """Return a unit without its source.

    >>> short_unit("mm (detector)")
    'mm'
    """
    return unit.partition(" (")[0]


def _numbers(m: Measurement) -> tuple[Followed, ...]:
    if isinstance(m, Length | Bidirectional):
        unit = m.calibration.source.value if m.calibration.is_known else ""
        if isinstance(m, Bidirectional):
            return Followed(LONG_AXIS, m.long_axis, unit), Followed(SHORT_AXIS, m.short_axis, unit)
        return (Followed("", m.value, unit),)
    if isinstance(m, Angle | CobbAngle):
        return (Followed("", m.value, DEGREES),)
    if isinstance(m, EllipseRoi | RectangleRoi | FreehandRoi):
        return (Followed(MEAN, m.value, _value_unit(m.value_unit)),)
    return (Followed("", m.value, _value_unit(m.value_unit)),) if isinstance(m, Probe) else ()


def _value_unit(unit: str) -> str:
    return unit if unit == HOUNSFIELD or unit.startswith(UPTAKE) else ""

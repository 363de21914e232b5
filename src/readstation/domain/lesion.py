"""How much a lesion changed between two dates."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.domain.measurement import Bidirectional, Length, Measurement
from readstation.domain.measurement.value_unit import shown

MAX_NAME = 64
"""Letters of the name of a lesion."""
NOT_COMPARABLE = "not comparable: other unit or spacing source"


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
        said = f"{sign}{shown(abs(self.difference))} {self.unit}"
        return said if self.percent is None else f"{said}, {sign}{abs(self.percent):.0f} %"


def change_since(now: Measurement, before: Measurement) -> LesionChange | None:
    """Return the change of a length or a long axis; None where the two cannot be compared.

    Only lengths in mm from the same source of spacing can: pixels of two images differ, and a
    length at the detector is no length in the patient.
    """
    if not isinstance(now, Length | Bidirectional) or type(now) is not type(before):
        return None
    if not isinstance(before, Length | Bidirectional) or not now.calibration.is_known:
        return None
    if now.calibration.source is not before.calibration.source:
        return None
    difference = now.value - before.value
    percent = 100 * difference / before.value if before.value else None
    return LesionChange(difference, percent, "mm")


def change_in_words(now: Measurement, before: Measurement) -> str:
    """Return the change, with that of the short axis where both have one; or why there is none."""
    change = change_since(now, before)
    if change is None:
        return NOT_COMPARABLE
    if isinstance(now, Bidirectional) and isinstance(before, Bidirectional):
        short = now.short_axis - before.short_axis
        percent = 100 * short / before.short_axis if before.short_axis else None
        return f"{change.text}, short axis {LesionChange(short, percent, 'mm').text}"
    return change.text

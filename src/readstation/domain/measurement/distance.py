"""Lengths: one, two at right angles, and the one whose true length the reader states."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.measurement.drawn import Drawn, ImagePoint
from readstation.domain.measurement.value_unit import shown


@dataclass(frozen=True, slots=True)
class Length(Drawn):
    """The distance between two points."""

    start: ImagePoint
    end: ImagePoint
    calibration: Calibration

    @property
    def value(self) -> float:
        """Return the length in `unit`; NaN where there are only extents along two axes."""
        return distance(self.calibration, self.start, self.end)

    @property
    def unit(self) -> str:
        return self.calibration.unit

    @property
    def text(self) -> str:
        """Return the value with unit and source, as shown and as inserted into a report."""
        if self.calibration.has_axes:
            columns, rows = self.end.column - self.start.column, self.end.row - self.start.row
            extents = self.calibration.extents(columns, rows)
            said = ", ".join(f"{shown(value)} {unit}" for value, unit in extents)
            return f"{said} ({self.unit})"
        return f"{shown(self.value)} {self.unit}"

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Bidirectional(Drawn):
    """The longest diameter of a lesion and the one perpendicular to it (RECIST 1.1, WHO)."""

    long_start: ImagePoint
    long_end: ImagePoint
    short_start: ImagePoint
    short_end: ImagePoint
    calibration: Calibration

    @property
    def long_axis(self) -> float:
        return max(self._diameters)

    @property
    def short_axis(self) -> float:
        return min(self._diameters)

    @property
    def is_short_first(self) -> bool:
        """Return True if what was drawn as the short axis is the longer one."""
        drawn_long, drawn_short = self._diameters
        return drawn_short > drawn_long

    @property
    def value(self) -> float:
        return self.long_axis

    @property
    def unit(self) -> str:
        return self.calibration.unit

    @property
    def text(self) -> str:
        return f"{shown(self.long_axis)} × {shown(self.short_axis)} {self.unit}"

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.long_start, self.long_end, self.short_start, self.short_end)

    @property
    def _diameters(self) -> tuple[float, float]:
        """Return both diameters as drawn: the one drawn second may turn out the longer."""
        return (
            distance(self.calibration, self.long_start, self.long_end),
            distance(self.calibration, self.short_start, self.short_end),
        )


@dataclass(frozen=True, slots=True)
class CalibrationLine(Drawn):
    """A line over something of known length: the reader's own statement of the spacing.

    `row_aspect` is the height of a pixel over its width.
    """

    start: ImagePoint
    end: ImagePoint
    stated_mm: float
    row_aspect: float = 1.0

    @property
    def value(self) -> float:
        return self.stated_mm

    @property
    def unit(self) -> str:
        return self.calibration.unit

    @property
    def text(self) -> str:
        return f"{shown(self.stated_mm)} {self.unit}"

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.start, self.end)

    @property
    def calibration(self) -> Calibration:
        """Return the spacing that makes this line as long as the reader says it is."""
        columns = self.end.column - self.start.column
        rows = (self.end.row - self.start.row) * self.row_aspect
        column_mm = self.stated_mm / math.hypot(columns, rows)
        return Calibration(column_mm * self.row_aspect, column_mm, SpacingSource.USER)


def distance(calibration: Calibration, a: ImagePoint, b: ImagePoint) -> float:
    """Return how far two points lie apart, NaN where across and down have no common unit."""
    if calibration.has_axes:
        return math.nan
    return calibration.length(b.column - a.column, b.row - a.row)

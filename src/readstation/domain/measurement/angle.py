"""Angles, taken in the patient: pixels need not be square."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.domain.calibration import Calibration
from readstation.domain.measurement.drawn import Drawn, ImagePoint

DEGREES = "°"
STEEP_DEG = 60.0
"""A Cobb angle this large may have been more than a right angle."""


@dataclass(frozen=True, slots=True)
class Angle(Drawn):
    """The angle at a vertex between two legs. `row_aspect`: height of a pixel over its width."""

    first: ImagePoint
    vertex: ImagePoint
    last: ImagePoint
    calibration: Calibration
    row_aspect: float = 1.0

    @property
    def value(self) -> float:
        return _between(
            _leg(self.vertex, self.first, self.row_aspect),
            _leg(self.vertex, self.last, self.row_aspect),
        )

    @property
    def unit(self) -> str:
        return DEGREES

    @property
    def text(self) -> str:
        return f"{self.value:.1f}{DEGREES}"

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.first, self.vertex, self.last)


@dataclass(frozen=True, slots=True)
class CobbAngle(Drawn):
    """The angle between two lines that need not meet, at most 90°: lines have no direction."""

    first_start: ImagePoint
    first_end: ImagePoint
    second_start: ImagePoint
    second_end: ImagePoint
    calibration: Calibration
    row_aspect: float = 1.0

    @property
    def value(self) -> float:
        between = _between(
            _leg(self.first_start, self.first_end, self.row_aspect),
            _leg(self.second_start, self.second_end, self.row_aspect),
        )
        return min(between, 180 - between)

    @property
    def unit(self) -> str:
        return DEGREES

    @property
    def text(self) -> str:
        """Return the angle, and the other one between the lines where that could be meant."""
        said = f"Cobb {self.value:.1f}{DEGREES}"
        if self.value >= STEEP_DEG:
            return f"{said}, or {180 - self.value:.1f}{DEGREES} if more than a right angle"
        return said

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.first_start, self.first_end, self.second_start, self.second_end)


def _leg(start: ImagePoint, end: ImagePoint, row_aspect: float) -> tuple[float, float]:
    return (end.column - start.column, (end.row - start.row) * row_aspect)


def _between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the angle between two directions in degrees, NaN for a leg without a length."""
    if math.hypot(*a) == 0 or math.hypot(*b) == 0:
        return math.nan
    across, along = a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]
    return math.degrees(math.atan2(abs(across), along))

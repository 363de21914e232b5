"""Regions of interest: the values inside a rectangle, an ellipse or a drawn outline.

A pixel belongs to a region if its centre lies inside or on the outline (for freehand outlines by
the even-odd rule); padding and values that are no numbers do not count.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise

from readstation.domain.calibration import Calibration
from readstation.domain.measurement.drawn import Drawn, ImagePoint
from readstation.domain.measurement.value_unit import shown, shown_in


@dataclass(frozen=True, slots=True)
class RoiStatistics:
    """Modality values inside a region: count of pixels, and area in the ROI's own unit."""

    count: int
    mean: float
    standard_deviation: float
    minimum: float
    maximum: float


class _Region(ABC):
    """What every region says of the values inside it; only its area depends on its shape."""

    __slots__ = ()
    calibration: Calibration
    statistics: RoiStatistics | None
    value_unit: str

    @property
    @abstractmethod
    def area(self) -> float:
        """Return the area in `area_unit`."""

    @property
    def value(self) -> float:
        """Return the mean, NaN for a region without pixels or without comparable values."""
        return self.statistics.mean if self.statistics else math.nan

    @property
    def unit(self) -> str:
        return self.value_unit

    @property
    def area_unit(self) -> str:
        return self.calibration.area_unit

    @property
    def text(self) -> str:
        return _described(self.statistics, self.value_unit, self.area, self.area_unit)


@dataclass(frozen=True, slots=True)
class _Corners(_Region, Drawn):
    """A region that fills the rectangle between two corners."""

    start: ImagePoint
    end: ImagePoint
    calibration: Calibration
    statistics: RoiStatistics | None
    value_unit: str

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.start, self.end)

    @property
    def _sides(self) -> tuple[float, float]:
        width = self.calibration.length(abs(self.end.column - self.start.column), 0.0)
        return width, self.calibration.length(0.0, abs(self.end.row - self.start.row))


@dataclass(frozen=True, slots=True)
class EllipseRoi(_Corners):
    """Values inside the ellipse that fills the rectangle between two corners."""

    @property
    def area(self) -> float:
        width, height = self._sides
        return math.pi * width * height / 4


@dataclass(frozen=True, slots=True)
class RectangleRoi(_Corners):
    """Values inside the rectangle between two corners."""

    @property
    def area(self) -> float:
        width, height = self._sides
        return width * height


@dataclass(frozen=True, slots=True)
class FreehandRoi(_Region, Drawn):
    """Values inside a closed outline; the last point joins the first."""

    outline: tuple[ImagePoint, ...]
    calibration: Calibration
    statistics: RoiStatistics | None
    value_unit: str

    @property
    def area(self) -> float:
        """Return the area inside the outline in `area_unit`, by the shoelace formula."""
        closed = (*self.outline, *self.outline[:1])
        twice = sum(a.column * b.row - b.column * a.row for a, b in pairwise(closed))
        return abs(twice) / 2 * self.calibration.length(1, 0) * self.calibration.length(0, 1)

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return self.outline


def _described(s: RoiStatistics | None, unit: str, area: float, area_unit: str) -> str:
    surface = f"area {shown(area)} {area_unit}"
    if s is None:
        return f"no values, {surface}"
    return (
        f"mean {shown_in(s.mean, unit)} SD {shown_in(s.standard_deviation, unit)} "
        f"min {shown_in(s.minimum, unit)} max {shown_in(s.maximum, unit)} {unit}, {surface}, "
        f"n {s.count} px"
    )

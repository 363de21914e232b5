"""Measurements: geometry on one frame, its value, and the unit and source it can be stated in.

Image points are (column, row) with the outer corner of the first pixel at (0, 0), as in
PS3.3 C.10.5.1.2 (Graphic Data, sub-pixel): the centre of the first pixel is (0.5, 0.5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.domain.calibration import Calibration
from readstation.domain.study import FrameKey

STORED_VALUE = "stored value"
HOUNSFIELD = "HU"
# Units (0054,1001) as the reader knows them, C.8.9.1.1.3
PET_UNITS = {
    "CNTS": "counts",
    "NONE": "no unit",
    "CM2": "cm²",
    "PCNT": "%",
    "CPS": "counts/s",
    "BQML": "Bq/ml",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "µmol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "1CM": "1/cm",
    "UMOLML": "µmol/ml",
    "PROPCNTS": "proportional to counts",
    "PROPCPS": "proportional to counts/s",
    "MLMINML": "ml/min/ml",
    "MLML": "ml/ml",
    "GML": "g/ml",
    "STDDEV": "standard deviations",
    "CM2ML": "cm²/ml",
}
# Rescale Type (0028,1054), C.11.1.1.2
RESCALE_TYPES = {"HU": "HU", "OD": "10⁻³ OD", "Z_EFF": "Zeff", "ED": "10²³ e⁻/ml"}
UPTAKE = "SUV"  # how the units of standardized uptake values begin
UNKNOWN_RESCALE_TYPES = frozenset({"", "US"})  # US: unspecified


@dataclass(frozen=True, slots=True)
class ImagePoint:
    """A place on a frame, in pixels from the outer corner of the first pixel."""

    column: float
    row: float


@dataclass(frozen=True, slots=True)
class RoiStatistics:
    """Modality values inside a region: count of pixels, and area in the ROI's own unit."""

    count: int
    mean: float
    standard_deviation: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Length:
    """The distance between two points."""

    measurement_uid: str
    frame: FrameKey
    start: ImagePoint
    end: ImagePoint
    calibration: Calibration

    @property
    def value(self) -> float:
        """Return the length in `unit`; NaN where there are only extents along two axes."""
        if self.calibration.has_axes:
            return math.nan
        return self.calibration.length(*self._vector)

    @property
    def unit(self) -> str:
        return self.calibration.unit

    @property
    def text(self) -> str:
        """Return the value with unit and source, as shown and as inserted into a report."""
        if self.calibration.has_axes:
            extents = self.calibration.extents(*self._vector)
            return f"{_joined(extents)} ({self.unit})"
        return f"{_shown(self.value)} {self.unit}"

    @property
    def _vector(self) -> tuple[float, float]:
        return (self.end.column - self.start.column, self.end.row - self.start.row)

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class EllipseRoi:
    """Values inside the ellipse that fills the rectangle between two corners."""

    measurement_uid: str
    frame: FrameKey
    start: ImagePoint
    end: ImagePoint
    calibration: Calibration
    statistics: RoiStatistics | None
    value_unit: str

    @property
    def value(self) -> float:
        """Return the mean, NaN for a region without pixels or without comparable values."""
        return self.statistics.mean if self.statistics else math.nan

    @property
    def unit(self) -> str:
        return self.value_unit

    @property
    def area(self) -> float:
        """Return the area of the ellipse in `area_unit`."""
        width = self.calibration.length(abs(self.end.column - self.start.column), 0.0)
        height = self.calibration.length(0.0, abs(self.end.row - self.start.row))
        return math.pi * width * height / 4

    @property
    def area_unit(self) -> str:
        return self.calibration.area_unit

    @property
    def text(self) -> str:
        area = f"area {_shown(self.area)} {self.area_unit}"
        if self.statistics is None:
            return f"no values, {area}"
        s, unit = self.statistics, self.value_unit
        return (
            f"mean {_shown_in(s.mean, unit)} SD {_shown_in(s.standard_deviation, unit)} "
            f"min {_shown_in(s.minimum, unit)} max {_shown_in(s.maximum, unit)} {unit}, {area}"
        )

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Probe:
    """The modality value of one pixel."""

    measurement_uid: str
    frame: FrameKey
    point: ImagePoint
    value: float
    value_unit: str

    @property
    def unit(self) -> str:
        return self.value_unit

    @property
    def text(self) -> str:
        return f"{_shown_in(self.value, self.value_unit)} {self.value_unit}"

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.point,)


Measurement = Length | EllipseRoi | Probe


def modality_value_unit(
    modality: str, *, rescale_type: str, units: str = "", is_rescaled: bool = True
) -> str:
    """Name the unit of modality values, `stored value` unless the file says it.

    Only CT may leave Rescale Type out and still mean Hounsfield units (C.8.2.1.1, C.11.1.1.2).

    Examples
    --------
    >>> modality_value_unit("CT", rescale_type="")
    'HU'
    >>> modality_value_unit("MR", rescale_type="")
    'stored value'
    """
    if not is_rescaled:
        return STORED_VALUE
    if units.strip():
        return PET_UNITS.get(units.strip().upper(), units.strip())
    stated = rescale_type.strip().upper()
    if stated not in UNKNOWN_RESCALE_TYPES:
        return RESCALE_TYPES.get(stated, rescale_type.strip())
    return HOUNSFIELD if modality == "CT" and not stated else STORED_VALUE


def _shown_in(value: float, unit: str) -> str:
    """Return a value with the digits its unit asks for: uptake values have two decimals."""
    is_uptake = unit.startswith(UPTAKE) and math.isfinite(value)
    return f"{value:.2f}" if is_uptake else _shown(value)


def _joined(values: tuple[tuple[float, str], ...]) -> str:
    return ", ".join(f"{_shown(value)} {unit}" for value, unit in values)


def _shown(value: float) -> str:
    """Return a number with the digits a reader can use: one decimal below 1000, none above."""
    if not math.isfinite(value):
        return "–"
    if abs(value) < 1 and value:
        return f"{value:.2f}"
    return f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"

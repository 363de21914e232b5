"""What one pixel measures: decided from the spacing attributes by one table (PS3.3 10.7).

A length is only as true as the spacing behind it. Radiographs state the spacing at the detector,
not in the patient; ultrasound states it per region; screenshots state nothing. The source of the
spacing therefore travels with its value and is shown with every measurement.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

PROJECTION_MODALITIES = frozenset({"CR", "DX", "MG", "XA", "RF", "PX", "IO", "RG", "DR"})
MM_PER_CM = 10.0
PHYSICAL_UNIT_CM = 3  # Physical Units X/Y Direction (0018,6024), C.8.5.5.1.15
SPATIAL_FORMAT_2D = 1  # Region Spatial Format (0018,6012), C.8.5.5.1.1
SAME_SPACING_RELATIVE = 1e-6


class SpacingSource(Enum):
    """Where a spacing comes from; the value is the unit as shown to the reader."""

    PATIENT = "mm"
    GEOMETRY = "mm (geometry)"
    FIDUCIAL = "mm (fiducial)"
    CALIBRATED = "mm (calibrated)"
    DETECTOR = "mm (detector)"
    FILM = "mm (film)"
    US_REGION = "mm (US region)"
    NONE = "px"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Distance between rows and between columns, and who says so; None where unknown."""

    row_spacing_mm: float | None
    column_spacing_mm: float | None
    source: SpacingSource

    @property
    def is_known(self) -> bool:
        return self.row_spacing_mm is not None and self.column_spacing_mm is not None

    @property
    def unit(self) -> str:
        """Return the unit with its source, for example `mm (detector)`."""
        return self.source.value

    def length(self, columns: float, rows: float) -> float:
        """Return the length of a pixel vector in mm, or in pixels if uncalibrated."""
        if self.row_spacing_mm is None or self.column_spacing_mm is None:
            return math.hypot(columns, rows)
        return math.hypot(columns * self.column_spacing_mm, rows * self.row_spacing_mm)


UNCALIBRATED = Calibration(None, None, SpacingSource.NONE)


@dataclass(frozen=True, slots=True)
class SpacingAttributes:
    """The attributes PS3.3 10.7 speaks of, as stored; None or empty where absent."""

    modality: str = ""
    pixel_spacing: Sequence[float] | None = None
    imager_pixel_spacing: Sequence[float] | None = None
    nominal_scanned_pixel_spacing: Sequence[float] | None = None
    pixel_spacing_calibration_type: str = ""
    estimated_radiographic_magnification_factor: float | None = None


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """One item of Sequence of Ultrasound Regions (0018,6011); edges are inside the region."""

    region_location_min_x0: int
    region_location_min_y0: int
    region_location_max_x1: int
    region_location_max_y1: int
    physical_units_x_direction: int
    physical_units_y_direction: int
    physical_delta_x: float
    physical_delta_y: float
    region_spatial_format: int = SPATIAL_FORMAT_2D

    def contains(self, column: float, row: float) -> bool:
        """Return True if an image point (corner of the first pixel = 0, 0) lies inside."""
        return (
            self.region_location_min_x0 <= column <= self.region_location_max_x1 + 1
            and self.region_location_min_y0 <= row <= self.region_location_max_y1 + 1
        )

    @property
    def calibration(self) -> Calibration:
        """Return the region's spacing; uncalibrated unless 2D with both axes in cm."""
        measurable = (
            self.region_spatial_format == SPATIAL_FORMAT_2D
            and self.physical_units_x_direction == PHYSICAL_UNIT_CM
            and self.physical_units_y_direction == PHYSICAL_UNIT_CM
        )
        deltas = _valid_pair((abs(self.physical_delta_y), abs(self.physical_delta_x)))
        if not measurable or deltas is None:
            return UNCALIBRATED
        row_mm, column_mm = deltas[0] * MM_PER_CM, deltas[1] * MM_PER_CM
        return Calibration(row_mm, column_mm, SpacingSource.US_REGION)


Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Facts:
    """Spacing attributes after the values no one could measure with were put aside."""

    is_projection: bool
    pixel: Pair | None
    imager: Pair | None
    film: Pair | None
    calibration_type: str
    magnification: float | None

    @property
    def pixel_is_imager(self) -> bool:
        return self.pixel is not None and _same(self.pixel, self.imager)

    @property
    def pixel_is_film(self) -> bool:
        return self.pixel is not None and _same(self.pixel, self.film)


@dataclass(frozen=True, slots=True)
class _Rule:
    applies: Callable[[_Facts], bool]
    spacing: Callable[[_Facts], Pair | None]
    source: SpacingSource


def _demagnified(facts: _Facts) -> Pair | None:
    detector = facts.imager or facts.pixel
    if detector is None or facts.magnification is None:
        return None
    return (detector[0] / facts.magnification, detector[1] / facts.magnification)


# First rule that applies wins. PS3.3 10.7.1.1-10.7.1.3.
_RULES: tuple[_Rule, ...] = (
    _Rule(
        lambda f: f.pixel is not None and f.calibration_type == "FIDUCIAL",
        lambda f: f.pixel,
        SpacingSource.FIDUCIAL,
    ),
    _Rule(
        lambda f: f.pixel is not None and f.calibration_type == "GEOMETRY",
        lambda f: f.pixel,
        SpacingSource.GEOMETRY,
    ),
    # A digitizer measures the film, not the patient (Nominal Scanned Pixel Spacing).
    _Rule(lambda f: f.pixel_is_film, lambda f: f.pixel, SpacingSource.FILM),
    _Rule(
        lambda f: f.pixel is None and f.imager is None and f.film is not None,
        lambda f: f.film,
        SpacingSource.FILM,
    ),
    _Rule(
        lambda f: f.pixel is not None and not f.is_projection,
        lambda f: f.pixel,
        SpacingSource.PATIENT,
    ),
    # Both present and different: something was corrected, the method is not stated.
    _Rule(
        lambda f: f.pixel is not None and f.imager is not None and not f.pixel_is_imager,
        lambda f: f.pixel,
        SpacingSource.CALIBRATED,
    ),
    # Equal, or only one: the detector plane, reduced by the magnification where it is stated.
    _Rule(
        lambda f: f.is_projection and f.magnification is not None and f.imager is not None,
        _demagnified,
        SpacingSource.GEOMETRY,
    ),
    _Rule(lambda f: f.imager is not None, lambda f: f.imager, SpacingSource.DETECTOR),
    _Rule(lambda f: f.pixel is not None, lambda f: f.pixel, SpacingSource.DETECTOR),
)


def calibrate(attributes: SpacingAttributes) -> Calibration:
    """Decide what one pixel measures from the spacing attributes (PS3.3 10.7).

    Examples
    --------
    >>> calibrate(SpacingAttributes("DX", imager_pixel_spacing=(0.14, 0.14))).unit
    'mm (detector)'
    >>> calibrate(SpacingAttributes("OT")).unit
    'px'
    """
    facts = _Facts(
        is_projection=attributes.modality in PROJECTION_MODALITIES,
        pixel=_valid_pair(attributes.pixel_spacing),
        imager=_valid_pair(attributes.imager_pixel_spacing),
        film=_valid_pair(attributes.nominal_scanned_pixel_spacing),
        calibration_type=attributes.pixel_spacing_calibration_type.strip().upper(),
        magnification=_valid_magnification(attributes.estimated_radiographic_magnification_factor),
    )
    for rule in _RULES:
        if rule.applies(facts):
            spacing = rule.spacing(facts)
            if spacing is not None:
                return Calibration(spacing[0], spacing[1], rule.source)
    return UNCALIBRATED


def region_at(
    regions: Sequence[UltrasoundRegion], points: Sequence[tuple[float, float]]
) -> UltrasoundRegion | None:
    """Return the one region that holds all points; None if there is none or more than one.

    Regions may overlap (a colour box inside a 2D region); then the smallest spacing claim wins
    only if all of them agree, because otherwise nobody can say which one is meant.
    """
    holding = [r for r in regions if all(r.contains(column, row) for column, row in points)]
    measurable = [r for r in holding if r.calibration.is_known]
    if not measurable or len(measurable) != len([r for r in holding if _is_2d(r)]):
        return None
    first = measurable[0]
    if any(r.calibration != first.calibration for r in measurable[1:]):
        return None
    return first


def _is_2d(region: UltrasoundRegion) -> bool:
    return region.region_spatial_format == SPATIAL_FORMAT_2D


def _valid_pair(values: Sequence[float] | None) -> Pair | None:
    if values is None or len(values) != 2:
        return None
    row, column = values
    if not all(math.isfinite(v) and v > 0 for v in (row, column)):
        return None
    return (float(row), float(column))


def _valid_magnification(value: float | None) -> float | None:
    # Source to detector over source to object: never below 1.
    return value if value is not None and math.isfinite(value) and value >= 1 else None


def _same(a: Pair, b: Pair | None) -> bool:
    return b is not None and all(
        math.isclose(x, y, rel_tol=SAME_SPACING_RELATIVE) for x, y in zip(a, b, strict=True)
    )

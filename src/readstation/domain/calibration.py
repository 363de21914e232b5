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
# Distance Source to Patient ends at the isocenter for XA only (C.8.7.5), for RF at the table
ISOCENTER_MODALITIES = frozenset({"XA"})
LONGEST_NOTE = 48
MM_PER_CM = 10.0
PHYSICAL_UNIT_CM = 3  # Physical Units X/Y Direction (0018,6024), C.8.5.5.1.15
SPATIAL_FORMAT_2D = 1  # Region Spatial Format (0018,6012), C.8.5.5.1.1
AXIS_FORMATS = frozenset({2, 3, 4})  # M-mode, spectrum, wave form: no lengths
SAME_SPACING_RELATIVE = 1e-6
# What a pixel can measure; a spacing beyond is a mistake, and makes lengths and aspects infinite.
SMALLEST_MM, LARGEST_MM = 1e-6, 1e4


class SpacingSource(Enum):
    """Where a spacing comes from; the value is the unit as shown to the reader."""

    PATIENT = "mm"
    GEOMETRY = "mm (geometry)"
    FIDUCIAL = "mm (fiducial)"
    CALIBRATED = "mm (calibrated)"
    DETECTOR = "mm (detector)"
    FILM = "mm (film)"
    ISOCENTER = "mm (isocenter)"
    BEAM_CENTER = "mm (center of beam)"
    US_REGION = "mm (US region)"
    US_AXES = "US region"  # no length: see `Calibration.extents`
    USER = "mm (user calibration)"  # a reader drew a line and stated its length
    NONE = "px"


DESCRIBED_SOURCES = frozenset(
    {SpacingSource.GEOMETRY, SpacingSource.FIDUCIAL, SpacingSource.CALIBRATED}
)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Distance between rows and between columns, and who says so; None where unknown."""

    row_spacing_mm: float | None
    column_spacing_mm: float | None
    source: SpacingSource
    note: str = ""  # Pixel Spacing Calibration Description (0028,0A04)
    per_column: float | None = None  # US_AXES only: units per pixel across and down
    column_axis_unit: str = ""
    per_row: float | None = None
    row_axis_unit: str = ""

    @property
    def is_known(self) -> bool:
        return self.row_spacing_mm is not None and self.column_spacing_mm is not None

    @property
    def has_axes(self) -> bool:
        """Return True where across and down measure different things, so nothing has a length."""
        return self.source is SpacingSource.US_AXES

    @property
    def unit(self) -> str:
        """Return the unit with its source, for example `mm (detector)`."""
        return self._with_note(self.source.value)

    @property
    def area_unit(self) -> str:
        """Return the unit of areas with its source."""
        squared = self.source.value.replace("mm", "mm²").replace("px", "px²")
        return self._with_note(squared)

    def extents(self, columns: float, rows: float) -> tuple[tuple[float, str], ...]:
        """Return how far a pixel vector goes along each axis that states a unit."""
        axes = (
            (columns, self.per_column, self.column_axis_unit),
            (rows, self.per_row, self.row_axis_unit),
        )
        return tuple((abs(px) * per, unit) for px, per, unit in axes if per is not None)

    def _with_note(self, unit: str) -> str:
        return f"{unit[:-1]}: {self.note})" if self.note and unit.endswith(")") else unit

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
    pixel_spacing_calibration_description: str = ""
    distance_source_to_detector_mm: float | None = None
    distance_source_to_patient_mm: float | None = None
    object_pixel_spacing_in_center_of_beam: Sequence[float] | None = None


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
    reference_pixel_x0: int | None = None  # counted from the region's first pixel
    reference_pixel_y0: int | None = None
    reference_pixel_physical_value_x: float | None = None
    reference_pixel_physical_value_y: float | None = None

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
    beam_center: Pair | None
    isocenter_magnification: float | None

    @property
    def pixel_is_imager(self) -> bool:
        return self.pixel is not None and _same(self.pixel, self.imager)

    @property
    def is_magnified(self) -> bool:
        # A factor of exactly 1 corrects nothing: the spacing stays that of the detector.
        return self.magnification is not None and self.magnification > 1

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


def _at_isocenter(facts: _Facts) -> Pair | None:
    if facts.imager is None or facts.isocenter_magnification is None:
        return None
    row, column = facts.imager
    return (row / facts.isocenter_magnification, column / facts.isocenter_magnification)


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
        lambda f: f.is_projection and f.is_magnified and f.imager is not None,
        _demagnified,
        SpacingSource.GEOMETRY,
    ),
    # Enhanced XA/XRF states the spacing at the object itself (C.8.19.6.9).
    _Rule(
        lambda f: f.beam_center is not None,
        lambda f: f.beam_center,
        SpacingSource.BEAM_CENTER,
    ),
    # XA states source to detector and source to isocenter (C.8.7.5).
    _Rule(
        lambda f: f.isocenter_magnification is not None,
        _at_isocenter,
        SpacingSource.ISOCENTER,
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
        beam_center=_valid_pair(attributes.object_pixel_spacing_in_center_of_beam),
        isocenter_magnification=_isocenter_magnification(attributes),
    )
    for rule in _RULES:
        if rule.applies(facts):
            spacing = rule.spacing(facts)
            if spacing is not None:
                note = _note(attributes) if rule.source in DESCRIBED_SOURCES else ""
                return Calibration(spacing[0], spacing[1], rule.source, note)
    return UNCALIBRATED


def region_at(
    regions: Sequence[UltrasoundRegion], points: Sequence[tuple[float, float]]
) -> UltrasoundRegion | None:
    """Return the one region that holds all points; None if there is none or more than one.

    Regions may overlap (a colour box inside a 2D region); then the smallest spacing claim wins
    only if all of them agree, because otherwise nobody can say which one is meant.
    """
    holding = [r for r in regions if all(r.contains(column, row) for column, row in points)]
    if any(r.region_spatial_format in AXIS_FORMATS for r in holding):
        return None
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
    if not all(SMALLEST_MM <= v <= LARGEST_MM for v in (row, column)):
        return None
    return (float(row), float(column))


def _isocenter_magnification(attributes: SpacingAttributes) -> float | None:
    to_detector = attributes.distance_source_to_detector_mm
    to_patient = attributes.distance_source_to_patient_mm
    if attributes.modality not in ISOCENTER_MODALITIES or not to_detector or not to_patient:
        return None
    if to_detector < 0 or to_patient < 0:
        return None
    return _valid_magnification(to_detector / to_patient)


def _note(attributes: SpacingAttributes) -> str:
    """Return how the scanner describes its calibration, as one short line of visible text."""
    words = " ".join(attributes.pixel_spacing_calibration_description.split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)[
        :LONGEST_NOTE
    ]


def _valid_magnification(value: float | None) -> float | None:
    # Source to detector over source to object: never below 1.
    return value if value is not None and math.isfinite(value) and value >= 1 else None


def _same(a: Pair, b: Pair | None) -> bool:
    return b is not None and all(
        math.isclose(x, y, rel_tol=SAME_SPACING_RELATIVE) for x, y in zip(a, b, strict=True)
    )

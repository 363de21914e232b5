"""Image plane and patient coordinates (LPS, mm; PS3.3 C.7.6.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.domain.calibration import LARGEST_MM, SMALLEST_MM

Vector = tuple[float, float, float]

PARALLEL_COSINE = 0.9848  # within 10 degrees
UNIT_TOLERANCE = 1e-3
FARTHEST_MM = 1e6


def dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


@dataclass(frozen=True, slots=True)
class ImagePlane:
    """Where a frame lies in the patient.

    `row_cosines` point along a row (towards the next column), `column_cosines` down a column;
    they are the two halves of Image Orientation (Patient) (0020,0037). `position_mm` is the centre
    of the first pixel, Image Position (Patient) (0020,0032).
    """

    position_mm: Vector
    row_cosines: Vector
    column_cosines: Vector
    row_spacing_mm: float
    column_spacing_mm: float
    frame_of_reference_uid: str = ""

    def __post_init__(self) -> None:
        numbers = (*self.position_mm, *self.row_cosines, *self.column_cosines)
        if not all(abs(number) <= FARTHEST_MM for number in numbers):  # false for nan too
            raise ValueError("position and orientation are finite numbers of some use")
        lengths = (math.hypot(*self.row_cosines), math.hypot(*self.column_cosines))
        skew = abs(dot(self.row_cosines, self.column_cosines))
        if any(abs(length - 1) > UNIT_TOLERANCE for length in lengths) or skew > UNIT_TOLERANCE:
            raise ValueError("row and column cosines are perpendicular unit vectors")
        spacings = (self.row_spacing_mm, self.column_spacing_mm)
        if not all(SMALLEST_MM <= spacing <= LARGEST_MM for spacing in spacings):
            raise ValueError("spacings are above zero and not absurd")

    @property
    def normal(self) -> Vector:
        """Return the unit vector of rows cross columns."""
        return cross(self.row_cosines, self.column_cosines)

    @property
    def position_on_normal_mm(self) -> float:
        """Return the distance of the plane from the origin along its normal."""
        return dot(self.position_mm, self.normal)

    def to_patient(self, column: float, row: float) -> Vector:
        """Return the patient coordinates of an image point (outer corner = 0, 0), C.7.6.2.1.1."""
        across = (column - 0.5) * self.column_spacing_mm
        down = (row - 0.5) * self.row_spacing_mm
        p, r, c = self.position_mm, self.row_cosines, self.column_cosines
        return (
            p[0] + r[0] * across + c[0] * down,
            p[1] + r[1] * across + c[1] * down,
            p[2] + r[2] * across + c[2] * down,
        )

    def to_image(self, point_mm: Vector) -> tuple[float, float, float]:
        """Return (column, row, distance in mm along the normal) of a patient point."""
        p = self.position_mm
        offset = (point_mm[0] - p[0], point_mm[1] - p[1], point_mm[2] - p[2])
        return (
            dot(offset, self.row_cosines) / self.column_spacing_mm + 0.5,
            dot(offset, self.column_cosines) / self.row_spacing_mm + 0.5,
            dot(offset, self.normal),
        )

    def is_parallel_to(self, other: ImagePlane) -> bool:
        """Return True if the planes are parallel within ten degrees, on either side."""
        mine = (self.row_cosines, self.column_cosines)
        if mine == (other.row_cosines, other.column_cosines):  # as in most series
            return True
        return abs(dot(self.normal, other.normal)) >= PARALLEL_COSINE

"""Where one image plane cuts another: the line that shows a slice on a slice across it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.imaging.plane import ImagePlane, Vector, cross, dot
from readstation.imaging.rigid_transform import RigidTransform

LEAST_ANGLE_DEG = 5.0
"""Planes that are tilted less against each other cut far away, if at all."""

ImageSegment = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class ImageRectangle:
    """One image in the patient: its plane and its size in pixels."""

    plane: ImagePlane
    columns: int
    rows: int


def moved_plane(plane: ImagePlane, transform: RigidTransform) -> ImagePlane:
    """Return a plane in the patient coordinates of another study."""
    return ImagePlane(
        transform.apply(plane.position_mm),
        transform.turn(plane.row_cosines),
        transform.turn(plane.column_cosines),
        plane.row_spacing_mm,
        plane.column_spacing_mm,
        plane.frame_of_reference_uid,
    )


def reference_line(shown: ImageRectangle, on: ImageRectangle) -> ImageSegment | None:
    """Return the cut of two images as a line on the second.

    Parameters
    ----------
    shown, on : ImageRectangle
        Both in the same patient coordinates.

    Returns
    -------
    ((column, row), (column, row)) or None
        Ends on the second image, outer corner 0, 0. None where the images do not cut each other,
        or nearly are parallel.
    """
    a, b = shown.plane.normal, on.plane.normal
    along = cross(a, b)
    length = math.hypot(*along)
    if length < math.sin(math.radians(LEAST_ANGLE_DEG)):
        return None
    towards = (along[0] / length, along[1] / length, along[2] / length)
    start = _common_point(shown.plane, on.plane, towards, length)
    first, last = -math.inf, math.inf
    for image in (shown, on):
        plane = image.plane
        column, row, _ = plane.to_image(start)
        across = dot(towards, plane.row_cosines) / plane.column_spacing_mm
        down = dot(towards, plane.column_cosines) / plane.row_spacing_mm
        for at, step, size in ((column, across, image.columns), (row, down, image.rows)):
            low, high = _inside(at, step, float(size))
            first, last = max(first, low), min(last, high)
    if not first < last:
        return None
    ends = [on.plane.to_image(_further(start, towards, by)) for by in (first, last)]
    return (ends[0][0], ends[0][1]), (ends[1][0], ends[1][1])


def _common_point(one: ImagePlane, other: ImagePlane, towards: Vector, sine: float) -> Vector:
    """Return a point that lies in both planes."""
    a, b = one.normal, other.normal
    first, second = cross(b, towards), cross(towards, a)
    h, k = one.position_on_normal_mm, other.position_on_normal_mm
    return (
        (h * first[0] + k * second[0]) / sine,
        (h * first[1] + k * second[1]) / sine,
        (h * first[2] + k * second[2]) / sine,
    )


def _inside(at: float, step: float, size: float) -> tuple[float, float]:
    """Return between which distances a coordinate lies within 0 and `size`."""
    if abs(step) < 1e-12:
        return (-math.inf, math.inf) if 0 <= at <= size else (math.inf, -math.inf)
    one, other = -at / step, (size - at) / step
    return min(one, other), max(one, other)


def _further(start: Vector, towards: Vector, by: float) -> Vector:
    return (start[0] + by * towards[0], start[1] + by * towards[1], start[2] + by * towards[2])

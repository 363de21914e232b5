"""The room that a stack of slices takes in the patient, and whether two stacks share any."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from readstation.imaging.plane import ImagePlane, Vector, dot
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform

SIMILAR_DEG = 30.0
"""Slices turned against each other by less show the same from nearly the same side."""


@dataclass(frozen=True, slots=True)
class StackExtent:
    """The corners of the first and the last slice, and the directions they span."""

    corners: tuple[Vector, ...]
    axes: tuple[Vector, Vector, Vector]

    def overlaps(self, other: StackExtent, transform: RigidTransform = IDENTITY_TRANSFORM) -> bool:
        """Return True unless a plane parts the stacks; `transform` takes these points there."""
        mine = [transform.apply(corner) for corner in self.corners]
        axes = (*(transform.turn(axis) for axis in self.axes), *other.axes)
        return all(_meet(mine, other.corners, axis) for axis in axes)


def extent_of(
    planes: Sequence[ImagePlane], columns: int, rows: int, thickness_mm: float = 0.0
) -> StackExtent:
    """Return where parallel slices of one size lie, half a slice thickness beyond the outermost."""
    normal = planes[0].normal
    first = min(planes, key=lambda plane: dot(plane.position_mm, normal))
    last = max(planes, key=lambda plane: dot(plane.position_mm, normal))
    corners = []
    for plane, side in ((first, -0.5), (last, 0.5)):
        for column in (0.0, float(columns)):
            for row in (0.0, float(rows)):
                x, y, z = plane.to_patient(column, row)
                n, by = plane.normal, side * thickness_mm
                corners.append((x + n[0] * by, y + n[1] * by, z + n[2] * by))
    head = planes[0]
    return StackExtent(tuple(corners), (head.row_cosines, head.column_cosines, normal))


def angle_between_deg(
    one: ImagePlane, other: ImagePlane, transform: RigidTransform = IDENTITY_TRANSFORM
) -> float:
    """Return by how much two planes are tilted against each other, 0 to 90."""
    cosine = abs(dot(transform.turn(one.normal), other.normal))
    return math.degrees(math.acos(min(cosine, 1.0)))


def _meet(one: Sequence[Vector], other: Sequence[Vector], axis: Vector) -> bool:
    a, b = [dot(point, axis) for point in one], [dot(point, axis) for point in other]
    return min(a) < max(b) and min(b) < max(a)

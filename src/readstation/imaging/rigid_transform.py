"""Rotation and shift that carry patient points of one study to another (PS3.3 C.20.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.imaging.plane import Vector, dot

Rows = tuple[Vector, Vector, Vector]

NO_ROTATION: Rows = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
UNIT_TOLERANCE = 1e-4
FARTHEST_MM = 1e7


@dataclass(frozen=True, slots=True)
class RigidTransform:
    """Maps a point to `rotation` times the point plus `translation_mm`.

    `rotation` holds the rows of a right-handed orthonormal matrix; anything else is refused.
    """

    rotation: Rows = NO_ROTATION
    translation_mm: Vector = (0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        a, b, c = self.rotation
        numbers = (*a, *b, *c, *self.translation_mm)
        if not all(abs(number) <= FARTHEST_MM for number in numbers):  # false for nan too
            raise ValueError("rotation and shift are finite numbers of some use")
        lengths = (dot(a, a), dot(b, b), dot(c, c))
        angles = (dot(a, b), dot(b, c), dot(c, a))
        if any(abs(length - 1) > UNIT_TOLERANCE for length in lengths) or any(
            abs(angle) > UNIT_TOLERANCE for angle in angles
        ):
            raise ValueError("the rows of a rotation are perpendicular unit vectors")
        if _determinant(self.rotation) < 0:
            raise ValueError("a rotation does not mirror")

    def apply(self, point_mm: Vector) -> Vector:
        """Return where a patient point of the first study lies in the second."""
        (a, b, c), t = self.rotation, self.translation_mm
        return (dot(a, point_mm) + t[0], dot(b, point_mm) + t[1], dot(c, point_mm) + t[2])

    def turn(self, direction: Vector) -> Vector:
        """Return a direction of the first study as one of the second."""
        a, b, c = self.rotation
        return (dot(a, direction), dot(b, direction), dot(c, direction))

    @property
    def inverse(self) -> RigidTransform:
        """Return the way back, from the second study to the first."""
        a, b, c = self.rotation
        rows = ((a[0], b[0], c[0]), (a[1], b[1], c[1]), (a[2], b[2], c[2]))
        t = self.translation_mm
        return RigidTransform(rows, (-dot(rows[0], t), -dot(rows[1], t), -dot(rows[2], t)))

    def then(self, other: RigidTransform) -> RigidTransform:
        """Return this one followed by `other`."""
        columns = self.inverse.rotation
        rows = tuple(
            (dot(row, columns[0]), dot(row, columns[1]), dot(row, columns[2]))
            for row in other.rotation
        )
        return RigidTransform((rows[0], rows[1], rows[2]), other.apply(self.translation_mm))

    def shifted(self, by_mm: Vector) -> RigidTransform:
        """Return this one followed by a shift."""
        x, y, z = self.translation_mm
        return RigidTransform(self.rotation, (x + by_mm[0], y + by_mm[1], z + by_mm[2]))

    @property
    def angle_deg(self) -> float:
        """Return by how much it turns, from 0 to 180."""
        (a, b, c) = self.rotation
        sine = math.hypot(c[1] - b[2], a[2] - c[0], b[0] - a[1]) / 2
        return math.degrees(math.atan2(sine, (a[0] + b[1] + c[2] - 1) / 2))

    def displacement_mm(self, point_mm: Vector) -> Vector:
        """Return by how much it moves one point."""
        moved = self.apply(point_mm)
        return (moved[0] - point_mm[0], moved[1] - point_mm[1], moved[2] - point_mm[2])

    @classmethod
    def about(
        cls, axis: Vector, angle_deg: float, centre_mm: Vector, shift_mm: Vector
    ) -> RigidTransform:
        """Return the turn by `angle_deg` about an axis through `centre_mm`, then the shift.

        Raises
        ------
        ValueError
            If the axis has no direction.
        """
        length = math.hypot(*axis)
        if not length > 0:
            raise ValueError("an axis has a direction")
        x, y, z = (part / length for part in axis)
        sine, cosine = math.sin(math.radians(angle_deg)), math.cos(math.radians(angle_deg))
        rest = 1 - cosine
        rows = (
            (cosine + x * x * rest, x * y * rest - z * sine, x * z * rest + y * sine),
            (y * x * rest + z * sine, cosine + y * y * rest, y * z * rest - x * sine),
            (z * x * rest - y * sine, z * y * rest + x * sine, cosine + z * z * rest),
        )
        turned = cls(rows).apply(centre_mm)
        return cls(
            rows,
            (
                centre_mm[0] - turned[0] + shift_mm[0],
                centre_mm[1] - turned[1] + shift_mm[1],
                centre_mm[2] - turned[2] + shift_mm[2],
            ),
        )


def _determinant(rows: Rows) -> float:
    a, b, c = rows
    return (
        a[0] * (b[1] * c[2] - b[2] * c[1])
        - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
    )


IDENTITY_TRANSFORM = RigidTransform()

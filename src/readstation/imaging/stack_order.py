"""The order of slices by where they lie, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from readstation.imaging.plane import ImagePlane, Vector, dot

SAME_POSITION_MM = 0.01
SPACING_TOLERANCE = 0.1  # of the usual spacing
PARALLEL_COSINE = 0.99985  # within one degree
TILT_TOLERANCE = 0.02  # sideways shift per mm along the normal, about one degree


@dataclass(frozen=True, slots=True)
class StackReport:
    """Indices in order along the normal, and every irregularity found.

    `gaps` and `duplicates` hold places in `order` after which the irregularity lies.
    """

    order: tuple[int, ...]
    spacing_mm: float | None
    gaps: tuple[int, ...] = ()
    duplicates: tuple[int, ...] = ()
    is_tilted: bool = False
    is_parallel: bool = True
    is_uneven: bool = False
    """Some images lie nearer to each other than is usual: the usual distance may be a gap."""

    @property
    def is_regular(self) -> bool:
        """Return True if the slices form a volume without gap, duplicate or shear."""
        irregular = self.gaps or self.duplicates or self.is_tilted or self.is_uneven
        return self.is_parallel and not irregular

    @property
    def words(self) -> str:
        """Return what is wrong in as few words as an image has room for; empty if regular."""
        if not self.is_parallel:
            return "not parallel"
        parts = (
            _counted(len(self.gaps), "gap"),
            _counted(len(self.duplicates), "repeated position"),
            "uneven spacing" if self.is_uneven else "",
            "tilted" if self.is_tilted else "",
        )
        return ", ".join(part for part in parts if part)

    @property
    def warning(self) -> str:
        """Return what the reader should know, in one sentence; empty if regular."""
        if not self.is_parallel:
            return "The images of this series are not parallel."
        parts = []
        if self.gaps:
            parts.append(f"{len(self.gaps)} gap{'s' * (len(self.gaps) > 1)} between images")
        if self.duplicates:
            parts.append(
                f"{len(self.duplicates)} repeated position{'s' * (len(self.duplicates) > 1)}"
            )
        if self.is_tilted:
            parts.append("tilted gantry")
        if self.is_uneven:
            parts.append("uneven spacing")
        return f"This series has {', '.join(parts)}." if parts else ""


def sort_by_position(planes: Sequence[ImagePlane]) -> StackReport:
    """Order planes along the normal of the first one, and report gaps, duplicates and tilt.

    Equal positions keep their given order. The usual spacing is the median distance.

    References
    ----------
    DICOM PS3.3 C.7.6.2.1.1 (Image Position and Orientation).
    """
    if not planes:
        return StackReport((), None)
    normal = planes[0].normal
    if any(dot(p.normal, normal) < PARALLEL_COSINE for p in planes):
        return StackReport(tuple(range(len(planes))), None, is_parallel=False)
    along = [dot(p.position_mm, normal) for p in planes]
    order = sorted(range(len(planes)), key=lambda i: along[i])
    steps = [along[b] - along[a] for a, b in pairwise(order)]
    return _report(order, steps, planes)


def report_in_order(planes: Sequence[ImagePlane]) -> StackReport:
    """Report gaps, duplicates and tilt of planes that are in reading order, whichever way.

    Images that all lie at one place, as those of a cine, are no stack and are regular.
    """
    if len(planes) < 2:
        return StackReport(tuple(range(len(planes))), None)
    normal = planes[0].normal
    if any(dot(p.normal, normal) < PARALLEL_COSINE for p in planes):
        return StackReport(tuple(range(len(planes))), None, is_parallel=False)
    along = [dot(p.position_mm, normal) for p in planes]
    steps = [abs(b - a) for a, b in pairwise(along)]
    if max(steps) <= SAME_POSITION_MM:
        return StackReport(tuple(range(len(planes))), None)
    return _report(range(len(planes)), steps, planes)


def _report(
    order: Sequence[int], steps: Sequence[float], planes: Sequence[ImagePlane]
) -> StackReport:
    moved = sorted(step for step in steps if step > SAME_POSITION_MM)
    spacing = moved[(len(moved) - 1) // 2] if moved else None  # of two middle ones the smaller
    limit = (spacing or 0.0) * (1 + SPACING_TOLERANCE)
    return StackReport(
        tuple(order),
        spacing,
        gaps=tuple(i for i, step in enumerate(steps) if step > SAME_POSITION_MM and step > limit),
        duplicates=tuple(i for i, step in enumerate(steps) if step <= SAME_POSITION_MM),
        is_tilted=_is_tilted(planes[order[0]], planes[order[-1]]),
        is_uneven=bool(moved) and moved[0] < (spacing or 0.0) * (1 - SPACING_TOLERANCE),
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count > 1)}" if count else ""


class PlaneStack:
    """The planes of one series, kept so that the nearest to a point is found at once.

    Raises
    ------
    ValueError
        If there are no planes.
    """

    def __init__(self, planes: Sequence[ImagePlane]) -> None:
        if not planes:
            raise ValueError("a stack has planes")
        self._positions = np.array([plane.position_mm for plane in planes]).T
        self._normals = np.array([plane.normal for plane in planes]).T

    def nearest(self, point_mm: Vector, *, offset_mm: float = 0.0) -> tuple[int, float]:
        """Return the first plane nearest to a point moved along each normal, and how far it is."""
        x, y, z = (point_mm[axis] - self._positions[axis] for axis in range(3))
        nx, ny, nz = self._normals
        away_mm = np.abs(x * nx + y * ny + z * nz + offset_mm)
        index = int(away_mm.argmin())
        return index, float(away_mm[index])


def _is_tilted(first: ImagePlane, last: ImagePlane) -> bool:
    column, row, along = first.to_image(last.position_mm)
    if abs(along) <= SAME_POSITION_MM:
        return False
    across = abs(column - 0.5) * first.column_spacing_mm
    down = abs(row - 0.5) * first.row_spacing_mm
    return max(across, down) / abs(along) > TILT_TOLERANCE

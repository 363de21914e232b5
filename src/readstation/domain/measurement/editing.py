"""How a measurement follows the handle that is moved; points settle where a report can hold them.

The two axes of a bidirectional measurement stay perpendicular in the patient; the outline of a
freehand region bends around the handle.
"""

from __future__ import annotations

import math

from readstation.domain.measurement.distance import Bidirectional
from readstation.domain.measurement.drawn import FINEST_PX, ImagePoint, settled
from readstation.domain.measurement.kinds import Measurement
from readstation.domain.measurement.region import FreehandRoi

Points = tuple[ImagePoint, ...]
OUTLINE_GRIPS = 12


def grips(measurement: Measurement) -> tuple[tuple[int, ImagePoint], ...]:
    """Return the handles as (index of the point, place); an outline has a few of its points."""
    points = measurement.points
    step = 1
    if isinstance(measurement, FreehandRoi):
        step = max(math.ceil(len(points) / OUTLINE_GRIPS), 1)
    return tuple((index, points[index]) for index in range(0, len(points), step))


def edited(measurement: Measurement, index: int, to: ImagePoint, row_aspect: float) -> Points:
    """Return the points after the handle `index` moved. `row_aspect`: pixel height over width."""
    points = measurement.points
    if isinstance(measurement, FreehandRoi):
        return _bent(points, index, to)
    moved = tuple(to if number == index else point for number, point in enumerate(points))
    if not isinstance(measurement, Bidirectional):
        return tuple(map(settled, moved))
    if index < 2:
        return _turned(points, moved[0], moved[1], row_aspect)
    other = points[5 - index]
    foot_share = _share(points[0], points[1], to, row_aspect)
    ends = {
        index: (foot_share, _offset(points[0], points[1], to, row_aspect)),
        5 - index: (foot_share, _offset(points[0], points[1], other, row_aspect)),
    }
    short = (_beside(points[0], points[1], *ends[n], row_aspect) for n in (2, 3))
    return (points[0], points[1], *map(settled, short))


def shifted(points: Points, by: tuple[float, float], size: tuple[int, int]) -> Points:
    """Return all points moved by columns and rows, as far as the image of this size reaches.

    The move is a whole number of the steps that reports can hold, so the shape stays as it was.
    """
    columns, rows = [p.column for p in points], [p.row for p in points]
    column = _within(by[0], -min(columns), size[0] - max(columns))
    row = _within(by[1], -min(rows), size[1] - max(rows))
    step = settled(ImagePoint(column, row))
    return tuple(ImagePoint(p.column + step.column, p.row + step.row) for p in points)


def _within(value: float, lowest: float, highest: float) -> float:
    """Return the nearest whole step inside; 0 is always inside."""
    lowest, highest = min(lowest, 0.0), max(highest, 0.0)
    inside = min(max(value, lowest), highest)
    return math.trunc(inside / FINEST_PX) * FINEST_PX


def across(points: Points, to: ImagePoint, row_aspect: float) -> ImagePoint:
    """Return where a short axis ends that begins at the third point, perpendicular to the long."""
    long_start, long_end, short_start = points[:3]
    share = _share(long_start, long_end, short_start, row_aspect)
    offset = _offset(long_start, long_end, to, row_aspect)
    return settled(_beside(long_start, long_end, share, offset, row_aspect))


def _turned(points: Points, start: ImagePoint, end: ImagePoint, row_aspect: float) -> Points:
    """Return both axes after the long one changed: the short one keeps its place and lengths."""
    short = (
        _beside(
            start,
            end,
            _share(points[0], points[1], point, row_aspect),
            _offset(points[0], points[1], point, row_aspect),
            row_aspect,
        )
        for point in points[2:]
    )
    return tuple(map(settled, (start, end, *short)))


def _share(a: ImagePoint, b: ImagePoint, point: ImagePoint, row_aspect: float) -> float:
    """Return how far along the line from `a` to `b` a point lies: 0 at `a`, 1 at `b`."""
    ux, uy = b.column - a.column, (b.row - a.row) * row_aspect
    squared = ux * ux + uy * uy
    px, py = point.column - a.column, (point.row - a.row) * row_aspect
    return (px * ux + py * uy) / squared if squared else 0.0


def _offset(a: ImagePoint, b: ImagePoint, point: ImagePoint, row_aspect: float) -> float:
    """Return how far beside the line a point lies, in widths of a pixel, signed."""
    ux, uy = b.column - a.column, (b.row - a.row) * row_aspect
    long = math.hypot(ux, uy)
    px, py = point.column - a.column, (point.row - a.row) * row_aspect
    return (ux * py - uy * px) / long if long else 0.0


def _beside(
    a: ImagePoint, b: ImagePoint, share: float, offset: float, row_aspect: float
) -> ImagePoint:
    """Return the point `share` along a line and `offset` widths of a pixel beside it."""
    ux, uy = b.column - a.column, (b.row - a.row) * row_aspect
    long = math.hypot(ux, uy) or 1.0
    column = a.column + share * ux - offset * uy / long
    return ImagePoint(column, a.row + (share * uy + offset * ux / long) / row_aspect)


def _bent(outline: Points, index: int, to: ImagePoint) -> Points:
    """Move one point of an outline; its neighbours follow, the less the farther along they are."""
    reach = max(math.ceil(len(outline) / OUTLINE_GRIPS), 1)
    dx, dy = to.column - outline[index].column, to.row - outline[index].row
    moved = []
    for number, point in enumerate(outline):
        away = abs(number - index)
        away = min(away, len(outline) - away)
        weight = (1 + math.cos(math.pi * away / reach)) / 2 if away < reach else 0.0
        moved.append(ImagePoint(point.column + weight * dx, point.row + weight * dy))
    return tuple(map(settled, moved))

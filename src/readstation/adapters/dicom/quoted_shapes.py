"""Lines of graphics that other software drew, on an image or in space (PS3.3 C.18.6, C.18.9)."""

from __future__ import annotations

import math

from readstation.adapters.dicom.content_items import ContentItem
from readstation.adapters.dicom.measurement_facts import Drawing
from readstation.domain.measurement import ImagePoint
from readstation.imaging.plane import Vector

ROUND = 48
"""Points of a drawn circle or ellipse."""
Line = tuple[ImagePoint, ...]
LineMm = tuple[Vector, ...]


class UnknownShapeError(ValueError):
    """A graphic cannot be drawn: its type is not known or its points make no sense."""


def lines(drawing: Drawing | None) -> tuple[Line, ...]:
    """Return the lines of a graphic on an image.

    Raises
    ------
    UnknownShapeError
    """
    if drawing is None:
        raise UnknownShapeError
    points = drawing.points
    if drawing.graphic_type in {"POINT", "MULTIPOINT"}:
        return tuple((point,) for point in points)
    if drawing.graphic_type == "POLYLINE":
        return (points,)
    if drawing.graphic_type == "CIRCLE" and len(points) == 2:
        center, edge = points
        across = (edge.column - center.column, edge.row - center.row)
        return (_oval(center, across, (-across[1], across[0])),)
    if drawing.graphic_type == "ELLIPSE" and len(points) == 4:
        a, b, c, d = points
        center = ImagePoint((a.column + b.column) / 2, (a.row + b.row) / 2)
        one = ((b.column - a.column) / 2, (b.row - a.row) / 2)
        return (_oval(center, one, ((d.column - c.column) / 2, (d.row - c.row) / 2)),)
    raise UnknownShapeError


def lines_mm(item: ContentItem) -> tuple[LineMm, ...]:
    """Return the lines of a graphic in patient coordinates.

    Raises
    ------
    UnknownShapeError
        An ellipsoid among others: it is a body, not a line.
    """
    kind, points = item.attributes.text("GraphicType", 16), item.points_mm
    if not points:
        raise UnknownShapeError
    if kind in {"POINT", "MULTIPOINT"}:
        return tuple((point,) for point in points)
    if kind in {"POLYLINE", "POLYGON"}:
        return (points,)
    if kind == "ELLIPSE" and len(points) == 4:
        return (_oval_mm(*points),)
    raise UnknownShapeError


def _oval(center: ImagePoint, one: tuple[float, float], other: tuple[float, float]) -> Line:
    """Return the outline with two half axes as vectors."""
    turns = (math.tau * step / ROUND for step in range(ROUND + 1))
    return tuple(
        ImagePoint(
            center.column + math.cos(t) * one[0] + math.sin(t) * other[0],
            center.row + math.cos(t) * one[1] + math.sin(t) * other[1],
        )
        for t in turns
    )


def _oval_mm(a: Vector, b: Vector, c: Vector, d: Vector) -> LineMm:
    """Return the outline between the ends of the long axis and those of the short one."""
    turns = [math.tau * step / ROUND for step in range(ROUND + 1)]

    def along(axis: int, t: float) -> float:
        center = (a[axis] + b[axis]) / 2
        across = math.cos(t) * (b[axis] - a[axis]) + math.sin(t) * (d[axis] - c[axis])
        return center + across / 2

    return tuple((along(0, t), along(1, t), along(2, t)) for t in turns)

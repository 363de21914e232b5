"""Where annotations are seen in a viewport, in device pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.imaging.displayed_area import DisplayedArea
from readstation.imaging.graphic_annotation import (
    AnnotationUnits,
    Graphic,
    GraphicType,
    Point,
    TextBox,
)
from readstation.imaging.view_transform import ViewTransform

ARC_STEPS = 72


@dataclass(frozen=True, slots=True)
class Placement:
    """Maps annotation points into a viewport; `area` is what DISPLAY units are fractions of."""

    transform: ViewTransform
    area: DisplayedArea | None = None

    def place(self, point: Point, units: AnnotationUnits) -> Point:
        """Return the device pixel of an image point, or of a fraction of the displayed area."""
        if units is AnnotationUnits.PIXEL:
            return self.transform.to_viewport(*point)
        left, top, right, bottom = self._seen_area()
        return (left + point[0] * (right - left), top + point[1] * (bottom - top))

    def place_box(self, box: TextBox) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a box as it is seen: text in it stands upright."""
        corners = [self.place(corner, box.units) for corner in (box.top_left, box.bottom_right)]
        xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        return (xs[0], ys[0], xs[1], ys[1])

    def _seen_area(self) -> tuple[float, float, float, float]:
        t = self.transform
        bounds = self.area.bounds if self.area is not None else (0.0, 0.0, t.columns, t.rows)
        one, other = t.to_viewport(bounds[0], bounds[1]), t.to_viewport(bounds[2], bounds[3])
        return (
            min(one[0], other[0]),
            min(one[1], other[1]),
            max(one[0], other[0]),
            max(one[1], other[1]),
        )


@dataclass(frozen=True, slots=True)
class Outline:
    """What to draw for one graphic: marks at single points, or one line through all points."""

    points: tuple[Point, ...]
    is_marks: bool = False
    is_curve: bool = False
    is_closed: bool = False


def outline_of(graphic: Graphic, placement: Placement) -> Outline:
    """Return the line or marks of a graphic in device pixels.

    Notes
    -----
    A circle is round as it is seen, also where pixels are not square. A filled line is closed
    (C.10.5.1.2). An ellipse follows its four points through rotation and aspect.
    """
    points = tuple(placement.place(point, graphic.units) for point in graphic.points)
    kind = graphic.graphic_type
    if kind in {GraphicType.POINT, GraphicType.MULTIPOINT}:
        return Outline(points, is_marks=True)
    if kind is GraphicType.CIRCLE:
        center, radius = points[0], math.dist(points[0], points[1])
        return Outline(_arc(center, (radius, 0.0), (0.0, radius)), is_closed=True)
    if kind is GraphicType.ELLIPSE:
        center = _middle(points[0], points[1])
        return Outline(_arc(center, _half(points[0], points[1]), _half(points[2], points[3])),
                       is_closed=True)  # fmt: skip
    is_closed = graphic.is_filled or (len(points) > 2 and points[0] == points[-1])
    return Outline(points, is_curve=kind is GraphicType.INTERPOLATED, is_closed=is_closed)


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _half(a: Point, b: Point) -> Point:
    return ((b[0] - a[0]) / 2, (b[1] - a[1]) / 2)


def _arc(center: Point, first: Point, second: Point) -> tuple[Point, ...]:
    angles = (2 * math.pi * step / ARC_STEPS for step in range(ARC_STEPS))
    turns = ((math.cos(angle), math.sin(angle)) for angle in angles)
    return tuple(
        (center[0] + c * first[0] + s * second[0], center[1] + c * first[1] + s * second[1])
        for c, s in turns
    )


def bezier_segments(points: tuple[Point, ...]) -> tuple[tuple[Point, Point, Point], ...]:
    """Return the Bezier segments (control, control, end) of a smooth curve through all points.

    Catmull-Rom: which curve an INTERPOLATED graphic is, the standard leaves open.
    """
    segments = []
    for index in range(len(points) - 1):
        start, end = points[index], points[index + 1]
        before = points[max(index - 1, 0)]
        after = points[min(index + 2, len(points) - 1)]
        segments.append(
            (
                (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6),
                (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6),
                end,
            )
        )
    return tuple(segments)

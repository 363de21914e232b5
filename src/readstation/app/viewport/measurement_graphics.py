"""Measurements as the graphics and texts of a presentation state (PS3.3 C.10.5)."""

from __future__ import annotations

from collections.abc import Iterable

from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.measurement import EllipseRoi, Length, Measurement
from readstation.imaging.graphic_annotation import (
    Annotation,
    Graphic,
    GraphicLayer,
    GraphicType,
    ImageReference,
    Point,
    TextAnchor,
    TextObject,
)

MEASUREMENT_LAYER = GraphicLayer(
    "MEASUREMENTS", 1, "Measured in ReadStation", gray=65_535, cielab=(86.4, 2.0, 70.0)
)


def annotation_of(image: ImageDescription, measurements: Iterable[Measurement]) -> Annotation:
    """Return the measurements of one frame, each with its value beside it."""
    found = tuple(measurements)
    is_multi_frame = image.number_of_frames > 1
    reference = ImageReference(
        image.sop_instance_uid,
        (image.frame_number,) if is_multi_frame else (),
        image.sop_class_uid,
        image.series_instance_uid,
    )
    return Annotation(
        MEASUREMENT_LAYER.name,
        tuple(map(graphic_of, found)),
        tuple(map(text_of, found)),
        (reference,),
    )


def graphic_of(measurement: Measurement) -> Graphic:
    """Return the line, ellipse or point that was measured."""
    points = tuple((point.column, point.row) for point in measurement.points)
    if isinstance(measurement, Length):
        return Graphic(GraphicType.POLYLINE, points)
    if isinstance(measurement, EllipseRoi):
        return Graphic(GraphicType.ELLIPSE, _ellipse(points[0], points[1]))
    return Graphic(GraphicType.POINT, points)


def text_of(measurement: Measurement) -> TextObject:
    """Return the value with its unit and source, beside the rightmost point."""
    rightmost = max(measurement.points, key=lambda point: point.column)
    anchor = TextAnchor((rightmost.column, rightmost.row))
    return TextObject(measurement.text.replace(", ", "\n"), anchor=anchor)


def _ellipse(start: Point, end: Point) -> tuple[Point, Point, Point, Point]:
    """Return the ends of the longer axis, then of the shorter one (C.10.5.1.2)."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    column, row = (left + right) / 2, (top + bottom) / 2
    across = ((left, row), (right, row))
    down = ((column, top), (column, bottom))
    return (*across, *down) if right - left >= bottom - top else (*down, *across)

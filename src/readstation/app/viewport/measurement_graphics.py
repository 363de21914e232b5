"""Measurements as the graphics and texts of a presentation state (PS3.3 C.10.5)."""

from __future__ import annotations

from collections.abc import Iterable

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.image_reference import reference_to
from readstation.domain.measurement import EllipseRoi, ImagePoint, Measurement
from readstation.domain.measurement.shape import ellipse_axes, lines_of
from readstation.imaging.graphic_annotation import (
    Annotation,
    Graphic,
    GraphicLayer,
    GraphicType,
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
    return Annotation(
        MEASUREMENT_LAYER.name,
        tuple(graphic for m in found for graphic in graphics_of(m)),
        tuple(text_of(m) for m in found if m.text),
        (reference_to(image, (image.frame_number,)),),
    )


def graphics_of(measurement: Measurement) -> tuple[Graphic, ...]:
    """Return the lines, the ellipse or the point that was measured."""
    if isinstance(measurement, EllipseRoi):
        return (Graphic(GraphicType.ELLIPSE, _pairs(ellipse_axes(measurement))),)
    lines = lines_of(measurement)
    if lines:
        return tuple(Graphic(GraphicType.POLYLINE, _pairs(line)) for line in lines)
    return (Graphic(GraphicType.POINT, _pairs(measurement.points)),)


def text_of(measurement: Measurement) -> TextObject:
    """Return the value with its unit and source, beside the rightmost point."""
    rightmost = max(measurement.points, key=lambda point: point.column)
    anchor = TextAnchor((rightmost.column, rightmost.row))
    return TextObject(measurement.text.replace(", ", "\n"), anchor=anchor)


def _pairs(points: Iterable[ImagePoint]) -> tuple[Point, ...]:
    return tuple((point.column, point.row) for point in points)

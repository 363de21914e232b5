"""The lines a measurement consists of, for whoever paints or stores them."""

from __future__ import annotations

from readstation.domain.measurement.angle import CobbAngle
from readstation.domain.measurement.distance import Bidirectional
from readstation.domain.measurement.drawn import ImagePoint
from readstation.domain.measurement.kinds import Measurement
from readstation.domain.measurement.mark import Quoted
from readstation.domain.measurement.region import EllipseRoi, FreehandRoi, RectangleRoi

Line = tuple[ImagePoint, ...]


def lines_of(measurement: Measurement) -> tuple[Line, ...]:
    """Return the straight lines of a measurement; an ellipse and a single point have none."""
    points = measurement.points
    if isinstance(measurement, Quoted):
        return measurement.lines
    if isinstance(measurement, EllipseRoi) or len(points) < 2:
        return ()
    if isinstance(measurement, RectangleRoi):
        return (_around(*points),)
    if isinstance(measurement, FreehandRoi):
        return ((*points, points[0]),)
    if isinstance(measurement, Bidirectional | CobbAngle):
        return (points[:2], points[2:])
    return (points,)


def ellipse_axes(roi: EllipseRoi) -> Line:
    """Return the ends of the longer axis, then of the shorter one (PS3.3 C.10.5.1.2)."""
    (left, right) = sorted((roi.start.column, roi.end.column))
    (top, bottom) = sorted((roi.start.row, roi.end.row))
    column, row = (left + right) / 2, (top + bottom) / 2
    across = (ImagePoint(left, row), ImagePoint(right, row))
    down = (ImagePoint(column, top), ImagePoint(column, bottom))
    return (*across, *down) if right - left >= bottom - top else (*down, *across)


def _around(start: ImagePoint, end: ImagePoint) -> Line:
    corners = (start, ImagePoint(end.column, start.row), end, ImagePoint(start.column, end.row))
    return (*corners, start)

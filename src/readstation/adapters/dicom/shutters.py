"""Display shutters as the imaging layer takes them (PS3.3 C.7.6.11, C.7.6.15, C.7.6.16.2.15)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from readstation.adapters.dicom.attributes import Attributes
from readstation.imaging.shutter import (
    MAX_P_VALUE,
    CircularShutter,
    DisplayShutter,
    PolygonalShutter,
    RectangularShutter,
    ShutterShape,
)

MAX_COORDINATE = 1_000_000
MAX_VERTICES = 1024
MAX_ROWS_CROSSED = 2_000_000  # by all edges together: what filling the polygon costs
OVERLAY_GROUPS = range(0x6000, 0x6020, 2)
EDGES = (
    "ShutterLeftVerticalEdge",
    "ShutterRightVerticalEdge",
    "ShutterUpperHorizontalEdge",
    "ShutterLowerHorizontalEdge",
)


def read_shutter(attributes: Attributes) -> tuple[DisplayShutter | None, bool]:
    """Return the shutter stated here, if any, and whether one is stated but not usable.

    A shutter of which one shape is not usable is left out as a whole: hiding the wrong part of an
    image is worse than hiding none.
    """
    names = [name.upper() for name in attributes.texts("ShutterShape") if name]
    if not names:
        return None, False
    value = attributes.integer("ShutterPresentationValue") or 0
    if not 0 <= value <= MAX_P_VALUE or len(names) != len(set(names)):
        return None, True
    if names == ["BITMAP"]:
        group = attributes.integer("ShutterOverlayGroup")
        if group not in OVERLAY_GROUPS:
            return None, True
        return DisplayShutter((), group, value), False
    shapes = [READERS[name](attributes) if name in READERS else None for name in names]
    usable = tuple(shape for shape in shapes if shape is not None)
    if len(usable) != len(names):
        return None, True
    return DisplayShutter(usable, None, value), False


def _rectangle(attributes: Attributes) -> ShutterShape | None:
    edges = [_coordinate(attributes, keyword) for keyword in EDGES]
    if any(edge is None for edge in edges):
        return None
    left, right, upper, lower = (edge for edge in edges if edge is not None)
    return (
        RectangularShutter(left, right, upper, lower) if left <= right and upper <= lower else None
    )


def _circle(attributes: Attributes) -> ShutterShape | None:
    center = _coordinates(attributes, "CenterOfCircularShutter")
    radius = _coordinate(attributes, "RadiusOfCircularShutter")
    if len(center) != 2 or radius is None or radius < 1:
        return None
    return CircularShutter(center[0], center[1], radius)


def _polygon(attributes: Attributes) -> ShutterShape | None:
    found = _coordinates(attributes, "VerticesOfThePolygonalShutter")
    if len(found) % 2 or not 6 <= len(found) <= 2 * MAX_VERTICES:
        return None
    rows = found[0::2]
    if sum(abs(a - b) for a, b in pairwise((*rows, rows[0]))) > MAX_ROWS_CROSSED:
        return None
    return PolygonalShutter(tuple(zip(rows, found[1::2], strict=True)))


READERS: dict[str, Callable[[Attributes], ShutterShape | None]] = {
    "RECTANGULAR": _rectangle,
    "CIRCULAR": _circle,
    "POLYGONAL": _polygon,
}


def _coordinate(attributes: Attributes, keyword: str) -> int | None:
    found = _coordinates(attributes, keyword)
    return found[0] if len(found) == 1 else None


def _coordinates(attributes: Attributes, keyword: str) -> tuple[int, ...]:
    """Return whole numbers in the bounds that any image needs; () where one is not."""
    found = attributes.numbers(keyword)
    if any(value != int(value) or abs(value) > MAX_COORDINATE for value in found):
        return ()
    return tuple(int(value) for value in found)

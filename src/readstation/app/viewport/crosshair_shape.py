"""Where the lines of a crosshair and their handles lie in a viewport, and what a press takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from readstation.domain.measurement import ImagePoint
from readstation.imaging.view_transform import ViewTransform

Place = tuple[float, float]

MARGIN_PX = 30.0
"""Handles stay so far inside the viewport."""
CENTRE_PX, HANDLE_PX, LINE_PX = 16.0, 13.0, 6.0
"""So near is near enough to take hold."""
GAP_PX = 18.0
"""What the lines leave free around their centre."""


@dataclass(frozen=True, slots=True)
class CrossLine:
    """Where another plane cuts an image: the line through two image points; `name` is its own."""

    start: ImagePoint
    end: ImagePoint
    name: str


@dataclass(frozen=True, slots=True)
class Crosshair:
    """The lines over one image, and where they meet."""

    centre: ImagePoint
    lines: tuple[CrossLine, ...]


@dataclass(frozen=True, slots=True)
class LineOnScreen:
    """A line in device pixels, as much of it as is seen; without handles where it is short."""

    start: Place
    end: Place
    handles: tuple[Place, ...]
    name: str


class Part(Enum):
    """What of a crosshair a press takes hold of."""

    CENTRE = "centre"
    LINE = "line"
    HANDLE = "handle"


def on_screen(cross: Crosshair, transform: ViewTransform) -> tuple[LineOnScreen, ...]:
    """Return the lines as they are seen in a viewport."""
    size = (float(transform.viewport_width_px), float(transform.viewport_height_px))
    found = []
    for line in cross.lines:
        start = transform.to_viewport(line.start.column, line.start.row)
        end = transform.to_viewport(line.end.column, line.end.row)
        seen = _clipped(start, end, size, 0.0)
        if seen is not None:
            held = _clipped(start, end, size, MARGIN_PX)
            handles = _handles(held, centre_on_screen(cross, transform)) if held else ()
            found.append(LineOnScreen(*seen, handles, line.name))
    return tuple(found)


def centre_on_screen(cross: Crosshair, transform: ViewTransform) -> Place:
    """Return where the lines meet, in device pixels."""
    return transform.to_viewport(cross.centre.column, cross.centre.row)


def part_at(cross: Crosshair, transform: ViewTransform, at: Place) -> tuple[Part, str] | None:
    """Return what lies under a device pixel, with the name of its line; None if nothing."""
    lines = on_screen(cross, transform)
    for line in lines:
        if any(math.dist(handle, at) <= HANDLE_PX for handle in line.handles):
            return Part.HANDLE, line.name
    if math.dist(centre_on_screen(cross, transform), at) <= CENTRE_PX:
        return Part.CENTRE, ""
    for line in lines:
        if _distance(line.start, line.end, at) <= LINE_PX:
            return Part.LINE, line.name
    return None


def _handles(seen: tuple[Place, Place], centre: Place) -> tuple[Place, ...]:
    """Return the ends that lie far enough from the centre to be told from it."""
    return tuple(end for end in seen if math.dist(end, centre) > 3 * CENTRE_PX)


def _clipped(start: Place, end: Place, size: Place, margin: float) -> tuple[Place, Place] | None:
    """Return the part of a line inside a viewport, `margin` away from its edges."""
    first, last = 0.0, 1.0
    for axis in (0, 1):
        step, low, high = end[axis] - start[axis], margin, size[axis] - margin
        if abs(step) < 1e-9:
            if not low <= start[axis] <= high:
                return None
            continue
        one, other = (low - start[axis]) / step, (high - start[axis]) / step
        first, last = max(first, min(one, other)), min(last, max(one, other))
    if not first < last:
        return None
    return _along(start, end, first), _along(start, end, last)


def _along(start: Place, end: Place, share: float) -> Place:
    return (
        start[0] + share * (end[0] - start[0]),
        start[1] + share * (end[1] - start[1]),
    )


def _distance(start: Place, end: Place, at: Place) -> float:
    """Return how far a place is from a line between two others."""
    along = (end[0] - start[0], end[1] - start[1])
    length = math.hypot(*along)
    if length < 1e-9:
        return math.dist(start, at)
    share = ((at[0] - start[0]) * along[0] + (at[1] - start[1]) * along[1]) / length**2
    return math.dist(_along(start, end, min(max(share, 0.0), 1.0)), at)

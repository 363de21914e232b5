"""What planes are opened with: the series, what lies over it, and how much of it is seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.app.reading.display_set import DisplaySet
from readstation.imaging.reslice import MOST_SAMPLES, Projection, Slab
from readstation.imaging.volume import Volume


@dataclass(frozen=True, slots=True, eq=False)
class PlaneOpening:
    """Planes through `display_set`, with `over` laid over them; or the MIP of its whole volume."""

    display_set: DisplaySet
    over: DisplaySet | None = None
    is_whole: bool = False


def whole_slab(volume: Volume) -> Slab:
    """Return a slab that holds all of a volume, from wherever it is seen."""
    corners = volume.corners_mm
    depth_mm = max(math.dist(one, other) for one in corners for other in corners)
    deepest_mm = (MOST_SAMPLES - 1) * min(volume.spacing_mm)
    return Slab(min(depth_mm, deepest_mm), Projection.MAXIMUM)

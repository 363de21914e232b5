"""What is drawn so far of a measurement that needs more points."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.domain.measurement.drawn import Drawn, ImagePoint
from readstation.domain.measurement.kinds import Measurement


@dataclass(frozen=True, slots=True)
class Unfinished(Drawn):
    """Points that are set; never stored.

    `towards` is where the mouse is, if a press there sets the last point. `so_far` is what that
    would measure, or what the set points measure already: painted with its value, not yet made.
    """

    points: tuple[ImagePoint, ...]
    is_outline: bool = False
    towards: ImagePoint | None = None
    so_far: Measurement | None = None

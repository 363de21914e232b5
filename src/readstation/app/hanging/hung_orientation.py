"""How an image is turned so that it hangs as radiologists expect it."""

from __future__ import annotations

from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.hanging import Orientation
from readstation.imaging.orientation import (
    AS_STORED,
    DisplayOrientation,
    EdgeLetters,
    edge_letters,
)

EVERY_ORIENTATION = tuple(
    DisplayOrientation(turns, is_mirrored) for is_mirrored in (False, True) for turns in range(4)
)
CRANIO_CAUDAL = frozenset({"CC", "XCC", "XCCL", "XCCM", "FB", "RL", "RM", "CV"})
STANDARD_EDGES = {"axial": ("R", "A"), "coronal": ("R", "H"), "sagittal": ("A", "H")}
"""Letters of the left and the upper edge."""


def hung_orientation(
    wanted: Orientation, d: ImageDescription, *, side: str, view: str, plane: str
) -> DisplayOrientation:
    """Return how to turn an image; as stored where it does not say how it lies.

    Letters at the edges always follow what is shown, so a wrong tag shows as a wrong letter (H08).
    """
    if wanted is Orientation.BREAST and side in {"R", "L"}:
        left, top = _breast_edges(side, view)
    elif wanted is Orientation.STANDARD and plane in STANDARD_EDGES:
        left, top = STANDARD_EDGES[plane]
    else:
        return AS_STORED
    best = max(EVERY_ORIENTATION, key=lambda o: _agreement(_letters(o, d), left, top))
    return best if _agreement(_letters(best, d), left, top) else AS_STORED


def chest_wall_edge(side: str) -> str:
    """Return at which edge of its box the chest wall of a breast image lies: R at the right."""
    return {"R": "right", "L": "left"}.get(side, "")


def _breast_edges(side: str, view: str) -> tuple[str, str]:
    left = "A" if side == "R" else "P"
    return left, side if view in CRANIO_CAUDAL else "H"


def _letters(orientation: DisplayOrientation, d: ImageDescription) -> EdgeLetters:
    return edge_letters(orientation, d.plane, d.patient_orientation)


def _agreement(letters: EdgeLetters, left: str, top: str) -> int:
    """Return how well edges agree; the left one, where the chest wall is, counts most."""
    return 3 * _points(letters.left, left) + _points(letters.top, top)


def _points(letters: str, wanted: str) -> int:
    if letters[:1] == wanted:
        return 2
    return int(wanted in letters)

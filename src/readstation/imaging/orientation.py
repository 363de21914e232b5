"""How a frame is turned for display, and which letters then belong at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.plane import ImagePlane, Vector

# Positive and negative direction of each LPS axis (C.7.6.1.1.1)
AXIS_LETTERS = (("L", "R"), ("P", "A"), ("H", "F"))
OPPOSITE = {"L": "R", "R": "L", "P": "A", "A": "P", "H": "F", "F": "H"}
SMALLEST_SHOWN_COSINE = 0.2  # an axis within about 12 degrees of perpendicular is not named


@dataclass(frozen=True, slots=True)
class DisplayOrientation:
    """One of the eight ways to lay a frame down: mirrored left to right first, then turned.

    `quarter_turns` counts clockwise quarter turns, 0 to 3.
    """

    quarter_turns: int = 0
    is_mirrored: bool = False

    def __post_init__(self) -> None:
        if self.quarter_turns not in range(4):
            raise ValueError("quarter turns are 0 to 3")

    @property
    def swaps_axes(self) -> bool:
        return self.quarter_turns % 2 == 1

    @property
    def rotation_deg(self) -> int:
        return 90 * self.quarter_turns

    def turned(self, quarter_turns: int = 1) -> DisplayOrientation:
        """Return the orientation after clockwise turns of what is seen."""
        return DisplayOrientation((self.quarter_turns + quarter_turns) % 4, self.is_mirrored)

    def flipped_horizontally(self) -> DisplayOrientation:
        """Return the orientation after swapping left and right of what is seen."""
        return DisplayOrientation(-self.quarter_turns % 4, not self.is_mirrored)

    def flipped_vertically(self) -> DisplayOrientation:
        """Return the orientation after swapping top and bottom of what is seen."""
        return DisplayOrientation((2 - self.quarter_turns) % 4, not self.is_mirrored)

    def apply(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Return a view of (rows, columns, ...) pixels as they are seen."""
        if not self.quarter_turns and not self.is_mirrored:
            return pixels
        seen = pixels[:, ::-1] if self.is_mirrored else pixels
        return np.rot90(seen, -self.quarter_turns)

    def to_seen(
        self, column: float, row: float, *, columns: float, rows: float
    ) -> tuple[float, float]:
        """Return where an image point is seen, (x, y) from the seen upper left corner."""
        x, y = (columns - column if self.is_mirrored else column), row
        width, height = columns, rows
        for _ in range(self.quarter_turns):
            x, y = height - y, x
            width, height = height, width
        return (x, y)

    def to_image(self, x: float, y: float, *, columns: float, rows: float) -> tuple[float, float]:
        """Return the image point (column, row) seen at (x, y)."""
        width, height = (rows, columns) if self.swaps_axes else (columns, rows)
        for _ in range(self.quarter_turns):
            x, y = y, width - x
            width, height = height, width
        return (columns - x if self.is_mirrored else x, y)

    def image_direction(self, x: int, y: int) -> tuple[int, int]:
        """Return the step in (columns, rows) that a step on the screen makes."""
        for _ in range(self.quarter_turns):
            x, y = y, -x
        return (-x if self.is_mirrored else x, y)


AS_STORED = DisplayOrientation()


@dataclass(frozen=True, slots=True)
class EdgeLetters:
    """Orientation letters at the four edges; empty where nobody knows."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""


@lru_cache(maxsize=256)
def direction_letters(direction: Vector) -> str:
    """Name a patient direction, the nearest axis first.

    Examples
    --------
    >>> direction_letters((0.0, 0.6, -0.8))
    'FP'
    """
    named = [
        (abs(cosine), letters[0] if cosine > 0 else letters[1])
        for cosine, letters in zip(direction, AXIS_LETTERS, strict=True)
        if abs(cosine) >= SMALLEST_SHOWN_COSINE
    ]
    return "".join(letter for _, letter in sorted(named, key=lambda n: -n[0]))


def opposite_letters(letters: str) -> str:
    """Return the letters of the opposite edge; empty if any of them is not a direction."""
    if any(letter not in OPPOSITE for letter in letters):
        return ""
    return "".join(OPPOSITE[letter] for letter in letters)


def edge_letters(
    display: DisplayOrientation,
    plane: ImagePlane | None,
    patient_orientation: tuple[str, str] = ("", ""),
) -> EdgeLetters:
    """Return the letters of the edges as seen, from the plane, else from Patient Orientation.

    `patient_orientation` names the direction of the rows and of the columns (0020,0020).
    """
    right = _letters(display.image_direction(1, 0), plane, patient_orientation)
    bottom = _letters(display.image_direction(0, 1), plane, patient_orientation)
    return EdgeLetters(opposite_letters(right), right, opposite_letters(bottom), bottom)


def _letters(
    step: tuple[int, int], plane: ImagePlane | None, patient_orientation: tuple[str, str]
) -> str:
    columns, rows = step
    if plane is not None:
        r, c = plane.row_cosines, plane.column_cosines
        return direction_letters(
            (
                columns * r[0] + rows * c[0],
                columns * r[1] + rows * c[1],
                columns * r[2] + rows * c[2],
            )
        )
    stated = patient_orientation[0] if columns else patient_orientation[1]
    letters = stated.strip().upper()
    if not opposite_letters(letters):
        return ""
    return letters if columns + rows > 0 else opposite_letters(letters)

"""When an image counts as read: how large its pixels were, and how much of it was on the screen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from readstation.domain.late_dataclass import dataclass

GRID = 8
"""An image is followed as so many cells across and down: enough for quadrants and for panning."""
ALL_CELLS = (1 << GRID * GRID) - 1
ROUNDING = 1e-6

_LEAST_SCALE = MappingProxyType({"MG": 1.0})


@dataclass(frozen=True, slots=True)
class DiagnosticScale:
    """The least device pixels per stored pixel at which an image counts as read, by Modality.

    Below 1 not every stored pixel has one of the screen. Mammograms are to be gone through at full
    resolution; the limit for all others is this program's own, and a site sets its own in
    `policy.toml`.
    """

    by_modality: Mapping[str, float] = field(default_factory=lambda: _LEAST_SCALE)
    otherwise: float = 0.5

    def least(self, modality: str) -> float:
        return self.by_modality.get(modality, self.otherwise)

    def is_enough(self, modality: str, painted_scale: float) -> bool:
        return painted_scale >= self.least(modality) * (1 - ROUNDING)


DEFAULT_SCALE = DiagnosticScale()


@dataclass(frozen=True, slots=True)
class VisiblePart:
    """What of an image lies inside its box, in shares of its width and height from 0 to 1."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def cells(self) -> int:
        """Return the cells that are visible whole, as bits: row by row, the first one lowest.

        Examples
        --------
        >>> VisiblePart().cells == ALL_CELLS
        True
        >>> VisiblePart(right=0.5, bottom=0.25).cells == 0x0F0F
        True
        """
        columns = _whole_cells(self.left, self.right)
        rows = _whole_cells(self.top, self.bottom)
        across = sum(1 << column for column in columns)
        return sum(across << GRID * row for row in rows)


def _whole_cells(first: float, last: float) -> range:
    return range(
        max(math.ceil(first * GRID - ROUNDING), 0),
        min(math.floor(last * GRID + ROUNDING), GRID),
    )


@dataclass(frozen=True, slots=True)
class ViewedImages:
    """How many images of a study a reader has looked at; each counts once.

    `diagnostic` were on the screen whole and large enough, `displayed` at all.
    """

    total: int
    displayed: int
    diagnostic: int

    @property
    def never(self) -> int:
        return self.total - self.displayed

    @property
    def only_smaller(self) -> int:
        return self.displayed - self.diagnostic

    @property
    def sentence(self) -> str:
        """Return what the sign-off says of it.

        Examples
        --------
        >>> ViewedImages(60, 58, 46).sentence
        '58 of 60 displayed, 2 never; 12 not at diagnostic scale'
        >>> ViewedImages(4, 4, 4).sentence
        '4 of 4 displayed'
        """
        never = f", {self.never} never" if self.never else ""
        smaller = f"; {self.only_smaller} not at diagnostic scale" if self.only_smaller else ""
        return f"{self.displayed} of {self.total} displayed{never}{smaller}"

    @property
    def is_complete(self) -> bool:
        return self.diagnostic == self.total

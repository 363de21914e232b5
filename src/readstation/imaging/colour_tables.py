"""The well-known colour palettes of DICOM (PS3.6 Annex B) that uptake is shown in."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum
from functools import cache

import numpy as np

from readstation.imaging.palette import ColourPalette

ENTRIES = 256
_Points = tuple[tuple[int, int], ...]


class ColourTable(Enum):
    """The value is the name that the reader sees; PET is the one that others call rainbow."""

    HOT_IRON = "Hot iron"
    PET = "PET (rainbow)"
    HOT_METAL_BLUE = "Hot metal blue"

    @property
    def palette(self) -> ColourPalette:
        return _palette(self)


def _rounded_down(value: float) -> int:
    return math.floor(value + 1e-9)


_Rounding = Callable[[float], int]
# Where the straight parts of red, green and blue begin and end: entry and level.
_TABLES: dict[ColourTable, tuple[tuple[_Points, _Rounding], ...]] = {
    ColourTable.HOT_IRON: (
        (((0, 0), (127, 254), (128, 255), (255, 255)), _rounded_down),
        (((0, 0), (128, 0), (255, 255)), _rounded_down),
        (((0, 0), (191, 0), (254, 252), (255, 255)), _rounded_down),
    ),
    ColourTable.PET: (
        (((0, 0), (64, 1), (106, 85), (192, 255), (255, 255)), _rounded_down),
        (((0, 0), (63, 128), (128, 0), (255, 255)), _rounded_down),
        (((0, 0), (128, 255), (129, 252), (192, 0), (255, 255)), _rounded_down),
    ),
    ColourTable.HOT_METAL_BLUE: (
        (
            ((0, 0), (85, 0), (102, 50), (119, 90), (153, 190), (170, 255), (255, 255)),
            round,
        ),
        (((0, 0), (119, 0), (238, 224), (255, 255)), round),
        (
            (
                *((0, 0), (17, 33), (42, 83), (44, 86), (75, 147), (93, 183), (95, 186)),
                *((102, 200), (119, 150), (136, 50), (153, 0), (170, 0), (238, 200), (255, 255)),
            ),
            round,
        ),
    ),
}


@cache
def _palette(table: ColourTable) -> ColourPalette:
    red, green, blue = (_levels(points, rounded) for points, rounded in _TABLES[table])
    return ColourPalette(
        tuple(r << 16 | g << 8 | b for r, g, b in zip(red, green, blue, strict=True))
    )


def _levels(points: _Points, rounded: _Rounding) -> list[int]:
    at, levels = zip(*points, strict=True)
    return [rounded(float(level)) for level in np.interp(np.arange(ENTRIES), at, levels)]

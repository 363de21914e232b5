"""Graphics that an image brings along: one plane of bits over its pixels (PS3.3 C.9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray


class OverlayType(Enum):
    """Values of Overlay Type (60xx,0040)."""

    GRAPHICS = "G"
    ROI = "R"


@dataclass(frozen=True, slots=True, eq=False)
class OverlayPlane:
    """One overlay of one frame.

    `graphic` has shape (rows, columns), bool, of its own size. `first_row` and `first_column` say
    which image pixel its first one covers, counted from 0; they may lie outside the image.
    `group` is the number of its group, 0x6000 to 0x601E.
    """

    graphic: NDArray[np.bool_]
    first_row: int = 0
    first_column: int = 0
    overlay_type: OverlayType = OverlayType.GRAPHICS
    group: int = 0x6000
    label: str = ""
    description: str = ""

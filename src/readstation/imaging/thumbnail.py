"""Small previews of frames; never for reading."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.imaging.frame import StoredFrame
from readstation.imaging.presentation import Rendering, display_values


def thumbnail_of(
    frame: StoredFrame, rendering: Rendering | None, row_aspect: float, side_px: int
) -> NDArray[np.uint8]:
    """Reduce one frame to a preview whose longer side is `side_px`.

    Parameters
    ----------
    frame : StoredFrame
        Stored values. Not modified.
    rendering : Rendering or None
        How stored values become gray levels; None for colour.
    row_aspect : float
        Displayed height of a pixel over its width.
    side_px : int
        Length of the longer side of the result.

    Returns
    -------
    ndarray, shape (rows, columns) or (rows, columns, 3), uint8
        Display values 0 to 255. New array.
    """
    shown = frame.stored_values if rendering is None else display_values(frame, rendering)
    height = frame.rows * row_aspect
    scale = side_px / max(height, frame.columns)
    size = max(1, round(frame.columns * scale)), max(1, round(height * scale))
    small = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small, dtype=np.uint8)

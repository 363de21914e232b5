"""Half-size copies of large frames, so that a fitted view is resampled from few pixels.

They take about as long as copying the frame once: whoever decodes or reads a large frame makes
them in the same job, and the viewport finds them ready.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.imaging.frame import StoredFrame

PYRAMID_FROM_PIXELS = 2_000_000
SMALLEST_LEVEL_PX = 256


def needs_half_sizes(frame: StoredFrame) -> bool:
    """Return True if the frame is so large that half-size copies pay, and has none yet."""
    return frame.rows * frame.columns > PYRAMID_FROM_PIXELS and not frame.half_sizes


def with_half_sizes(frame: StoredFrame) -> StoredFrame:
    """Return the frame with its half-size copies; itself if it is small or has them.

    Runs in any thread: a frame never changes, and the values themselves are shared, not copied.
    """
    if not needs_half_sizes(frame):
        return frame
    levels = [resizable(frame.stored_values)]
    while can_be_halved(levels[-1]):
        levels.append(halved(levels[-1]))
    return replace(frame, half_sizes=tuple(levels[1:]))


def resizable(stored_values: NDArray[Any]) -> NDArray[Any]:
    """Return the values, of any shape, in a type that can be resampled, without losing any.

    What is no number becomes the lowest finite value, infinities the nearest one. Not a copy where
    the type can stay.
    """
    if stored_values.dtype == np.int8:
        return stored_values.astype(np.int16)
    if stored_values.dtype.kind == "f":
        finite = stored_values[np.isfinite(stored_values)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
        wide = stored_values.astype(np.float64)
        return np.nan_to_num(wide, copy=False, nan=low, neginf=low, posinf=high)
    if stored_values.dtype.itemsize > 2:
        return stored_values.astype(np.float64)
    return stored_values


def can_be_halved(values: NDArray[Any]) -> bool:
    """Return True if a level is large enough for a smaller one."""
    return bool(min(values.shape[:2]) > SMALLEST_LEVEL_PX)


def halved(values: NDArray[Any]) -> NDArray[Any]:
    """Return the means of 2 x 2 pixels, shape (rows / 2, columns / 2, ...), of the same type.

    A last odd row or column counts twice.
    """
    rows, columns = values.shape[:2]
    if rows % 2 or columns % 2:
        values = np.asarray(
            cv2.copyMakeBorder(
                np.ascontiguousarray(values), 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE
            )
        )
    size = (values.shape[1] // 2, values.shape[0] // 2)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA))

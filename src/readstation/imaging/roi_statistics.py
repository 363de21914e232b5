"""Statistics of modality values inside a region."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.domain.measurement import ImagePoint, RoiStatistics
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values


def ellipse_statistics(
    frame: StoredFrame, modality: ModalityTransform, a: ImagePoint, b: ImagePoint
) -> RoiStatistics | None:
    """Summarise the pixels whose centres lie in the ellipse filling the rectangle from `a` to `b`.

    Parameters
    ----------
    frame : StoredFrame
        Grayscale; colour has no comparable values.
    modality : ModalityTransform
        Applied before the statistics.
    a, b : ImagePoint
        Opposite corners, in pixels from the outer corner of the first pixel.

    Returns
    -------
    RoiStatistics or None
        In modality values; None if no pixel centre lies inside, or for colour. The deviation is
        that of a sample (n - 1), 0 for a single pixel. Pixel padding is left out.
    """
    columns, rows, stored = _bounding_pixels(frame, a, b)
    half_width, half_height = abs(b.column - a.column) / 2, abs(b.row - a.row) / 2
    if stored.size == 0 or half_width == 0 or half_height == 0:
        return None
    x = (columns + 0.5 - (a.column + b.column) / 2) / half_width
    y = (rows + 0.5 - (a.row + b.row) / 2) / half_height
    return _summary(frame, modality, stored[x[None, :] ** 2 + y[:, None] ** 2 <= 1])


def rectangle_statistics(
    frame: StoredFrame, modality: ModalityTransform, a: ImagePoint, b: ImagePoint
) -> RoiStatistics | None:
    """Summarise the pixels whose centres lie in the rectangle from `a` to `b`."""
    _, _, stored = _bounding_pixels(frame, a, b)
    return _summary(frame, modality, stored.reshape(-1)) if stored.ndim == 2 else None


def value_at(frame: StoredFrame, modality: ModalityTransform, point: ImagePoint) -> float | None:
    """Return the modality value under a point; None outside the image, in padding or for colour."""
    column, row = int(np.floor(point.column)), int(np.floor(point.row))
    if frame.is_colour or not (0 <= row < frame.rows and 0 <= column < frame.columns):
        return None
    found = _summary(frame, modality, frame.stored_values[row : row + 1, column])
    return found.mean if found else None


def _bounding_pixels(
    frame: StoredFrame, a: ImagePoint, b: ImagePoint
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[Any]]:
    """Return column and row indices and values of the pixels with centres in the rectangle."""

    def inside(low: float, high: float, limit: int) -> tuple[int, int]:
        first = int(np.clip(np.ceil(low - 0.5), 0, limit))
        return first, int(np.clip(np.floor(high - 0.5) + 1, first, limit))

    left, right = inside(min(a.column, b.column), max(a.column, b.column), frame.columns)
    top, bottom = inside(min(a.row, b.row), max(a.row, b.row), frame.rows)
    if frame.is_colour:
        right = left
    return (
        np.arange(left, right, dtype=np.float64),
        np.arange(top, bottom, dtype=np.float64),
        frame.stored_values[top:bottom, left:right],
    )


def _summary(
    frame: StoredFrame, modality: ModalityTransform, stored: NDArray[Any]
) -> RoiStatistics | None:
    padding = frame.pixel_padding
    if padding is not None:
        stored = stored[(stored < padding.lowest) | (stored > padding.highest)]
    if stored.dtype.kind == "f":
        stored = stored[np.isfinite(stored)]
    if stored.size == 0:
        return None
    values = modality_values(stored, modality)
    return RoiStatistics(
        count=int(values.size),
        mean=float(values.mean()),
        standard_deviation=float(values.std(ddof=1)) if values.size > 1 else 0.0,
        minimum=float(values.min()),
        maximum=float(values.max()),
    )

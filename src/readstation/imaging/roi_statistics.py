"""Modality values inside a region, and what they sum up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.domain.measurement import (
    EllipseRoi,
    ImagePoint,
    RectangleRoi,
    Roi,
    RoiStatistics,
)
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values
from readstation.imaging.roi_mask import RoiMask, ellipse_mask, outline_mask, rectangle_mask


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
    mask = ellipse_mask(a, b, rows=frame.rows, columns=frame.columns)
    return _summary(masked_values(frame, modality, mask))


def rectangle_statistics(
    frame: StoredFrame, modality: ModalityTransform, a: ImagePoint, b: ImagePoint
) -> RoiStatistics | None:
    """Summarise the pixels whose centres lie in the rectangle from `a` to `b`."""
    mask = rectangle_mask(a, b, rows=frame.rows, columns=frame.columns)
    return _summary(masked_values(frame, modality, mask))


def outline_statistics(
    frame: StoredFrame, modality: ModalityTransform, outline: Sequence[ImagePoint]
) -> RoiStatistics | None:
    """Summarise the pixels whose centres lie inside or on a closed outline (even-odd rule)."""
    mask = outline_mask(outline, rows=frame.rows, columns=frame.columns)
    return _summary(masked_values(frame, modality, mask))


def roi_values(frame: StoredFrame, modality: ModalityTransform, roi: Roi) -> NDArray[Any]:
    """Return the modality values inside a region, padding left out: shape (count,)."""
    size = {"rows": frame.rows, "columns": frame.columns}
    if isinstance(roi, EllipseRoi):
        mask = ellipse_mask(roi.start, roi.end, **size)
    elif isinstance(roi, RectangleRoi):
        mask = rectangle_mask(roi.start, roi.end, **size)
    else:
        mask = outline_mask(roi.outline, **size)
    return masked_values(frame, modality, mask)


def value_at(frame: StoredFrame, modality: ModalityTransform, point: ImagePoint) -> float | None:
    """Return the modality value under a point; None outside the image, in padding or for colour."""
    column, row = int(np.floor(point.column)), int(np.floor(point.row))
    if frame.is_colour or not (0 <= row < frame.rows and 0 <= column < frame.columns):
        return None
    one = RoiMask(row, column, np.ones((1, 1), np.bool_))
    found = _summary(masked_values(frame, modality, one))
    return found.mean if found else None


def masked_values(frame: StoredFrame, modality: ModalityTransform, mask: RoiMask) -> NDArray[Any]:
    """Return the modality values of the pixels of a mask, shape (n,); none of padding.

    An empty array for colour, which has no modality values, and where the mask is empty.
    """
    if frame.is_colour or mask.inside.size == 0:
        return np.empty(0)
    rows, columns = mask.inside.shape
    around = frame.stored_values[mask.top : mask.top + rows, mask.left : mask.left + columns]
    stored = around[mask.inside]
    padding = frame.pixel_padding
    if padding is not None:
        stored = stored[(stored < padding.lowest) | (stored > padding.highest)]
    if stored.dtype.kind == "f":
        stored = stored[np.isfinite(stored)]
    return modality_values(stored, modality) if stored.size else np.empty(0)


def _summary(values: NDArray[Any]) -> RoiStatistics | None:
    if values.size == 0:
        return None
    return RoiStatistics(
        count=int(values.size),
        mean=float(values.mean()),
        standard_deviation=float(values.std(ddof=1)) if values.size > 1 else 0.0,
        minimum=float(values.min()),
        maximum=float(values.max()),
    )

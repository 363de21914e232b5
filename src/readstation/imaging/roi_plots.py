"""What is plotted of a measurement: how often values occur in a region, and values on a line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from readstation.domain.measurement import ImagePoint, Roi
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values
from readstation.imaging.roi_statistics import roi_values

MOST_BINS = 64
STEPS_PER_PIXEL = 2


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of values; bin n reaches from `edges[n]` to `edges[n + 1]`."""

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LineProfile:
    """Values along a line; NaN where there is none. `share` runs from 0 at the start to 1."""

    share: NDArray[np.float64]
    values: NDArray[np.float64]


def histogram_of(frame: StoredFrame, modality: ModalityTransform, roi: Roi) -> Histogram:
    """Count the modality values in a region.

    Bins hold whole steps of the stored values, so that none is empty for want of possible values;
    there are at most 64.
    """
    values = np.asarray(roi_values(frame, modality, roi), np.float64)
    if values.size == 0:
        return Histogram(np.zeros(1), np.zeros(0, np.int64))
    low, high = float(values.min()), float(values.max())
    step = abs(modality.rescale_slope) or 1.0
    if frame.stored_values.dtype.kind == "f" or modality.lut is not None:
        step = (high - low) / (MOST_BINS - 1) or 1.0
    in_all = round((high - low) / step) + 1
    width = step * math.ceil(in_all / MOST_BINS)
    count = max(math.ceil(in_all * step / width - 1e-9), 1)
    edges = low - step / 2 + width * np.arange(count + 1, dtype=np.float64)
    return Histogram(edges, np.histogram(values, edges)[0].astype(np.int64))


def profile_of(
    frame: StoredFrame, modality: ModalityTransform, start: ImagePoint, end: ImagePoint
) -> LineProfile:
    """Sample modality values along a line, two to a pixel, linear between pixel centres.

    A sample is NaN outside the image and wherever one of its four pixels is padding.
    """
    length_px = math.hypot(end.column - start.column, end.row - start.row)
    share = np.linspace(0.0, 1.0, max(math.ceil(length_px * STEPS_PER_PIXEL), 1) + 1)
    if frame.is_colour:
        return LineProfile(share, np.full(share.shape, np.nan))
    x = start.column + share * (end.column - start.column) - 0.5
    y = start.row + share * (end.row - start.row) - 0.5
    is_inside = (x >= -0.5) & (x <= frame.columns - 0.5) & (y >= -0.5) & (y <= frame.rows - 0.5)
    x, y = np.clip(x, 0, frame.columns - 1), np.clip(y, 0, frame.rows - 1)
    left = np.minimum(x.astype(np.int64), max(frame.columns - 2, 0))
    top = np.minimum(y.astype(np.int64), max(frame.rows - 2, 0))
    right, bottom = np.minimum(left + 1, frame.columns - 1), np.minimum(top + 1, frame.rows - 1)
    across, down = x - left, y - top
    upper, lower = (
        _between(_values(frame, modality, row, left), _values(frame, modality, row, right), across)
        for row in (top, bottom)
    )
    values = _between(upper, lower, down)
    return LineProfile(share, np.where(is_inside, values, np.nan))


def _between(
    a: NDArray[np.float64], b: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return values a share of the way from `a` to `b`: exactly `a` at 0, whatever `b` is."""
    return np.where(share > 0, a + (b - a) * share, a)


def _values(
    frame: StoredFrame,
    modality: ModalityTransform,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> NDArray[np.float64]:
    stored = frame.stored_values[rows, columns]
    values = np.asarray(modality_values(stored, modality), np.float64)
    padding = frame.pixel_padding
    if padding is not None:
        values = np.where((stored < padding.lowest) | (stored > padding.highest), values, np.nan)
    return values

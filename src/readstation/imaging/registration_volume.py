"""Coarse volumes from the slices of a series: what registration compares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.imaging.modality_lut import IDENTITY, ModalityTransform, modality_values
from readstation.imaging.plane import ImagePlane, dot
from readstation.imaging.stack_order import PARALLEL_COSINE, SAME_POSITION_MM

GRID_MM = 3.0
FEWEST_SLICES = 5
MOST_SLICES = 1200
MOST_VOXELS = 12_000_000

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CoarseVolume:
    """Values on a regular grid in the patient.

    `values` has shape (slices, rows, columns). `to_patient` is 3 x 4: it takes (column, row,
    slice, 1), whole numbers at the centres of voxels, to patient coordinates in mm. `low` is the
    value of what is no tissue: air, or outside the field of view.
    """

    values: Values
    to_patient: NDArray[np.float64]
    low: float

    @property
    def to_index(self) -> NDArray[np.float64]:
        """Return the 3 x 4 matrix from patient coordinates to (column, row, slice)."""
        turn = np.linalg.inv(self.to_patient[:, :3])
        return np.column_stack([turn, -turn @ self.to_patient[:, 3]])

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Return the distances of columns, rows and slices."""
        x, y, z = (float(length) for length in np.linalg.norm(self.to_patient[:, :3], axis=0))
        return (x, y, z)

    def smoothed(self) -> CoarseVolume:
        """Return it with neighbours mixed in, 1 2 1 along each axis: what is smooth moves well.

        Interpolation between voxels blurs, and less so at their centres; unsmoothed volumes of
        thick slices are drawn to whole slices by that.
        """
        values = self.values
        for axis in range(3):
            ends = values.take([0, -1], axis)
            first, last = np.split(ends, 2, axis)
            padded = np.concatenate([first, values, last], axis)
            near = [slice(None)] * 3
            parts = []
            for start, stop in ((0, -2), (1, -1), (2, None)):
                near[axis] = slice(start, stop)
                parts.append(padded[tuple(near)])
            values = (parts[0] + parts[2]) * np.float32(0.25) + parts[1] * np.float32(0.5)
        return CoarseVolume(values, self.to_patient, self.low)

    def reduced(self, to_mm: float) -> CoarseVolume:
        """Return the means of whole blocks of voxels, as near to `to_mm` as whole numbers allow."""
        blocks = [max(round(to_mm / spacing), 1) for spacing in self.spacing_mm]
        counts = [max(n // k, 1) for n, k in zip(self.values.shape[::-1], blocks, strict=True)]
        k = [min(b, n) for b, n in zip(blocks, self.values.shape[::-1], strict=True)]
        (i, j, s), (ki, kj, ks) = counts, k
        parts = self.values[: s * ks, : j * kj, : i * ki].reshape(s, ks, j, kj, i, ki)
        matrix = self.to_patient.copy()
        matrix[:, 3] += matrix[:, :3] @ ((np.array(k) - 1) / 2)
        matrix[:, :3] *= k
        return CoarseVolume(parts.mean(axis=(1, 3, 5), dtype=np.float32), matrix, self.low)


def coarse_slice(
    stored_values: NDArray[Any], block: int, transform: ModalityTransform = IDENTITY
) -> Values:
    """Return modality values, means of `block` x `block` pixels; an incomplete block is left out.

    From shape (rows, columns) to (rows // block, columns // block), float32.

    Without a Modality LUT the means are taken first: a straight line does not mind.
    """
    rows, columns = stored_values.shape[0] // block, stored_values.shape[1] // block
    whole = stored_values[: rows * block, : columns * block]
    if transform.lut is not None:
        whole, transform = modality_values(whole, transform), IDENTITY
    small = cv2.resize(
        np.ascontiguousarray(whole, dtype=np.float32), (columns, rows), interpolation=cv2.INTER_AREA
    )
    slope, intercept = transform.rescale_slope, transform.rescale_intercept
    return np.asarray(small * np.float32(slope) + np.float32(intercept))


def block_of(plane: ImagePlane, grid_mm: float = GRID_MM) -> int:
    """Return how many pixels across become one voxel."""
    finest = min(plane.row_spacing_mm, plane.column_spacing_mm)
    return max(math.floor(grid_mm / finest), 1)


def slices_for_grid(planes: Sequence[ImagePlane], grid_mm: float = GRID_MM) -> tuple[int, ...]:
    """Return which slices are needed, in order along the normal; empty if they are no volume.

    Of thin slices every few are left out: two remain in each step of the grid.
    """
    if not FEWEST_SLICES <= len(planes) <= MOST_SLICES:
        return ()
    first = planes[0]
    same = all(
        dot(plane.normal, first.normal) >= PARALLEL_COSINE
        and dot(plane.row_cosines, first.row_cosines) >= PARALLEL_COSINE
        and math.isclose(plane.row_spacing_mm, first.row_spacing_mm, rel_tol=1e-3)
        and math.isclose(plane.column_spacing_mm, first.column_spacing_mm, rel_tol=1e-3)
        for plane in planes
    )
    if not same:
        return ()
    along = [dot(plane.position_mm, first.normal) for plane in planes]
    chosen: list[int] = []
    for index in sorted(range(len(planes)), key=lambda i: along[i]):
        if not chosen or along[index] - along[chosen[-1]] >= max(
            grid_mm / 2 - SAME_POSITION_MM, SAME_POSITION_MM
        ):
            chosen.append(index)
    return tuple(chosen) if len(chosen) >= FEWEST_SLICES else ()


def coarse_volume(
    planes: Sequence[ImagePlane],
    slices: Sequence[Values],
    *,
    low: float | None = None,
    high: float | None = None,
    grid_mm: float = GRID_MM,
) -> CoarseVolume:
    """Put coarse slices, sorted along their normal, on a regular grid.

    Parameters
    ----------
    planes : sequence of ImagePlane
        Where the full-size images lie, ascending along the normal of the first one.
    slices : sequence of ndarray, shape (rows, columns), float32
        Modality values, reduced by `coarse_slice` with `block_of` the first plane.
    low, high : float, optional
        Values are limited to this range; without one, to the 1st and the 99.5th percentile.
    grid_mm : float
        Least distance of grid slices; thicker slices keep their own distance.

    Returns
    -------
    CoarseVolume

    Raises
    ------
    ValueError
        If the slices do not form a volume.
    """
    head, block = planes[0], block_of(planes[0], grid_mm)
    if len(planes) != len(slices) or len({each.shape for each in slices}) != 1:
        raise ValueError("slices of a volume have one size")
    origin = np.array([plane.position_mm for plane in planes])
    along = (origin - origin[0]) @ np.array(head.normal)
    steps = np.diff(along)
    if len(planes) < 2 or float(steps.min()) <= 0:
        raise ValueError("slices of a volume lie one after the other")
    step = max(float(np.median(steps)), grid_mm)
    count = max(int(along[-1] / step + 0.5) + 1, 2)
    if count * slices[0].size > MOST_VOXELS:
        raise ValueError("the volume is too large to compare")
    air = float(low) if low is not None else 0.0
    stack = np.stack([np.nan_to_num(each, nan=air, posinf=air, neginf=air) for each in slices])
    weights = _weights(along, np.arange(count, dtype=np.float64) * step, step)
    values = (weights @ stack.reshape(len(slices), -1)).reshape(count, *stack.shape[1:])
    some = values[:, ::2, ::2]
    bottom = float(np.percentile(some, 1)) if low is None else low
    top = float(np.percentile(some, 99.5)) if high is None else high
    np.clip(values, bottom, max(top, bottom + 1e-3), out=values)
    tilt = (origin[-1] - origin[0]) / along[-1]  # the normal, unless the gantry was tilted
    across = np.array(head.row_cosines) * head.column_spacing_mm
    down = np.array(head.column_cosines) * head.row_spacing_mm
    start = origin[0] + (across + down) * (block - 1) / 2
    matrix = np.column_stack([across * block, down * block, tilt * step, start])
    return CoarseVolume(values, matrix, bottom)


def _weights(along: NDArray[np.float64], grid: NDArray[np.float64], step: float) -> Values:
    """Return how much of each slice is in each grid slice: linear, and means of thin slices."""
    is_thin = step > 1.5 * float(np.median(np.diff(along)))
    offsets = np.array([-1.0, 0.0, 1.0]) * step / 3 if is_thin else np.zeros(1)
    weights = np.zeros((len(grid), len(along)))
    row = np.arange(len(grid))
    for offset in offsets:
        at = np.clip(grid + offset, along[0], along[-1])
        after = np.clip(np.searchsorted(along, at), 1, len(along) - 1)
        share = (at - along[after - 1]) / (along[after] - along[after - 1])
        weights[row, after - 1] += 1 - share
        weights[row, after] += share
    return np.asarray(weights / len(offsets), dtype=np.float32)

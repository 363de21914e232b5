"""One value of a volume at a point of the patient, as a plane through that point shows it.

A few samples at a time, without the compiler that whole planes need: for a read-out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.modality_lut import modality_values
from readstation.imaging.plane import Vector
from readstation.imaging.reslice import THIN, Interpolation, Projection, Slab, layer_count
from readstation.imaging.volume import Volume

HALF_VOXEL = 0.5 + 1e-9
CORNERS = np.array([(x, y, z) for z in (0, 1) for y in (0, 1) for x in (0, 1)])


def probe(
    volume: Volume,
    point_mm: Vector,
    normal: Vector = (0.0, 0.0, 1.0),
    slab: Slab = THIN,
    *,
    interpolation: Interpolation = Interpolation.LINEAR,
) -> float | None:
    """Return the modality value at a point, or of the slab in front of and behind it.

    Parameters
    ----------
    volume : Volume
        Not modified.
    point_mm, normal : 3 numbers
        Where, and in which direction a slab is thick, in patient coordinates.
    slab : Slab
        Half of the thickness lies on each side of the point.
    interpolation : Interpolation
        Between voxels; those that are padding are left out, as `reslice` does.

    Returns
    -------
    float or None
        None outside of the volume, and where there is no image.
    """
    count, apart_mm = layer_count(volume, normal, slab)
    offsets = (np.arange(count) - (count - 1) / 2) * apart_mm
    points = np.array(point_mm)[:, None] + np.array(normal)[:, None] * offsets
    places = volume.to_voxel @ np.vstack([points, np.ones(count)])
    stored = values_at(volume, places, interpolation)
    stored = stored[~np.isnan(stored)]
    if not stored.size:
        return None
    modality = modality_values(stored, volume.modality_transform)
    if slab.projection is Projection.MEAN:
        return float(modality.mean())
    return float(modality.max() if slab.projection is Projection.MAXIMUM else modality.min())


def values_at(
    volume: Volume, places: NDArray[np.float64], interpolation: Interpolation
) -> NDArray[np.float64]:
    """Return the stored values, shape (n,), at columns, rows and slices, shape (3, n).

    No number (NaN) where there is no image: outside, and where padding is nearest.
    """
    last = np.array(volume.values.shape[::-1])[:, None] - 1.0
    is_outside = ((places < -HALF_VOXEL) | (places > last + HALF_VOXEL)).any(axis=0)
    inside = np.clip(places, 0.0, last)
    near = _stored(volume, np.floor(inside + 0.5))
    near[is_outside] = np.nan
    if interpolation is Interpolation.NEAREST:
        return near
    base = np.floor(inside)
    shares = inside - base
    total, weights = np.zeros(places.shape[1]), np.zeros(places.shape[1])
    for corner in CORNERS:
        weight = np.prod(np.where(corner[:, None] == 1, shares, 1 - shares), axis=0)
        values = _stored(volume, np.minimum(base + corner[:, None], last))
        weight[np.isnan(values)] = 0.0
        total += weight * np.nan_to_num(values)
        weights += weight
    found: NDArray[np.float64] = total / np.where(weights > 0, weights, 1.0)
    found[np.isnan(near)] = np.nan
    return found


def _stored(volume: Volume, at: NDArray[np.float64]) -> NDArray[np.float64]:
    column, row, index = at.astype(np.intp)
    values: NDArray[np.float64] = volume.values[index, row, column].astype(np.float64)
    values[values == volume.padding] = np.nan
    return values

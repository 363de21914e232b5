"""How well two registered volumes fit: block by block, as a wrong place fits the outline only."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.imaging.registration_steps import mapped, sampled
from readstation.imaging.registration_volume import CoarseVolume, Values
from readstation.imaging.rigid_transform import RigidTransform

BLOCK_MM = 30.0
LEAST_COVERED = 0.3  # of a block
AIR_SHARE = 0.15  # of the range of values: what is below and open to the side lies outside the body
LEAST_SPREAD = 0.02  # of the spread of all values: flatter blocks show nothing


@dataclass(frozen=True, slots=True)
class Fit:
    """`likeness` is the median correlation of blocks that show something, `blocks` how many.

    Only what lies inside the body counts.
    """

    likeness: float
    blocks: int


def fit_of(
    fixed: CoarseVolume, moving: CoarseVolume, transform: RigidTransform, *, same_values: bool
) -> Fit:
    """Return how well coarse volumes fit under a transform from fixed to moving patient points."""
    body = body_of(fixed).ravel()
    values = np.zeros(body.size, np.float32)
    inside = np.zeros(body.size, dtype=bool)
    # what lies outside the body counts only where values are mapped onto each other
    used = np.flatnonzero(body) if same_values else np.arange(body.size)
    values[used], inside[used] = sampled(moving, transformed(fixed, used, transform))
    wanted = fixed.values.ravel()
    if not inside.any():
        return Fit(0.0, 0)
    if not same_values:
        values[inside] = mapped(values[inside], wanted[inside])
    inner = inside & body
    shape, spacing = fixed.values.shape, fixed.spacing_mm[::-1]
    size = [min(max(round(BLOCK_MM / s), 2), n) for s, n in zip(spacing, shape, strict=True)]
    a, b, m = (
        _blocks(each.reshape(shape), size) for each in (wanted, values, inner.astype(np.float32))
    )
    count = np.maximum(m.sum(axis=1), 1)
    a = (a - ((a * m).sum(axis=1) / count)[:, None]) * m
    b = (b - ((b * m).sum(axis=1) / count)[:, None]) * m
    spread_a, spread_b = (a**2).sum(axis=1) / count, (b**2).sum(axis=1) / count
    least = LEAST_SPREAD * float(wanted[inner].var(dtype=np.float64)) if inner.any() else 0.0
    shows = (count >= LEAST_COVERED * m.shape[1]) & (np.maximum(spread_a, spread_b) > least)
    if not shows.any():
        return Fit(0.0, 0)
    below = np.sqrt(spread_a * spread_b) + 1e-9
    alike = ((a * b).sum(axis=1) / count / below)[shows]
    return Fit(float(np.median(alike)), int(shows.sum()))


def transformed(
    volume: CoarseVolume, places: NDArray[np.int64], transform: RigidTransform
) -> NDArray[np.float64]:
    """Return the patient points (n, 3) to which a transform takes voxels, given by flat index."""
    matrix = np.array(transform.rotation) @ volume.to_patient
    matrix[:, 3] += np.array(transform.translation_mm)
    slices, rows, columns = np.unravel_index(places, volume.values.shape)
    index = np.stack([columns, rows, slices]).astype(np.float64)
    return np.asarray((matrix[:, :3] @ index + matrix[:, 3:]).T)


def body_of(volume: CoarseVolume) -> NDArray[np.bool_]:
    """Return which voxels lie inside the body, shape (slices, rows, columns) of the volume.

    The skin is left out: outlines fit almost anywhere.
    """
    values = volume.values
    level = volume.low + AIR_SHARE * (float(values.max()) - volume.low)
    inside = np.zeros(values.shape, dtype=bool)
    near = np.ones((3, 3), np.uint8)
    for index, image in enumerate(values):
        padded = np.pad((image > level).astype(np.uint8), 1)
        cv2.floodFill(padded, None, (0, 0), 2)
        body = (padded != 2).astype(np.uint8)
        inside[index] = cv2.erode(body, near)[1:-1, 1:-1] > 0
    return inside


def _blocks(values: Values, size: list[int]) -> Values:
    """Return one row per whole block of `size` voxels."""
    (s, r, c), (ks, kr, kc) = (n // k for n, k in zip(values.shape, size, strict=True)), size
    parts = values[: s * ks, : r * kr, : c * kc].reshape(s, ks, r, kr, c, kc)
    return parts.transpose(0, 2, 4, 1, 3, 5).reshape(s * r * c, ks * kr * kc)

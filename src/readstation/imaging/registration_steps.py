"""Steps that make two volumes fit better, from a place where they nearly fit.

Inverse compositional Gauss-Newton: the slopes of the fixed volume are computed once per level, the
moving one is only sampled. Robust weights let what grew, breathed or is in one volume only count
little. Values that mean something else in the two volumes are first mapped onto each other.

References
----------
Baker and Matthews, Lucas-Kanade 20 years on (2004); Roche et al., The correlation ratio (1998).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.registration_volume import CoarseVolume, Values
from readstation.imaging.rigid_transform import RigidTransform

MOST_POINTS = 10_000
MOST_STEPS = 30
LEAST_POINTS = 200
ENOUGH_TO_JUDGE = 100_000  # places, of how steep the steepest are
EDGE_SHARE = 0.05  # of the steepest edges: flatter places say nothing
ROBUST = 3.0  # residuals of so many deviations count nothing
BINS = 48
LEAST_INSIDE = 0.1
RIDGE = 1e-6  # keeps the equations solvable where a direction says nothing
LARGEST_TURN = 0.2  # radians of one step

Points = NDArray[np.float64]
Told = Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """Places of the fixed volume where it has edges, and how its values change there."""

    points: Points  # (n, 3) mm
    values: Points  # (n,)
    slopes: Points  # (n, 6): by how much a value changes with each small rotation and shift
    centre: Points


def refine(
    template: Template,
    moving: CoarseVolume,
    start: RigidTransform,
    *,
    still_mm: float,
    same_values: bool,
    told: Told,
) -> RigidTransform | None:
    """Return the transform from fixed to moving patient points that fits best near `start`.

    Parameters
    ----------
    template : Template
        What the fixed volume shows.
    moving : CoarseVolume
        Not modified. Its grid is about as coarse as the fixed one.
    start : RigidTransform
        From fixed to moving patient points, within about half a structure of the right one.
    still_mm : float
        A step that moves no point further is the last.
    same_values : bool
        Whether equal values mean equal tissue, as in CT.
    told : callable
        Called between steps, so that it can stop the work by raising.

    Returns
    -------
    RigidTransform or None
        None where the volumes come to lie apart.
    """
    if len(template.points) < LEAST_POINTS:
        return None
    matrix = np.column_stack([np.array(start.rotation), np.array(start.translation_mm)])
    reach = float(np.abs(template.points - template.centre).max())
    for _ in range(MOST_STEPS):
        told()
        change = _step(template, moving, matrix, same_values=same_values)
        if change is None:
            return None
        turned, shifted = change[:, :3], _shift_at(change, template.centre)
        matrix = _compose(matrix, _inverted(change))
        moved_mm = max(np.abs(turned - np.eye(3)).max() * reach, np.abs(shifted).max())
        if moved_mm < still_mm:
            break
    rows = tuple((float(r[0]), float(r[1]), float(r[2])) for r in _orthonormal(matrix[:, :3]))
    x, y, z = (float(t) for t in matrix[:, 3])
    return RigidTransform((rows[0], rows[1], rows[2]), (x, y, z))


def template_of(volume: CoarseVolume) -> Template:
    """Return the places that decide how a volume fits."""
    values = volume.values
    by_index = np.stack([np.gradient(values, axis=axis) for axis in (2, 1, 0)])
    to_mm = np.linalg.inv(volume.to_patient[:, :3]).T
    steep = np.tensordot(to_mm.astype(np.float32), by_index, axes=1)
    size = np.sqrt((steep**2).sum(axis=0)).ravel()
    steepest = np.percentile(size[:: max(size.size // ENOUGH_TO_JUDGE, 1)], 99.5)
    chosen = np.flatnonzero(size > EDGE_SHARE * steepest)
    if chosen.size > MOST_POINTS:
        chosen = chosen[np.linspace(0, chosen.size - 1, MOST_POINTS).astype(np.int64)]
    slices, rows, columns = np.unravel_index(chosen, values.shape)
    index = np.stack([columns, rows, slices, np.ones_like(rows)]).astype(np.float64)
    points = (volume.to_patient @ index).T
    centre = points.mean(axis=0)
    gradient = steep.reshape(3, -1)[:, chosen].T.astype(np.float64)
    return Template(
        points,
        values.ravel()[chosen].astype(np.float64),
        np.column_stack([np.cross(points - centre, gradient), gradient]),
        centre,
    )


def sampled(volume: CoarseVolume, points: Points) -> tuple[Values, NDArray[np.bool_]]:
    """Return values between voxels at patient points (n, 3), and which points are inside at all.

    Both shape (n,): float32 by trilinear interpolation, outside the value at the nearest edge.
    """
    matrix, values = volume.to_index, volume.values
    inside = np.ones(len(points), dtype=bool)
    cells, parts = [], []
    for axis, count in enumerate(values.shape[::-1]):
        at = points @ matrix[axis, :3]
        at += matrix[axis, 3]
        inside &= (at >= 0) & (at <= count - 1)
        np.clip(at, 0, max(count - 1 - 1e-6, 0), out=at)
        cell = at.astype(np.int32)
        cells.append(cell)
        parts.append((at - cell).astype(np.float32))
    slices, rows, columns = values.shape
    flat = values.ravel()
    base = (cells[2] * np.int32(rows) + cells[1]) * np.int32(columns) + cells[0]
    beside = int(columns > 1)
    planes = []
    for in_slice in (0, rows * columns if slices > 1 else 0):
        lines = []
        for in_row in (0, columns if rows > 1 else 0):
            line = base + np.int32(in_slice + in_row)
            left = flat.take(line)
            lines.append(left + (flat.take(line + np.int32(beside)) - left) * parts[0])
        planes.append(lines[0] + (lines[1] - lines[0]) * parts[1])
    return planes[0] + (planes[1] - planes[0]) * parts[2], inside


def mapped(moving: NDArray[Any], fixed: NDArray[Any]) -> Points:
    """Return the values that the fixed volume has, on average, where the moving one has these.

    `moving` and `fixed`, shape (n,), are values at the same n points; the result too.
    """
    edges = np.quantile(moving, np.linspace(0, 1, BINS + 1))
    edges = np.unique(edges)
    if edges.size < 3:
        return np.full_like(moving, fixed.mean())
    bins = np.clip(np.searchsorted(edges, moving, side="right") - 1, 0, edges.size - 2)
    count = np.bincount(bins, minlength=edges.size - 1)
    mean = np.bincount(bins, fixed, edges.size - 1) / np.maximum(count, 1)
    place = np.bincount(bins, moving, edges.size - 1) / np.maximum(count, 1)
    used = count > 0
    return np.asarray(np.interp(moving, place[used], mean[used]))


def _step(
    template: Template, moving: CoarseVolume, matrix: Points, *, same_values: bool
) -> Points | None:
    """Return by which small transform the fixed volume would have to move to fit better."""
    values, inside = sampled(moving, template.points @ matrix[:, :3].T + matrix[:, 3])
    if inside.mean() < LEAST_INSIDE or not np.isfinite(values).all():
        return None
    seen, wanted = values[inside].astype(np.float64), template.values[inside]
    residual = (seen if same_values else mapped(seen, wanted)) - wanted
    residual -= np.median(residual) if same_values else 0.0
    spread = 1.4826 * np.median(np.abs(residual)) + 1e-6
    weight = np.clip(1 - (residual / (ROBUST * spread)) ** 2, 0, None) ** 2
    slopes = template.slopes[inside]
    weighted = slopes * weight[:, None]
    normal = weighted.T @ slopes
    scale = np.sqrt(np.diag(normal)) + 1e-12
    even = normal / np.outer(scale, scale) + RIDGE * np.eye(6)
    change = np.linalg.solve(even, (weighted.T @ residual) / scale) / scale
    return _small_transform(change[:3], change[3:], template.centre)


def _small_transform(turn: Points, shift: Points, centre: Points) -> Points:
    angle = float(np.linalg.norm(turn))
    axis = turn / angle if angle > 0 else np.array([0.0, 0.0, 1.0])
    angle = min(angle, LARGEST_TURN)
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    rotation = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return np.column_stack([rotation, centre - rotation @ centre + shift])


def _compose(outer: Points, inner: Points) -> Points:
    """Return `inner` followed by `outer`."""
    return np.column_stack([outer[:, :3] @ inner[:, :3], outer[:, :3] @ inner[:, 3] + outer[:, 3]])


def _inverted(matrix: Points) -> Points:
    rotation = matrix[:, :3].T
    return np.column_stack([rotation, -rotation @ matrix[:, 3]])


def _shift_at(matrix: Points, point: Points) -> Points:
    return np.asarray(matrix[:, :3] @ point + matrix[:, 3] - point)


def _orthonormal(rotation: Points) -> Points:
    """Return the nearest rotation: many small steps add up to small errors."""
    left, _, right = np.linalg.svd(rotation)
    return np.asarray(left @ right)

"""Inner loops of reslicing, compiled by numba. Import it only in a job: that takes half a second.

They are written for a compiler: flat, and with nothing but numbers and arrays. A place in the
volume is a column, a row and a slice, whole numbers at the centres of voxels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

MAXIMUM, MINIMUM, MEAN = 0, 1, 2
HALF_VOXEL = 0.5 + 1e-9

_Loop = TypeVar("_Loop", bound=Callable[..., Any])


def _compiled(loop: _Loop) -> _Loop:
    """Return a loop that becomes machine code when it first runs, and is kept where it can be."""
    try:
        made = numba.njit(nogil=True, cache=True, error_model="numpy")(loop)
    except RuntimeError:  # numba has no folder to keep machine code in
        made = numba.njit(nogil=True, error_model="numpy")(loop)
    return cast(_Loop, made)


@_compiled
def span_between(
    start: float, step: float, low: float, high: float, first: int, last: int
) -> tuple[int, int]:
    """Return which whole t from `first` to before `last` have low <= start + t * step <= high."""
    if step == 0.0:
        return (first, last) if low <= start <= high else (first, first)
    one, other = (low - start) / step, (high - start) / step
    begin = max(min(one, other), float(first))
    end = min(max(one, other), float(last - 1))
    if not begin <= end:
        return first, first
    begins, ends = math.ceil(begin), math.floor(end) + 1
    while begins < ends and not low <= start + begins * step <= high:
        begins += 1
    while begins < ends and not low <= start + (ends - 1) * step <= high:
        ends -= 1
    return (begins, ends) if begins < ends else (first, first)


@_compiled
def span_inside(
    shape: tuple[int, int, int],
    start: NDArray[np.float64],
    step: NDArray[np.float64],
    beyond: float,
    bounds: tuple[int, int],
) -> tuple[int, int]:
    """Return which part of a row of samples lies in the volume, or `beyond` voxels outside.

    `shape` is (slices, rows, columns); `start` and `step` are (column, row, slice) in voxels, as
    everywhere here. `bounds` and what is returned are first and behind-the-last sample.
    """
    first, last = bounds
    for axis in range(3):
        size = shape[2 - axis]
        high = size - 1 + beyond if beyond > 0.0 else size - 1 - 1e-9
        first, last = span_between(start[axis], step[axis], -beyond, high, first, last)
    return first, last


@_compiled
def value_at(
    values: NDArray[Any], x: float, y: float, z: float, padding: float, is_nearest: bool
) -> tuple[float, bool]:
    """Return the value at a place, and whether there is one: neighbours that are padding count not.

    Up to half a voxel outside the outermost centres the volume goes on as it ends.
    """
    depth, height, width = values.shape
    x = min(max(x, 0.0), width - 1.0)
    y = min(max(y, 0.0), height - 1.0)
    z = min(max(z, 0.0), depth - 1.0)
    near = float(values[int(z + 0.5), int(y + 0.5), int(x + 0.5)])
    if near == padding or math.isnan(near):
        return 0.0, False
    if is_nearest:
        return near, True
    total, share = 0.0, 0.0
    x0, y0, z0 = int(x), int(y), int(z)
    for dz in range(2):
        weight_z = z - z0 if dz else 1.0 - (z - z0)
        for dy in range(2):
            weight_y = weight_z * (y - y0 if dy else 1.0 - (y - y0))
            for dx in range(2):
                weight = weight_y * (x - x0 if dx else 1.0 - (x - x0))
                if weight > 0.0:
                    value = float(values[z0 + dz, y0 + dy, x0 + dx])
                    if not (value == padding or math.isnan(value)):
                        total += weight * value
                        share += weight
    return total / share, True


@_compiled
def fold(
    kept: NDArray[np.float64], counts: NDArray[np.int32], t: int, value: float, projection: int
) -> None:
    """Add one layer's value to sample `t` of what is projected so far.

    `kept` and `counts`, shape (columns,), are changed in place; a mean is kept as its sum.
    """
    if counts[t] == 0:
        kept[t] = value
    elif projection == MAXIMUM:
        kept[t] = max(kept[t], value)
    elif projection == MINIMUM:
        kept[t] = min(kept[t], value)
    else:
        kept[t] += value
    counts[t] += 1


@_compiled
def add_careful(
    values: NDArray[Any],
    start: NDArray[np.float64],
    step: NDArray[np.float64],
    bounds: tuple[int, int],
    how: tuple[int, bool, float],
    kept: NDArray[np.float64],
    counts: NDArray[np.int32],
) -> None:
    """Add one layer's samples to a row where the volume ends or has padding."""
    projection, is_nearest, padding = how
    for t in range(bounds[0], bounds[1]):
        x, y, z = start[0] + t * step[0], start[1] + t * step[1], start[2] + t * step[2]
        value, is_there = value_at(values, x, y, z, padding, is_nearest)
        if is_there:
            fold(kept, counts, t, value, projection)


@_compiled
def add_inside(
    values: NDArray[Any],
    start: NDArray[np.float64],
    step: NDArray[np.float64],
    bounds: tuple[int, int],
    how: tuple[int, bool, float],
    kept: NDArray[np.float64],
    counts: NDArray[np.int32],
) -> None:
    """Add one layer's samples to a row well inside a volume without padding."""
    projection, is_nearest, _ = how
    flat = values.reshape(-1)
    width, page = values.shape[2], values.shape[1] * values.shape[2]
    one, down, below = np.uint64(1), np.uint64(width), np.uint64(page)
    ox, oy, oz = start[0], start[1], start[2]
    sx, sy, sz = step[0], step[1], step[2]
    for t in range(bounds[0], bounds[1]):
        x, y, z = ox + t * sx, oy + t * sy, oz + t * sz
        if is_nearest:
            near = int(z + 0.5) * page + int(y + 0.5) * width + int(x + 0.5)
            value = float(flat[np.uint64(near)])
        else:
            x0, y0, z0 = int(x), int(y), int(z)
            fx, fy, fz = x - x0, y - y0, z - z0
            a = np.uint64(z0 * page + y0 * width + x0)
            b, c = a + down, a + below
            d = c + down
            va, vb, vc, vd = float(flat[a]), float(flat[b]), float(flat[c]), float(flat[d])
            va += fx * (flat[a + one] - va)  # one is a float: unsigned numbers do not go below zero
            vb += fx * (flat[b + one] - vb)
            vc += fx * (flat[c + one] - vc)
            vd += fx * (flat[d + one] - vd)
            va += fy * (vb - va)
            vc += fy * (vd - vc)
            value = va + fz * (vc - va)
        fold(kept, counts, t, value, projection)


@_compiled
def sample_rows(
    values: NDArray[Any],
    out: NDArray[Any],
    rows: tuple[int, int],
    grid: NDArray[np.float64],
    samples: int,
    how: tuple[int, bool, float],
    has_padding: bool,
    is_whole: bool,
) -> None:
    """Fill rows of `out`, shape (rows, columns), from a volume (slices, rows, columns).

    The rows of `grid`, shape (4, 3), are the place of the first pixel in the volume, and the steps
    to the next column, the next row, and the next layer of the slab. `how` is the projection,
    whether the nearest voxel is taken, and the padding, which is also what `out` has where nothing
    is.
    """
    columns = out.shape[1]
    kept, counts = np.empty(columns, np.float64), np.empty(columns, np.int32)
    projection, _, padding = how
    for row in range(rows[0], rows[1]):
        counts[:] = 0
        for layer in range(samples):
            start = grid[0] + row * grid[2] + (layer - (samples - 1) / 2) * grid[3]
            edge = span_inside(values.shape, start, grid[1], HALF_VOXEL, (0, columns))
            whole = (edge[0], edge[0])
            if not has_padding:
                whole = span_inside(values.shape, start, grid[1], 0.0, edge)
            add_careful(values, start, grid[1], (edge[0], whole[0]), how, kept, counts)
            add_inside(values, start, grid[1], whole, how, kept, counts)
            add_careful(values, start, grid[1], (whole[1], edge[1]), how, kept, counts)
        for t in range(columns):
            if counts[t] == 0:
                out[row, t] = padding
            else:
                value = kept[t] / counts[t] if projection == MEAN else kept[t]
                out[row, t] = math.floor(value + 0.5) if is_whole else value


@_compiled
def cubic_weights(share: float) -> tuple[float, float, float, float]:
    """Return what four neighbours in a row count between the middle two (Catmull and Rom)."""
    square = share * share
    cube = square * share
    return (
        -0.5 * cube + square - 0.5 * share,
        1.5 * cube - 2.5 * square + 1.0,
        -1.5 * cube + 2.0 * square + 0.5 * share,
        0.5 * cube - 0.5 * square,
    )


@_compiled
def cubic_at(
    values: NDArray[Any], x: float, y: float, z: float, padding: float
) -> tuple[float, bool]:
    """Return the value of the cubic curves through 64 voxels, and whether there is one.

    Where the volume ends its outermost voxels count again; beside padding it is `value_at`.
    """
    depth, height, width = values.shape
    x = min(max(x, 0.0), width - 1.0)
    y = min(max(y, 0.0), height - 1.0)
    z = min(max(z, 0.0), depth - 1.0)
    x0, y0, z0 = int(x), int(y), int(z)
    across, down, below = cubic_weights(x - x0), cubic_weights(y - y0), cubic_weights(z - z0)
    total = 0.0
    for k in range(4):
        page = min(max(z0 + k - 1, 0), depth - 1)
        of_page = 0.0
        for j in range(4):
            line = min(max(y0 + j - 1, 0), height - 1)
            of_line = 0.0
            for i in range(4):
                value = float(values[page, line, min(max(x0 + i - 1, 0), width - 1)])
                if value == padding or math.isnan(value):
                    return value_at(values, x, y, z, padding, False)
                of_line += across[i] * value
            of_page += down[j] * of_line
        total += below[k] * of_page
    return total, True


@_compiled
def cubic_inside(values: NDArray[Any], x: float, y: float, z: float) -> float:
    """Return the same well inside a volume without padding."""
    width, page = values.shape[2], values.shape[1] * values.shape[2]
    flat = values.reshape(-1)
    x0, y0, z0 = int(x), int(y), int(z)
    a0, a1, a2, a3 = cubic_weights(x - x0)
    down, below = cubic_weights(y - y0), cubic_weights(z - z0)
    first = (z0 - 1) * page + (y0 - 1) * width + x0 - 1
    total = 0.0
    for k in range(4):
        of_page = 0.0
        for j in range(4):
            at = np.uint64(first + k * page + j * width)
            of_page += down[j] * (
                a0 * flat[at]
                + a1 * flat[at + np.uint64(1)]
                + a2 * flat[at + np.uint64(2)]
                + a3 * flat[at + np.uint64(3)]
            )
        total += below[k] * of_page
    return total


@_compiled
def sample_cubic(
    values: NDArray[Any],
    out: NDArray[Any],
    rows: tuple[int, int],
    grid: NDArray[np.float64],
    padding: float,
    limits: tuple[float, float],
    has_padding: bool,
    is_whole: bool,
) -> None:
    """Fill rows of `out` with a plane without thickness, sampled by cubic curves.

    Shapes and `grid` are those of `sample_rows`.
    These overshoot beside edges: `limits` are what a pixel can hold, and what would come to be
    padding by that is sampled by straight lines.
    """
    columns = out.shape[1]
    for row in range(rows[0], rows[1]):
        start, step = grid[0] + row * grid[2], grid[1]
        edge = span_inside(values.shape, start, step, HALF_VOXEL, (0, columns))
        out[row, :] = padding
        for t in range(edge[0], edge[1]):
            x, y, z = start[0] + t * step[0], start[1] + t * step[1], start[2] + t * step[2]
            is_inside = (
                not has_padding
                and 1.0 <= x < values.shape[2] - 2
                and 1.0 <= y < values.shape[1] - 2
                and 1.0 <= z < values.shape[0] - 2
            )
            if is_inside:
                value, is_there = cubic_inside(values, x, y, z), True
            else:
                value, is_there = cubic_at(values, x, y, z, padding)
            if not is_there:
                continue
            if is_whole:
                value = math.floor(min(max(value, limits[0]), limits[1]) + 0.5)
                if value == padding:
                    value = math.floor(value_at(values, x, y, z, padding, False)[0] + 0.5)
            out[row, t] = value

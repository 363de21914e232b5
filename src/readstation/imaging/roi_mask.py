"""Which pixels belong to a region: those whose centres lie inside it or on its outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from readstation.domain.measurement import ImagePoint

CENTRE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class RoiMask:
    """The pixels of a region inside an image.

    `inside` has shape (rows, columns) of the smallest rectangle of pixels around the region, whose
    first pixel is (`top`, `left`).
    """

    top: int
    left: int
    inside: NDArray[np.bool_]


def rectangle_mask(a: ImagePoint, b: ImagePoint, *, rows: int, columns: int) -> RoiMask:
    """Return the pixels of the rectangle between two corners."""
    top, bottom = _centres(a.row, b.row, rows)
    left, right = _centres(a.column, b.column, columns)
    return RoiMask(top, left, np.ones((bottom - top, right - left), np.bool_))


def ellipse_mask(a: ImagePoint, b: ImagePoint, *, rows: int, columns: int) -> RoiMask:
    """Return the pixels of the ellipse that fills the rectangle between two corners."""
    around = rectangle_mask(a, b, rows=rows, columns=columns)
    half_width, half_height = abs(b.column - a.column) / 2, abs(b.row - a.row) / 2
    if around.inside.size == 0 or half_width == 0 or half_height == 0:
        return RoiMask(around.top, around.left, np.zeros((0, 0), np.bool_))
    y, x = (np.arange(n, dtype=np.float64) + CENTRE for n in around.inside.shape)
    x = (x + around.left - (a.column + b.column) / 2) / half_width
    y = (y + around.top - (a.row + b.row) / 2) / half_height
    return RoiMask(around.top, around.left, x[None, :] ** 2 + y[:, None] ** 2 <= 1)


def outline_mask(outline: Sequence[ImagePoint], *, rows: int, columns: int) -> RoiMask:
    """Return the pixels inside a closed outline by the even-odd rule, and those on it."""
    if not outline:
        return RoiMask(0, 0, np.zeros((0, 0), np.bool_))
    across, down = [p.column for p in outline], [p.row for p in outline]
    top, bottom = _centres(min(down), max(down), rows)
    left, right = _centres(min(across), max(across), columns)
    crossings = np.zeros((bottom - top, right - left + 1), np.int32)
    on_edge = np.zeros((bottom - top, right - left), np.bool_)
    for start, end in pairwise((*outline, outline[0])):
        _cross(crossings, start, end, top, left)
        _touch(on_edge, start, end, top, left)
    # An entry at k stands for a crossing to the right of the first k centres of its row.
    to_the_right = np.cumsum(crossings[:, :0:-1], axis=1)[:, ::-1]
    return RoiMask(top, left, (to_the_right % 2 == 1) | on_edge)


def _cross(
    crossings: NDArray[np.int32], start: ImagePoint, end: ImagePoint, top: int, left: int
) -> None:
    """Count where an edge crosses the lines of centres; its upper end belongs to it."""
    upper, lower = (start, end) if start.row <= end.row else (end, start)
    first, last = _centres(upper.row - top, lower.row - top, crossings.shape[0])
    numbers = np.arange(first, last)
    numbers = numbers[numbers + top + CENTRE < lower.row]
    if numbers.size == 0:
        return
    share = (numbers + top + CENTRE - upper.row) / (lower.row - upper.row)
    x = upper.column + share * (lower.column - upper.column)
    places = np.ceil(x - CENTRE).astype(np.int64) - left
    np.add.at(crossings, (numbers, np.clip(places, 0, crossings.shape[1] - 1)), 1)


def _touch(
    on_edge: NDArray[np.bool_], start: ImagePoint, end: ImagePoint, top: int, left: int
) -> None:
    """Mark the centres that lie exactly on an edge."""
    first, last = _centres(start.row - top, end.row - top, on_edge.shape[0])
    near, far = _centres(start.column - left, end.column - left, on_edge.shape[1])
    y = np.arange(first, last)[:, None] + top + CENTRE - start.row
    x = np.arange(near, far)[None, :] + left + CENTRE - start.column
    is_on = (end.column - start.column) * y == (end.row - start.row) * x
    on_edge[first:last, near:far] |= is_on


def _centres(a: float, b: float, limit: int) -> tuple[int, int]:
    """Return the range of pixels of a line of `limit` whose centres lie from `a` to `b`."""
    first = int(np.clip(np.ceil(min(a, b) - CENTRE), 0, limit))
    return first, int(np.clip(np.floor(max(a, b) - CENTRE) + 1, first, limit))

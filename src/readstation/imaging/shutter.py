"""Display shutters: which pixels of an image are meant to be seen (PS3.3 C.7.6.11, C.7.6.15)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_P_VALUE = 0xFFFF


@dataclass(frozen=True, slots=True)
class RectangularShutter:
    """Columns and rows, counted from 1; the pixels on the edges are shown."""

    left_column: int
    right_column: int
    upper_row: int
    lower_row: int


@dataclass(frozen=True, slots=True)
class CircularShutter:
    """A circle on the screen: `radius_px` is in columns (C.7.6.11, Radius of Circular Shutter)."""

    center_row: int
    center_column: int
    radius_px: int


@dataclass(frozen=True, slots=True)
class PolygonalShutter:
    """Vertices as (row, column), counted from 1; the last is joined to the first."""

    vertices: tuple[tuple[int, int], ...]


ShutterShape = RectangularShutter | CircularShutter | PolygonalShutter


@dataclass(frozen=True, slots=True)
class DisplayShutter:
    """What hides parts of an image from view.

    Only pixels inside every one of `shapes` are shown. `overlay_group` names the overlay whose set
    bits are hidden as well. `presentation_value` is the P-value (0 black to 65,535 white) that is
    shown instead; it does not follow inversion.
    """

    shapes: tuple[ShutterShape, ...] = ()
    overlay_group: int | None = None
    presentation_value: int = 0

    def gray_level(self, maximum: int) -> int:
        """Return the presentation value as a gray level 0 to `maximum`, rounded down.

        >>> DisplayShutter(presentation_value=0x8000).gray_level(255)
        127
        """
        return self.presentation_value * maximum // MAX_P_VALUE


def shown_pixels(
    shutter: DisplayShutter,
    rows: int,
    columns: int,
    *,
    row_aspect: float = 1.0,
    bitmap: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return which pixels a shutter leaves visible.

    Parameters
    ----------
    shutter : DisplayShutter
        Shapes in image coordinates: the upper left pixel is row 1, column 1.
    rows, columns : int
        Size of the image.
    row_aspect : float
        Height of a pixel over its width. A circular shutter is round on the screen.
    bitmap : ndarray, shape (rows, columns), bool, or None
        The graphic of the shutter's overlay; its set bits are hidden.

    Returns
    -------
    ndarray, shape (rows, columns), bool
        True where the image is shown. New array.

    Notes
    -----
    The standard leaves open what becomes of a pixel on the edge of a shape. A pixel counts as its
    centre; a centre on the edge is inside, so nothing the modality named as border is lost.

    References
    ----------
    DICOM PS3.3 C.7.6.11 (all shapes applied: the least amount of image stays visible), C.7.6.15.

    Examples
    --------
    >>> shown_pixels(DisplayShutter((RectangularShutter(2, 3, 1, 1),)), 2, 4).astype(int).tolist()
    [[0, 1, 1, 0], [0, 0, 0, 0]]
    """
    shown = np.ones((rows, columns), np.bool_)
    for shape in shutter.shapes:
        shown &= _inside(shape, rows, columns, row_aspect)
    if bitmap is not None:
        shown &= ~bitmap
    return shown


def _inside(shape: ShutterShape, rows: int, columns: int, row_aspect: float) -> NDArray[np.bool_]:
    if isinstance(shape, RectangularShutter):
        inside = np.zeros((rows, columns), np.bool_)
        inside[
            max(shape.upper_row, 1) - 1 : max(shape.lower_row, 0),
            max(shape.left_column, 1) - 1 : max(shape.right_column, 0),
        ] = True
        return inside
    if isinstance(shape, CircularShutter):
        return _inside_circle(shape, rows, columns, row_aspect)
    return _inside_polygon(shape.vertices, rows, columns)


def _inside_circle(
    circle: CircularShutter, rows: int, columns: int, row_aspect: float
) -> NDArray[np.bool_]:
    """Fill the chord of each row, counted in whole columns."""
    down = (np.arange(1, rows + 1) - circle.center_row) * row_aspect
    left_over = float(circle.radius_px) ** 2 - down * down
    half = np.floor(np.sqrt(np.maximum(left_over, 0.0)))
    half += (half + 1) ** 2 <= left_over  # the root itself may be off by its last bit
    half -= half**2 > left_over
    first = np.clip(circle.center_column - half - 1, 0, columns).astype(np.int64)
    end = np.clip(circle.center_column + half, 0, columns).astype(np.int64)
    inside = np.zeros((rows, columns), np.bool_)
    for row in np.flatnonzero(left_over >= 0):
        inside[row, first[row] : end[row]] = True
    return inside


def _inside_polygon(
    vertices: tuple[tuple[int, int], ...], rows: int, columns: int
) -> NDArray[np.bool_]:
    """Fill by the even-odd rule, in whole numbers, so that no vertex falls on the wrong side."""
    crossings = np.zeros((rows, columns + 1), np.bool_)
    edge = np.zeros((rows, columns), np.bool_)
    for start, end in zip(vertices, (*vertices[1:], vertices[0]), strict=True):
        _cross_edge(min(start, end), max(start, end), crossings, edge)
    inside = np.logical_xor.accumulate(crossings, axis=1)[:, :columns]
    return inside | edge


def _cross_edge(
    upper: tuple[int, int],
    lower: tuple[int, int],
    crossings: NDArray[np.bool_],
    edge: NDArray[np.bool_],
) -> None:
    """Mark, per row, the first column right of the edge, and the pixel centres on it."""
    rows, columns = edge.shape
    (top, from_column), (bottom, to_column) = upper, lower
    if top == bottom:
        if 1 <= top <= rows:
            edge[top - 1, max(from_column, 1) - 1 : max(to_column, 0)] = True
        return
    row = np.arange(max(top, 1), min(bottom, rows) + 1, dtype=np.int64)
    # The column of the crossing is from_column + run / rise, kept as a fraction.
    run, rise = (row - top) * (to_column - from_column), bottom - top
    first = from_column - (-run // rise)  # rounded up: the first pixel centre not left of the edge
    on_edge = (run % rise == 0) & (first >= 1) & (first <= columns)
    edge[row[on_edge] - 1, first[on_edge] - 1] = True
    counted = row < bottom  # a vertex belongs to the edge below it only
    place = np.clip(first[counted], 1, columns + 1) - 1
    crossings[row[counted] - 1, place] ^= True

"""Which pixels a display shutter leaves visible (PS3.3 C.7.6.11)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.shutter import (
    CircularShutter,
    DisplayShutter,
    PolygonalShutter,
    RectangularShutter,
    shown_pixels,
)

ROWS, COLUMNS = 11, 9
near = st.integers(-4, 16)


def shown(*shapes, rows=ROWS, columns=COLUMNS, **options):
    return shown_pixels(DisplayShutter(shapes), rows, columns, **options)


def is_on_edge(row, column, start, end):
    (r1, c1), (r2, c2) = start, end
    is_straight = (r2 - r1) * (column - c1) == (c2 - c1) * (row - r1)
    within_rows = min(r1, r2) <= row <= max(r1, r2)
    return is_straight and within_rows and min(c1, c2) <= column <= max(c1, c2)


def is_inside(row, column, vertices):
    """Count the edges that a ray to the right crosses, with fractions: slow and plain."""
    edges = list(zip(vertices, (*vertices[1:], vertices[0]), strict=True))
    if any(is_on_edge(row, column, *edge) for edge in edges):
        return True
    crossed = 0
    for (r1, c1), (r2, c2) in edges:
        if (r1 > row) != (r2 > row):
            crossed += c1 + Fraction((row - r1) * (c2 - c1), r2 - r1) > column
    return crossed % 2 == 1


@given(st.lists(st.tuples(near, near), min_size=3, max_size=7))
def test_a_polygon_shows_what_lies_inside_or_on_its_edges(vertices):
    found = shown(PolygonalShutter(tuple(vertices)))
    expected = [
        [is_inside(row, column, vertices) for column in range(1, COLUMNS + 1)]
        for row in range(1, ROWS + 1)
    ]
    assert found.tolist() == expected


def test_the_edges_of_a_rectangle_are_shown_and_counted_from_one():
    found = shown(RectangularShutter(1, 2, 11, 11))
    assert np.argwhere(found).tolist() == [[10, 0], [10, 1]]


@pytest.mark.parametrize("aspect", [1.0, 2.0, 0.5])
def test_a_circle_is_round_on_the_screen(aspect):
    found = shown(CircularShutter(6, 5, 3), row_aspect=aspect)
    expected = [
        [((r - 6) * aspect) ** 2 + (c - 5) ** 2 <= 9 for c in range(1, COLUMNS + 1)]
        for r in range(1, ROWS + 1)
    ]
    assert found.tolist() == expected


def test_of_several_shapes_only_what_is_inside_all_is_shown():
    square, circle = RectangularShutter(2, 5, 2, 8), CircularShutter(5, 5, 3)
    both = shown(square, circle)
    assert both.tolist() == (shown(square) & shown(circle)).tolist()
    assert 0 < both.sum() < shown(square).sum()


def test_a_rectangle_is_the_polygon_of_its_corners():
    polygon = PolygonalShutter(((2, 3), (2, 7), (9, 7), (9, 3)))
    assert shown(polygon).tolist() == shown(RectangularShutter(3, 7, 2, 9)).tolist()


def test_the_set_bits_of_a_bitmap_are_hidden():
    bitmap = np.zeros((ROWS, COLUMNS), bool)
    bitmap[3, 4] = True
    found = shown_pixels(DisplayShutter(overlay_group=0x6000), ROWS, COLUMNS, bitmap=bitmap)
    assert np.argwhere(~found).tolist() == [[3, 4]]


@pytest.mark.parametrize(("value", "level"), [(0, 0), (0xFFFF, 255), (0x0101, 1), (0x0100, 0)])
def test_the_presentation_value_becomes_a_gray_level(value, level):
    assert DisplayShutter(presentation_value=value).gray_level(255) == level
    assert DisplayShutter(presentation_value=value).gray_level(0xFFFF) == value

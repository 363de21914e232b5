"""Orientation letters against an oracle that turns an array of patient points (hazard H08)."""

import math
from itertools import permutations, product

import numpy as np
import pytest

from readstation.imaging.orientation import (
    DisplayOrientation,
    EdgeLetters,
    direction_letters,
    edge_letters,
    opposite_letters,
)
from readstation.imaging.plane import ImagePlane

EIGHT = [DisplayOrientation(k, m) for k, m in product(range(4), (False, True))]
UNIT = np.eye(3)


def axis_aligned():
    """All 24 rotations of the axes (and so all pairs of row and column direction)."""
    for a, b in permutations(range(3), 2):
        for sign_a, sign_b in product((1, -1), repeat=2):
            yield sign_a * UNIT[a], sign_b * UNIT[b]


def oblique(count):
    generator = np.random.default_rng(8)
    for _ in range(count):
        q, _ = np.linalg.qr(generator.normal(size=(3, 3)))
        yield q[:, 0], q[:, 1]


def plane(row, column):
    return ImagePlane((1, 2, 3), tuple(row.tolist()), tuple(column.tolist()), 0.5, 0.7, "1.2")


LETTERS = ("RL", "AP", "FH")  # towards the negative and the positive end of x, y and z
GRID = 5


def oracle(row, column, orientation):
    """Lay patient points out as pixels are, turn the sheet, and read off where its edges lie.

    Nothing here is taken from the product: `row` and `column` are the direction cosines of
    C.7.6.2.1.1 (along a row, and down a column), the sheet is mirrored and turned by swapping and
    reversing whole lines of points.
    """
    sheet = [[c * 0.7 * row + r * 0.5 * column for c in range(GRID)] for r in range(GRID)]
    if orientation.is_mirrored:
        sheet = [line[::-1] for line in sheet]
    for _ in range(orientation.quarter_turns):
        sheet = [[sheet[GRID - 1 - r][c] for r in range(GRID)] for c in range(GRID)]
    middle = GRID // 2
    ends = (sheet[middle][0], sheet[middle][-1], sheet[0][middle], sheet[-1][middle])
    return EdgeLetters(*(named(end - sheet[middle][middle]) for end in ends))


def named(step):
    cosines = [float(value) / math.sqrt(float(step @ step)) for value in step]
    largest_first = sorted(range(3), key=lambda axis: -abs(cosines[axis]))
    return "".join(
        LETTERS[axis][cosines[axis] > 0] for axis in largest_first if abs(cosines[axis]) >= 0.2
    )


@pytest.mark.parametrize("orientation", EIGHT, ids=str)
def test_pixels_are_turned_as_the_sheet_of_the_oracle_is(orientation):
    column_of, row_of = np.meshgrid(np.arange(GRID), np.arange(GRID))
    seen = zip(orientation.apply(column_of).ravel(), orientation.apply(row_of).ravel(), strict=True)
    sheet = [[(c, r) for c in range(GRID)] for r in range(GRID)]
    if orientation.is_mirrored:
        sheet = [line[::-1] for line in sheet]
    for _ in range(orientation.quarter_turns):
        sheet = [[sheet[GRID - 1 - r][c] for r in range(GRID)] for c in range(GRID)]
    assert [(int(c), int(r)) for c, r in seen] == [pixel for line in sheet for pixel in line]


@pytest.mark.parametrize("orientation", EIGHT, ids=str)
def test_letters_equal_the_oracle_for_every_way_to_lay_a_slice_down(orientation):
    cases = [*axis_aligned(), *oblique(200)]
    assert len(cases) == 224
    for row, column in cases:
        found = edge_letters(orientation, plane(row, column))
        assert found == oracle(row, column, orientation)


def test_an_axial_slice_has_right_on_the_left():
    letters = edge_letters(DisplayOrientation(), plane(UNIT[0], UNIT[1]))
    assert letters == EdgeLetters("R", "L", "A", "P")


@pytest.mark.parametrize("orientation", EIGHT, ids=str)
def test_patient_orientation_turns_like_the_plane(orientation):
    image_plane = plane(-UNIT[1], -UNIT[2])  # A and F
    assert edge_letters(orientation, None, ("A", "F")) == edge_letters(orientation, image_plane)


def test_compound_patient_orientation_of_a_mammogram_is_kept():
    letters = edge_letters(DisplayOrientation().flipped_horizontally(), None, ("A", "FR"))
    assert letters == EdgeLetters("A", "P", "HL", "FR")


@pytest.mark.parametrize("stated", [("", ""), ("X", "F?"), ("", "P")])
def test_no_letters_where_nobody_knows(stated):
    letters = edge_letters(DisplayOrientation(), None, stated)
    assert (letters.left, letters.right) == ("", "")
    assert letters.top == ("A" if stated[1] == "P" else "")


def test_flips_and_turns_act_on_what_is_seen():
    pixels = np.arange(12).reshape(3, 4)
    for orientation in EIGHT:
        seen = orientation.apply(pixels)
        assert (orientation.flipped_horizontally().apply(pixels) == seen[:, ::-1]).all()
        assert (orientation.flipped_vertically().apply(pixels) == seen[::-1]).all()
        assert (orientation.turned().apply(pixels) == np.rot90(seen, -1)).all()
        assert (orientation.turned(-1).apply(pixels) == np.rot90(seen)).all()


def test_turning_gives_a_view_not_a_copy():
    pixels = np.zeros((3, 4))
    assert all(np.shares_memory(o.apply(pixels), pixels) for o in EIGHT)


def test_nearly_axial_slices_keep_one_letter_and_tilted_ones_get_two():
    assert direction_letters((0.0, 0.99, 0.14)) == "P"
    assert direction_letters((0.0, 0.8, -0.6)) == "PF"
    assert opposite_letters("PF") == "AH"
    assert opposite_letters("Q") == ""

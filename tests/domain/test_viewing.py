"""When an image counts as read."""

from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.viewing import (
    ALL_CELLS,
    GRID,
    DiagnosticScale,
    ViewedImages,
    VisiblePart,
)

SHARES = st.floats(0, 1)


@given(SHARES, SHARES, SHARES, SHARES)
def test_a_cell_counts_only_if_it_is_visible_whole(a, b, c, d) -> None:
    (left, right), (top, bottom) = sorted((a, b)), sorted((c, d))
    cells = VisiblePart(left, top, right, bottom).cells
    slack = 1e-5
    for row in range(GRID):
        for column in range(GRID):
            if cells >> (row * GRID + column) & 1:
                assert left <= column / GRID + slack
                assert (column + 1) / GRID <= right + slack
                assert top <= row / GRID + slack
                assert (row + 1) / GRID <= bottom + slack


def test_the_whole_image_is_all_cells_and_nothing_is_none() -> None:
    assert VisiblePart().cells == ALL_CELLS
    assert VisiblePart(0.4, 0.4, 0.4, 0.4).cells == 0


def test_four_quadrants_make_the_whole() -> None:
    quadrants = [VisiblePart(x, y, x + 0.5, y + 0.5).cells for x in (0.0, 0.5) for y in (0.0, 0.5)]
    assert quadrants[0] | quadrants[1] | quadrants[2] | quadrants[3] == ALL_CELLS
    assert quadrants[0] | quadrants[1] | quadrants[2] != ALL_CELLS


def test_mammograms_ask_for_full_resolution_others_for_half() -> None:
    scale = DiagnosticScale()
    assert scale.is_enough("MG", 1.0)
    assert not scale.is_enough("MG", 0.99)
    assert scale.is_enough("CT", 0.5)
    assert not scale.is_enough("CT", 0.49)


def test_the_sentence_says_only_what_is_missing() -> None:
    assert ViewedImages(60, 60, 60).sentence == "60 of 60 displayed"
    assert ViewedImages(60, 60, 10).sentence == "60 of 60 displayed; 50 not at diagnostic scale"
    assert not ViewedImages(60, 60, 10).is_complete

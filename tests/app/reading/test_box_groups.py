"""Image boxes on several monitors: current and prior apart, no box lost, neighbours together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.reading.box_groups import box_groups
from readstation.app.reading.layout import Layout

LAYOUTS = [Layout(r, c) for r in range(1, 4) for c in range(1, 5) if r * c <= 12]


def shapes(layout, studies, count):
    """Each group as rows of box indices."""
    found = []
    for group in box_groups(layout, studies, count):
        rows = {}
        for place in group:
            rows.setdefault(place.row, {})[place.column] = place.box_index
        found.append([[row[c] for c in sorted(row)] for _, row in sorted(rows.items())])
    return found


@given(
    st.sampled_from(LAYOUTS),
    st.lists(st.sampled_from("CPQ"), min_size=12, max_size=12),
    st.integers(1, 4),
)
def test_each_box_is_on_exactly_one_monitor_and_groups_are_full_grids(layout, studies, count):
    groups = box_groups(layout, studies, count)
    assert len(groups) == count
    placed = [place.box_index for group in groups for place in group]
    assert sorted(placed) == list(range(layout.box_count))
    for group in groups:
        rows, columns = {p.row for p in group}, {p.column for p in group}
        assert len(rows) * len(columns) == len({(p.row, p.column) for p in group}) == len(group)
        assert rows == set(range(len(rows)))
        assert columns == set(range(len(columns)))


@pytest.mark.parametrize(
    ("layout", "studies", "count", "expected"),
    [
        (Layout(1, 2), "CP", 2, [[[0]], [[1]]]),
        (Layout(2, 1), "CP", 2, [[[0]], [[1]]]),
        (Layout(1, 1), "C", 2, [[[0]], []]),
        (Layout(2, 4), "CCPPCCPP", 2, [[[0, 1], [4, 5]], [[2, 3], [6, 7]]]),
        (Layout(2, 2), "CCPP", 2, [[[0, 1]], [[2, 3]]]),
        (Layout(2, 2), "CPCP", 2, [[[0], [2]], [[1], [3]]]),
        (Layout(2, 2), "CCCC", 2, [[[0], [2]], [[1], [3]]]),
        (Layout(1, 3), "CPQ", 2, [[[0]], [[1, 2]]]),
        (Layout(1, 3), "CPQ", 3, [[[0]], [[1]], [[2]]]),
        (Layout(1, 3), "CCP", 2, [[[0, 1]], [[2]]]),
        (Layout(1, 4), "CCPP", 3, [[[0]], [[1]], [[2, 3]]]),
        (Layout(2, 2), "CPPC", 1, [[[0, 1], [2, 3]]]),
    ],
)
def test_current_and_prior_come_to_different_monitors(layout, studies, count, expected):
    assert shapes(layout, studies, count) == expected

"""What is cut and what is left out where a strip is too narrow for all its parts."""

from hypothesis import given
from hypothesis import strategies as st

from readstation.app.reading.strip_room import Part, share_room

GAP = 8
PARTS = st.builds(
    lambda rank, least, more, step: Part(rank, least, least + more, step),
    st.integers(0, 9),
    st.integers(0, 120),
    st.integers(0, 200),
    st.sampled_from([0, 1, 40]),
)


@given(st.integers(1, 900), st.lists(PARTS, min_size=1, max_size=9))
def test_parts_and_gaps_never_take_more_than_there_is(room, parts) -> None:
    widths = [width for width in share_room(room, GAP, parts) if width]
    assert sum(widths) + GAP * (len(widths) - 1) <= room or not widths


@given(st.integers(1, 900), st.lists(PARTS, min_size=2, max_size=9))
def test_no_part_but_the_first_is_narrower_than_says_something(room, parts) -> None:
    widths = share_room(room, GAP, parts)
    first = min((i for i, p in enumerate(parts) if p.least), key=lambda i: parts[i].rank, default=0)
    for index, (width, part) in enumerate(zip(widths, parts, strict=True)):
        assert width == 0 or width >= part.least or index == first
        assert width <= max(part.whole, part.least)


def test_words_give_way_before_the_role_and_the_date() -> None:
    role, date, title, link = (
        Part.fixed(0, 90),
        Part(1, 80, 120, 40),
        Part(2, 56, 300),
        Part(3, 56, 200),
    )
    assert share_room(250, GAP, (role, date, title, link)) == (90, 80, 64, 0)
    assert share_room(190, GAP, (role, date, title, link)) == (90, 80, 0, 0)
    assert share_room(1000, GAP, (role, date, title, link)) == (90, 120, 300, 200)


def test_a_time_is_added_to_the_date_after_all_words_are_whole() -> None:
    date, title = Part(0, 80, 120, 40), Part(1, 56, 300)
    assert share_room(80 + GAP + 300, GAP, (date, title)) == (80, 300)
    assert share_room(120 + GAP + 300, GAP, (date, title)) == (120, 300)

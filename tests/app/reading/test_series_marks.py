"""A line never promises more than the images on it hold."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.reading.held_frames import Holding, SeriesProgress
from readstation.app.reading.series_marks import (
    Mark,
    MarkedStretch,
    index_at,
    marked_stretches,
    place_of,
    progress_words,
)

LOADED, MISSING, REFUSED = Holding.LOADED, Holding.MISSING, Holding.REFUSED
images = st.lists(st.tuples(st.sampled_from(Holding), st.booleans()), max_size=300)


def progress_of(rows) -> SeriesProgress:
    return SeriesProgress(bytes(h for h, _ in rows), bytes(int(seen) for _, seen in rows))


def images_of(pixel: int, length_px: int, total: int) -> list[int]:
    """Return the images that a pixel lies on, found one by one."""
    return [
        i
        for i in range(total)
        if i * length_px < (pixel + 1) * total and (i + 1) * length_px > pixel * total
    ]


@given(images, st.integers(1, 400))
def test_each_pixel_says_no_more_than_the_least_of_its_images(rows, length_px) -> None:
    found = marked_stretches(progress_of(rows), length_px)
    marks = [s.mark for s in found for _ in range(s.end_px - s.start_px)]
    assert len(marks) == (length_px if rows else 0)
    for pixel, mark in enumerate(marks):
        here = [rows[i] for i in images_of(pixel, length_px, len(rows))]
        assert (mark is Mark.REFUSED) == any(h is REFUSED for h, _ in here)
        if mark is Mark.SEEN:
            assert all(seen for _, seen in here)
        if mark is Mark.LOADED:
            assert all(h is LOADED for h, _ in here)
        if mark is Mark.MISSING:
            assert any(h not in {LOADED, REFUSED} for h, _ in here)


@given(images, st.integers(1, 400))
def test_stretches_follow_one_another_without_a_gap(rows, length_px) -> None:
    found = marked_stretches(progress_of(rows), length_px)
    ends = [0, *(s.end_px for s in found)]
    assert [s.start_px for s in found] == ends[:-1]
    assert all(a.mark is not b.mark for a, b in pairwise(found))


def test_one_refused_image_of_many_is_never_lost_on_a_short_line() -> None:
    rows = [(LOADED, True)] * 5000
    rows[3210] = (REFUSED, False)
    found = marked_stretches(progress_of(rows), 100)
    assert [s.mark for s in found] == [Mark.SEEN, Mark.REFUSED, Mark.SEEN]


def test_half_loaded_series_is_half_a_line() -> None:
    rows = [(LOADED, False)] * 10 + [(MISSING, False)] * 10
    assert marked_stretches(progress_of(rows), 40) == (
        MarkedStretch(0, 20, Mark.LOADED),
        MarkedStretch(20, 40, Mark.MISSING),
    )


@given(st.integers(1, 5000), st.integers(1, 2000), st.data())
def test_where_an_image_stands_on_the_line_a_click_finds_it(total, length_px, data) -> None:
    index = data.draw(st.integers(0, total - 1))
    start, length = place_of(index, length_px, total)
    assert 0 <= start < length_px
    assert length >= 1
    if total <= length_px:
        assert index_at(start + length / 2, length_px, total) == index
    assert abs(index_at(start + 0.5, length_px, total) - index) <= total / length_px + 1


@pytest.mark.parametrize("total", [1, 2, 3, 9, 16, 31])
def test_images_share_the_line_without_gap_or_overlap(total) -> None:
    for length_px in range(total, 3 * total + 7):
        places = [place_of(index, length_px, total) for index in range(total)]
        assert [start for start, _ in places] == [0, *(sum(p) for p in places)][:-1]
        middles = [index_at(start + px / 2, length_px, total) for start, px in places]
        assert middles == list(range(total))


@given(st.floats(-1e6, 1e6), st.integers(0, 2000), st.integers(0, 5000))
def test_a_click_beyond_the_ends_means_the_nearest_image(position, length_px, total) -> None:
    assert 0 <= index_at(position, length_px, total) <= max(total - 1, 0)


def test_words_count_what_the_line_shows() -> None:
    assert progress_words(progress_of([(LOADED, True)])) == "1 of 1 image loaded, 1 seen"
    several = [(LOADED, True), (REFUSED, False), (MISSING, False)]
    words = "1 of 3 images loaded, 1 seen, 1 cannot be displayed"
    assert progress_words(progress_of(several)) == words

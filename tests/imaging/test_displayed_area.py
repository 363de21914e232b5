"""Displayed areas: where they are seen, and that a stored view is seen again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.displayed_area import (
    DisplayedArea,
    SizeMode,
    area_in_view,
    view_of_area,
)
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation_state import orientation_after, rotation_and_flip
from readstation.imaging.view_transform import MAX_ZOOM, ViewTransform

ORIENTATIONS = [DisplayOrientation(turns, flip) for turns in range(4) for flip in (False, True)]
orientations = st.sampled_from(ORIENTATIONS)


def whole(columns=512, rows=256, size_px=(800, 600), orientation=ORIENTATIONS[0], aspect=1.0):
    middle = (columns / 2, rows / 2)
    return ViewTransform(columns, rows, *size_px, 1.0, *middle, orientation, aspect)


areas = st.builds(
    lambda left, top, width, height: DisplayedArea((left, top), (left + width, top + height)),
    st.integers(-100, 500),
    st.integers(-100, 240),
    st.integers(4, 400),
    st.integers(4, 400),
)


@given(
    areas,
    orientations,
    st.floats(0.5, 2.0),
    st.tuples(st.integers(100, 2000), st.integers(100, 2000)),
)
def test_all_of_the_area_is_seen_and_one_side_fills_the_viewport(area, orientation, aspect, size):
    seen = view_of_area(area, whole(orientation=orientation, aspect=aspect, size_px=size))
    left, top, right, bottom = area.bounds
    corners = [seen.to_viewport(x, y) for x in (left, right) for y in (top, bottom)]
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    assert xs[0] >= -1
    assert ys[0] >= -1
    assert xs[-1] <= size[0] + 1
    assert ys[-1] <= size[1] + 1
    is_filled = min(size[0] - (xs[-1] - xs[0]), size[1] - (ys[-1] - ys[0])) <= 1
    assert is_filled or seen.zoom == MAX_ZOOM, "a few pixels cannot be magnified without end"


@given(orientations)
def test_rotation_and_flip_name_every_orientation(orientation):
    rotation, is_flipped = rotation_and_flip(orientation)
    assert orientation_after(rotation, is_flipped=is_flipped) == orientation


@given(
    orientations,
    st.floats(0.3, 8.0),
    st.floats(0, 512),
    st.floats(0, 256),
    st.sampled_from([0.5, 1.0, 1.7]),
)
def test_the_stored_corners_hold_all_image_pixels_that_are_seen(
    orientation, zoom, column, row, aspect
):
    view = ViewTransform(512, 256, 640, 480, zoom, column, row, orientation, aspect)
    area = area_in_view(view)
    left, top, right, bottom = area.bounds
    for x in (1.0, 639.0):
        for y in (1.0, 479.0):
            column_seen, row_seen = view.to_image(x, y)
            if 0 <= column_seen <= 512 and 0 <= row_seen <= 256:
                assert left <= column_seen <= right
                assert top <= row_seen <= bottom
    assert left >= 0
    assert right <= 512
    assert top >= 0
    assert bottom <= 256


@given(orientations)
def test_the_first_corner_is_the_one_seen_at_the_upper_left(orientation):
    view = ViewTransform(512, 256, 200, 200, 4.0, 250.0, 120.0, orientation)
    area = area_in_view(view)
    first = view.to_viewport(area.top_left[0] - 0.5, area.top_left[1] - 0.5)
    last = view.to_viewport(area.bottom_right[0] - 0.5, area.bottom_right[1] - 0.5)
    assert first[0] < last[0]
    assert first[1] < last[1]


def test_magnify_shows_each_image_pixel_as_large_as_stated():
    area = DisplayedArea((1, 1), (512, 256), SizeMode.MAGNIFY, magnification=2.5)
    assert view_of_area(area, whole()).zoom == 2.5


def test_true_size_is_fitted_like_the_rest():
    area = DisplayedArea((1, 1), (512, 256), SizeMode.TRUE_SIZE)
    assert view_of_area(area, whole()).zoom == 800 / 512


def test_pixels_of_the_areas_own_aspect_replace_those_of_the_image():
    area = DisplayedArea((1, 1), (100, 100), row_aspect=2.0)
    seen = view_of_area(area, whole(aspect=1.0))
    assert (seen.row_aspect, seen.zoom) == (2.0, 3.0)


def test_an_area_has_a_usable_aspect_or_none():
    with pytest.raises(ValueError, match="above zero"):
        DisplayedArea((1, 1), (2, 2), row_aspect=0.0)

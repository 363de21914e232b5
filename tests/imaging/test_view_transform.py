"""Image to viewport and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.view_transform import MAX_ZOOM, ViewTransform, fit_zoom

orientations = st.builds(DisplayOrientation, st.integers(0, 3), st.booleans())


@st.composite
def transforms(draw):
    columns, rows = draw(st.integers(1, 5000)), draw(st.integers(1, 5000))
    return ViewTransform(
        columns,
        rows,
        draw(st.integers(1, 4000)),
        draw(st.integers(1, 4000)),
        draw(st.floats(0.02, 60)),
        draw(st.floats(0, 1)) * columns,
        draw(st.floats(0, 1)) * rows,
        draw(orientations),
        draw(st.floats(0.3, 3)),
    )


@given(transforms(), st.floats(-100, 6000), st.floats(-100, 6000))
def test_a_point_comes_back_to_itself(transform, column, row):
    x, y = transform.to_viewport(column, row)
    assert transform.to_image(x, y) == pytest.approx((column, row), rel=1e-6, abs=1e-6)


@given(transforms())
def test_the_centre_is_shown_in_the_middle_within_half_a_device_pixel(transform):
    x, y = transform.to_viewport(transform.center_column, transform.center_row)
    assert abs(x - transform.viewport_width_px / 2) <= 0.5 + 1e-6
    assert abs(y - transform.viewport_height_px / 2) <= 0.5 + 1e-6


@given(transforms())
def test_a_fitted_image_lies_inside_and_touches_two_edges(transform):
    zoom = fit_zoom(transform)
    unit_x, unit_y = (s / transform.zoom for s in (transform.scale_x, transform.scale_y))
    width, height = transform.seen_columns * unit_x * zoom, transform.seen_rows * unit_y * zoom
    if zoom > 0.02:
        assert width <= transform.viewport_width_px * (1 + 1e-9)
        assert height <= transform.viewport_height_px * (1 + 1e-9)
        assert width == pytest.approx(transform.viewport_width_px) or height == pytest.approx(
            transform.viewport_height_px
        )


@given(transforms(), st.floats(0.5, 2), st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_point_under_the_mouse(transform, factor, x, y):
    x_px, y_px = x * transform.viewport_width_px, y * transform.viewport_height_px
    column, row = transform.to_image(x_px, y_px)
    if not (0 <= column <= transform.columns and 0 <= row <= transform.rows):
        return
    zoomed = transform.zoomed(factor, x_px, y_px)
    is_held = 0 < zoomed.center_column < zoomed.columns and 0 < zoomed.center_row < zoomed.rows
    if is_held:
        assert zoomed.to_viewport(column, row) == pytest.approx((x_px, y_px), abs=0.51)


def test_zoom_has_an_end():
    transform = ViewTransform(10, 10, 100, 100, 1.0, 5, 5)
    assert transform.zoomed(1e9, 50, 50).zoom == MAX_ZOOM


def test_dragging_moves_the_image_with_the_mouse_in_every_orientation():
    for k in range(4):
        for mirrored in (False, True):
            transform = ViewTransform(
                100, 80, 300, 200, 2.0, 50, 40, DisplayOrientation(k, mirrored), 1.5
            )
            x, y = transform.to_viewport(40, 30)
            moved = transform.panned(10, -6).to_viewport(40, 30)
            assert moved == pytest.approx((x + 10, y - 6), abs=1)


def test_the_image_cannot_be_lost():
    transform = ViewTransform(100, 80, 300, 200, 2.0, 50, 40)
    far = transform.panned(1e6, 1e6)
    assert (far.center_column, far.center_row) == (0, 0)

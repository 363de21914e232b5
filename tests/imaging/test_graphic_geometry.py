"""Where annotations are seen: with the image through zoom, rotation, flip and aspect."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.cielab import srgb_of
from readstation.imaging.displayed_area import DisplayedArea
from readstation.imaging.graphic_annotation import (
    AnnotationUnits,
    Graphic,
    GraphicType,
    TextBox,
    TextObject,
)
from readstation.imaging.graphic_geometry import Placement, bezier_segments, outline_of
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.view_transform import ViewTransform

COLUMNS, ROWS = 512, 256
orientations = st.builds(DisplayOrientation, st.integers(0, 3), st.booleans())
coordinates = st.floats(-50, 600)
views = st.builds(
    ViewTransform,
    st.just(COLUMNS),
    st.just(ROWS),
    st.integers(100, 2000),
    st.integers(100, 2000),
    st.floats(0.1, 20),
    st.floats(0, COLUMNS),
    st.floats(0, ROWS),
    orientations,
    st.floats(0.4, 2.5),
)


@given(views, coordinates, coordinates)
def test_pixel_points_lie_where_the_image_point_is_seen(view, column, row):
    placed = Placement(view).place((column, row), AnnotationUnits.PIXEL)
    assert view.to_image(*placed) == pytest.approx((column, row), abs=1e-6)


@given(views, st.floats(0, 1), st.floats(0, 1))
def test_display_points_go_from_the_upper_left_to_the_lower_right_as_seen(view, x, y):
    area = DisplayedArea((11, 21), (200, 120))
    placement = Placement(view, area)
    corners = [view.to_viewport(c, r) for c in (10.0, 200.0) for r in (20.0, 120.0)]
    left, right = min(c[0] for c in corners), max(c[0] for c in corners)
    top, bottom = min(c[1] for c in corners), max(c[1] for c in corners)
    placed = placement.place((x, y), AnnotationUnits.DISPLAY)
    assert placed == pytest.approx((left + x * (right - left), top + y * (bottom - top)), abs=1e-6)


@given(views)
def test_without_an_area_display_points_are_fractions_of_the_whole_image(view):
    whole = Placement(view, DisplayedArea((1, 1), (COLUMNS, ROWS)))
    placed = Placement(view).place((0.25, 0.5), AnnotationUnits.DISPLAY)
    assert placed == pytest.approx(whole.place((0.25, 0.5), AnnotationUnits.DISPLAY))


@given(views, st.tuples(coordinates, coordinates), st.tuples(coordinates, coordinates))
def test_a_text_box_is_upright_however_the_image_is_turned(view, one, other):
    left, top, right, bottom = Placement(view).place_box(TextBox(one, other))
    assert left <= right
    assert top <= bottom
    seen = [view.to_viewport(*one), view.to_viewport(*other)]
    assert {left, right} == {p[0] for p in seen}
    assert {top, bottom} == {p[1] for p in seen}


@given(views)
def test_a_circle_is_round_as_it_is_seen_and_passes_through_its_point(view):
    circle = Graphic(GraphicType.CIRCLE, ((100, 100), (130, 100)))
    outline = outline_of(circle, Placement(view))
    center, edge = view.to_viewport(100, 100), view.to_viewport(130, 100)
    radius = math.dist(center, edge)
    assert all(math.dist(center, p) == pytest.approx(radius, rel=1e-6) for p in outline.points)
    assert outline.is_closed


@given(views)
def test_an_ellipse_passes_through_its_four_points(view):
    ends = ((60, 100), (140, 100), (100, 80), (100, 120))
    outline = outline_of(Graphic(GraphicType.ELLIPSE, ends), Placement(view))
    for end in ends:
        seen = view.to_viewport(*end)
        assert min(math.dist(seen, p) for p in outline.points) == pytest.approx(0, abs=1e-6)


def test_a_line_is_closed_where_its_ends_meet_or_it_is_filled():
    placement = Placement(ViewTransform(COLUMNS, ROWS, 300, 300, 1.0, 256, 128))
    points = ((0, 0), (9, 0), (9, 9))
    line = GraphicType.POLYLINE
    assert not outline_of(Graphic(line, points), placement).is_closed
    assert outline_of(Graphic(line, (*points, (0, 0))), placement).is_closed
    assert outline_of(Graphic(line, points, is_filled=True), placement).is_closed
    assert outline_of(Graphic(GraphicType.INTERPOLATED, points), placement).is_curve
    assert outline_of(Graphic(GraphicType.MULTIPOINT, points), placement).is_marks


def test_the_curve_goes_through_every_point():
    points = ((0.0, 0.0), (5.0, 8.0), (9.0, 1.0), (12.0, 3.0))
    assert [segment[2] for segment in bezier_segments(points)] == list(points[1:])


@pytest.mark.parametrize(
    ("cielab", "rgb"),
    [
        ((0, 0, 0), (0, 0, 0)),
        ((100, 0, 0), (255, 255, 255)),
        ((54.29, 80.81, 69.89), (255, 0, 0)),
        ((87.82, -79.27, 80.99), (0, 255, 0)),
        ((29.57, 68.30, -112.03), (0, 0, 255)),
        ((53.59, 0, 0), (128, 128, 128)),
    ],
)
def test_cielab_colours_are_those_of_the_screen(cielab, rgb):
    assert srgb_of(cielab) == pytest.approx(rgb, abs=1)


def test_what_has_too_few_points_or_no_place_is_no_annotation():
    with pytest.raises(ValueError, match="do not make a CIRCLE"):
        Graphic(GraphicType.CIRCLE, ((1, 1),))
    with pytest.raises(ValueError, match="bounding box or an anchor"):
        TextObject("nowhere")

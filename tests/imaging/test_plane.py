"""Patient coordinates, slice order with gaps and tilt (hazard H24), nearest slice."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.plane import ImagePlane
from readstation.imaging.stack_order import PlaneStack, sort_by_position

X, Y = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
numbers = st.floats(-500, 500)


def axial(z, x=0.0, y=0.0, **values):
    return ImagePlane((x, y, z), X, Y, 0.5, 0.7, values.get("frame_of_reference_uid", "1.2"))


@given(numbers, numbers, st.integers(0, 10_000))
def test_patient_points_return_to_their_image_point(column, row, seed):
    q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    plane = ImagePlane((3, -4, 5), tuple(q[:, 0]), tuple(q[:, 1]), 0.3, 0.25)
    back = plane.to_image(plane.to_patient(column, row))
    assert back == pytest.approx((column, row, 0.0), abs=1e-6)


def test_the_position_is_the_centre_of_the_first_pixel_and_spacings_are_not_swapped():
    plane = axial(7.0)
    assert plane.to_patient(0.5, 0.5) == (0, 0, 7)
    assert plane.to_patient(1.5, 0.5) == pytest.approx((0.7, 0, 7))
    assert plane.to_patient(0.5, 1.5) == pytest.approx((0, 0.5, 7))


@pytest.mark.parametrize(
    ("row", "column", "spacing"),
    [
        (X, X, 1.0),
        ((2.0, 0, 0), Y, 1.0),
        ((0.0, 0, 0), Y, 1.0),
        ((math.nan, 0, 0), Y, 1.0),
        (X, (0.1, 1, 0), 1.0),
        (X, Y, 0.0),
        (X, Y, math.nan),
    ],
)
def test_impossible_geometry_is_no_plane(row, column, spacing):
    with pytest.raises(ValueError, match="are"):
        ImagePlane((0, 0, 0), row, column, spacing, 1.0)


def test_shuffled_slices_are_put_in_order():
    z = [20.0, 0.0, 15.0, 5.0, 10.0]
    report = sort_by_position([axial(v) for v in z])
    assert [z[i] for i in report.order] == [0, 5, 10, 15, 20]
    assert report.spacing_mm == 5
    assert report.is_regular
    assert report.warning == ""


def test_a_missing_slice_is_a_gap_and_a_doubled_one_a_repeat():
    report = sort_by_position([axial(v) for v in (0, 2, 4, 8, 8, 10)])
    assert (report.gaps, report.duplicates) == ((2,), (3,))
    assert not report.is_regular
    assert report.warning == "This series has 1 gap between images, 1 repeated position."


def test_a_tilted_gantry_is_seen_from_the_sideways_shift():
    assert sort_by_position([axial(z, y=z * 0.2) for z in range(5)]).is_tilted
    assert not sort_by_position([axial(z, y=z * 0.001) for z in range(5)]).is_tilted


def test_slices_that_are_not_parallel_keep_their_order():
    tilted = ImagePlane((0, 0, -5), X, (0.0, math.cos(0.3), math.sin(0.3)), 1, 1)
    report = sort_by_position([axial(0), tilted])
    assert not report.is_parallel
    assert report.order == (0, 1)
    assert report.warning == "The images of this series are not parallel."


def test_one_slice_or_none_is_regular():
    assert sort_by_position([axial(1)]).is_regular
    assert sort_by_position([]).order == ()


@given(st.integers(0, 40), st.floats(-0.45, 0.45), numbers, numbers)
def test_the_nearest_slice_does_not_depend_on_the_place_within_the_slice(index, off, x, y):
    planes = [axial(3.0 * i) for i in range(41)]
    found, away_mm = PlaneStack(planes).nearest((x, y, 3.0 * index + 3.0 * off))
    assert found == index
    assert away_mm == pytest.approx(abs(3.0 * off))


def test_an_offset_shifts_the_level():
    stack = PlaneStack([axial(3.0 * i) for i in range(10)])
    assert stack.nearest((0, 0, 12), offset_mm=6.0) == (6, 0.0)
    assert stack.nearest((0, 0, 12), offset_mm=-6.0) == (2, 0.0)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30), numbers, st.floats(-9, 9))
def test_the_nearest_plane_is_the_first_of_those_that_are_as_near(positions, z, offset_mm):
    planes = [axial(position) for position in positions]
    away = [abs(plane.to_image((1, 2, z))[2] + offset_mm) for plane in planes]
    stack = PlaneStack(planes)
    assert stack.nearest((1, 2, z), offset_mm=offset_mm) == (away.index(min(away)), min(away))


def test_no_planes_are_no_stack():
    with pytest.raises(ValueError, match="has planes"):
        PlaneStack([])

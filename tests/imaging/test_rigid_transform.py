"""Rigid transforms turn and shift, and nothing else."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform

number = st.floats(-500, 500)
point = st.tuples(number, number, number)
axis = point.filter(lambda v: math.hypot(*v) > 1)


@st.composite
def transforms(draw) -> RigidTransform:
    angle = draw(st.floats(-180, 180))
    return RigidTransform.about(draw(axis), angle, draw(point), draw(point))


@given(transforms(), point, point)
def test_distances_stay(transform, a, b) -> None:
    assert math.dist(transform.apply(a), transform.apply(b)) == pytest.approx(
        math.dist(a, b), abs=1e-6
    )


@given(transforms(), point)
def test_the_way_back_ends_where_it_began(transform, p) -> None:
    assert transform.inverse.apply(transform.apply(p)) == pytest.approx(p, abs=1e-6)
    assert transform.then(transform.inverse).apply(p) == pytest.approx(p, abs=1e-6)


@given(transforms(), transforms(), point)
def test_one_after_the_other_is_first_then_second(first, second, p) -> None:
    assert first.then(second).apply(p) == pytest.approx(second.apply(first.apply(p)), abs=1e-6)


@given(axis, st.floats(0, 180), point, point)
def test_the_angle_and_the_shift_of_the_centre_are_told(along, angle, centre, shift) -> None:
    transform = RigidTransform.about(along, angle, centre, shift)
    assert transform.angle_deg == pytest.approx(angle, abs=1e-4)
    assert transform.displacement_mm(centre) == pytest.approx(shift, abs=1e-6)


def test_a_quarter_turn_about_z_takes_left_to_posterior() -> None:
    quarter = RigidTransform.about((0, 0, 2), 90, (0, 0, 0), (0, 0, 0))
    assert quarter.apply((1, 0, 5)) == pytest.approx((0, 1, 5))
    assert quarter.turn((0, 1, 0)) == pytest.approx((-1, 0, 0))


def test_a_shift_on_top_moves_every_point_by_it() -> None:
    moved = RigidTransform.about((1, 0, 0), 10, (0, 0, 0), (1, 2, 3)).shifted((10, 0, -1))
    assert np.subtract(moved.apply((0, 0, 0)), (1, 2, 3)) == pytest.approx((10, 0, -1))


@pytest.mark.parametrize(
    ("rows", "shift"),
    [
        (((-1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)), (0, 0, 0)),
        (((2.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)), (0, 0, 0)),
        (((1.0, 0.1, 0), (0, 1.0, 0), (0, 0, 1.0)), (0, 0, 0)),
        (IDENTITY_TRANSFORM.rotation, (math.nan, 0, 0)),
        (IDENTITY_TRANSFORM.rotation, (math.inf, 0, 0)),
    ],
)
def test_what_mirrors_scales_or_is_no_number_is_refused(rows, shift) -> None:
    with pytest.raises(ValueError, match="rotation"):
        RigidTransform(rows, shift)


def test_an_axis_without_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="axis"):
        RigidTransform.about((0, 0, 0), 5, (0, 0, 0), (0, 0, 0))

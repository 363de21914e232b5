"""A reference line lies on both images."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.plane import ImagePlane
from readstation.imaging.reference_line import ImageRectangle, moved_plane, reference_line
from readstation.imaging.rigid_transform import RigidTransform

part = st.floats(-1, 1)
place = st.floats(-60, 60)


@st.composite
def rectangles(draw) -> ImageRectangle:
    row = np.array(draw(st.tuples(part, part, part).filter(lambda v: math.hypot(*v) > 0.3)))
    other = np.array(draw(st.tuples(part, part, part)))
    row = row / np.linalg.norm(row)
    column = other - row * (other @ row)
    if np.linalg.norm(column) < 0.1:
        column = np.cross(row, (0, 0, 1) if abs(row[2]) < 0.9 else (0, 1, 0))
    column = column / np.linalg.norm(column)
    position = draw(st.tuples(place, place, place))
    plane = ImagePlane(
        position, tuple(map(float, row)), tuple(map(float, column)), draw(st.floats(0.5, 2)), 0.8
    )
    return ImageRectangle(plane, draw(st.integers(20, 200)), draw(st.integers(20, 200)))


@given(rectangles(), rectangles())
def test_both_ends_lie_on_both_images_and_one_of_them_ends_there(shown, on) -> None:
    line = reference_line(shown, on)
    if line is None:
        return
    for column, row in line:
        assert -1e-3 <= column <= on.columns + 1e-3
        assert -1e-3 <= row <= on.rows + 1e-3
        c, r, away = shown.plane.to_image(on.plane.to_patient(column, row))
        assert away == pytest.approx(0, abs=1e-4)
        assert -1e-3 <= c <= shown.columns + 1e-3
        assert -1e-3 <= r <= shown.rows + 1e-3
        edges = (column, on.columns - column, row, on.rows - row)
        edges += (c, shown.columns - c, r, shown.rows - r)
        assert min(abs(edge) for edge in edges) < 1e-3


@given(rectangles(), rectangles())
def test_where_points_of_both_images_meet_there_is_a_line(shown, on) -> None:
    """Sample the first image densely: if it changes sides within the second, they cut."""
    if reference_line(shown, on) is not None:
        return
    tilt = abs(np.dot(shown.plane.normal, on.plane.normal))
    if tilt > math.cos(math.radians(6)):
        return
    sides = set()
    for column in np.linspace(0, shown.columns, 25):
        for row in np.linspace(0, shown.rows, 25):
            c, r, away = on.plane.to_image(shown.plane.to_patient(column, row))
            if abs(away) < 0.2:
                sides.add(5 <= c <= on.columns - 5 and 5 <= r <= on.rows - 5)
    assert True not in sides


def axial(z: float) -> ImageRectangle:
    return ImageRectangle(ImagePlane((0, 0, z), (1, 0, 0), (0, 1, 0), 1, 1), 100, 80)


SAGITTAL = ImageRectangle(ImagePlane((50, 0, 90), (0, 1, 0), (0, 0, -1), 1, 1), 80, 100)


def test_an_axial_slice_is_a_level_line_on_a_sagittal_one() -> None:
    (left, right) = sorted(reference_line(axial(70), SAGITTAL))
    assert (*left, *right) == pytest.approx((0, 20.5, 80, 20.5))


@pytest.mark.parametrize("z", [-15, 95])
def test_a_slice_beyond_the_image_has_no_line(z) -> None:
    assert reference_line(axial(z), SAGITTAL) is None


def test_parallel_slices_have_no_line() -> None:
    assert reference_line(axial(10), axial(10)) is None


def test_a_plane_moves_with_its_study() -> None:
    transform = RigidTransform.about((1, 2, 3), 20, (5, 5, 5), (7, 8, 9))
    plane = SAGITTAL.plane
    moved = moved_plane(plane, transform)
    assert moved.to_patient(30, 20) == pytest.approx(transform.apply(plane.to_patient(30, 20)))

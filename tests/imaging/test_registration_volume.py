"""Coarse volumes keep what the slices show where the slices lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration_steps import sampled
from readstation.imaging.registration_volume import (
    MOST_SLICES,
    block_of,
    coarse_slice,
    coarse_volume,
    slices_for_grid,
)
from tests.imaging.body_phantom import AIR, BodyPhantom, scan, volume_of


def planes_at(positions, normal_x: float = 0.0, spacing_mm: float = 1.0):
    row = (float(np.sqrt(1 - normal_x**2)), 0.0, -normal_x)
    return [
        ImagePlane((0.0, 0.0, float(z)), row, (0.0, 1.0, 0.0), spacing_mm, spacing_mm)
        for z in positions
    ]


def ramp(plane: ImagePlane, rows: int = 12, columns: int = 10):
    """Return an image of x + 2 y + 3 z: linear interpolation is exact on it."""
    j, i = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    points = (
        np.array(plane.position_mm)
        + i[..., None] * np.array(plane.row_cosines) * plane.column_spacing_mm
        + j[..., None] * np.array(plane.column_cosines) * plane.row_spacing_mm
    )
    return points @ np.array([1.0, 2.0, 3.0])


@given(st.floats(0.5, 6), st.floats(0.4, 4), st.floats(-0.5, 0.5))
def test_a_ramp_is_kept_at_every_voxel(step_mm, spacing_mm, slant) -> None:
    planes = planes_at(np.arange(30) * step_mm, slant, spacing_mm)
    order = slices_for_grid(planes)
    block = block_of(planes[0])
    slices = [coarse_slice(ramp(planes[i], 24, 20), block) for i in order]
    volume = coarse_volume([planes[i] for i in order], slices, low=-1e6, high=1e6)
    inner = volume.values[1:-1]
    s, r, c = np.meshgrid(*(np.arange(n) for n in inner.shape), indexing="ij")
    index = np.stack([c.ravel(), r.ravel(), s.ravel() + 1, np.ones(c.size)])
    points = (volume.to_patient @ index).T
    assert inner.ravel() == pytest.approx(points @ [1, 2, 3], abs=0.01)


def test_thick_slices_stay_as_they_are() -> None:
    planes, images = scan(BodyPhantom())
    volume = volume_of(planes, images)
    assert volume.values[7] == pytest.approx(np.clip(images[7], AIR, 1000), abs=1e-3)
    assert volume.spacing_mm == pytest.approx((4, 4, 5))


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_reducing_keeps_a_linear_volume_linear(a, b, c) -> None:
    planes = planes_at(np.arange(24) * 4.0, spacing_mm=3.0)
    images = [np.fromfunction(lambda j, i, z=z: a * i + b * j + c * z, (24, 24)) for z in range(24)]
    fine = coarse_volume(planes, [i.astype(np.float32) for i in images], low=-1e6, high=1e6)
    coarse = fine.reduced(12.0)
    assert coarse.spacing_mm == pytest.approx((12, 12, 12))
    points = np.array([[30.0, 24.0, 40.0], [20.0, 50.0, 60.0]])
    assert sampled(coarse, points)[0] == pytest.approx(sampled(fine, points)[0], abs=1e-3)
    assert sampled(fine.smoothed(), points)[0] == pytest.approx(sampled(fine, points)[0], abs=1e-3)


def test_a_point_outside_is_said_to_be_outside() -> None:
    volume = volume_of(*scan(BodyPhantom()))
    _, inside = sampled(volume, np.array([[0.0, 0, 0], [500, 0, 0], [0, 0, -126], [0, 0, 130]]))
    assert inside.tolist() == [True, False, False, False]


def test_order_does_not_matter_and_repeated_slices_are_left_out() -> None:
    planes = planes_at([20, 0, 5, 10, 15, 10])
    assert slices_for_grid(planes) == (1, 2, 3, 4, 0)


def test_of_thin_slices_two_in_each_step_of_the_grid_are_taken() -> None:
    assert slices_for_grid(planes_at(np.arange(40) * 0.5)) == tuple(range(0, 40, 3))


@pytest.mark.parametrize(
    "planes",
    [
        planes_at(range(4)),
        planes_at(np.arange(MOST_SLICES + 1)),
        [*planes_at(range(0, 50, 5)), *planes_at([60], 0.3)],
        [*planes_at(range(0, 50, 5)), *planes_at([60], spacing_mm=2.0)],
        planes_at([7] * 10),
    ],
    ids=["few", "many", "not parallel", "other spacing", "one place"],
)
def test_what_is_no_volume_has_no_slices_for_one(planes) -> None:
    assert slices_for_grid(planes) == ()


@pytest.mark.parametrize("positions", [[0, 5, 3], [0, 5, 5]])
def test_slices_out_of_order_are_refused(positions) -> None:
    slices = [np.zeros((4, 4), np.float32)] * 3
    with pytest.raises(ValueError, match="one after the other"):
        coarse_volume(planes_at(positions), slices, low=0)


def test_slices_of_two_sizes_and_far_too_long_gaps_are_refused() -> None:
    planes = planes_at([0, 5, 10])
    with pytest.raises(ValueError, match="one size"):
        coarse_volume(planes, [np.zeros((4, n), np.float32) for n in (4, 4, 5)], low=0)
    slices = [np.zeros((400, 400), np.float32)] * 4
    with pytest.raises(ValueError, match="too large"):
        coarse_volume(planes_at([0, 1, 2, 900000]), slices, low=0)


def test_pixels_that_are_no_numbers_count_as_air() -> None:
    slices = [np.full((4, 4), np.nan, np.float32)] * 3
    assert (coarse_volume(planes_at([0, 5, 10]), slices, low=-7.0).values == -7).all()

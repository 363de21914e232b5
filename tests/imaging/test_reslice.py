"""Planes and slabs through a volume, against formulas and against a slow way of its own."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.imaging.modality_lut import IDENTITY, ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.reslice import (
    THIN,
    Interpolation,
    Projection,
    Slab,
    layers_of,
    reslice,
)
from readstation.imaging.volume import Volume

MIP, MINIP, MEAN = Projection.MAXIMUM, Projection.MINIMUM, Projection.MEAN
PADDING = -32768


def unit(vector):
    return np.asarray(vector) / np.linalg.norm(vector)


def grid(spacing=(0.7, 0.9, 2.0), origin=(-20.0, 15.0, 40.0), tilt_deg=17.0):
    """Return voxel to patient of a turned stack with three spacings of its own."""
    a = math.radians(tilt_deg)
    axes = np.array([[math.cos(a), 0, -math.sin(a)], [0, 1, 0], [math.sin(a), 0, math.cos(a)]]).T
    return np.column_stack([axes * spacing, origin])


def volume_of(values, to_patient=None, transform=IDENTITY, *, has_padding=False):
    padding = math.nan if values.dtype.kind == "f" else max(PADDING, np.iinfo(values.dtype).min)
    matrix = grid() if to_patient is None else to_patient
    return Volume(values, matrix, transform, padding, has_padding)


def oblique(volume, row=(1, 0.3, -0.2), down=(0.1, 1, 0.5), spacing=0.6, shape=(30, 40)):
    """Return a plane through the middle of the volume that follows none of its axes."""
    row = unit(row)
    down = unit(np.asarray(down) - np.dot(down, row) * row)
    middle = np.asarray(volume.center_mm)
    corner = middle - (row * (shape[1] - 1) + down * (shape[0] - 1)) / 2 * spacing
    return ImagePlane(tuple(corner), tuple(row), tuple(down), spacing, spacing)


def slow(volume, plane, shape, slab=THIN, interpolation=Interpolation.LINEAR):
    """Return what `reslice` should: one sample at a time, in plain Python, by another formula."""
    count, apart = layers_of(volume, plane, slab)
    inverse = np.linalg.inv(np.vstack([volume.to_patient, [0, 0, 0, 1]]))
    out = np.full(shape, float(volume.padding))
    for r, c in itertools.product(range(shape[0]), range(shape[1])):
        found = []
        for layer in range(count):
            away = (layer - (count - 1) / 2) * apart
            point = np.asarray(plane.to_patient(c + 0.5, r + 0.5)) + away * np.array(plane.normal)
            value = _slow_value(volume, inverse @ [*point, 1.0], interpolation)
            if value is not None:
                found.append(value)
        if found:
            out[r, c] = {MIP: max, MINIP: min, MEAN: np.mean}[slab.projection](found)
    return out


def _slow_value(volume, place, interpolation):
    size = np.array(volume.values.shape[::-1])
    at = place[:3]
    if np.any(at < -0.5 - 1e-9) or np.any(at > size - 0.5 + 1e-9):
        return None
    at = np.clip(at, 0, size - 1)

    def value(index):
        stored = float(volume.values[tuple(int(i) for i in index[::-1])])
        return None if stored == volume.padding or math.isnan(stored) else stored

    near = value(np.floor(at + 0.5))
    if near is None or interpolation is Interpolation.NEAREST:
        return near
    if interpolation is Interpolation.CUBIC:
        curved = _slow_cubic(volume, at, value)
        if curved is not None:
            return curved
    low = np.minimum(np.floor(at), size - 1)
    pairs = []
    for corner in itertools.product((0, 1), repeat=3):
        weight = float(
            np.prod([1 - abs(a - (b + k)) for a, b, k in zip(at, low, corner, strict=True)])
        )
        if weight > 0 and value(low + corner) is not None:
            pairs.append((weight, value(low + corner)))
    return sum(w * v for w, v in pairs) / sum(w for w, _ in pairs)


def _slow_cubic(volume, at, value):
    """Return the cubic value, or None where straight lines are to be used instead."""
    size, low = np.array(volume.values.shape[::-1]), np.floor(at)
    around = np.empty((4, 4, 4))
    for step in itertools.product(range(4), repeat=3):
        found = value(np.clip(low + step - 1, 0, size - 1))
        if found is None:
            return None
        around[step] = found
    for share in at - low:
        around = _through_four(around, share)
    if volume.values.dtype.kind == "f":
        return float(around)
    limits = np.iinfo(volume.values.dtype)
    found = float(np.clip(around, limits.min, limits.max))
    return None if math.floor(found + 0.5) == volume.padding else found


def _through_four(p, t):
    """Return the curve of Catmull and Rom between the second and the third of four values."""
    a = 2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]
    b = -p[0] + 3 * p[1] - 3 * p[2] + p[3]
    return (2 * p[1] + (p[2] - p[0]) * t + a * t**2 + b * t**3) / 2


def ramp(shape=(16, 24, 20), gradient=(3.0, -2.0, 5.0), at_origin=700.0, to_patient=None):
    """Return a volume whose value is a linear function of the place in the patient."""
    matrix = grid() if to_patient is None else to_patient
    z, y, x = np.indices(shape)
    places = np.stack([x, y, z, np.ones(shape)])
    patient = np.einsum("ij,jzyx->izyx", matrix, places)
    values = at_origin + np.einsum("i,izyx->zyx", np.array(gradient), patient)
    return volume_of(values.astype(np.float32), matrix)


def noise(shape=(12, 20, 18), *, hole=False, dtype=np.int16):
    rng = np.random.default_rng(3)
    low, high = (1, 250) if np.dtype(dtype).itemsize == 1 else (-1000, 3000)
    values = (rng.integers(low, high, shape) + 1001 * (dtype == np.uint16)).astype(dtype)
    volume = volume_of(values, has_padding=hole)
    if hole:
        values[4:7, 5:11, 6:12] = volume.padding
    return volume


SLABS = (THIN, Slab(7.3, MIP), Slab(7.3, MINIP), Slab(7.3, MEAN))


@pytest.mark.parametrize("slab", SLABS)
def test_a_linear_ramp_is_the_same_ramp_on_any_plane(slab):
    volume = ramp()
    plane = oblique(volume, spacing=0.2)
    found = reslice(volume, plane, (30, 40), slab)
    count, apart = layers_of(volume, plane, slab)
    gradient = np.array((3.0, -2.0, 5.0))
    reach = abs(gradient @ plane.normal) * apart * (count - 1) / 2
    shift = {MIP: reach, MINIP: -reach, MEAN: 0.0}[slab.projection]
    for r, c in itertools.product(range(0, 30, 7), range(0, 40, 9)):
        wanted = 700 + gradient @ np.array(plane.to_patient(c + 0.5, r + 0.5)) + shift
        assert found[r, c] == pytest.approx(wanted, abs=2e-3)


def test_a_sphere_has_its_radius_on_every_plane_through_its_middle():
    shape, radius_mm = (40, 60, 70), 12.0
    matrix = grid(spacing=(0.7, 0.9, 1.4))
    z, y, x = np.indices(shape)
    patient = np.einsum("ij,jzyx->izyx", matrix, np.stack([x, y, z, np.ones(shape)]))
    middle = matrix @ np.array([34.5, 29.5, 19.5, 1.0])
    away = np.linalg.norm(patient - middle[:, None, None, None], axis=0)
    values = np.clip(1000 * (radius_mm - away) + 500, 0, 1000).astype(np.int16)
    volume = volume_of(values, matrix)
    for row, down in (((1, 0, 0), (0, 1, 0)), ((0, 1, 0), (0, 0, 1)), ((1, 2, 0.5), (-1, 1, 3))):
        plane = oblique(volume, row, down, spacing=0.25, shape=(120, 120))
        area_mm2 = np.count_nonzero(reslice(volume, plane, (120, 120)) >= 500) * 0.25**2
        assert math.sqrt(area_mm2 / math.pi) == pytest.approx(radius_mm, abs=0.15)


@pytest.mark.parametrize("axes", [(0, 1), (0, 2), (1, 2), (2, 1)])
def test_planes_along_the_axes_through_voxel_centres_are_the_voxels_themselves(axes):
    volume = noise()
    size = volume.values.shape[::-1]
    a, b = axes
    (c,) = {0, 1, 2} - {a, b}
    steps, lengths = volume.to_patient[:, :3], volume.spacing_mm
    at = [0, 0, 0]
    at[c] = 7
    plane = ImagePlane(
        volume.point_mm(*at),
        tuple(steps[:, a] / lengths[a]),
        tuple(steps[:, b] / lengths[b]),
        lengths[b],
        lengths[a],
    )
    found = reslice(volume, plane, (size[b], size[a]))
    layer = np.take(volume.values, 7, axis=2 - c)
    np.testing.assert_array_equal(found, layer if a < b else layer.T)


def test_a_checkerboard_is_one_half_between_its_fields():
    z, y, x = np.indices((8, 8, 8))
    volume = volume_of((1000 * ((x + y + z) % 2)).astype(np.int16), np.eye(4)[:3])
    plane = ImagePlane((1.5, 1.5, 3.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 1.0)
    assert (reslice(volume, plane, (4, 4)) == 500).all()


@pytest.mark.parametrize("interpolation", Interpolation)
@pytest.mark.parametrize("slab", SLABS)
@pytest.mark.parametrize("hole", [False, True])
@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.uint8, np.float32])
def test_every_pixel_is_that_of_the_slow_way(interpolation, slab, hole, dtype):
    volume = noise(hole=hole, dtype=dtype)
    plane = oblique(volume, spacing=1.1)
    found = reslice(volume, plane, (16, 18), slab, interpolation=interpolation).astype(float)
    is_slab_of_lines = interpolation is Interpolation.CUBIC and slab.thickness_mm > 0
    how = Interpolation.LINEAR if is_slab_of_lines else interpolation
    assert_same_image(volume, found, slow(volume, plane, (16, 18), slab, how))


def test_cubic_curves_go_through_every_voxel_and_keep_a_ramp_inside():
    volume = ramp()
    plane = oblique(volume, spacing=0.2)
    curved = reslice(volume, plane, (30, 40), interpolation=Interpolation.CUBIC)
    np.testing.assert_allclose(curved, reslice(volume, plane, (30, 40)), atol=2e-3)
    rough = noise()
    steps, lengths = rough.to_patient[:, :3], rough.spacing_mm
    across, down = (tuple(steps[:, axis] / lengths[axis]) for axis in (0, 1))
    through = ImagePlane(rough.point_mm(0, 0, 0), across, down, lengths[1], lengths[0])
    found = reslice(rough, through, rough.values.shape[1:], interpolation=Interpolation.CUBIC)
    np.testing.assert_array_equal(found, rough.values[0])


def assert_same_image(volume, found, wanted):
    def blank(image):
        return np.isnan(image) if math.isnan(volume.padding) else image == volume.padding

    np.testing.assert_array_equal(blank(found), blank(wanted))
    there = ~blank(wanted)
    assert np.abs(found[there] - wanted[there]).max(initial=0) <= 1


DIRECTIONS = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1)


@settings(max_examples=40, deadline=None)
@given(
    row=DIRECTIONS,
    down=DIRECTIONS,
    shift=st.tuples(*[st.floats(-15, 15)] * 3),
    spacing=st.floats(0.3, 4),
    thickness=st.floats(0, 12),
    projection=st.sampled_from(Projection),
    hole=st.booleans(),
)
def test_any_plane_is_that_of_the_slow_way(row, down, shift, spacing, thickness, projection, hole):
    across = unit(row)
    if np.linalg.norm(np.asarray(down) - np.dot(down, across) * across) < 0.05:
        return
    volume = noise((5, 7, 6), hole=False)
    if hole:
        volume = volume_of(volume.values.copy(), has_padding=True)
        volume.values[2:4, 2:5, 1:4] = PADDING
    plane = oblique(volume, row, down, spacing, (7, 8))
    # a little aside, so that no sample lies on the very border, where rounding decides
    moved = tuple(p + s + 1e-4 * math.pi for p, s in zip(plane.position_mm, shift, strict=True))
    plane = ImagePlane(moved, plane.row_cosines, plane.column_cosines, spacing, spacing)
    slab = Slab(thickness, projection)
    found = reslice(volume, plane, (7, 8), slab).astype(float)
    assert_same_image(volume, found, slow(volume, plane, (7, 8), slab))


@settings(max_examples=20, deadline=None)
@given(row=DIRECTIONS, thickness=st.floats(0.1, 20), hole=st.booleans())
def test_of_one_slab_the_highest_is_never_below_the_mean_nor_that_below_the_least(
    row, thickness, hole
):
    volume = noise(hole=hole)
    down = np.cross(row, (0.3, 0.8, -0.5))
    if np.linalg.norm(down) < 0.05:
        return
    plane = oblique(volume, row, down, 1.3)
    highest, mean, least = (
        reslice(volume, plane, (20, 20), Slab(thickness, kind)) for kind in (MIP, MEAN, MINIP)
    )
    assert (highest >= mean).all()
    assert (mean >= least).all()


def test_outside_is_padding_and_never_a_value():
    volume = volume_of(np.full((6, 6, 6), 40, np.int16), np.eye(4)[:3])
    plane = ImagePlane((-10.0, -10.0, 2.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 1.0)
    for slab in SLABS:
        found = reslice(volume, plane, (26, 26), slab)
        assert set(np.unique(found)) == {PADDING, 40}
        assert np.count_nonzero(found == 40) == 36


def test_the_volume_ends_half_a_voxel_beyond_the_last_centres():
    volume = volume_of(np.full((6, 6, 6), 40, np.int16), np.eye(4)[:3])
    plane = ImagePlane((-0.55, 0.0, 2.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 0.1)
    found = reslice(volume, plane, (1, 62))[0]
    assert found[0] == PADDING
    assert (found[1:61] == 40).all()
    assert found[61] == PADDING


def test_padding_is_left_out_of_what_is_interpolated_and_projected():
    values = np.full((6, 6, 6), 40, np.int16)
    values[:, :, 3:] = PADDING
    volume = volume_of(values, np.eye(4)[:3], has_padding=True)
    plane = ImagePlane((0.0, 2.0, 2.5), (1.0, 0.0, 0.0), (0.0, 0.0, 1.0), 1.0, 0.25)
    for slab in (THIN, Slab(3, MIP), Slab(3, MINIP), Slab(3, MEAN)):
        found = reslice(volume, plane, (1, 21), slab)[0]
        assert (found[:10] == 40).all()
        assert (found[10:] == PADDING).all()


def test_the_highest_of_a_falling_slope_is_the_least_stored_value():
    values = np.arange(216, dtype=np.int16).reshape(6, 6, 6)
    volume = volume_of(values, np.eye(4)[:3], ModalityTransform(-1.0, 500.0))
    plane = ImagePlane((0.0, 0.0, 2.5), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 1.0)
    found = reslice(volume, plane, (6, 6), Slab(6, MIP))
    np.testing.assert_array_equal(found, values[0])
    np.testing.assert_array_equal(reslice(volume, plane, (6, 6), Slab(6, MINIP)), values[5])


def test_layers_divide_the_slab_and_lie_no_farther_apart_than_voxels():
    volume = noise()
    plane = oblique(volume, (1, 0, 0), (0, 1, 0))
    for thickness in (0.3, 2.0, 9.9, 10.0):
        count, apart = layers_of(volume, plane, Slab(thickness))
        assert count * apart == pytest.approx(thickness)
        assert apart <= 2.0 + 1e-6
    assert layers_of(volume, plane, THIN) == (1, 0.0)


@pytest.mark.parametrize("thickness", [-1.0, math.nan, math.inf])
def test_a_slab_without_a_real_thickness_is_refused(thickness):
    with pytest.raises(ValueError, match="thickness"):
        Slab(thickness)


def test_too_thick_a_slab_and_too_large_an_image_are_refused():
    volume = noise()
    plane = oblique(volume)
    with pytest.raises(ValueError, match="thick"):
        reslice(volume, plane, (4, 4), Slab(1e6))
    with pytest.raises(ValueError, match="pixels"):
        reslice(volume, plane, (1 << 13, 1 << 13))


def test_work_that_is_told_to_stop_stops():
    class StopError(Exception):
        pass

    def stop():
        raise StopError

    volume = noise()
    with pytest.raises(StopError):
        reslice(volume, oblique(volume), (8, 8), told=stop)

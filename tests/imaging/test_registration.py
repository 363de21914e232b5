"""Registration finds how the same body lies in two studies, and knows when it cannot."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from readstation.imaging.registration import Doubt, Registration, apart_mm, register
from readstation.imaging.registration_volume import CoarseVolume
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform
from tests.imaging.body_phantom import BodyPhantom, scan, volume_of

shift = st.floats(-40, 40)
unit = st.floats(-1, 1)
axis = st.tuples(unit, unit, unit).filter(lambda v: math.hypot(*v) > 0.1)


@cache
def fixed(seed: int = 1) -> CoarseVolume:
    return volume_of(*scan(BodyPhantom(seed)))


def found(a: CoarseVolume, b: CoarseVolume, *, same_values: bool = True) -> Registration:
    return register(a, b, same_values=same_values, told=lambda: None)


@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))  # shrinking takes minutes
@given(axis, st.floats(0, 12), st.tuples(shift, shift, shift))
def test_a_turned_and_shifted_body_is_found_to_a_tenth_of_a_voxel(along, angle, moved) -> None:
    truth = RigidTransform.about(along, angle, (0, 0, 0), moved)
    low = tuple(np.add((-105.0, -85.0, -120.0), moved))
    other = volume_of(
        *scan(
            BodyPhantom(),
            truth.inverse,
            low_mm=low,
            spacing_mm=(3.5, 3.5, 4.5),
            counts=(60, 50, 54),
        )
    )
    result = found(fixed(), other)
    assert result.doubt is None
    assert apart_mm(fixed(), result.transform, truth) < 0.4
    assert result.transform.then(truth.inverse).angle_deg < 0.1
    assert result.disagreement_mm < 0.5


def test_a_frame_of_reference_far_away_is_no_obstacle() -> None:
    truth = RigidTransform(translation_mm=(1200.0, -900.0, 3000.0))
    low = tuple(np.add((-110.0, -90.0, -125.0), truth.translation_mm))
    other = volume_of(*scan(BodyPhantom(), truth.inverse, low_mm=low))
    result = found(fixed(), other)
    assert apart_mm(fixed(), result.transform, truth) < 0.3


@pytest.mark.parametrize(("side", "doubt"), [(22, Doubt.NO_OVERLAP), (25, None)])
def test_a_part_too_small_to_be_sure_of_is_not_registered_however_well_it_fits(side, doubt) -> None:
    low = (-2.0 * side,) * 3
    part = volume_of(
        *scan(BodyPhantom(), low_mm=low, spacing_mm=(4.0, 4.0, 4.0), counts=(side,) * 3)
    )
    result = found(part, fixed())
    assert result.doubt is doubt
    assert result.fit.likeness > 0.99


def test_slices_of_another_direction_are_registered_too() -> None:
    truth = RigidTransform.about((0, 0, 1), 5, (0, 0, 0), (4, -3, 6))
    coronal = scan(
        BodyPhantom(),
        truth.inverse,
        low_mm=(-106.0, -85.0, 131.0),
        counts=(56, 56, 36),
        spacing_mm=(4.0, 4.5, 5.0),
        column=(0.0, 0.0, -1.0),
    )
    result = found(fixed(), volume_of(*coronal))
    assert apart_mm(fixed(), result.transform, truth) < 0.5


def test_values_of_another_scale_are_mapped_onto_each_other() -> None:
    truth = RigidTransform.about((0, 1, 1), 4, (0, 0, 0), (8, 2, -5))
    planes, images = scan(BodyPhantom(), truth.inverse)
    other = volume_of(
        planes,
        [np.interp(image, [-1000, -600, 0, 600], [-1000, 200, 350, 900]) for image in images],
    )
    result = found(fixed(), other, same_values=False)
    assert result.doubt is None
    assert apart_mm(fixed(), result.transform, truth) < 1.0


def test_a_part_of_the_body_is_found_in_the_whole() -> None:
    truth = RigidTransform(translation_mm=(5.0, 3.0, -7.0))
    other = volume_of(
        *scan(BodyPhantom(), truth.inverse, low_mm=(-105, -87, -20), counts=(56, 46, 24))
    )
    result = found(fixed(), other)
    assert apart_mm(fixed(), result.transform, truth) < 0.5


def test_something_that_grew_does_not_move_the_rest() -> None:
    grown = BodyPhantom()
    grown.radius[3] *= 1.6
    grown.height[3] += 400
    result = found(fixed(), volume_of(*scan(grown)))
    assert apart_mm(fixed(), result.transform, IDENTITY_TRANSFORM) < 0.5


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_another_body_is_not_registered(seed) -> None:
    result = found(fixed(), fixed(seed))
    assert (result.transform, result.doubt) == (None, Doubt.NO_OVERLAP)


@pytest.mark.parametrize(("shared", "doubt"), [(30, Doubt.NO_OVERLAP), (36, None)])
def test_a_body_that_agrees_in_half_of_its_parts_is_not_sure_enough(shared, doubt) -> None:
    """Both lie on either side of the limit, and close to it."""
    body, other = BodyPhantom(1), BodyPhantom(2)
    for name in ("at", "radius", "height"):
        getattr(other, name)[:shared] = getattr(body, name)[:shared]
    result = found(fixed(), volume_of(*scan(other)))
    assert result.doubt is doubt
    assert 0.45 < result.fit.likeness < 0.75


def test_two_ends_of_one_body_are_said_to_have_no_overlap() -> None:
    top = volume_of(*scan(BodyPhantom(), low_mm=(-110, -90, 10), counts=(56, 46, 20)))
    bottom = volume_of(*scan(BodyPhantom(), low_mm=(-110, -90, -110), counts=(56, 46, 20)))
    result = found(top, bottom)
    assert (result.transform, result.doubt) == (None, Doubt.NO_OVERLAP)


class Column(BodyPhantom):
    """The same lump every 40 mm along the body, like vertebrae."""

    def values(self, points):
        wrapped = points.copy()
        wrapped[:, 2] = (points[:, 2] + 20) % 40 - 20
        return super().values(wrapped)


def test_a_body_that_repeats_itself_is_not_certain() -> None:
    whole = volume_of(*scan(Column(lumps=25)))
    part = volume_of(*scan(Column(lumps=25), low_mm=(-110, -90, -60), counts=(56, 46, 20)))
    result = found(part, whole)
    assert (result.transform, result.doubt) == (None, Doubt.AMBIGUOUS)


@pytest.mark.parametrize("level", [0.0, -1000.0, 40.0])
def test_volumes_that_show_nothing_are_not_registered(level) -> None:
    flat = CoarseVolume(np.full((20, 30, 30), level, np.float32), np.eye(3, 4) * 5, -1000.0)
    assert found(flat, flat).transform is None
    assert found(fixed(), flat).transform is None
    assert found(flat, fixed()).transform is None


def test_noise_is_not_registered() -> None:
    draw = np.random.default_rng(3)
    a, b = (
        CoarseVolume(draw.normal(0, 300, (30, 40, 40)).astype(np.float32), np.eye(3, 4) * 5, -1000)
        for _ in range(2)
    )
    assert found(a, b).transform is None


class StopError(Exception):
    pass


def test_the_work_can_be_stopped_between_any_two_steps() -> None:
    calls = []

    def stop_at(count):
        def told() -> None:
            calls.append(count)
            if len(calls) >= count:
                raise StopError

        return told

    for count in (1, 5, 20):
        calls.clear()
        with pytest.raises(StopError):
            register(fixed(), fixed(), same_values=True, told=stop_at(count))

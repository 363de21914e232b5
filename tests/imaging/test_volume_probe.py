"""The read-out of one point says what a plane through that point shows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.reslice import THIN, Interpolation, Projection, Slab, reslice
from readstation.imaging.volume import Volume
from readstation.imaging.volume_probe import probe

SHAPE = (7, 9, 8)
TO_PATIENT = np.array([[0.8, 0.0, 0.1, -5.0], [0.0, 1.1, 0.0, 20.0], [-0.2, 0.0, 2.0, 3.0]])
PADDING = -32768
TRANSFORM = ModalityTransform(0.5, -10.0, "HU", is_stated=True)
SLABS = [THIN, *(Slab(3.7, projection) for projection in Projection)]
PLACES = st.tuples(*(st.floats(-1.0, size) for size in SHAPE[::-1]))


def volume(*, hole=False):
    values = np.random.default_rng(5).integers(-1000, 3000, SHAPE).astype(np.float32)
    if hole:
        values[2:4, 3:6, 2:5] = np.nan
    return Volume(values, TO_PATIENT, TRANSFORM, np.nan, has_padding=hole)


@settings(max_examples=120, deadline=None)
@given(
    PLACES,
    st.sampled_from(SLABS),
    st.booleans(),
    st.sampled_from([Interpolation.LINEAR, Interpolation.NEAREST]),
)
def test_the_value_of_a_point_is_that_of_the_plane_through_it(place, slab, hole, interpolation):
    of = volume(hole=hole)
    plane = ImagePlane(of.point_mm(*place), (0.0, 0.6, 0.8), (1.0, 0.0, 0.0), 1.0, 1.0)
    shown = reslice(of, plane, (1, 1), slab, interpolation=interpolation)[0, 0]
    found = probe(of, plane.position_mm, plane.normal, slab, interpolation=interpolation)
    if np.isnan(shown):
        assert found is None
    else:
        assert found == pytest.approx(0.5 * float(shown) - 10.0, abs=1e-3)


def test_at_the_centre_of_a_voxel_the_value_is_its_own():
    of = volume()
    for index in [(0, 0, 0), (3, 4, 2), (6, 8, 7)]:
        wanted = 0.5 * float(of.values[index]) - 10.0
        assert probe(of, of.point_mm(*index[::-1])) == pytest.approx(wanted, rel=1e-12)


def test_a_minimum_of_falling_values_is_the_least_modality_value():
    values = np.arange(5 * 3 * 3, dtype=np.int16).reshape(5, 3, 3)
    of = Volume(values, np.eye(4)[:3], ModalityTransform(-2.0, 0.0), PADDING, has_padding=False)
    assert probe(of, (1, 1, 2), slab=Slab(3.0, Projection.MINIMUM)) == -2.0 * values[3, 1, 1]
    assert probe(of, (1, 1, 2), slab=Slab(3.0, Projection.MAXIMUM)) == -2.0 * values[1, 1, 1]

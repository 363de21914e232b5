"""A regular stack is a volume with its place in the patient; any other is refused with a reason."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.volume import NoVolumeError, SlicePixels, build_volume, why_no_volume

CT = ModalityTransform(1.0, -1024.0, "HU", is_stated=True)
TURN = math.radians(20)
ALONG = (math.cos(TURN), 0.0, -math.sin(TURN))
DOWN = (0.0, 1.0, 0.0)
NORMAL = (math.sin(TURN), 0.0, math.cos(TURN))


def plane(along_mm=0.0, *, across_mm=0.0, **changes):
    """Return a plane of a stack that is turned by 20 degrees about the y axis."""
    at = tuple(
        o + n * along_mm + d * across_mm
        for o, n, d in zip((-10.0, 20.0, 30.0), NORMAL, ALONG, strict=True)
    )
    return replace(ImagePlane(at, ALONG, DOWN, 0.8, 0.5, "1.2.3"), **changes)


def stack(count=5, spacing_mm=2.5, rows=4, columns=6, dtype=np.uint16, **described):
    rng = np.random.default_rng(7)
    return [
        SlicePixels(
            plane(index * spacing_mm),
            StoredFrame(rng.integers(1, 200, (rows, columns), dtype), "MONOCHROME2", 12),
            **{"modality_transform": CT, **described},
        )
        for index in range(count)
    ]


def with_plane(slices, index, new):
    return [*slices[:index], replace(slices[index], plane=new), *slices[index + 1 :]]


def test_all_eight_corners_lie_where_the_slices_say():
    slices = stack()
    volume = build_volume(slices)
    first, last = slices[0].plane, slices[-1].plane
    half = 2.5 / 2
    wanted = []
    for end, beyond in ((first, -half), (last, half)):
        for row, column in itertools.product((0, 4), (0, 6)):
            point = end.to_patient(column, row)
            wanted.append([p + n * beyond for p, n in zip(point, NORMAL, strict=True)])
    np.testing.assert_allclose(volume.corners_mm, wanted, atol=1e-9)
    np.testing.assert_allclose(volume.spacing_mm, (0.5, 0.8, 2.5), atol=1e-12)
    np.testing.assert_allclose(volume.center_mm, np.mean(wanted, axis=0), atol=1e-9)


def test_voxels_are_the_stored_values_of_the_slice_they_lie_in_whatever_the_order():
    slices = stack()
    volume = build_volume([slices[i] for i in (3, 0, 4, 1, 2)])
    assert volume.values.dtype == np.uint16
    assert volume.modality_transform == CT
    for index, each in enumerate(slices):
        np.testing.assert_array_equal(volume.values[index], each.frame.stored_values)
        back = volume.to_voxel @ np.array([*each.plane.position_mm, 1.0])
        np.testing.assert_allclose(back, (0, 0, index), atol=1e-9)


def test_padding_gets_a_value_that_no_voxel_of_the_image_has():
    slices = stack(dtype=np.int16, pixel_padding=PixelPadding(100, 200))
    pixels = np.full((4, 6), np.iinfo(np.int16).min, np.int16)
    pixels[0, 0], pixels[0, 1] = 150, 3000
    slices[2] = replace(slices[2], frame=StoredFrame(pixels, "MONOCHROME2", 16, is_signed=False))
    volume = build_volume(slices)
    assert volume.padding == 3001
    assert volume.has_padding
    assert volume.values[2, 0, 0] == volume.padding
    assert volume.values[2, 0, 1] == 3000
    assert volume.pixel_padding == PixelPadding(volume.padding, volume.padding)


def test_images_that_use_every_value_become_floats_with_padding_that_is_no_number():
    slices = stack(dtype=np.uint8, columns=64)
    for each in slices:
        each.frame.stored_values[:, :] = np.arange(256, dtype=np.uint8).reshape(4, 64)
    volume = build_volume(slices)
    assert volume.values.dtype == np.float32
    assert math.isnan(volume.padding)
    assert volume.pixel_padding is None
    np.testing.assert_array_equal(volume.values[0].ravel(), np.arange(256))
    assert volume.modality_transform == CT


def test_slices_with_their_own_slope_are_kept_as_modality_values():
    slices = [
        replace(each, modality_transform=ModalityTransform(0.5 + index, 3.0, "BQML"))
        for index, each in enumerate(stack())
    ]
    volume = build_volume(slices)
    assert volume.modality_transform.is_identity
    assert volume.modality_transform.rescale_type == "BQML"
    stored = slices[3].frame.stored_values
    np.testing.assert_allclose(volume.values[3], stored * 3.5 + 3.0, rtol=1e-6)


def test_a_modality_table_is_applied_before_anything_is_interpolated():
    table = ModalityTransform(lut=ModalityLut(0, tuple(v * v for v in range(4096))))
    slices = stack(modality_transform=table)
    volume = build_volume(slices)
    stored = slices[1].frame.stored_values.astype(float)
    np.testing.assert_allclose(volume.values[1], stored**2, rtol=1e-6)
    assert volume.modality_transform.is_identity


def irregular():
    good = stack(8)
    along = [each.plane.position_on_normal_mm for each in good]
    assert len(along) == 8
    turned = plane(5.0, row_cosines=DOWN, column_cosines=tuple(-v for v in ALONG))
    drift, at = [], 0.0
    for index in range(40):
        drift.append(replace(good[0], plane=plane(at)))
        at += 1.0 if index < 20 else 1.09
    colour = StoredFrame(np.zeros((4, 6, 3), np.uint8), "RGB", 8)
    larger = StoredFrame(np.zeros((5, 6), np.uint16), "MONOCHROME2", 12)
    inverse = replace(good[1].frame, photometric_interpretation="MONOCHROME1")
    elsewhere = plane(5.0, frame_of_reference_uid="9.9")
    tilted = [replace(s, plane=plane(i * 2.5, across_mm=i * 0.6)) for i, s in enumerate(good)]
    return {
        "1 gap between images": [*good[:3], *good[4:]],
        "repeated position": [*good, good[2]],
        "tilted gantry": tilted,
        "not parallel": with_plane(good, 2, turned_out(5.0)),
        "uneven spacing": drift,
        "shifted against each other": with_plane(good, 2, plane(5.0, across_mm=0.9)),
        "differ in direction or pixel spacing": with_plane(good, 2, turned),
        "differ in direction or pixel": with_plane(good, 2, plane(5.0, row_spacing_mm=0.9)),
        "fewer than 3 images": good[:2],
        "frame of reference": with_plane(good, 2, elsewhere),
        "Colour": [replace(each, frame=colour) for each in good],
        "not of one size": [*good[:-1], replace(good[-1], frame=larger)],
        "values of one kind": [*good[:-1], replace(good[-1], frame=inverse)],
    }


def turned_out(along_mm):
    angle = TURN + math.radians(3)
    return plane(along_mm, row_cosines=(math.cos(angle), 0.0, -math.sin(angle)))


@pytest.mark.parametrize("reason", irregular())
def test_what_is_no_volume_is_refused_with_the_reason(reason):
    with pytest.raises(NoVolumeError, match=reason) as refusal:
        build_volume(irregular()[reason])
    assert str(refusal.value).endswith(".")


def test_images_that_lie_nowhere_are_refused_before_their_pixels_are_read():
    assert "do not say where they lie" in why_no_volume([plane(), None, plane(5.0)])
    assert "do not say where they lie" in why_no_volume([])
    assert why_no_volume([plane(0), plane(1), plane(2)]) == ""


def test_small_uncertainty_of_positions_is_no_reason():
    slices = stack(8)
    assert build_volume(with_plane(slices, 3, plane(7.5 + 0.2, across_mm=0.1))).values.shape[0] == 8

"""Overlay planes: every bit at its place, from Overlay Data and from unused bits of the pixels."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.overlays import UNUSABLE, overlay_planes, read_overlay_groups
from readstation.adapters.dicom.pixel_geometry import PixelGeometry, read_pixel_geometry
from readstation.imaging.overlay_plane import OverlayType
from tests.dicom_files import add_overlay, make_image

GEOMETRY = PixelGeometry(8, 8, 3, 1, "MONOCHROME2", 16, 12, False, False)
VRS = {0x10: "US", 0x11: "US", 0x15: "IS", 0x3000: "OW"}
BITS = np.zeros((8, 8), bool)
BITS[2, 1:5] = BITS[5, 6] = True


def written(dataset: Dataset) -> Attributes:
    """Return the attributes of a data set as they come out of a file."""
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=False)
    file.seek(0)
    return Attributes(dcmread(file))


def planes_of(image, *, frame_index=0, geometry=GEOMETRY, **cells):
    groups, notes = read_overlay_groups(written(image), geometry)
    return overlay_planes(groups, geometry, frame_index, **cells), notes


def covered(plane, rows=8, columns=8):
    """Return which image pixels a plane's graphic covers."""
    whole = np.zeros((rows, columns), bool)
    height, width = plane.graphic.shape
    top, left = plane.first_row, plane.first_column
    whole[top : top + height, left : left + width] = plane.graphic
    return np.argwhere(whole).tolist()


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(-9, 10),
    st.integers(-9, 10),
    st.integers(0, 2),
    st.randoms(use_true_random=False),
)
def test_every_bit_covers_the_pixel_that_the_origin_says(rows, columns, top, left, frame, random):
    frames = np.array(
        [[[random.random() < 0.5 for _ in range(columns)] for _ in range(rows)] for _ in range(3)]
    )
    image = make_image()
    add_overlay(image, frames, origin=(top, left), number_of_frames=3)
    planes, notes = planes_of(image, frame_index=frame)
    expected = [
        [row, column]
        for row in range(8)
        for column in range(8)
        if 0 <= row - (top - 1) < rows
        and 0 <= column - (left - 1) < columns
        and frames[frame, row - (top - 1), column - (left - 1)]
    ]
    assert not notes
    assert [covered(plane) for plane in planes] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, [1, 1, 1], id="a plane without frames lies over all"),
        pytest.param({"number_of_frames": 1}, [1, 0, 0], id="one frame lies over the first"),
        pytest.param({"number_of_frames": 1, "first_frame": 2}, [0, 1, 0], id="over the second"),
    ],
)
def test_which_image_frames_an_overlay_lies_over(options, expected):
    image = make_image()
    add_overlay(image, BITS, **options)
    assert [len(planes_of(image, frame_index=i)[0]) for i in range(3)] == expected


def test_words_and_type_travel_with_the_plane():
    image = make_image()
    add_overlay(image, BITS, group=0x601E, kind="R")
    image.add_new(0x601E1500, "LO", "Lung")
    image.add_new(0x601E0022, "LO", "By hand")
    (plane,), _ = planes_of(image)
    found = (plane.group, plane.overlay_type, plane.label, plane.description)
    assert found == (0x601E, OverlayType.ROI, "Lung", "By hand")


@pytest.mark.parametrize("bit", [12, 15])
def test_an_unused_bit_of_the_pixels_is_an_overlay(bit):
    cells = np.full((8, 8), 0x0FFF, np.uint16)
    cells[BITS] |= 1 << bit
    image = make_image(cells, BitsStored=12, HighBit=11)
    add_overlay(image, None, bits_allocated=16, bit_position=bit, size=(8, 8))
    for dtype in (np.uint16, np.int16):
        (plane,), notes = planes_of(image, cells=cells.view(dtype), kept_bits=16)
        assert covered(plane) == np.argwhere(BITS).tolist()
        assert not notes


@pytest.mark.parametrize(("frames", "first", "expected"), [(None, None, 3), (2, 2, 2)])
def test_every_frame_has_the_overlay_of_its_own_unused_bits(frames, first, expected):
    image = make_image(BitsStored=12, HighBit=11)
    limits = {"number_of_frames": frames, "first_frame": first}
    add_overlay(image, None, bits_allocated=16, bit_position=13, size=(8, 8), **limits)
    found = []
    for index in range(3):
        cells = np.zeros((8, 8), np.uint16)
        cells[index, index] = 1 << 13
        planes, _ = planes_of(image, frame_index=index, cells=cells, kept_bits=16)
        found += [covered(plane) == [[index, index]] for plane in planes]
    assert found == [True] * expected


def test_bits_that_the_codec_did_not_keep_are_no_overlay():
    cells = np.full((8, 8), -1, np.int16)  # the codec's own sign fills the upper bits
    image = make_image(cells, BitsStored=12, HighBit=11)
    add_overlay(image, None, bits_allocated=16, bit_position=15, size=(8, 8))
    assert planes_of(image, cells=cells, kept_bits=12) == ((), ())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({0x60000010: None}, id="no rows"),
        pytest.param({0x60000011: 0}, id="no columns"),
        pytest.param({0x60000050: None}, id="no origin"),
        pytest.param({0x60003000: b"\1\2"}, id="too few bytes"),
        pytest.param({0x60000015: "9"}, id="too many frames"),
        pytest.param({0x60000010: 65535, 0x60000011: 65535}, id="larger than anything"),
        pytest.param({0x60003000: None}, id="no data and no unused bit"),
    ],
)
def test_an_unusable_overlay_is_left_out_and_told(change):
    image = make_image()
    add_overlay(image, BITS)
    for tag, value in change.items():
        if value is None:
            del image[tag]
        else:
            image.add_new(tag, VRS[tag & 0xFFFF], value)
    planes, notes = planes_of(image)
    assert planes == ()
    assert len(notes) == 1


def test_overlays_that_are_too_large_together_are_left_out_and_told():
    image = make_image()
    bits = np.ones((8, 8), bool)
    for group in (0x6000, 0x6002):
        add_overlay(image, bits, group=group)
        image[group << 16 | 0x10].value = 6000
        image[group << 16 | 0x11].value = 6000
        image[group << 16 | 0x3000].value = bytes([255]) * (6000 * 6000 // 8)
    planes, notes = planes_of(image)
    assert [plane.group for plane in planes] == [0x6000]
    assert notes == (UNUSABLE,)


def test_big_endian_words_are_swapped():
    image = make_image()
    add_overlay(image, BITS)
    data = image[0x60003000].value
    image[0x60003000].value = np.frombuffer(data, "<u2").astype(">u2").tobytes()
    image.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    image.set_original_encoding(is_implicit_vr=False, is_little_endian=False)
    (plane,), _ = planes_of(image)
    assert covered(plane) == np.argwhere(BITS).tolist()


def test_a_real_file_brings_overlays_of_both_kinds(shared_data):
    image = dcmread(shared_data / "11_lut_voi_overlay/ovly_p01.dcm")
    attributes = Attributes(image)
    geometry = read_pixel_geometry(attributes)
    groups, notes = read_overlay_groups(attributes, geometry)
    cells = np.frombuffer(image.PixelData, "<u2").reshape(512, 512)
    planes = overlay_planes(groups, geometry, 0, cells, 16)
    assert notes == ()
    assert [plane.group for plane in planes] == [0x6000, 0x6002, 0x6004, 0x6006]
    assert planes[0].graphic.tolist() == (cells >> 15 == 1).tolist()

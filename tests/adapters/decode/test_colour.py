"""Colour as stored to RGB (PS3.3 C.7.6.3.1.2, C.7.9)."""

import numpy as np
import pytest
from pydicom import dcmread

from readstation.adapters.decode.colour import palette_to_rgb, read_palette, to_rgb
from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import make_image, save


def geometry(photometric, bits=8):
    return PixelGeometry(1, 1, 1, 3, photometric, 8 if bits <= 8 else 16, bits, False, False)


@pytest.mark.parametrize(
    ("ybr", "rgb"),
    [
        pytest.param((0, 128, 128), (0, 0, 0), id="black"),
        pytest.param((255, 128, 128), (255, 255, 255), id="white"),
        pytest.param((76, 85, 255), (254, 0, 0), id="red"),
        pytest.param((150, 44, 21), (0, 255, 1), id="green"),
        pytest.param((29, 255, 107), (0, 0, 254), id="blue"),
    ],
)
def test_full_range_ybr(ybr, rgb):
    shown = to_rgb(np.array([[ybr]], np.uint8), geometry("YBR_FULL"))
    assert shown[0, 0].tolist() == list(rgb)


def test_partial_range_ybr_reaches_black_and_white():
    values = np.array([[(16, 128, 128), (235, 128, 128)]], np.uint8)
    shown = to_rgb(values, geometry("YBR_PARTIAL_422"))
    assert shown[0].tolist() == [[0, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("photometric", ["RGB", "YBR_RCT", "YBR_ICT"])
def test_decoded_jpeg_2000_and_rgb_stay_as_they_are(photometric):
    values = np.array([[[10, 20, 30]]], np.uint8)
    assert to_rgb(values, geometry(photometric)).tolist() == values.tolist()


def test_the_marks_of_the_encoder_win_over_the_data_set():
    white = np.array([[[255, 128, 128]]], np.uint8)
    called_rgb = to_rgb(white, geometry("RGB"), colour_transform=True)
    called_ybr = to_rgb(white, geometry("YBR_FULL"), colour_transform=False)
    assert called_rgb.tolist() == [[[255, 255, 255]]]
    assert called_ybr.tolist() == white.tolist()


def test_deep_colour_keeps_its_upper_bits():
    values = np.array([[[0xFFFF, 0x8000, 0x00FF]]], np.uint16)
    assert to_rgb(values, geometry("RGB", bits=16)).tolist() == [[[255, 128, 0]]]


def test_indices_outside_a_palette_take_its_ends():
    palette = np.array([[1, 1, 1], [2, 2, 2]], np.uint8)
    shown = palette_to_rgb(np.array([[0, 5, 6, 255]], np.uint8), palette, 5)
    assert shown[0, :, 0].tolist() == [1, 1, 2, 2]


@pytest.fixture
def palette_image(tmp_path):
    """Return a function that saves a palette image and reads its attributes back."""

    def make(descriptor, data, vr="OW"):
        image = make_image(PhotometricInterpretation="PALETTE COLOR")
        for name in ("Red", "Green", "Blue"):
            image.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", descriptor)
            image.add_new(f"{name}PaletteColorLookupTableData", vr, data)
        return Attributes(dcmread(save(image, tmp_path / "a.dcm")))

    return make


@pytest.mark.parametrize(
    ("descriptor", "data", "expected"),
    [
        pytest.param([2, 0, 16], b"\x00\x00\x00\xff", [0, 255], id="16 bit"),
        pytest.param([2, 0, 16], b"\x07\x00\xff\x00", [7, 255], id="8 bit called 16"),
        pytest.param([2, 0, 8], b"\x07\xff", [7, 255], id="8 bit packed"),
    ],
)
def test_palettes_of_either_depth_are_read(palette_image, descriptor, data, expected):
    palette, first = read_palette(palette_image(descriptor, data), is_signed=False)
    assert palette[:, 0].tolist() == expected
    assert first == 0


@pytest.mark.parametrize("descriptor", [[3, 0, 16], [0, 0, 16], [256, 0, 8]], ids=str)
def test_a_palette_shorter_than_its_descriptor_is_refused(palette_image, descriptor):
    with pytest.raises(RefusedInputError) as caught:
        read_palette(palette_image(descriptor, b"\x00\x00\x00\xff"), is_signed=False)
    assert caught.value.code == "BAD_PALETTE"

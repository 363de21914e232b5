"""Colour as stored to RGB (PS3.3 C.7.6.3.1.2, C.7.9)."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.pixels import convert_color_space

from readstation.adapters.decode.colour import read_palette, to_rgb
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


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_ybr_gives_the_nearest_colour_and_of_two_the_brighter(ybr):
    y, cb, cr = ybr[0], ybr[1] - 128, ybr[2] - 128
    exact = (
        y + Fraction(1402, 1000) * cr,
        y - Fraction(202_008, 587_000) * cb - Fraction(419_198, 587_000) * cr,
        y + Fraction(1772, 1000) * cb,
    )
    expected = [min(max(floor(level + Fraction(1, 2)), 0), 255) for level in exact]
    shown = to_rgb(np.array([[ybr]], np.uint8), geometry("YBR_FULL"))
    assert shown[0, 0].tolist() == expected


def test_every_chroma_gives_the_colours_that_pydicom_makes():
    chroma = np.stack(np.meshgrid(np.arange(256), np.arange(256)), axis=-1)
    values = np.concatenate([np.full((256, 256, 1), 128), chroma], axis=-1).astype(np.uint8)
    expected = convert_color_space(values, "YBR_FULL", "RGB")
    differing = np.argwhere((to_rgb(values, geometry("YBR_FULL")) != expected).any(-1))
    # where the exact green lies half-way, pydicom's floats fall on the one side or the other
    assert all(is_half_way(*(values[y, x, 1:].astype(int) - 128)) for y, x in differing)


def is_half_way(cb, cr):
    return (Fraction(int(202_008 * cb + 419_198 * cr), 587_000) % 1) == Fraction(1, 2)


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


def test_deep_ybr_is_converted_at_full_depth():
    gray = np.arange(0, 65_536, 257, dtype=np.uint16)
    values = np.stack([gray, np.full_like(gray, 32_768), np.full_like(gray, 32_768)], -1)[None]
    shown = to_rgb(values, geometry("YBR_FULL", bits=16))
    assert (shown == (gray >> 8)[None, :, None]).all()


@pytest.mark.parametrize("bits", range(1, 9))
def test_colour_of_few_bits_is_stretched_to_the_whole_range(bits):
    values = np.array([[[0, (1 << bits) - 1, (1 << bits) // 2]]], np.uint8)
    shown = to_rgb(values, geometry("RGB", bits=bits))[0, 0].tolist()
    assert shown == [0, 255, (1 << bits) // 2 * 255 // ((1 << bits) - 1)]


def test_signed_colour_is_refused():
    signed = PixelGeometry(1, 1, 1, 3, "RGB", 8, 8, True, False)
    with pytest.raises(RefusedInputError):
        to_rgb(np.zeros((1, 1, 3), np.int8), signed)


def file_with_palette(path, descriptor, data, vr="OW", kind="", **options):
    image = make_image(PhotometricInterpretation="PALETTE COLOR", **options)
    for name in ("Red", "Green", "Blue"):
        image.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", descriptor)
        image.add_new(f"{kind}{name}PaletteColorLookupTableData", vr, data)
    return save(image, path)


@pytest.fixture
def palette_of(tmp_path):
    """Return a function that saves a palette image and reads its palette back."""

    def read(descriptor, data, **options):
        path = file_with_palette(tmp_path / "a.dcm", descriptor, data, **options)
        return read_palette(Attributes(dcmread(path)), is_signed=False)

    return read


@pytest.mark.parametrize(
    ("descriptor", "data", "expected"),
    [
        pytest.param([2, 0, 16], b"\x00\x00\x00\xff", [0, 255], id="16 bit"),
        pytest.param([2, 0, 16], b"\x07\x00\xff\x00", [7, 255], id="8 bit called 16"),
        pytest.param([2, 0, 8], b"\x07\xff", [7, 255], id="8 bit packed"),
    ],
)
def test_palettes_of_either_depth_are_read(palette_of, descriptor, data, expected):
    palette, first = palette_of(descriptor, data)
    assert palette[:, 0].tolist() == expected
    assert first == 0


def refused(call, *arguments, **options):
    with pytest.raises(RefusedInputError) as caught:
        call(*arguments, **options)
    assert caught.value.code == "BAD_PALETTE"
    return caught.value.message


@pytest.mark.parametrize("descriptor", [[3, 0, 16], [0, 0, 16], [256, 0, 8], [2, 0, 7]], ids=str)
def test_a_palette_that_contradicts_its_descriptor_is_refused(palette_of, descriptor):
    assert refused(palette_of, descriptor, b"\x00\x00\x00\xff")


def test_a_segmented_palette_is_expanded_with_its_upper_bits(palette_of):
    words = np.array([0, 2, 0x0100, 0xFF00, 1, 2, 0x0100], "<u2").tobytes()
    palette, _ = palette_of([4, 0, 16], words, kind="Segmented")
    assert palette[:, 1].tolist() == [0x01, 0xFF, 0x80, 0x01]


def test_a_segmented_palette_that_does_not_add_up_is_refused_with_its_reason(palette_of):
    words = np.array([0, 2, 1, 2], "<u2").tobytes()
    message = refused(palette_of, [3, 0, 16], words, kind="Segmented")
    assert "its segments make 2 entries, not 3" in message

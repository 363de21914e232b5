"""What the reader is told of an image that is not shown as its file states it."""

import numpy as np
import pytest
from pydicom import dcmread

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.image_notes import (
    MEASURED_NUMBERS,
    NO_COLOUR_PROFILE,
    ODD_HIGH_BIT,
    image_notes,
)
from readstation.adapters.dicom.look_up_tables import read_padding
from readstation.adapters.dicom.overlays import UNUSABLE
from readstation.adapters.dicom.pixel_geometry import FLOAT_PIXEL_DATA, read_pixel_geometry
from readstation.imaging.frame import PixelPadding
from tests.dicom_files import add_overlay, make_image, save

COLOUR = np.zeros((2, 2, 3), np.uint16)


def notes(tmp_path, image):
    attributes = Attributes(dcmread(save(image, tmp_path / "a.dcm")))
    return image_notes(attributes, read_pixel_geometry(attributes))


def test_an_ordinary_image_needs_no_note(tmp_path):
    assert notes(tmp_path, make_image()) == ()


@pytest.mark.parametrize(
    ("values", "attributes", "expected"),
    [
        pytest.param(COLOUR, {}, "Colours are shown with 8 of 16 bits.", id="deep colour"),
        pytest.param(
            COLOUR.astype(np.uint8), {"ICCProfile": b"1234"}, NO_COLOUR_PROFILE, id="profile"
        ),
        pytest.param(None, {"BitsStored": 12, "HighBit": 15}, ODD_HIGH_BIT, id="High Bit"),
    ],
)
def test_what_is_shown_otherwise_is_told(tmp_path, values, attributes, expected):
    assert notes(tmp_path, make_image(values, **attributes)) == (expected,)


def test_an_unusable_overlay_is_told(tmp_path):
    image = make_image()
    add_overlay(image, np.ones((8, 8), bool))
    image[0x60003000].value = b"\1\0"
    assert notes(tmp_path, image) == (UNUSABLE,)


@pytest.mark.parametrize(("limit", "highest"), [(None, -1.5), (2.5, 2.5)])
def test_float_pixels_have_a_padding_of_their_own(tmp_path, limit, highest):
    values = np.zeros((2, 2), np.float32)
    image = make_image(
        np.zeros((2, 2), np.uint32),
        FloatPixelData=values.tobytes(),
        PixelData=None,
        FloatPixelPaddingValue=-1.5,
        FloatPixelPaddingRangeLimit=limit,
    )
    attributes = Attributes(dcmread(save(image, tmp_path / "a.dcm")))
    geometry = read_pixel_geometry(attributes, FLOAT_PIXEL_DATA)
    assert read_padding(attributes, geometry) == PixelPadding(-1.5, highest)
    assert image_notes(attributes, geometry) == (MEASURED_NUMBERS,)

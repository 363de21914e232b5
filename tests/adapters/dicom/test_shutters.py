"""Reading display shutters: what is stated, or nothing at all."""

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.shutters import read_shutter
from readstation.imaging.shutter import (
    CircularShutter,
    DisplayShutter,
    PolygonalShutter,
    RectangularShutter,
)

EDGES = {
    "ShutterLeftVerticalEdge": 3,
    "ShutterRightVerticalEdge": 30,
    "ShutterUpperHorizontalEdge": 4,
    "ShutterLowerHorizontalEdge": 40,
}
CIRCLE = {"CenterOfCircularShutter": [20, 10], "RadiusOfCircularShutter": 7}
POLYGON = {"VerticesOfThePolygonalShutter": [1, 2, 3, 4, 5, 6]}


def read(shape, **attributes):
    item = Dataset()
    item.ShutterShape = shape
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return read_shutter(Attributes(item))


def test_every_shape_is_read():
    found, is_bad = read(
        ["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
        **EDGES,
        **CIRCLE,
        **POLYGON,
        ShutterPresentationValue=0x8000,
    )
    shapes = (
        RectangularShutter(3, 30, 4, 40),
        CircularShutter(20, 10, 7),
        PolygonalShutter(((1, 2), (3, 4), (5, 6))),
    )
    assert (found, is_bad) == (DisplayShutter(shapes, None, 0x8000), False)


def test_a_bitmap_shutter_names_its_overlay():
    assert read("BITMAP", ShutterOverlayGroup=0x6002) == (DisplayShutter((), 0x6002), False)


def test_no_shutter_is_no_fault():
    assert read_shutter(Attributes(Dataset())) == (None, False)


@pytest.mark.parametrize(
    ("shape", "attributes"),
    [
        pytest.param("RECTANGULAR", {}, id="no edges"),
        pytest.param("RECTANGULAR", {**EDGES, "ShutterRightVerticalEdge": 2}, id="inside out"),
        pytest.param("CIRCULAR", {**CIRCLE, "RadiusOfCircularShutter": 0}, id="no radius"),
        pytest.param("CIRCULAR", {**CIRCLE, "CenterOfCircularShutter": 5}, id="half a centre"),
        pytest.param("POLYGONAL", {"VerticesOfThePolygonalShutter": [1, 2, 3, 4]}, id="a line"),
        pytest.param("POLYGONAL", {"VerticesOfThePolygonalShutter": [1] * 7}, id="odd"),
        pytest.param("POLYGONAL", {"VerticesOfThePolygonalShutter": [1] * 4000}, id="too many"),
        pytest.param(
            "POLYGONAL", {"VerticesOfThePolygonalShutter": [1, 2] * 3 + [10**8] * 2}, id="far"
        ),
        pytest.param(
            "POLYGONAL",
            {"VerticesOfThePolygonalShutter": [1, 1, 60_000, 2] * 50},
            id="too much to fill",
        ),
        pytest.param("TRIANGULAR", {}, id="unknown"),
        pytest.param(["CIRCULAR", "RECTANGULAR"], CIRCLE, id="one of two"),
        pytest.param(["CIRCULAR", "CIRCULAR"], CIRCLE, id="twice"),
        pytest.param("BITMAP", {"ShutterOverlayGroup": 0x5000}, id="no overlay group"),
    ],
)
def test_an_unusable_shutter_is_left_out_and_told(shape, attributes):
    assert read(shape, **attributes) == (None, True)


def test_a_real_image_states_its_polygon(shared_data):
    file = shared_data / "11_lut_voi_overlay/synthetic_on_A0001/polygon_shutter.dcm"
    found, is_bad = read_shutter(Attributes(dcmread(file, stop_before_pixels=True)))
    assert not is_bad
    assert found is not None
    assert isinstance(found.shapes[0], PolygonalShutter)

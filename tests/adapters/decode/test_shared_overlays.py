"""Overlays and shutters on their way from the worker to the program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom.dataset import Dataset

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.adapters.decode.shared_overlays import pack_overlays, unpack_overlays
from readstation.domain.errors import RefusedInputError
from readstation.imaging.overlay_plane import OverlayPlane, OverlayType
from readstation.imaging.shutter import (
    CircularShutter,
    DisplayShutter,
    PolygonalShutter,
    RectangularShutter,
)
from tests.dicom_files import add_overlay, make_image, save

BITS = np.random.default_rng(3).random((8, 8)) < 0.5


def facts(plane):
    words = (plane.group, plane.overlay_type, plane.label, plane.description)
    return (*words, plane.first_row, plane.first_column, plane.graphic.tolist())


@given(arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))), st.text(), st.text())
def test_a_plane_comes_out_as_it_went_in(bits, label, description):
    plane = OverlayPlane(bits, 3, 4, OverlayType.ROI, 0x6002, label, description)
    arrays_by_name, records = pack_overlays([plane])
    (found,) = unpack_overlays(records, arrays_by_name)
    assert facts(found) == facts(plane)


@pytest.mark.parametrize("packed", [{}, {"overlay 6000": np.zeros(3, np.uint8)}], ids=len)
def test_a_plane_of_another_size_than_stated_is_refused(packed):
    _, records = pack_overlays([OverlayPlane(BITS)])
    with pytest.raises(RefusedInputError):
        unpack_overlays(records, packed)


def test_a_shutter_survives_the_pipe():
    shapes = (
        RectangularShutter(1, 2, 3, 4),
        CircularShutter(5, 6, 7),
        PolygonalShutter(((1, 2), (3, 4), (5, 6))),
    )
    shutter = DisplayShutter(shapes, 0x6002, 0x8000)
    assert from_plain(to_plain(shutter)) == shutter


def test_overlays_and_per_frame_shutters_reach_the_program(tmp_path):
    cells = np.arange(128, dtype=np.uint16).reshape(2, 8, 8)
    cells[1] |= BITS.astype(np.uint16) << 15
    image = make_image(
        cells[0], BitsStored=12, HighBit=11, NumberOfFrames=2, PixelData=cells.tobytes()
    )
    add_overlay(image, None, bits_allocated=16, bit_position=15, size=(8, 8))
    add_overlay(image, BITS, group=0x6002, number_of_frames=1, first_frame=2)
    image.PerFrameFunctionalGroupsSequence = [frame_with_circle(None), frame_with_circle(3)]
    file = save(image, tmp_path / "a.dcm")
    workers = DecodeWorkers(1)
    try:
        (first, first_said), (second, second_said) = (
            FileFrames(workers).frame(file, number) for number in (1, 2)
        )
    finally:
        workers.close()
    assert first.overlays == ()
    assert [plane.group for plane in second.overlays] == [0x6000, 0x6002]
    assert all(plane.graphic.tolist() == BITS.tolist() for plane in second.overlays)
    assert second.stored_values.max() < 4096
    assert second.size_bytes == second.stored_values.nbytes + 2 * BITS.size
    assert first_said.shutter is None
    assert second_said.shutter == DisplayShutter((CircularShutter(4, 4, 3),))


def frame_with_circle(radius):
    group, item = Dataset(), Dataset()
    if radius:
        item.ShutterShape = "CIRCULAR"
        item.CenterOfCircularShutter = [4, 4]
        item.RadiusOfCircularShutter = radius
        group.FrameDisplayShutterSequence = [item]
    return group

"""Ultrasound scales are those of the very frame and region (hazard H07), from file to length."""

import numpy as np
import pytest

from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.app.viewport.measuring import (
    CannotMeasureError,
    Subject,
    make_ellipse,
    make_length,
    make_probe,
)
from readstation.domain.measurement import ImagePoint
from readstation.imaging.frame import StoredFrame
from tests.adapters.dicom.test_describe_frames import describe, item
from tests.dicom_files import save_image

ROWS, COLUMNS = 40, 60
PIXELS = np.zeros((ROWS, COLUMNS), np.uint8)
FRAME = StoredFrame(PIXELS, "MONOCHROME2", 8)


def region(delta, *, x=(0, 29), spatial=1, units=(3, 3), **values):
    return item(
        RegionSpatialFormat=spatial,
        RegionDataType=1,
        RegionFlags=0,
        RegionLocationMinX0=x[0],
        RegionLocationMinY0=0,
        RegionLocationMaxX1=x[1],
        RegionLocationMaxY1=ROWS - 1,
        PhysicalUnitsXDirection=units[0],
        PhysicalUnitsYDirection=units[1],
        PhysicalDeltaX=delta[0],
        PhysicalDeltaY=delta[1],
        **values,
    )


def frames_of(tmp_path, *, number_of_frames=1, **attributes):
    path = save_image(
        tmp_path / "us.dcm",
        PIXELS,
        Modality="US",
        NumberOfFrames=number_of_frames,
        PixelData=PIXELS.tobytes() * number_of_frames,
        **attributes,
    )
    return from_plain(to_plain(describe(path)))


def length(description, start=(5, 5), end=(15, 5)):
    return make_length(Subject(description), (ImagePoint(*start), ImagePoint(*end)), "u").text


def test_each_frame_measures_with_its_own_scale(tmp_path):
    own = [
        item(SequenceOfUltrasoundRegions=[region((0.01, 0.01))]),
        item(SequenceOfUltrasoundRegions=[region((0.03, 0.02))]),
        item(USImageDescriptionSequence=[item(SequenceOfUltrasoundRegions=[region((0.05, 0.05))])]),
    ]
    frames = frames_of(tmp_path, number_of_frames=3, PerFrameFunctionalGroupsSequence=own)
    assert [length(d) for d in frames] == [f"{mm} mm (US region)" for mm in ("1.0", "3.0", "5.0")]
    assert length(frames[1], (5, 5), (5, 15)) == "2.0 mm (US region)"


def test_a_frame_without_a_scale_does_not_take_that_of_frame_one(tmp_path):
    own = [item(SequenceOfUltrasoundRegions=[region((0.01, 0.01))]), item()]
    first, second = frames_of(tmp_path, number_of_frames=2, PerFrameFunctionalGroupsSequence=own)
    assert length(first) == "1.0 mm (US region)"
    assert length(second) == "10.0 px"


def test_own_groups_come_before_shared_ones_and_those_before_the_image(tmp_path):
    frames = frames_of(
        tmp_path,
        number_of_frames=2,
        SequenceOfUltrasoundRegions=[region((0.07, 0.07))],
        SharedFunctionalGroupsSequence=[item(SequenceOfUltrasoundRegions=[region((0.02, 0.02))])],
        PerFrameFunctionalGroupsSequence=[
            item(SequenceOfUltrasoundRegions=[region((0.01, 0.01))]),
            item(),
        ],
    )
    assert [length(d) for d in frames] == ["1.0 mm (US region)", "2.0 mm (US region)"]


def test_the_scale_of_the_image_holds_for_every_frame_that_states_no_other(tmp_path):
    frames = frames_of(
        tmp_path, number_of_frames=3, SequenceOfUltrasoundRegions=[region((0.07, 0.07))]
    )
    assert {length(d) for d in frames} == {"7.0 mm (US region)"}


def test_the_spacing_of_a_volumes_frame_is_its_own(tmp_path):
    own = [
        item(PixelMeasuresSequence=[item(PixelSpacing=[spacing, spacing])])
        for spacing in (0.1, 0.4)
    ]
    frames = frames_of(tmp_path, number_of_frames=2, PerFrameFunctionalGroupsSequence=own)
    assert [length(d) for d in frames] == ["1.0 mm", "4.0 mm"]


def test_two_regions_measure_each_with_its_own_scale_and_not_across(tmp_path):
    (d,) = frames_of(
        tmp_path,
        SequenceOfUltrasoundRegions=[region((0.01, 0.01)), region((0.04, 0.04), x=(30, 59))],
    )
    assert length(d) == "1.0 mm (US region)"
    assert length(d, (35, 5), (45, 5)) == "4.0 mm (US region)"
    with pytest.raises(CannotMeasureError, match="no common ultrasound scale"):
        length(d, (5, 5), (45, 5))


def test_a_spectrum_measures_time_and_velocity_but_no_length_and_no_area(tmp_path):
    spectrum = region(
        (0.004, -0.5),
        spatial=3,
        units=(4, 7),
        x=(30, 59),
        ReferencePixelX0=0,
        ReferencePixelY0=20,
        ReferencePixelPhysicalValueX=0.0,
        ReferencePixelPhysicalValueY=0.0,
    )
    (d,) = frames_of(tmp_path, SequenceOfUltrasoundRegions=[region((0.01, 0.01)), spectrum])
    assert length(d, (35, 30), (55, 10)) == "0.08 s, 10.0 cm/s (US region)"
    probe = make_probe(Subject(d, FRAME), (ImagePoint(40.5, 0.5),), "u")
    assert probe.text == "10.0 cm/s (US region)"
    with pytest.raises(CannotMeasureError, match="area has no meaning"):
        make_ellipse(Subject(d, FRAME), (ImagePoint(35, 10), ImagePoint(55, 30)), "u")
    with pytest.raises(CannotMeasureError, match="no common ultrasound scale"):
        length(d, (5, 5), (45, 5))


@pytest.mark.parametrize("bad", [{"units": (0, 0)}, {"spatial": 5}, {"units": (3, 5)}])
def test_a_region_without_a_scale_refuses_a_length(tmp_path, bad):
    (d,) = frames_of(tmp_path, SequenceOfUltrasoundRegions=[region((0.01, 0.01), **bad)])
    with pytest.raises(CannotMeasureError, match="states no one scale"):
        length(d)


def test_outside_all_regions_a_length_is_in_pixels(tmp_path):
    (d,) = frames_of(
        tmp_path,
        SequenceOfUltrasoundRegions=[region((0.01, 0.01))],
        PixelSpacing=[0.5, 0.5],
    )
    assert length(d, (35, 5), (45, 5)) == "10.0 px"


def test_real_loops_measure_in_every_frame(shared_data):
    folder = shared_data / "06_us"
    for name, start, text in (
        ("I_000001.dcm", (100, 100), "28.6 mm (US region)"),
        ("I_000010.dcm", (100, 100), "36.3 mm (US region)"),
        ("OBXXXX1A_2frame.dcm", (200, 100), "26.2 mm (US region)"),
    ):
        frames = describe(folder / name)
        assert len(frames) > 1
        lengths = {length(d, start, (start[0] + 100, start[1])) for d in frames}
        assert lengths == {text}


def test_a_real_m_mode_measures_time_and_depth(shared_data):
    (d,) = describe(shared_data / "06_us" / "I_000034.dcm")
    assert length(d, (100, 300), (340, 400)) == "1.0 s, 5.3 cm (US region)"
    assert length(d, (400, 100), (410, 100)) == "8.9 mm (US region)"

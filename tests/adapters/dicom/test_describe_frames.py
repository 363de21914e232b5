"""Descriptions of frames: functional groups, spacing, windows, tables, honest notes."""

from datetime import date, datetime

import numpy as np
import pytest
from pydicom.dataset import Dataset

from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from readstation.domain.calibration import SpacingSource
from readstation.domain.errors import RefusedInputError
from readstation.imaging.frame import PixelPadding
from readstation.imaging.presentation import PresentationLutShape
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from tests.dicom_files import make_image, save, save_image


def describe(path):
    opened = open_part10(path)
    try:
        return describe_frames(read_instance(opened))
    finally:
        opened.source.close()


def item(**attributes):
    found = Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found


def test_a_plain_image_is_described(tmp_path):
    (d,) = describe(
        save_image(
            tmp_path / "a.dcm",
            PatientBirthDate="19700102",
            AcquisitionDate="20260102",
            AcquisitionTime="101213.5",
            ImagePositionPatient=[0, 0, -10],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.7, 0.7],
            FrameOfReferenceUID="1.2.3",
            LossyImageCompression="01",
            LossyImageCompressionRatio=8.5,
        )
    )
    assert d.banner.patient_birth_date == date(1970, 1, 2)
    assert d.acquisition_datetime == datetime(2026, 1, 2, 10, 12, 13, 500_000)
    assert d.plane.position_mm == (0, 0, -10)
    assert d.plane.frame_of_reference_uid == "1.2.3"
    assert (d.compression.is_lossy, d.compression.ratio) == (True, 8.5)


def test_each_frame_of_an_enhanced_object_has_its_own_groups(tmp_path):
    def groups(number):
        return item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, number * 5.0])],
            FrameVOILUTSequence=[item(WindowCenter=100 * number, WindowWidth=200)],
            PixelValueTransformationSequence=[item(RescaleSlope=number, RescaleIntercept=0)],
        )

    shared = item(
        PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.5], SliceThickness=5)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
    )
    values = np.zeros((2, 4, 4), np.uint16)
    path = save_image(
        tmp_path / "a.dcm",
        values[0],
        PixelData=values.tobytes(),
        NumberOfFrames=2,
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=[groups(1), groups(2)],
    )
    first, second = describe(path)
    assert (first.frame_number, second.frame_number) == (1, 2)
    assert [d.plane.position_mm[2] for d in (first, second)] == [5, 10]
    assert [d.vois[0].center for d in (first, second)] == [100, 200]
    assert [d.modality_transform.rescale_slope for d in (first, second)] == [1, 2]
    assert second.slice_thickness_mm == 5
    assert second.calibration.source is SpacingSource.PATIENT


@pytest.mark.parametrize(
    "spacing", [(1e308, 1e-320), (1e5, 1e5), [0, 0], [-1, 1], [1], ["nan", 1]], ids=str
)
def test_spacing_that_cannot_be_true_calibrates_nothing(tmp_path, spacing):
    image = make_image(ImagePositionPatient=[0, 0, 0], ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    image.add_new("PixelSpacing", "LO", [str(s) for s in spacing])
    (d,) = describe(save(image, tmp_path / "a.dcm"))
    assert not d.calibration.is_known
    assert d.plane is None


@pytest.mark.parametrize("ratio", [("1", "1000000"), ("1e300", "1e-300"), ("0", "1"), ("1", "nan")])
def test_an_aspect_that_cannot_be_true_leaves_pixels_square(tmp_path, ratio):
    image = make_image()
    image.add_new("PixelAspectRatio", "LO", list(ratio))
    (d,) = describe(save(image, tmp_path / "a.dcm"))
    assert d.row_aspect == 1.0


def test_windows_come_before_tables_and_a_window_of_no_width_is_left_out_with_a_note(tmp_path):
    table = item(LUTDescriptor=[4, 10, 8], LUTData=[0, 50, 100, 255], LUTExplanation="CURVE")
    image = make_image(
        WindowCenter=[40, 50],
        WindowWidth=[400, 0],
        VOILUTFunction="SIGMOID",
        WindowCenterWidthExplanation=["SOFT", "NONE"],
        VOILUTSequence=[table],
    )
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    (d,) = describe(save(image, tmp_path / "a.dcm"))
    assert d.vois == (
        VoiWindow(40, 400, VoiLutFunction.SIGMOID, "SOFT"),
        VoiLut(10, 8, (0, 50, 100, 255), "CURVE"),
    )
    assert d.notes == ("A window of this image is not usable and is left out.",)


def test_a_table_whose_length_contradicts_its_descriptor_is_left_out(tmp_path):
    table = item(LUTDescriptor=[5, 0, 16], LUTData=[0, 50, 100, 255])
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    (d,) = describe(save(make_image(VOILUTSequence=[table]), tmp_path / "a.dcm"))
    assert d.vois == ()
    assert len(d.notes) == 1


def test_padding_is_read_with_the_sign_of_the_pixels(tmp_path):
    image = make_image(np.zeros((4, 4), np.int16))
    image.add_new("PixelPaddingValue", "US", 0xF830)
    (d,) = describe(save(image, tmp_path / "a.dcm"))
    assert d.pixel_padding == PixelPadding(-2000, -2000)


def test_ultrasound_regions_are_read_and_incomplete_ones_left_out(tmp_path):
    complete = item(
        RegionSpatialFormat=1,
        RegionLocationMinX0=0,
        RegionLocationMinY0=0,
        RegionLocationMaxX1=7,
        RegionLocationMaxY1=7,
        PhysicalUnitsXDirection=3,
        PhysicalUnitsYDirection=3,
        PhysicalDeltaX=0.01,
        PhysicalDeltaY=0.02,
    )
    path = save_image(
        tmp_path / "a.dcm", SequenceOfUltrasoundRegions=[complete, item(PhysicalDeltaX=0.1)]
    )
    (region,) = describe(path)[0].ultrasound_regions
    assert region.calibration.source is SpacingSource.US_REGION
    assert region.calibration.row_spacing_mm == pytest.approx(0.2)


def test_descriptions_survive_the_pipe(tmp_path):
    path = save_image(
        tmp_path / "a.dcm",
        WindowCenter=1,
        WindowWidth=2,
        PresentationLUTShape="INVERSE",
        PixelSpacing=[1, 1],
        StudyDate="20260102",
    )
    descriptions = tuple(describe(path))
    assert from_plain(to_plain(descriptions)) == descriptions
    assert descriptions[0].presentation_lut_shape is PresentationLutShape.INVERSE


def test_an_object_without_pixels_has_no_frames_to_describe(tmp_path):
    with pytest.raises(RefusedInputError) as caught:
        describe(save_image(tmp_path / "a.dcm", PixelData=None))
    assert caught.value.code == "NOT_AN_IMAGE"


def cine(folder, **values):
    pixels = np.zeros((4, 4, 4), np.uint16)
    path = save_image(
        folder / "cine.dcm", pixels[0], PixelData=pixels.tobytes(), NumberOfFrames=4, **values
    )
    return describe(path)


def test_a_frame_time_vector_gives_each_frame_its_time_until_the_next(tmp_path):
    frames = cine(tmp_path, FrameTimeVector=[0, 100, 40, 60])
    assert [frame.frame_time_ms for frame in frames] == [100, 40, 60, 60]
    assert from_plain(to_plain(tuple(frames))) == tuple(frames)


@pytest.mark.parametrize(
    ("values", "times"),
    [
        ({"FrameTimeVector": [0, 100, 40]}, [None] * 4),
        ({"FrameTimeVector": [0, 100, 0, 60]}, [None] * 4),
        ({"FrameTimeVector": [0, 100, 40, 60], "FrameTime": 50}, [50] * 4),
        ({"FrameTime": 33.3}, [33.3] * 4),
    ],
)
def test_a_vector_that_does_not_fit_is_not_used(tmp_path, values, times):
    assert [frame.frame_time_ms for frame in cine(tmp_path, **values)] == times


@pytest.mark.parametrize(("stated", "is_sweeping"), [(1, True), (0, False), (None, False)])
def test_playing_forth_and_back_is_read(tmp_path, stated, is_sweeping):
    frames = cine(tmp_path, PreferredPlaybackSequencing=stated)
    assert [frame.is_cine_sweeping for frame in frames] == [is_sweeping] * 4

"""Spacing from file to the words beside a length (hazard H06): the source is always among them."""

import pytest

from readstation.app.viewport.information.information_lines import SPACING_WORDS, calibration_text
from readstation.app.viewport.measuring import Subject, make_length
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.measurement import ImagePoint, Length
from readstation.domain.study import FrameKey
from tests.adapters.dicom.test_describe_frames import describe, item
from tests.dicom_files import save_image

START, END = ImagePoint(0, 0), ImagePoint(4, 3)
FILES = [
    ({"Modality": "CT", "PixelSpacing": [0.5, 0.5]}, "2.5 mm"),
    ({"Modality": "CT", "PixelSpacing": [1.0, 0.5]}, "3.6 mm"),
    ({"Modality": "CT"}, "5.0 px"),
    ({"Modality": "CT", "PixelSpacing": [0, 0]}, "5.0 px"),
    ({"Modality": "CT", "PixelSpacing": [-0.5, 0.5]}, "5.0 px"),
    ({"Modality": "DX", "ImagerPixelSpacing": [0.5, 0.5]}, "2.5 mm (detector)"),
    ({"Modality": "DX", "ImagerPixelSpacing": [0.5, 0.5], "PixelSpacing": [0.5, 0.5]},
     "2.5 mm (detector)"),
    ({"Modality": "DX", "ImagerPixelSpacing": [0.5, 0.5], "PixelSpacing": [0.4, 0.4]},
     "2.0 mm (calibrated)"),
    ({"Modality": "DX", "PixelSpacing": [0.4, 0.4], "PixelSpacingCalibrationType": "FIDUCIAL",
      "PixelSpacingCalibrationDescription": "25 mm ball"}, "2.0 mm (fiducial: 25 mm ball)"),
    ({"Modality": "DX", "PixelSpacing": [0.4, 0.4], "PixelSpacingCalibrationType": "GEOMETRY"},
     "2.0 mm (geometry)"),
    ({"Modality": "MG", "ImagerPixelSpacing": [0.1, 0.1],
      "EstimatedRadiographicMagnificationFactor": 1.25}, "0.40 mm (geometry)"),
    ({"Modality": "OT", "NominalScannedPixelSpacing": [0.2, 0.2]}, "1.0 mm (film)"),
    ({"Modality": "XA", "ImagerPixelSpacing": [0.4, 0.4], "DistanceSourceToDetector": 1000,
      "DistanceSourceToPatient": 500}, "1.0 mm (isocenter)"),
    ({"Modality": "RF", "ImagerPixelSpacing": [0.4, 0.4], "DistanceSourceToDetector": 1000,
      "DistanceSourceToPatient": 500}, "2.0 mm (detector)"),
]  # fmt: skip


@pytest.mark.parametrize(("attributes", "text"), FILES, ids=range(len(FILES)))
def test_a_length_says_where_its_spacing_is_from(tmp_path, attributes, text):
    (d,) = describe(save_image(tmp_path / "a.dcm", **attributes))
    assert make_length(Subject(d), (START, END), "u").text == text


def test_an_enhanced_angiogram_measures_each_frame_with_its_own_geometry(tmp_path):
    def groups(*, distance, beam=None):
        found = item(
            FramePixelDataPropertiesSequence=[item(ImagerPixelSpacing=[0.4, 0.4])],
            XRayGeometrySequence=[
                item(DistanceSourceToDetector=1000, DistanceSourceToIsocenter=distance)
            ],
        )
        if beam:
            found.ProjectionPixelCalibrationSequence = [item(ObjectPixelSpacingInCenterOfBeam=beam)]
        return found

    frames = describe(
        save_image(
            tmp_path / "a.dcm",
            Modality="XA",
            NumberOfFrames=3,
            PixelData=bytes(3 * 128),
            PerFrameFunctionalGroupsSequence=[
                groups(distance=500),
                groups(distance=800),
                groups(distance=800, beam=[0.3, 0.3]),
            ],
        )
    )
    assert [make_length(Subject(d), (START, END), "u").text for d in frames] == [
        "1.0 mm (isocenter)",
        "1.6 mm (isocenter)",
        "1.5 mm (center of beam)",
    ]


@pytest.mark.parametrize("source", SpacingSource)
def test_every_source_stands_beside_the_length_and_in_the_information(source):
    spacing = None if source in {SpacingSource.NONE, SpacingSource.US_AXES} else 0.5
    calibration = Calibration(spacing, spacing, source, per_column=0.25, column_axis_unit="s")
    length = Length("u", FrameKey("1", 1, None), START, END, calibration)
    assert source.value in length.text
    assert SPACING_WORDS[source] in calibration_text(calibration)


def test_radiographs_of_the_collection_say_that_they_measure_at_the_detector(shared_data):
    expected = {
        "04_xr/966_fixed.dcm": "mm (detector)",
        "04_xr/jpeg-baseline.dcm": "mm (detector)",
        "04_xr/RG2_JPLL": "mm (detector)",
        "04_xr/RG1_J2KI": "px",
        "04_xr/CR-MONO1-10-chest": "px",
        "05_mg/GH133.dcm": "mm (detector)",
        "08_xa_rf/I_000000.dcm": "px",
        "08_xa_rf/KarstenHilbertRF.dcm": "px",
    }
    found = {name: describe(shared_data / name)[0].calibration.unit for name in expected}
    assert found == expected

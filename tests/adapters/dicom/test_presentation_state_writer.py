"""Writing presentation states: what is written is read back, and DCMTK finds no fault."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pydicom
import pytest

from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.presentation_state_file import read_presentation_state
from readstation.adapters.dicom.presentation_state_writer import write_presentation_state
from readstation.adapters.dicom.read_instance import read_instance
from readstation.domain.errors import RefusedInputError
from readstation.imaging.displayed_area import DisplayedArea, SizeMode
from readstation.imaging.graphic_annotation import (
    Annotation,
    AnnotationUnits,
    Graphic,
    GraphicLayer,
    GraphicType,
    ImageReference,
    Justification,
    TextAnchor,
    TextBox,
    TextObject,
)
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import PresentationLut, PresentationLutShape
from readstation.imaging.presentation_state import (
    AreaSelection,
    OverlayActivation,
    PresentationState,
    PresentationStateKind,
    SoftcopyVoi,
)
from readstation.imaging.shutter import (
    CircularShutter,
    DisplayShutter,
    PolygonalShutter,
    RectangularShutter,
)
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from tests.dicom_files import CT, save_image

NOW = datetime(2026, 11, 22, 4, 30, 15, tzinfo=UTC)
IMAGE = ImageReference("2.25.4711.3.1", (), CT, "2.25.4711.2")
FRAMES = ImageReference("2.25.4711.3.2", (2, 5), CT, "2.25.4711.2")
LIMIT_S = 30
# dcmpschk wants one SOP class in all references, so frames are named of a class without frames;
# and a rescaled image here states a 12-bit LUT, which is written as it was stated.
OF_THE_TEST_DATA = (
    "not multi-frame - attribute <ReferencedFrameNumber>",
    "<0xc> for value 3 of attribute <LUT Descriptor>",
)
PLAIN = PresentationState(
    PresentationStateKind.GRAYSCALE,
    "2.25.7.1",
    "2.25.4711.1",
    "2.25.7",
    "TEST-1",
    "AS READ",
    "a view",
    "Dr. Test One",
    datetime(2026, 11, 22, 6, 30, 15),
    (IMAGE, FRAMES),
    areas=(AreaSelection(DisplayedArea((1, 1), (8, 8), row_aspect=1.0)),),
)
LINES = Annotation(
    "MARKS",
    (
        Graphic(GraphicType.POLYLINE, ((1.0, 1.0), (4.0, 2.5), (1.0, 1.0)), is_filled=True),
        Graphic(GraphicType.POINT, ((0.25, 0.75),), AnnotationUnits.DISPLAY),
        Graphic(GraphicType.ELLIPSE, ((1.0, 4.0), (7.0, 4.0), (4.0, 3.0), (4.0, 5.0))),
        Graphic(GraphicType.INTERPOLATED, ((1.0, 4.0), (7.0, 4.0), (4.0, 3.0))),
        Graphic(GraphicType.CIRCLE, ((4.0, 4.0), (5.0, 4.0))),
    ),
    (
        TextObject("12.5 mm\nPixelSpacing", anchor=TextAnchor((4.0, 2.5), is_visible=True)),
        TextObject("Note", TextBox((1.0, 1.0), (4.0, 2.0), justification=Justification.RIGHT)),
    ),
    (replace(FRAMES, series_instance_uid=""),),
)
TABLE = tuple(range(0, 4096, 16))
STATES = {
    "plain": PLAIN,
    "rescaled, windows per image": replace(
        PLAIN,
        modality_transform=ModalityTransform(1.5, -1024.25, "HU", is_stated=True),
        vois=(
            SoftcopyVoi(
                VoiWindow(40, 400, VoiLutFunction.LINEAR, "soft"),
                (replace(IMAGE, series_instance_uid=""),),
            ),
            SoftcopyVoi(
                VoiWindow(-600.5, 1500.25, VoiLutFunction.SIGMOID),
                (replace(FRAMES, series_instance_uid=""),),
            ),
        ),
        presentation_lut_shape=PresentationLutShape.INVERSE,
    ),
    "tables": replace(
        PLAIN,
        modality_transform=ModalityTransform(
            rescale_type="OD", lut=ModalityLut(-8, TABLE), is_stated=True
        ),
        vois=(SoftcopyVoi(VoiLut(0, 12, TABLE, "curve")),),
        presentation_lut=PresentationLut(0, 12, TABLE),
    ),
    "turned, magnified, shuttered": replace(
        PLAIN,
        orientation=DisplayOrientation(3, is_mirrored=True),
        areas=(
            AreaSelection(
                DisplayedArea((2, 3), (6, 7), SizeMode.MAGNIFY, row_aspect=1.25, magnification=2.5)
            ),
        ),
        shutter=DisplayShutter(
            (
                RectangularShutter(2, 7, 3, 6),
                CircularShutter(4, 4, 3),
                PolygonalShutter(((1, 1), (1, 8), (8, 4))),
            ),
            None,
            0x4000,
        ),
    ),
    "graphics": replace(
        PLAIN,
        annotations=(LINES,),
        layers=(GraphicLayer("MARKS", 1, "marks", 65_535, (50.0, 20.0, -20.0)),),
        overlays=(OverlayActivation(0x6000, "MARKS"),),
    ),
}


@pytest.fixture
def header(tmp_path):
    def read(**attributes):
        given = {"StudyID": "S1", "PatientSex": "O", "PatientBirthDate": "19600101",
                 "AccessionNumber": "A1", "BodyPartExamined": "CHEST",
                 "TimezoneOffsetFromUTC": "+0200", **attributes}  # fmt: skip
        opened = open_part10(save_image(tmp_path / "image.dcm", **given))
        found = read_instance(opened).header
        opened.source.close()
        return found

    return read


def read_back(content, path):
    path.write_bytes(content)
    opened = open_part10(path)
    found = read_presentation_state(opened)
    opened.source.close()
    return found


def comparable(state):
    """Leave out what rounding to 16 bits changes: the colour of layers."""
    layers = tuple(replace(layer, cielab=None) for layer in state.layers)
    return replace(state, layers=layers)


@pytest.mark.parametrize("name", STATES)
def test_what_is_written_is_read_back(header, tmp_path, name):
    state = STATES[name]
    found = read_back(write_presentation_state(state, header(), NOW), tmp_path / "pr.dcm")
    assert comparable(found) == comparable(state)
    for before, after in zip(state.layers, found.layers, strict=True):
        assert after.cielab == pytest.approx(before.cielab, abs=0.01)


@pytest.mark.peer
@pytest.mark.parametrize("name", STATES)
def test_dcmtk_finds_no_fault(header, tmp_path, peer_program, name):
    path = tmp_path / "pr.dcm"
    path.write_bytes(write_presentation_state(STATES[name], header(), NOW))
    command = [peer_program("dcmpschk"), path]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S)
    assert "Test passed." in run.stderr, run.stderr


@pytest.mark.peer
@pytest.mark.parametrize("name", STATES)
def test_dciodvfy_finds_no_fault(header, tmp_path, peer_program, name):
    path = tmp_path / "pr.dcm"
    path.write_bytes(write_presentation_state(STATES[name], header(), NOW))
    command = [peer_program("dciodvfy"), path]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LIMIT_S)
    # It exits 0 whatever it finds, and prints what it takes the object for.
    assert "GrayscaleSoftcopyPresentationState" in run.stderr, run.stderr
    errors = [line for line in run.stderr.splitlines() if line.startswith("Error")]
    assert [e for e in errors if not any(known in e for known in OF_THE_TEST_DATA)] == []


def test_patient_and_study_are_those_of_the_image(header, tmp_path):
    image = header(PatientName="Müller^Ä", StudyDescription="CT", ReferringPhysicianName="Ref^R")
    path = tmp_path / "pr.dcm"
    path.write_bytes(write_presentation_state(PLAIN, image, NOW))
    written = pydicom.dcmread(path)
    assert (written.PatientName, written.PatientID) == ("Müller^Ä", "TEST-1")
    assert (written.StudyID, written.AccessionNumber, written.StudyDate) == ("S1", "A1", "20260102")
    assert (written.Modality, written.SeriesInstanceUID) == ("PR", "2.25.7")
    assert written.ReferringPhysicianName == "Ref^R"
    assert written.SpecificCharacterSet == "ISO_IR 100"


def test_texts_beyond_latin_1_are_written_as_utf_8(header, tmp_path):
    image = header(PatientName="山田^太郎")
    path = tmp_path / "pr.dcm"
    path.write_bytes(write_presentation_state(PLAIN, image, NOW))
    written = pydicom.dcmread(path)
    assert written.SpecificCharacterSet == "ISO_IR 192"
    assert written.PatientName == "山田^太郎"


def test_the_moment_is_in_the_zone_of_the_study(header, tmp_path):
    found = read_back(write_presentation_state(PLAIN, header(), NOW), tmp_path / "pr.dcm")
    assert found.created == datetime(2026, 11, 22, 6, 30, 15)
    image = header(TimezoneOffsetFromUTC="-0330")
    found = read_back(write_presentation_state(PLAIN, image, NOW), tmp_path / "pr.dcm")
    assert found.created == datetime(2026, 11, 22, 1, 0, 15)


def test_a_zone_that_cannot_be_is_none(header, tmp_path):
    image = header(TimezoneOffsetFromUTC="+9900")
    found = read_back(write_presentation_state(PLAIN, image, NOW), tmp_path / "pr.dcm")
    assert found.created == NOW.astimezone().replace(tzinfo=None)


@pytest.mark.parametrize(
    "state",
    [
        replace(PLAIN, kind=PresentationStateKind.COLOUR),
        replace(PLAIN, references=()),
        replace(PLAIN, study_instance_uid="2.25.1"),
    ],
    ids=["colour", "no references", "another study"],
)
def test_what_cannot_be_written_truthfully_is_refused(header, state):
    with pytest.raises(RefusedInputError):
        write_presentation_state(state, header(), NOW)

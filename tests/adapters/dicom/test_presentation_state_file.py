"""Reading presentation states: what they say, and what is refused or left out."""

from datetime import datetime

import pytest
from pydicom.sequence import Sequence as Items

from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.adapters.dicom import graphic_annotations, referenced_images
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.presentation_state_file import NOT_APPLIED, read_presentation_state
from readstation.domain.errors import RefusedInputError
from readstation.imaging.displayed_area import DisplayedArea, SizeMode
from readstation.imaging.graphic_annotation import (
    AnnotationUnits,
    Graphic,
    GraphicType,
    Justification,
    TextAnchor,
    TextBox,
    TextObject,
)
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import PresentationLut, PresentationLutShape
from readstation.imaging.presentation_state import (
    OverlayActivation,
    PresentationStateKind,
    orientation_after,
)
from readstation.imaging.shutter import DisplayShutter, RectangularShutter
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from tests.dicom_files import make_image, save, save_image
from tests.presentation_files import (
    BLENDING,
    COLOUR,
    area,
    item,
    make_state,
    reference,
    table,
    window,
)


@pytest.fixture
def read(tmp_path):
    """Write a state and read it back, also through the pipe to the worker."""

    def write_and_read(*images, **attributes):
        path = save(make_state(*(images or (make_image(),)), **attributes), tmp_path / "pr.dcm")
        opened = open_part10(path)
        try:
            state = read_presentation_state(opened)
        finally:
            opened.source.close()
        assert from_plain(to_plain(state)) == state
        return state

    return write_and_read


def refused(read, *images, **attributes):
    with pytest.raises(RefusedInputError) as caught:
        read(*images, **attributes)
    return caught.value


def test_a_state_tells_who_made_it_when_and_for_which_images(read):
    first = make_image()
    other = make_image(SOPInstanceUID="2.25.4711.3.2", SeriesInstanceUID="2.25.4711.22")
    state = read(first, other, frames=[2, 3])
    assert state.kind is PresentationStateKind.GRAYSCALE
    assert (state.study_instance_uid, state.patient_id) == ("2.25.4711.1", "TEST-1")
    assert (state.content_label, state.content_creator_name) == ("TEST", "Maker Synthetic")
    assert state.created == datetime(2026, 1, 3, 10, 15)
    assert [r.series_instance_uid for r in state.references] == ["2.25.4711.2", "2.25.4711.22"]
    assert state.covers(first.SOPInstanceUID, 2)
    assert not state.covers(first.SOPInstanceUID, 1)
    assert not state.covers("2.25.4711.3.9", 2)


def test_a_state_without_references_covers_no_image(read):
    state = read(ReferencedSeriesSequence=None)
    assert not state.covers("2.25.4711.3.1", 1)


def test_what_a_state_leaves_out_is_identity(read):
    state = read()
    assert state.modality_transform == ModalityTransform()
    assert state.voi_of("2.25.4711.3.1", 1) is None
    assert state.presentation_lut_shape is PresentationLutShape.IDENTITY


def test_grayscale_transformations_come_through(read):
    data = list(range(0, 2048, 8))
    state = read(
        RescaleSlope=2,
        RescaleIntercept=-1000,
        RescaleType="HU",
        SoftcopyVOILUTSequence=[window(40, 400, "SIGMOID")],
        PresentationLUTShape=None,
        PresentationLUTSequence=[table(0, 11, data)],
    )
    assert state.modality_transform == ModalityTransform(2, -1000, "HU", is_stated=True)
    assert state.voi_of("x", 1) == VoiWindow(40, 400, VoiLutFunction.SIGMOID)
    assert state.presentation_lut == PresentationLut(0, 11, tuple(data))


def test_tables_come_through_with_signed_first_values(read):
    data = list(range(256))
    state = read(
        ModalityLUTSequence=[table(-5, 8, data, ModalityLUTType="OD")],
        SoftcopyVOILUTSequence=[
            item(VOILUTSequence=Items([table(-7, 8, data, LUTExplanation="soft")]))
        ],
    )
    assert state.modality_transform.lut == ModalityLut(-5, tuple(data))
    assert state.voi_of("x", 1) == VoiLut(-7, 8, tuple(data), "soft")


def test_each_frame_gets_the_window_and_area_that_name_it(read):
    image = make_image()
    state = read(
        image,
        SoftcopyVOILUTSequence=[
            window(1, 10, ReferencedImageSequence=Items([reference(image, [2])])),
            window(2, 20),
        ],
        DisplayedAreaSelectionSequence=[
            area((2, 2), (4, 4), ReferencedImageSequence=Items([reference(image, [3])])),
            area((1, 1), (8, 8), PresentationSizeMode="MAGNIFY",
                 PresentationPixelMagnificationRatio=2.5),
        ],
    )  # fmt: skip
    uid = image.SOPInstanceUID
    assert state.voi_of(uid, 2) == VoiWindow(1, 10)
    assert state.voi_of(uid, 1) == VoiWindow(2, 20)
    assert state.area_of(uid, 3) == DisplayedArea((2, 2), (4, 4), row_aspect=1.0)
    assert state.area_of(uid, 1) == DisplayedArea(
        (1, 1), (8, 8), SizeMode.MAGNIFY, row_aspect=1.0, magnification=2.5
    )


@pytest.mark.parametrize("is_flipped", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rotation_comes_before_the_flip(read, rotation, is_flipped):
    state = read(ImageRotation=rotation, ImageHorizontalFlip="Y" if is_flipped else "N")
    turned = DisplayOrientation(rotation // 90)
    expected = turned.flipped_horizontally() if is_flipped else turned
    assert state.orientation == expected == orientation_after(rotation, is_flipped=is_flipped)


def test_graphics_and_texts_come_through(read):
    image = make_image()
    state = read(
        image,
        GraphicLayerSequence=[
            item(GraphicLayer="TOP", GraphicLayerOrder=2, GraphicLayerDescription="marks",
                 GraphicLayerRecommendedDisplayCIELabValue=[65535, 0x8080, 0x8080]),
            item(GraphicLayer="LOW", GraphicLayerOrder=1,
                 GraphicLayerRecommendedDisplayGrayscaleValue=1000),
        ],
        GraphicAnnotationSequence=[
            item(
                GraphicLayer="TOP",
                ReferencedImageSequence=Items([reference(image)]),
                GraphicObjectSequence=Items([graphic("CIRCLE", [4, 4, 4, 6], filled="Y")]),
            ),
            item(
                GraphicLayer="LOW",
                GraphicObjectSequence=Items([graphic("POLYLINE", [0, 0, 1, 1], units="DISPLAY")]),
                TextObjectSequence=Items([
                    item(UnformattedTextValue="one\r\ntwo", BoundingBoxAnnotationUnits="PIXEL",
                         BoundingBoxTopLeftHandCorner=[1, 2],
                         BoundingBoxBottomRightHandCorner=[3, 4],
                         BoundingBoxTextHorizontalJustification="RIGHT",
                         AnchorPointAnnotationUnits="PIXEL", AnchorPoint=[5, 6],
                         AnchorPointVisibility="Y"),
                ]),
            ),
        ],
    )  # fmt: skip
    low, top = state.annotations_of(image.SOPInstanceUID, 1)
    assert (low[1].name, low[1].gray, top[1].name) == ("LOW", 1000, "TOP")
    assert top[1].cielab == pytest.approx((100, 0, 0))
    assert top[0].graphics == (
        Graphic(GraphicType.CIRCLE, ((4, 4), (4, 6)), AnnotationUnits.PIXEL, True),
    )
    assert low[0].graphics[0].units is AnnotationUnits.DISPLAY
    assert low[0].texts == (
        TextObject(
            "one\ntwo",
            TextBox((1, 2), (3, 4), AnnotationUnits.PIXEL, Justification.RIGHT),
            TextAnchor((5, 6), AnnotationUnits.PIXEL, is_visible=True),
        ),
    )
    assert state.annotations_of("another", 1) == (low,)


def graphic(kind, data, units="PIXEL", filled="N"):
    return item(
        GraphicType=kind,
        GraphicData=data,
        GraphicAnnotationUnits=units,
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(data) // 2,
        GraphicFilled=filled,
    )


@pytest.mark.parametrize(
    "bad",
    [
        graphic("SPIRAL", [1, 1]),
        graphic("CIRCLE", [1, 1]),
        graphic("POLYLINE", [1, 1, 2]),
        graphic("POINT", [1, float("nan")]),
        graphic("POINT", [1, 1e20]),
        graphic("POINT", [1, 1], units="MATRIX"),
    ],
    ids=["unknown kind", "too few points", "odd", "not a number", "far away", "unknown unit"],
)
def test_a_graphic_that_cannot_be_drawn_is_left_out_and_named(read, bad):
    good = graphic("POINT", [1, 1])
    sequence = [item(GraphicLayer="A", GraphicObjectSequence=Items([bad, good]))]
    state = read(GraphicAnnotationSequence=sequence)
    assert [g.points for g in state.annotations[0].graphics] == [((1, 1),)]
    assert state.notes == (graphic_annotations.LEFT_OUT,)


def test_text_is_kept_as_it_is_but_bounded(read):
    text = "<b>bold</b> " + "x" * 2000
    noted = item(AnchorPointAnnotationUnits="PIXEL", AnchorPoint=[1, 1], AnchorPointVisibility="N")
    noted.add_new(0x00700006, "UT", text)
    sequence = [item(GraphicLayer="A", TextObjectSequence=Items([noted]))]
    found = read(GraphicAnnotationSequence=sequence).annotations[0].texts[0].text
    assert found == text[: graphic_annotations.MAX_TEXT]


def test_too_many_graphics_are_refused(read, monkeypatch):
    monkeypatch.setattr(graphic_annotations, "MAX_POINTS", 3)
    sequence = [item(GraphicLayer="A", GraphicObjectSequence=Items([graphic("POLYLINE", [1] * 8)]))]
    assert refused(read, GraphicAnnotationSequence=sequence).code == "TOO_MANY_ELEMENTS"


def test_too_many_references_are_refused(read, monkeypatch):
    monkeypatch.setattr(referenced_images, "MAX_REFERENCES", 1)
    images = [make_image(), make_image(SOPInstanceUID="2.25.4711.3.2")]
    assert refused(read, *images).code == "TOO_MANY_ELEMENTS"


@pytest.mark.parametrize(
    "attributes",
    [
        {"RescaleSlope": 0, "RescaleIntercept": 0},
        {"RescaleSlope": 1},
        {"SoftcopyVOILUTSequence": [item(WindowCenter=40)]},
        {"SoftcopyVOILUTSequence": [window(40, 0)]},
        {"PresentationLUTSequence": [table(3, 8, [0, 255])]},
        {"ImageRotation": 45},
        {"DisplayedAreaSelectionSequence": [item(PresentationSizeMode="SCALE TO FIT")]},
    ],
    ids=["slope 0", "no intercept", "no width", "width 0", "LUT not from 0", "45°", "no corners"],
)
def test_a_state_that_contradicts_itself_is_refused(read, attributes):
    assert refused(read, **attributes).code == "BAD_PRESENTATION_STATE"


@pytest.mark.parametrize("sop_class", sorted(NOT_APPLIED))
def test_kinds_that_are_not_applied_say_what_they_are(read, sop_class):
    problem = refused(read, sop_class=sop_class)
    assert problem.code == "UNSUPPORTED_PRESENTATION_STATE"
    assert NOT_APPLIED[sop_class] in problem.message
    assert problem.remedy


def test_a_blending_state_is_refused_with_a_sentence(read):
    assert "it blends two images" in refused(read, sop_class=BLENDING).message


def test_a_colour_state_has_no_grayscale_transformations(read):
    state = read(sop_class=COLOUR, ImageRotation=90)
    assert state.kind is PresentationStateKind.COLOUR
    assert state.orientation == DisplayOrientation(1)


def test_an_image_is_no_presentation_state(tmp_path):
    opened = open_part10(save_image(tmp_path / "ct.dcm"))
    with pytest.raises(RefusedInputError) as caught:
        read_presentation_state(opened)
    opened.source.close()
    assert caught.value.code == "NOT_A_PRESENTATION_STATE"


def test_shutters_and_activated_overlays_come_through(read):
    state = read(
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge=2,
        ShutterRightVerticalEdge=7,
        ShutterUpperHorizontalEdge=3,
        ShutterLowerHorizontalEdge=6,
        ShutterPresentationValue=0x8000,
    )
    assert state.shutter == DisplayShutter((RectangularShutter(2, 7, 3, 6),), None, 0x8000)
    assert state.overlays == ()


def test_an_overlay_lies_on_the_layer_that_activates_it(tmp_path):
    made = make_state(make_image())
    made.add_new(0x60021001, "CS", "LAYER1")
    opened = open_part10(save(made, tmp_path / "pr.dcm"))
    state = read_presentation_state(opened)
    opened.source.close()
    assert state.overlays == (OverlayActivation(0x6002, "LAYER1"),)


def test_the_real_states_are_read(shared_data):
    folder = shared_data / "12_sr_pr_seg_rt" / "synthetic_on_A0001"
    labels = []
    for path in sorted(folder.glob("gsps*.dcm")):
        opened = open_part10(path)
        state = read_presentation_state(opened)
        opened.source.close()
        assert state.annotations[0].texts[0].text == "MASS (synthetic annotation)"
        assert state.voi_of(state.references[0].sop_instance_uid, 1).width == 400
        labels.append((state.content_label, state.presentation_lut_shape))
    assert labels == [
        ("MASS_BOX", PresentationLutShape.IDENTITY),
        ("SHUT_ROT", PresentationLutShape.INVERSE),
    ]

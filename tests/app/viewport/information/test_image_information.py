"""The image information: every fact by name, cautions first, plain text for the clipboard."""

from dataclasses import replace

import numpy as np
import pytest

from readstation.app.viewport.image_description import DecoderFacts, LossyCompression
from readstation.app.viewport.information.image_information import (
    NO_NOTE,
    image_information,
    information_text,
)
from readstation.app.viewport.information.information_lines import (
    calibration_text,
    lossy_history,
    modality_text,
    orientation_words,
    padding_text,
    region_text,
    self_test_text,
)
from readstation.app.viewport.overlay_text import VISIBLE_CONTROL
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.window.window_options import OF_STATE, window_options
from readstation.domain.calibration import (
    UNCALIBRATED,
    Calibration,
    SpacingSource,
    UltrasoundRegion,
)
from readstation.domain.display import Display, DisplayStanding
from readstation.imaging.frame import PixelPadding
from readstation.imaging.graphic_annotation import ImageReference
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.overlay_plane import OverlayPlane
from readstation.imaging.presentation import PresentationLutShape
from readstation.imaging.presentation_state import (
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
from tests.app.viewport.conftest import axial, described, stored

UNVERIFIED = DisplayStanding(Display("DP-1"))
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"


def facts(model, *given):
    """Return label -> value of all rows, and the labels that are cautions."""
    rows = [row for section in image_information(model, *given) for row in section.rows]
    assert len({row.label for row in rows}) == len(rows), "a label is there twice"
    return {row.label: row.value for row in rows}, {row.label for row in rows if row.is_caution}


def test_an_empty_viewport_has_no_information():
    assert image_information(ViewportModel()) == ()


def test_every_fact_of_a_ct_image(make_viewport):
    model = make_viewport(
        [
            described(
                sop_class_name="CT Image Storage",
                transfer_syntax_uid=JPEG_BASELINE,
                transfer_syntax_name="JPEG Baseline (Process 1)",
                decoder=DecoderFacts("imagecodecs libjpeg-turbo", "(3.1.3)", 4),
                compression=LossyCompression(True, 8.0, "", (4.0, 8.0), ("ISO_10918_1",)),
                modality_transform=ModalityTransform(1, -1024, "HU", is_stated=True),
                vois=(
                    VoiWindow(40, 400, explanation="SOFT"),
                    VoiWindow(40, 80, VoiLutFunction.SIGMOID, "BRAIN"),
                    VoiLut(0, 12, tuple(range(16)), "HARD"),
                ),
                presentation_lut_shape=PresentationLutShape.IDENTITY,
                pixel_padding=PixelPadding(-2000, -2000),
                high_bit=15,
                is_signed=True,
                plane=axial(-38.5),
                slice_thickness_mm=5.0,
            )
        ]
    )
    said, cautions = facts(model, UNVERIFIED)
    assert said["SOP class"] == "CT Image Storage"
    assert said["Transfer syntax"] == f"JPEG Baseline (Process 1) · {JPEG_BASELINE}"
    assert said["Decoder"] == "imagecodecs libjpeg-turbo (3.1.3)"
    assert said["Self-test"] == "passed, 4 golden vectors"
    assert said["Lossy compression"] == "4:1, JPEG; 8:1, method not stated"
    assert said["Rows x columns"] == "20 x 30"
    assert said["Photometric"] == "MONOCHROME2, lowest value black"
    assert said["Bits"] == "16 allocated, 16 stored, high bit 15, signed"
    assert said["Padding"] == "stored value -2000"
    assert said["Modality values"] == "stored value × 1 − 1024 (HU)"
    assert said["Window in use"] == "W 400 L 40 SOFT"
    assert said["Window 1"] == "W 400 L 40 LINEAR, SOFT (in use)"
    assert said["Window 2"] == "W 80 L 40 SIGMOID, BRAIN"
    assert said["VOI LUT 3"] == "LUT, 16 entries from 0, 12 bits, HARD"
    assert said["LUT shape"] == "IDENTITY"
    assert said["Calibration"].endswith("between columns, in the patient")
    assert said["Plane"].startswith("axial")
    assert said["First pixel"] == "(0, 0, -38.5) mm, LPS"
    assert said["None"] == NO_NOTE
    assert cautions == {"Lossy compression", "Display"}


def test_a_note_is_a_caution_and_stands_first_and_whole(make_viewport):
    note = "The file has 6 bytes more than its pixels need, which were not used. " * 3
    model = make_viewport([described(notes=(note, "The header was repaired."))])
    first = image_information(model)[0]
    assert [row.value for row in first.rows] == [note.strip(), "The header was repaired."]
    assert all(row.is_caution for row in first.rows)


def test_a_refused_image_says_why_and_keeps_its_facts(make_viewport):
    model = make_viewport([described()])
    model.on_frame_wanted(lambda *_: None)
    model.set_display_set(model.display_set)
    model.show_refusal(model.token, "This frame cannot be displayed: the codestream is cut off.")
    said, cautions = facts(model)
    assert said["Not shown"].startswith("This frame cannot be displayed")
    assert "Not shown" in cautions
    assert said["Rows x columns"] == "20 x 30"


def test_a_failed_self_test_is_a_caution(make_viewport):
    model = make_viewport([described(decoder=DecoderFacts("x", "1", 4, "3 of 256 pixels"))])
    said, cautions = facts(model)
    assert said["Self-test"] == "failed: 3 of 256 pixels"
    assert "Self-test" in cautions


def test_the_mark_of_the_window_in_use_moves_with_the_choice(make_viewport):
    model = make_viewport([described(vois=(VoiWindow(40, 400), VoiWindow(40, 80)))])
    model.set_window(VoiWindow(1, 2), "Mine")
    said, _ = facts(model)
    assert said["Window in use"] == "W 2 L 1 Mine"
    assert "(in use)" not in said["Window 1"] + said["Window 2"]


def test_control_characters_of_the_file_are_shown_as_marks(make_viewport):
    model = make_viewport([described(vois=(VoiWindow(40, 400, explanation="a\u202eb"),))])
    assert f"a{VISIBLE_CONTROL}b" in facts(model)[0]["Window 1"]


def test_the_text_for_the_clipboard_holds_every_row(make_viewport):
    sections = image_information(make_viewport([described()]), UNVERIFIED)
    text = information_text(sections)
    for section in sections:
        assert section.title.upper() in text
        for row in section.rows:
            assert f"{row.label}\t{row.value}\n" in text


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        (ModalityTransform(), "none stated: stored values are shown"),
        (ModalityTransform(0.5, 3, is_stated=True), "stored value × 0.5 + 3"),
        (
            ModalityTransform(lut=ModalityLut(-5, (1, 2, 3), "OD"), rescale_type="OD"),
            "LUT OD, 3 entries from -5 (OD)",
        ),
    ],
)
def test_modality_in_words(transform, words):
    assert modality_text(transform) == words


def test_the_rest_in_words():
    assert padding_text(None) == "none stated"
    assert padding_text(PixelPadding(0, 30)) == "stored values 0 to 30"
    assert self_test_text(DecoderFacts("numpy", "2")) == "no codec needed"
    assert self_test_text(DecoderFacts()) == "not known"
    assert calibration_text(UNCALIBRATED) == "none: lengths are in pixels"
    detector = Calibration(0.14, 0.14, SpacingSource.DETECTOR)
    assert "at the detector, not in the patient" in calibration_text(detector)
    assert region_text(UltrasoundRegion(0, 0, 9, 9, 3, 3, 0.05, 0.05)).endswith("0.5 x 0.5 mm")
    assert "not measurable" in region_text(UltrasoundRegion(0, 0, 9, 9, 4, 3, 0.05, 0.05))
    tilted = axial(0, column=(0.0, 0.8, -0.6))
    assert orientation_words(tilted).startswith("oblique, near axial")


def test_loss_without_ratio_or_method_is_still_said():
    assert lossy_history(described(transfer_syntax_uid=JPEG_BASELINE)).startswith("yes")
    assert lossy_history(described()) == "none stated"


def marked(**values):
    graphic = np.zeros((4, 5), np.bool_)
    graphic[1, 1:3] = True
    frame = replace(stored(), overlays=(OverlayPlane(graphic, label="ROI <b>"),))
    model = ViewportModel()
    model.on_frame_wanted(lambda token, _: model.show_frame(token, frame))
    model.set_display_set([described(**values)])
    return model


def test_overlays_are_named_counted_and_a_caution_while_they_are_hidden():
    model = marked()
    said, cautions = facts(model)
    assert said["Overlay 6000"] == "graphics, ROI <b>, 2 pixels marked, shown"
    assert "Overlay 6000" not in cautions
    model.change(are_overlay_planes_visible=False)
    said, cautions = facts(model)
    assert said["Overlay 6000"].endswith("not shown")
    assert "Overlay 6000" in cautions


def test_the_shutter_is_described_and_a_caution_while_it_is_off():
    shapes = (
        RectangularShutter(2, 20, 3, 15),
        CircularShutter(10, 11, 5),
        PolygonalShutter(((1, 1), (1, 9), (9, 9))),
    )
    model = marked(shutter=DisplayShutter(shapes))
    said, cautions = facts(model)
    assert said["Shutter"] == (
        "columns 2 to 20, rows 3 to 15, circle of radius 5 around row 10, column 11, "
        "polygon of 3 corners; applied"
    )
    assert "Shutter" not in cautions
    model.change(is_shutter_applied=False)
    said, cautions = facts(model)
    assert said["Shutter"].endswith("switched off")
    assert "Shutter" in cautions


def presentation(**values):
    given = {
        "kind": PresentationStateKind.GRAYSCALE,
        "sop_instance_uid": "1.9",
        "study_instance_uid": "1.1",
        "content_label": "TUMOUR BOARD",
        "content_creator_name": "Dr. Demo",
        "references": (ImageReference("1.1.1.1"),),
        "modality_transform": ModalityTransform(1, -1024, is_stated=True),
        "vois": (SoftcopyVoi(VoiWindow(50, 500, explanation="BOARD")),),
        "notes": ("A compass is left out.",),
    }
    return PresentationState(**{**given, **values})


def test_an_applied_presentation_state_is_named_with_its_maker_and_what_is_left_out(make_viewport):
    model = make_viewport([described()])
    model.present(presentation())
    said, cautions = facts(model)
    assert said["Presentation"] == "TUMOUR BOARD; Dr. Demo; whole"
    assert said["Left out 1"] == "A compass is left out."
    assert "Left out 1" in cautions
    assert said["Window in use"] == "W 500 L 50 BOARD"
    model.set_window(VoiWindow(1, 2), "Mine")
    assert facts(model)[0]["Presentation"].endswith("whole; modified: window")


def test_the_chooser_offers_the_window_of_the_presentation_state(make_viewport):
    model = make_viewport([described()])
    model.present(presentation())
    first = window_options(model)[0]
    assert (first.name, first.source, first.is_current) == ("BOARD", OF_STATE, True)
    model.choose_voi(window_options(model)[1].choice)
    assert [o.name for o in window_options(model) if o.is_current] == ["Window 1 of the file"]
    model.choose_voi(first.choice)
    assert model.voi == VoiWindow(50, 500, explanation="BOARD")

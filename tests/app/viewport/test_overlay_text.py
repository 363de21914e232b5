"""The words over an image: identity always, cautions whenever anything says so."""

from datetime import date

import pytest

from readstation.app.viewport.image_description import LossyCompression, PatientBanner
from readstation.app.viewport.overlay_text import (
    VISIBLE_CONTROL,
    lossy_label,
    overlay_text,
    visible_text,
)
from readstation.app.viewport.scale_bar import scale_bar
from readstation.domain.calibration import UNCALIBRATED, Calibration, SpacingSource
from readstation.imaging.stack_order import report_in_order
from readstation.imaging.voi import VoiWindow
from tests.app.viewport.conftest import axial, described

BANNER = PatientBanner("DEMO^Alpha", "4471902", "NORTHGATE", date(1959, 3, 14), "F")
EXPLICIT_LITTLE, JPEG_BASELINE = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50"
JPEG_2000, NEAR_LOSSLESS, JPEG_LS = (f"1.2.840.10008.1.2.4.{n}" for n in (91, 81, 80))


@pytest.mark.parametrize(
    ("syntax", "is_lossy", "ratio", "method", "label"),
    [
        (EXPLICIT_LITTLE, False, None, "", ""),
        (EXPLICIT_LITTLE, True, None, "", "LOSSY"),
        (EXPLICIT_LITTLE, True, 10.0, "ISO_15444_1", "LOSSY 10:1 JPEG 2000"),
        (JPEG_BASELINE, False, None, "", "LOSSY"),
        (JPEG_BASELINE, False, 8.25, "ISO_10918_1", "LOSSY 8.25:1 JPEG"),
        (JPEG_BASELINE, True, 0.0, "", "LOSSY"),
        (JPEG_2000, False, None, "", ""),
        (JPEG_2000, True, 20.0, "", "LOSSY 20:1"),
        (NEAR_LOSSLESS, False, None, "", "LOSSY"),
        (JPEG_LS, False, None, "", ""),
        (JPEG_LS, True, 4.0, "OTHER", "LOSSY 4:1 OTHER"),
        ("1.2.840.10008.1.2.4.102", False, None, "", "LOSSY"),
    ],
)
def test_lossy_is_shown_if_anything_says_it(syntax, is_lossy, ratio, method, label):
    d = described(transfer_syntax_uid=syntax, compression=LossyCompression(is_lossy, ratio, method))
    assert lossy_label(d) == label


def test_the_four_corners(make_viewport):
    model = make_viewport(
        [
            described(
                banner=BANNER,
                study_description="CT Head",
                study_date=date(2026, 11, 21),
                series_number=3,
                series_description="5 mm axial",
                slice_thickness_mm=5.0,
                plane=axial(-38.5),
                is_simulated=True,
                vois=(VoiWindow(40, 80, explanation="BRAIN"),),
            )
        ]
    )
    model.resize(60, 40)
    model.orient(model.state.orientation.flipped_horizontally())
    text = overlay_text(model, link_status="linked by position")
    assert text.top_left == ("DEMO, Alpha", "4471902 (NORTHGATE)", "1959-03-14 · F")
    assert text.top_right == ("CT Head", "2026-11-21")
    assert text.bottom_left == (
        "W 80 L 40 BRAIN",
        "Zoom 2.00 fit",
        "Image 1/1 · -38.5 mm",
        "linked by position",
    )
    assert text.bottom_right == ("Series 3 · 5 mm axial", "5 mm")
    assert [b.text for b in text.badges] == ["SIMULATED", "FLIPPED", "8-bit display, not verified"]


def test_one_to_one_inversion_and_rotation_are_named(make_viewport):
    model = make_viewport([described()])
    model.one_to_one()
    model.toggle_invert()
    model.orient(model.state.orientation.turned())
    lines = overlay_text(model).bottom_left
    assert lines[:2] == ("W 400 L 40 file inverted", "Zoom 1:1 · rotated 90°")


def test_missing_identity_is_said_not_left_blank(make_viewport):
    text = overlay_text(make_viewport([described()]))
    assert text.top_left == ("No patient name", "No patient ID")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoe\u0308 <b>&amp;</b>", "Zoe\u0308 <b>&amp;</b>"),
        ("A\u202eB\u2066C", f"A{VISIBLE_CONTROL}B{VISIBLE_CONTROL}C"),
        ("A\nB\x1bC\x00", f"A{VISIBLE_CONTROL}B{VISIBLE_CONTROL}C{VISIBLE_CONTROL}"),
        ("山田^太郎", "山田^太郎"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_control_and_direction_characters_are_visible(text, shown):
    assert visible_text(text) == shown


def test_the_scale_bar_is_a_round_length_with_its_source(make_viewport):
    calibration = Calibration(0.5, 0.5, SpacingSource.DETECTOR)
    model = make_viewport([described(calibration=calibration)])
    bar = scale_bar(model)
    assert bar.text == "2 mm (detector)"
    assert bar.length_px == pytest.approx(2 / 0.5 * model.transform.zoom)
    assert bar.length_px <= 0.3 * 300


def test_no_scale_bar_without_a_known_spacing(make_viewport):
    assert scale_bar(make_viewport([described(calibration=UNCALIBRATED)])) is None


def test_what_is_irregular_about_the_slices_is_on_the_image(make_viewport):
    images = [described(n, plane=axial(z)) for n, z in enumerate((30, 25, 10, 10), start=1)]
    model = make_viewport(images)
    assert not [b for b in overlay_text(model).badges if b.short == "SLICES"]
    planes = [image.plane for image in images]
    model.set_display_set(images, stack=report_in_order(planes))
    (badge,) = [b for b in overlay_text(model).badges if b.short == "SLICES"]
    assert badge.text == "SLICES: 1 gap, 1 repeated position"
    lines = []
    for index in range(4):
        model.go_to(index)
        lines += [line for line in overlay_text(model).bottom_left if line.startswith("Image")]
    assert lines == [
        "Image 1/4 · 30.0 mm",
        "Image 2/4 · 25.0 mm · gap after",
        "Image 3/4 · 10.0 mm · gap before",
        "Image 4/4 · 10.0 mm · same place again",
    ]
    model.clear()
    assert model.stack is None

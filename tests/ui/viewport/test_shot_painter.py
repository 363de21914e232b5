"""Shots for export: what identifies the patient is in the picture only where it was asked for."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from readstation.app.export.export_words import BurnedIn, burned_in, export_text, measurement_words
from readstation.app.export.shot import Layer, ShotRenderer, lay_over
from readstation.app.viewport.image_description import PatientBanner
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import ImagePoint, Length, Quoted, Tracking
from readstation.imaging.overlay_plane import OverlayPlane
from readstation.ui.viewport.shot_painter import BAND, MOST_PICTURE_PX, ShotPainter
from tests.app.viewport.conftest import COLUMNS, ROWS, axial, described, shown, stored

SIZE = (420, 300)
JANE = {
    "banner": PatientBanner("Doe^Jane", "4711", "Hospital", date(1960, 1, 2), "F"),
    "study_date": date(2026, 1, 2),
    "study_datetime": datetime(2026, 1, 2, 3, 4),
    "study_description": "CT for Jane Doe",
    "institution_name": "General Hospital",
    "series_description": "Jane's chest",
    "contrast_bolus_agent": "asked by Dr. Who",
    "convolution_kernel": "JD",
    "accession_number": "A77",
}
OTHERS = {"banner": PatientBanner("Roe^Richard", "12"), "study_description": "Something else"}


@pytest.fixture(autouse=True)
def _application(qapp):
    """Painting needs fonts."""


def viewport(*descriptions, **state):
    model = ViewportModel()
    model.resize(*SIZE)
    shown(model, descriptions, value=1064)
    model.change(**state)
    return model


def picture(model, *, with_identity=False, index=0, most_px=MOST_PICTURE_PX, is_still=True):
    painter = ShotPainter(model, with_identity=with_identity, most_px=most_px)
    shot = painter.take(index, is_still=is_still)
    return ShotRenderer().picture(shot, stored(1064))


def test_the_same_image_of_two_people_gives_the_same_file_without_identity():
    of_jane = viewport(described(plane=axial(0), **JANE))
    of_other = viewport(described(plane=axial(0), **OTHERS))
    assert (picture(of_jane) == picture(of_other)).all()
    named = picture(of_jane, with_identity=True)
    assert (named != picture(of_other, with_identity=True)).any()


def test_no_word_of_the_file_is_left_without_identity():
    model = viewport(described(plane=axial(0), notes=(), **JANE))
    text = export_text(model, with_identity=False)
    said = " ".join((*text.top_left, *text.top_right, *text.bottom_left, *text.bottom_right))
    for word in ("Doe", "Jane", "4711", "Hospital", "1960", "2026", "Who", "JD", "A77"):
        assert word not in said
    assert "W 400" in said
    full = export_text(model, with_identity=True)
    assert "Doe, Jane" in " ".join(full.top_left)


def test_overlay_planes_are_in_a_picture_only_with_the_name():
    bits = np.eye(ROWS, COLUMNS, dtype=np.bool_)
    with_plane = replace(stored(1064), overlays=(OverlayPlane(bits, label="Doe^Jane"),))
    for with_identity in (False, True):
        shot = ShotPainter(viewport(described()), with_identity=with_identity).take(0)
        plain, drawn = (ShotRenderer().picture(shot, f) for f in (stored(1064), with_plane))
        assert (plain == drawn).all() == (not with_identity)


def test_words_about_the_display_are_no_part_of_a_picture():
    badges = export_text(viewport(described()), with_identity=True).badges
    assert not [badge for badge in badges if "display" in badge.text.lower()]


def test_a_picture_shows_what_the_box_shows_with_a_band_below_and_leaves_the_box_alone():
    model = viewport(described(1, plane=axial(0)), described(2, plane=axial(1)), zoom=8.0)
    before = model.state
    made = picture(model, index=1)
    assert made.shape == (SIZE[1] + BAND, SIZE[0], 3)
    assert model.state is before
    middle = made[SIZE[1] // 2, SIZE[0] // 2 + 40]
    assert (middle == middle[0]).all()
    assert 0 < middle[0] < 255
    ink = made[SIZE[1] :].reshape(-1, 3)
    assert ink[:, 0].max() > 200  # words on the band


def test_a_reduced_image_is_exported_in_its_own_resolution():
    model = viewport(described(), zoom=0.5)
    assert picture(model).shape[:2] == (2 * (SIZE[1] + BAND), 2 * SIZE[0])
    assert picture(model, most_px=500).shape[1] == 500


def test_measurements_are_in_the_picture_and_names_of_others_are_not():
    model = viewport(described(plane=axial(0)), zoom=8.0)
    empty = picture(model)
    start, end = ImagePoint(4, 4), ImagePoint(COLUMNS - 4, ROWS - 4)
    key, calibration = described(plane=axial(0)).frame_key, described().calibration
    model.measurements.put(Length("f", key, start, end, calibration))
    drawn = picture(model)
    assert (drawn != empty).any()
    model.change(are_measurements_visible=False)
    assert (picture(model) == empty).all()
    lesion = Tracking("2.25.1", "Jane's node")
    foreign = Quoted("q", key, ((start, end),), "9 mm", tracking=lesion, maker="Doe Systems")
    assert measurement_words(foreign, with_identity=False) == "9 mm"
    assert "Jane's node" in measurement_words(foreign, with_identity=True)
    own = replace(Length("g", key, start, end, calibration), tracking=lesion)
    assert measurement_words(own, with_identity=False).startswith("Jane's node")


@pytest.mark.parametrize(
    ("stated", "worst"),
    [
        (("NO", "NO"), BurnedIn.NO),
        (("NO", ""), BurnedIn.UNKNOWN),
        (("", "YES"), BurnedIn.YES),
        ((), BurnedIn.UNKNOWN),
    ],
)
def test_what_images_say_of_burned_in_text_is_told_by_the_worst(stated, worst):
    images = [described(burned_in_annotation=text) for text in stated]
    assert burned_in(images) is worst
    assert bool(worst.value) == (worst is not BurnedIn.NO)


def test_layers_are_laid_over_by_their_opacity_and_cut_at_the_edge():
    under = np.full((3, 3, 3), 100, np.uint8)
    half = np.zeros((2, 2, 4), np.uint8)
    half[...] = (50, 0, 0, 127)
    lay_over(under, [Layer(half, 2, 2)])
    assert under[2, 2].tolist() == [100, 50, 50]
    assert (under[:2] == 100).all()

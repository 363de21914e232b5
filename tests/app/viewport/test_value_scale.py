"""PET in uptake values: opening view, presets and keys, and never an SUV window on Bq/ml."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from readstation.app.viewport.information.image_information import image_information
from readstation.app.viewport.measuring import Subject, make_ellipse, make_probe
from readstation.app.viewport.overlay_text import overlay_text, scale_line, window_line
from readstation.app.viewport.tools import begin_drag
from readstation.app.viewport.value_scale import ValueScale, modality_transform_of, suv_lines
from readstation.app.viewport.viewport_state import AS_IN_FILE, ChosenWindow, Tool
from readstation.app.viewport.window.window_choice import (
    apply_preset,
    choose_value_scale,
    next_value_scale,
)
from readstation.app.viewport.window.window_options import window_options
from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.domain.measurement import ImagePoint
from readstation.domain.suv_inputs import SuvInputs
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.presentation import display_values
from readstation.imaging.voi import VoiLutFunction, VoiWindow
from readstation.resource_files import resources
from tests.app.viewport.conftest import COLUMNS, ROWS, described

PRESETS = parse_window_presets(
    (resources() / "window_presets.toml").read_text(encoding="utf-8")
    + '\n[[PT]]\nkey = 9\nname = "Raw"\nwidth = 40000\nlevel = 20000\n'
)
GOOD = SuvInputs(
    units="BQML",
    corrected_image=("ATTN", "DECY"),
    decay_correction="ADMIN",
    patient_weight_kg=100.0,
    patient_size_m=2.0,
    patient_sex="M",
    number_of_injections=1,
    radionuclide_total_dose_bq=1e8,
    radionuclide_half_life_s=6586.2,
    radionuclide_code_value="C-111A1",
    series_datetime=datetime(2026, 3, 2, 9),
    acquisition_datetime=datetime(2026, 3, 2, 9),
)
BW_FACTOR = 100_000 / 1e8
LBM_FACTOR = 9270 * 100 / (6680 + 216 * 25) * 1000 / 1e8
NO_WEIGHT = replace(GOOD, patient_weight_kg=None)
NO_HEIGHT = replace(GOOD, patient_size_m=None)


def pet(number=1, inputs=GOOD, slope=2.0, **values):
    given = {
        "modality": "PT",
        "units": "BQML",
        "suv_inputs": inputs,
        "modality_transform": ModalityTransform(slope, 0.0, is_stated=True),
        "vois": (VoiWindow(20_001, 40_001),),
    }
    return described(number, **{**given, **values})


@pytest.fixture
def open_pet(make_viewport):
    def opened(*images, value=1500):
        return make_viewport(images or (pet(1), pet(2, slope=4.0)), PRESETS, value)

    return opened


def test_pet_with_uptake_values_opens_in_suv_inverted(open_pet):
    viewport = open_pet()
    assert viewport.state.value_scale is ValueScale.SUVBW
    assert viewport.state.voi_choice == ChosenWindow(
        VoiWindow(3, 6, VoiLutFunction.LINEAR_EXACT, "SUV 0-6"), "SUV 0-6"
    )
    assert viewport.state.is_inverted
    assert scale_line(viewport) == "SUVbw g/ml"
    assert window_line(viewport) == "W 6 L 3 SUV 0-6 inverted"
    assert overlay_text(viewport).bottom_left[:2] == (
        "SUVbw g/ml",
        "W 6 L 3 SUV 0-6 inverted",
    )


def test_gray_levels_are_those_of_the_uptake_and_not_of_a_window_one_narrower(open_pet):
    viewport = open_pet()
    levels = display_values(viewport.frame, viewport.rendering)
    assert pytest.approx(3) == 1500 * 2 * BW_FACTOR
    assert levels[0, 0] == int(np.floor(255 - 255 * 3 / 6))


def test_slices_of_different_slope_keep_the_same_window(open_pet):
    viewport = open_pet()
    viewport.go_to(1)
    assert viewport.voi.width == 6
    assert viewport.rendering.modality.rescale_slope == pytest.approx(4 * BW_FACTOR)
    assert display_values(viewport.frame, viewport.rendering)[0, 0] == 0  # SUV 6: black


def test_monochrome1_is_not_inverted_twice(open_pet):
    viewport = open_pet(pet(photometric_interpretation="MONOCHROME1"))
    assert viewport.state.value_scale is ValueScale.SUVBW
    assert not viewport.state.is_inverted


def test_one_image_without_uptake_keeps_the_series_in_its_own_unit_and_says_so(open_pet):
    viewport = open_pet(pet(1), pet(2, NO_WEIGHT))
    assert viewport.state.value_scale is ValueScale.AS_STORED
    assert viewport.state.voi_choice == AS_IN_FILE
    assert scale_line(viewport) == "Bq/ml"
    assert window_line(viewport) == "W 40001 L 20001 file"
    viewport.go_to(1)
    badges = [badge.text for badge in overlay_text(viewport).badges]
    assert "No SUV: The file does not state the body weight." in badges


def test_an_suv_preset_never_lies_over_bqml(open_pet):
    viewport = open_pet(pet(1, NO_WEIGHT))
    before = viewport.voi
    apply_preset(viewport, 1)
    assert viewport.voi == before
    assert viewport.state.value_scale is ValueScale.AS_STORED
    assert viewport.state.notice.startswith("No SUVbw: The file does not state the body weight.")
    assert viewport.state.notice.endswith("corrected at the scanner.")


def test_an_suv_window_forced_into_the_state_is_not_used_without_suv(open_pet):
    viewport = open_pet(pet(1, NO_WEIGHT))
    viewport.change(
        value_scale=ValueScale.SUVBW,
        voi_choice=ChosenWindow(VoiWindow(3, 6, VoiLutFunction.LINEAR_EXACT)),
    )
    assert viewport.voi is None or viewport.voi.width != 6


def test_a_preset_in_the_files_unit_leaves_the_uptake_scale(open_pet):
    viewport = open_pet()
    apply_preset(viewport, 9)
    assert viewport.state.value_scale is ValueScale.AS_STORED
    assert viewport.voi.width == 40_000
    apply_preset(viewport, 3)
    assert viewport.state.value_scale is ValueScale.SUVBW
    assert (viewport.voi.center, viewport.voi.width) == (5, 10)


def test_a_preset_stays_in_lean_body_mass(open_pet):
    viewport = open_pet()
    choose_value_scale(viewport, ValueScale.SUVLBM)
    apply_preset(viewport, 3)
    assert viewport.state.value_scale is ValueScale.SUVLBM
    assert viewport.voi.width == 10


def test_going_through_the_scales_keeps_the_picture(open_pet):
    viewport = open_pet()
    picture = display_values(viewport.frame, viewport.rendering)
    scales = []
    for _ in range(4):
        next_value_scale(viewport)
        scales.append(viewport.state.value_scale)
        assert abs(display_values(viewport.frame, viewport.rendering)[0, 0] - picture[0, 0]) <= 1
    assert scales == [
        ValueScale.SUVLBM,
        ValueScale.SUVBSA,
        ValueScale.AS_STORED,
        ValueScale.SUVBW,
    ]
    assert viewport.voi.width == pytest.approx(6)


def test_a_window_taken_to_another_unit_loses_the_name_that_spoke_of_the_first(open_pet):
    viewport = open_pet()
    apply_preset(viewport, 1)
    assert "SUV" in viewport.voi.explanation
    assert choose_value_scale(viewport, ValueScale.AS_STORED)
    assert viewport.voi.explanation == ""
    assert viewport.state.voi_choice.name == ""


def test_a_scale_that_cannot_be_stated_is_passed_over_with_its_reason(open_pet):
    viewport = open_pet(pet(1, NO_HEIGHT))
    next_value_scale(viewport)
    assert viewport.state.value_scale is ValueScale.AS_STORED
    assert "body height" in viewport.state.notice
    assert viewport.voi.width == pytest.approx(6 / BW_FACTOR)


def test_the_files_window_shows_the_same_in_suv(open_pet):
    viewport = open_pet()
    apply_preset(viewport, 0)
    assert viewport.voi.function is VoiLutFunction.LINEAR_EXACT
    assert viewport.voi.center == pytest.approx(20_000.5 * BW_FACTOR)
    assert viewport.voi.width == pytest.approx(40_000 * BW_FACTOR)


def test_reset_returns_to_the_opening_view(open_pet):
    viewport = open_pet()
    opening = viewport.state
    next_value_scale(viewport)
    viewport.toggle_invert()
    viewport.reset()
    assert viewport.state == opening


def test_another_display_set_does_not_inherit_the_scale(open_pet):
    viewport = open_pet()
    viewport.set_display_set([described()])
    assert viewport.state.value_scale is ValueScale.AS_STORED
    assert not viewport.state.is_inverted


def test_an_image_that_is_no_pet_says_so(make_viewport):
    viewport = make_viewport([described()])
    next_value_scale(viewport)
    assert viewport.state.value_scale is ValueScale.AS_STORED
    assert "no uptake values" in viewport.state.notice
    assert suv_lines(viewport.description) == ()


def test_probe_and_region_state_uptake_with_its_unit():
    values = np.full((ROWS, COLUMNS), 1500, np.int16)
    values[:, :2] = 500
    frame = StoredFrame(values, "MONOCHROME2", 16, True)
    probe = make_probe(Subject(pet(), frame, ValueScale.SUVBW), (ImagePoint(5, 5),), "a")
    assert probe.text == "3.00 SUVbw g/ml"
    ellipse = make_ellipse(
        Subject(pet(), frame, ValueScale.SUVLBM), (ImagePoint(0, 0), ImagePoint(20, 20)), "b"
    )
    assert ellipse.statistics.maximum == pytest.approx(3000 * LBM_FACTOR)
    assert ellipse.statistics.minimum == pytest.approx(1000 * LBM_FACTOR)
    assert "SUVlbm (Janmahasatian) g/ml" in ellipse.text
    stored = make_probe(Subject(pet(), frame), (ImagePoint(5, 5),), "c")
    assert stored.text == "3000 Bq/ml"


def test_a_modality_table_has_no_uptake():
    image = replace(pet(), modality_transform=ModalityTransform())
    assert modality_transform_of(image, ValueScale.SUVBW) == ModalityTransform()
    assert "does not say what its stored values stand for" in suv_lines(image)[0]


def test_the_window_chooser_offers_only_windows_in_the_unit_shown(open_pet):
    viewport = open_pet()

    def names():
        return {option.name for option in window_options(viewport)}

    assert "SUV 0-5" in names()
    assert "Raw" not in names()
    choose_value_scale(viewport, ValueScale.SUVBSA)
    assert not {"SUV 0-5", "Raw"} & names()
    choose_value_scale(viewport, ValueScale.AS_STORED)
    assert "Raw" in names()
    assert "SUV 0-5" not in names()


def test_the_information_lists_the_uptake_only_for_pet(open_pet):
    viewport = open_pet()
    sections = {s.title: s.rows for s in image_information(viewport)}
    rows = {row.label: row.value for row in sections["Uptake values"]}
    assert rows["Shown in"] == "SUVbw"
    assert rows["Body weight W"] == "100 kg"
    viewport.set_display_set([described()])
    assert "Uptake values" not in {s.title for s in image_information(viewport)}


def test_dragging_a_pet_window_never_takes_its_floor_below_zero(open_pet):
    viewport = open_pet()
    for dx, dy in ((400, -400), (-300, -900), (900, 0), (0, 300)):
        drag = begin_drag(viewport, Tool.WINDOW, 100, 100)
        drag.move(100 + dx, 100 + dy)
        drag.end()
        assert viewport.voi.center - viewport.voi.width / 2 >= -1e-9
        assert viewport.voi.width > 0
    assert viewport.state.value_scale is ValueScale.SUVBW


def test_the_scale_of_a_thousand_slices_is_known_at_once(open_pet):
    moment = GOOD.acquisition_datetime
    inputs = [
        replace(GOOD, acquisition_datetime=moment + timedelta(seconds=n)) for n in range(1000)
    ]
    images = [pet(n, inputs[n]) for n in range(1000)]
    viewport = open_pet(*images)
    began = time.perf_counter()
    viewport.reset()
    assert time.perf_counter() - began < 0.5
    assert viewport.state.value_scale is ValueScale.SUVBW

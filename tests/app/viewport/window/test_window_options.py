"""What the window chooser offers: the file's windows by their explanation, presets, automatic."""

from dataclasses import replace

import numpy as np
import pytest

from readstation.app.viewport.overlay_text import VISIBLE_CONTROL
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ChosenWindow, FileVoi
from readstation.app.viewport.window.window_options import (
    AUTOMATIC,
    BY_HAND,
    FROM_THIS_IMAGE,
    NO_IMAGE,
    NO_WINDOW,
    OF_FILE,
    OF_PRESET,
    why_no_window,
    window_options,
)
from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.imaging.frame import StoredFrame
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from tests.app.viewport.conftest import described

PRESETS = parse_window_presets(
    '[[CT]]\nkey = 3\nname = "Lung"\nwidth = 1500\nlevel = -600\n'
    '[[CT]]\nkey = 4\nname = "Bone"\nwidth = 2500\nlevel = 480\n'
)
THREE = (
    VoiWindow(40, 400, explanation="SOFT"),
    VoiWindow(40, 80, VoiLutFunction.SIGMOID),
    VoiLut(0, 12, tuple(range(16)), "a\u202eb"),
)


def said(model):
    return [(o.name, o.values, o.source, o.key) for o in window_options(model)]


def current(model):
    return [o.name for o in window_options(model) if o.is_current]


def test_windows_and_tables_of_the_file_come_first_then_presets_then_automatic(make_viewport):
    model = make_viewport([described(vois=THREE)], PRESETS)
    assert said(model)[:5] == [
        ("SOFT", "W 400 L 40", OF_FILE, "0"),
        ("Window 2 of the file", "W 80 L 40 sigmoid", OF_FILE, ""),
        (f"a{VISIBLE_CONTROL}b", "LUT", OF_FILE, ""),
        ("Lung", "W 1500 L -600", OF_PRESET, "3"),
        ("Bone", "W 2500 L 480", OF_PRESET, "4"),
    ]
    assert said(model)[5][0::2] == (FROM_THIS_IMAGE, AUTOMATIC)
    assert current(model) == ["SOFT"]


def test_each_choice_makes_itself_the_current_one(make_viewport):
    model = make_viewport([described(vois=THREE)], PRESETS)
    for option in window_options(model):
        model.choose_voi(option.choice)
        assert current(model) == [option.name]


def test_a_window_by_hand_can_be_returned_to(make_viewport):
    model = make_viewport([described(vois=THREE)], PRESETS)
    model.set_window(VoiWindow(1, 7))
    first = window_options(model)[0]
    assert (first.values, first.source, first.is_current) == ("W 7 L 1", BY_HAND, True)


def test_an_image_without_a_window_offers_the_automatic_one_that_it_has(make_viewport):
    model = make_viewport([described(vois=())], PRESETS)
    automatic = window_options(model)[-1]
    assert automatic.choice == FileVoi()
    assert automatic.is_current
    assert automatic.key == "0"
    model.choose_voi(window_options(model)[0].choice)
    assert current(model) == ["Lung"]


def test_a_chosen_automatic_window_is_that_of_this_image(make_viewport):
    model = make_viewport([described()], PRESETS, value=100)
    choice = window_options(model)[-1].choice
    assert isinstance(choice, ChosenWindow)
    assert choice.window.center == 100 - 1024


def test_a_frame_with_fewer_windows_marks_the_last_one(make_viewport):
    model = make_viewport([described(vois=THREE[:2]), described(2)], PRESETS)
    model.choose_voi(FileVoi(1))
    model.scroll(1)
    assert model.voi == VoiWindow(40, 400)
    assert len(current(model)) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_colour_has_nothing_to_choose_and_says_why(make_viewport, count):
    colour = replace(described(), samples_per_pixel=3, photometric_interpretation="RGB")
    model = ViewportModel(PRESETS)
    frame = StoredFrame(np.zeros((20, 30, 3), np.uint8), "RGB", 8)
    model.on_frame_wanted(lambda token, _: model.show_frame(token, frame))
    model.set_display_set([colour] * count)
    assert window_options(model) == ()
    assert why_no_window(model) == NO_WINDOW


def test_no_image_has_nothing_to_choose():
    assert window_options(ViewportModel()) == ()
    assert why_no_window(ViewportModel()) == NO_IMAGE


def test_a_list_says_no_more_digits_than_tell_windows_apart(make_viewport):
    model = make_viewport([described(vois=(VoiWindow(-93.7312, 1860.4711), VoiWindow(2.345, 4.5)))])
    assert [o.values for o in window_options(model)][:2] == ["W 1860 L -93.7", "W 4.5 L 2.3"]

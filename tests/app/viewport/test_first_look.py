"""A coarse picture stands in for a frame that is being decoded, and never for more than that."""

import numpy as np
import pytest

from readstation.app.viewport.first_look import FIRST_LOOK_WORDS, first_look, first_look_words
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.frame import StoredFrame
from readstation.imaging.voi import VoiWindow

ROWS, COLUMNS = 400, 300


def pixels(rows=ROWS, columns=COLUMNS, value=100) -> StoredFrame:
    return StoredFrame(np.full((rows, columns), value, np.uint16), "MONOCHROME2", 12)


@pytest.fixture
def model() -> ViewportModel:
    model = ViewportModel()
    images = [
        ImageDescription("1", "1.1", f"1.1.{n}", rows=ROWS, columns=COLUMNS, modality="MG")
        for n in range(2)
    ]
    model.set_display_set(images)
    model.resize(600, 400)
    return model


def test_it_is_shown_while_the_frame_is_on_its_way_and_says_what_it_is(model) -> None:
    model.show_preview(model.token, pixels(100, 75))
    look = first_look(model)
    assert look.frame is model.preview
    assert first_look_words(model) == FIRST_LOOK_WORDS
    assert model.frame is None, "whoever measures finds no pixels"
    assert model.rendering is None
    assert model.voi is None, "the automatic window is not derived from it"


def test_it_lies_exactly_where_the_frame_will_lie(model) -> None:
    model.change(zoom=1.7)
    model.show_preview(model.token, pixels(100, 75))
    look = first_look(model)
    for column, row in [(0, 0), (300, 400), (120, 40)]:
        there = model.transform.to_viewport(column, row)
        assert look.transform.to_viewport(column / 4, row / 4) == pytest.approx(there, abs=1)


def test_the_frame_takes_its_place_for_good(model) -> None:
    model.show_preview(model.token, pixels(100, 75))
    model.show_frame(model.token, pixels())
    assert model.preview is None
    model.show_preview(model.token, pixels(100, 75))
    assert (model.preview, first_look(model), first_look_words(model)) == (None, None, "")


def test_it_goes_when_another_frame_is_wanted_or_the_frame_is_refused(model) -> None:
    model.show_preview(model.token, pixels(100, 75))
    model.scroll(1)
    assert model.preview is None
    model.show_preview(model.token, pixels(100, 75))
    model.show_refusal(model.token, "It is damaged.")
    assert model.preview is None


def test_one_that_was_asked_for_another_frame_is_not_taken(model) -> None:
    old = model.token
    model.scroll(1)
    model.show_preview(old, pixels(100, 75))
    assert model.preview is None


@pytest.mark.parametrize("shape", [(400, 300), (100, 300), (200, 100), (800, 600)])
def test_one_of_another_shape_is_not_taken(model, shape) -> None:
    model.show_preview(model.token, pixels(*shape))
    assert model.preview is None


def test_it_does_not_count_as_displayed(model) -> None:
    shown = []
    model.on_displayed(shown.append)
    model.show_preview(model.token, pixels(100, 75))
    model.mark_painted(model.token, 1.0)
    assert shown == []


def test_a_chosen_window_holds_for_it_too(model) -> None:
    model.set_window(VoiWindow(50, 10))
    model.show_preview(model.token, pixels(100, 75))
    assert first_look(model).rendering.voi == VoiWindow(50, 10)

"""The view that is handed over comes back as it was left."""

import json

import pytest

from readstation.app.reading.layout import Layout
from readstation.app.reading.viewer_state import restore_viewer_state, viewer_state
from readstation.app.viewport.viewport_state import ChosenWindow
from readstation.domain.errors import ReadStationError
from readstation.domain.measurement import ImagePoint
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.voi import VoiWindow
from tests.app.reading.test_reading_model import a_model


def test_layout_image_window_and_orientation_survive_the_handoff() -> None:
    left = a_model("1.1")
    left.set_layout(Layout.TWO)
    box = left.boxes[0]
    box.go_to(2)
    box.set_window(VoiWindow(40, 80), "Brain")
    box.orient(DisplayOrientation(1, True))
    box.change(is_inverted=True, zoom=2.5, center=ImagePoint(1.5, 2.0))
    stored = viewer_state(left)
    right = a_model("1.1")
    restore_viewer_state(right, stored)
    found = right.boxes[0].state
    assert right.state.layout is Layout.TWO
    assert found.frame_index == 2
    assert found.voi_choice == ChosenWindow(VoiWindow(40, 80), "Brain")
    assert found.orientation == DisplayOrientation(1, True)
    assert (found.is_inverted, found.zoom, found.center) == (True, 2.5, ImagePoint(1.5, 2.0))


def test_a_blind_reader_gets_the_layout_alone() -> None:
    model = a_model("1.1")
    restore_viewer_state(model, json.dumps({"layout": "FOUR"}))
    assert model.state.layout is Layout.FOUR
    assert model.boxes[0].state.frame_index == 0


def test_images_that_are_not_here_leave_the_box_as_it_is() -> None:
    model = a_model("1.2")
    other = a_model("1.1")
    before = model.state.shown[0]
    restore_viewer_state(model, viewer_state(other))
    assert model.state.shown[0] is before


@pytest.mark.parametrize("stored", ["", "[]", "{}", '{"layout": "NINE"}', "nonsense"])
def test_text_that_is_no_view_is_refused_with_a_remedy(stored: str) -> None:
    model = a_model("1.1")
    with pytest.raises(ReadStationError, match="cannot be restored") as refused:
        restore_viewer_state(model, stored)
    assert refused.value.remedy


def test_an_empty_screen_has_a_view_too() -> None:
    assert json.loads(viewer_state(a_model()))["boxes"] == [None]

"""Only the newest request's pixels are ever shown; the rest of the viewport's state."""

import gc
import random
import weakref

import numpy as np
import pytest

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.questions import remove_selected
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ChosenWindow, FileVoi, Role
from readstation.app.viewport.window.window_choice import apply_preset
from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.domain.viewing import VisiblePart
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.voi import VoiWindow

ROWS, COLUMNS = 20, 30
PRESETS = """
[[CT]]
key = 1
name = "Brain"
width = 80
level = 40
[[CT]]
key = 1
name = "Bone of the spine"
body_part = "SPINE"
width = 2000
level = 350
"""


def described(number=1, **values):
    given = {
        "study_instance_uid": "1.1",
        "series_instance_uid": "1.1.1",
        "sop_instance_uid": f"1.1.1.{number}",
        "modality": "CT",
        "rows": ROWS,
        "columns": COLUMNS,
        "vois": (VoiWindow(40, 400),),
        "modality_transform": ModalityTransform(1, -1024, is_stated=True),
    }
    return ImageDescription(**{**given, **values})


def stored(value=0):
    return StoredFrame(np.full((ROWS, COLUMNS), value, np.int16), "MONOCHROME2", 16, True)


@pytest.fixture
def viewport():
    model = ViewportModel(parse_window_presets(PRESETS))
    model.resize(300, 200)
    return model


def test_pixels_of_any_order_of_arrival_are_shown_only_if_they_are_the_wanted_ones(viewport):
    """H01: 2,000 switches between studies and frames, answers late, twice and out of order."""
    chance = random.Random(2)
    sets = [[described(10 * s + n) for n in range(6)] for s in range(4)]
    wanted = []
    viewport.on_frame_wanted(lambda token, description: wanted.append((token, description)))
    shown = 0
    for step in range(2000):
        if chance.random() < 0.2:
            viewport.set_display_set(chance.choice(sets), frame_index=chance.randrange(6))
        elif viewport.display_set:
            viewport.go_to(chance.randrange(6))
        for token, description in chance.sample(wanted[-8:], min(len(wanted), 3)):
            frame = stored(int(description.sop_instance_uid.rsplit(".", 1)[1]))
            taken = viewport.show_frame(token, frame)
            assert taken == (token == viewport.token)
            shown += taken
        if viewport.frame is not None:
            expected = int(viewport.description.sop_instance_uid.rsplit(".", 1)[1])
            assert (viewport.frame.stored_values == expected).all(), step
    assert shown > 100


def test_the_old_image_is_gone_the_moment_another_is_wanted(viewport):
    viewport.set_display_set([described(1), described(2)])
    viewport.show_frame(viewport.token, stored())
    seen = []
    viewport.on_change(lambda state: seen.append((state.frame_index, viewport.frame)))
    viewport.scroll(1)
    assert seen == [(1, None)]
    assert viewport.rendering is None


def test_a_refusal_replaces_the_image_and_a_late_one_does_not(viewport):
    viewport.set_display_set([described(1), described(2)])
    first = viewport.token
    viewport.scroll(1)
    assert not viewport.show_refusal(first, "late")
    assert viewport.refusal == ""
    assert viewport.show_refusal(viewport.token, "This frame cannot be decoded.")
    assert (viewport.frame, viewport.refusal) == (None, "This frame cannot be decoded.")


def test_an_image_of_another_size_than_its_file_states_is_refused(viewport):
    viewport.set_display_set([described(rows=21)])
    assert not viewport.show_frame(viewport.token, stored())
    assert viewport.frame is None
    assert "size" in viewport.refusal


def test_each_painting_of_the_wanted_frame_is_told_and_no_other(viewport):
    viewport.set_display_set([described(1), described(2)])
    seen = []
    viewport.on_displayed(seen.append)
    token = viewport.token
    viewport.mark_painted(token, 0.5)
    assert seen == []
    viewport.show_frame(token, stored())
    for scale in (0.5, 1.5):
        viewport.mark_painted(token, scale)
    assert [(d.sop_instance_uid, d.painted_scale) for d in seen] == [
        ("1.1.1.1", 0.5),
        ("1.1.1.1", 1.5),
    ]
    assert seen[0].part == VisiblePart()
    viewport.scroll(1)
    viewport.mark_painted(token, 3.0)
    viewport.show_frame(viewport.token, stored())
    viewport.mark_painted(token, 3.0)
    assert len(seen) == 2


def test_what_lies_outside_the_viewport_is_not_told_as_painted(viewport):
    viewport.set_display_set([described(1)])
    viewport.show_frame(viewport.token, stored())
    seen = []
    viewport.on_displayed(seen.append)
    width, height = viewport.viewport_size_px
    viewport.zoom_by(4.0, width / 2, height / 2)
    viewport.mark_painted(viewport.token, 4.0)
    (part,) = [d.part for d in seen]
    assert 0 < part.left < part.right < 1
    assert 0 < part.top < part.bottom < 1


def test_a_chosen_window_stays_while_scrolling_and_the_files_window_follows_each_frame(viewport):
    lung = VoiWindow(-600, 1500)
    viewport.set_display_set([described(1), described(2, vois=(VoiWindow(50, 350), lung))])
    assert viewport.voi == VoiWindow(40, 400)
    viewport.scroll(1)
    assert viewport.voi == VoiWindow(50, 350)
    apply_preset(viewport, 0)
    assert viewport.voi == lung
    apply_preset(viewport, 1)
    assert viewport.state.voi_choice == ChosenWindow(viewport.voi, "Brain")
    viewport.scroll(-1)
    assert (viewport.voi.center, viewport.voi.width) == (40, 80)
    apply_preset(viewport, 0)
    assert viewport.state.voi_choice == FileVoi(0)


def test_a_preset_of_the_body_part_comes_first_and_a_missing_one_says_so(viewport):
    viewport.set_display_set([described(body_part_examined="SPINE")])
    apply_preset(viewport, 1)
    assert viewport.voi.width == 2000
    apply_preset(viewport, 9)
    assert viewport.state.notice == "No window preset 9 for this kind of image."
    assert viewport.voi.width == 2000


def test_images_without_a_window_get_an_automatic_one_that_keeps_for_the_series(viewport):
    viewport.set_display_set([described(1, vois=()), described(2, vois=())])
    assert viewport.voi is None
    first = StoredFrame(
        np.arange(600, dtype=np.int16).reshape(ROWS, COLUMNS), "MONOCHROME2", 16, True
    )
    viewport.show_frame(viewport.token, first)
    automatic = viewport.voi
    assert viewport.is_window_automatic
    assert automatic.center == pytest.approx(299.5 - 1024)
    viewport.scroll(1)
    viewport.show_frame(viewport.token, stored(5))
    assert viewport.voi == automatic
    apply_preset(viewport, 0)
    assert viewport.voi.center == 5 - 1024


def test_another_display_set_starts_fitted_and_keeps_tool_role_and_overlay(viewport):
    viewport.set_display_set([described(1)])
    viewport.change(is_overlay_visible=False, is_linked=True)
    viewport.zoom_by(3, 10, 10)
    viewport.toggle_invert()
    viewport.set_display_set([described(9)])
    state = viewport.state
    assert (state.zoom, state.center, state.is_inverted) == (None, None, False)
    assert (state.is_overlay_visible, state.is_linked) == (False, True)


def test_an_emptied_viewport_is_neither_current_nor_prior(viewport):
    viewport.set_display_set([described(1)])
    viewport.change(role=Role.PRIOR)
    viewport.set_display_set([described(9)])
    assert viewport.state.role is Role.PRIOR
    viewport.clear()
    assert viewport.state.role is Role.NONE


def test_zooming_leaves_the_point_under_the_mouse_in_place(viewport):
    viewport.set_display_set([described(1)])
    before = viewport.transform.to_image(200, 90)
    viewport.zoom_by(2.5, 200, 90)
    assert viewport.transform.to_image(200, 90) == pytest.approx(before, abs=0.5)


def test_an_empty_viewport_accepts_every_command(viewport):
    viewport.scroll(1)
    apply_preset(viewport, 0)
    viewport.zoom_by(2, 1, 1)
    viewport.fit()
    viewport.reset()
    remove_selected(viewport)
    assert viewport.transform is None
    assert viewport.visible_measurements == ()


@pytest.mark.parametrize("act", ["toggle_invert", "one_to_one"])
def test_what_was_said_of_the_last_action_goes_with_the_next_one(act):
    model = ViewportModel()
    model.change(notice="Saved as presentation state A.")
    model.change(is_focused=True)
    assert model.state.notice
    getattr(model, act)()
    assert model.state.notice == ""


def test_a_viewport_keeps_no_pixels_it_has_dropped(viewport):
    viewport.set_display_set([described()])
    frame = stored()
    pixels = weakref.ref(frame.stored_values)
    viewport.show_frame(viewport.token, frame)
    assert viewport.rendering is not None
    del frame
    viewport.clear()
    gc.collect()
    assert pixels() is None

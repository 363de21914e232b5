"""From an image box to planes through its volume and back; nothing of them outlives the study."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from readstation.app.reconstruction.plane_set import Direction
from readstation.app.reconstruction.whole_mip import is_whole
from readstation.app.viewport.viewport_state import Role, Tool
from readstation.ui.reading.image_pages import NO_ROOM
from tests.reading_workspace import CURRENT, OTHER, PRIOR
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(qtbot, screen_of):
    view = screen_of("reader1")
    open_study(qtbot, view)
    view.grid.focus_active()
    return view


def all_there(view):
    return all(plane.frame is not None for plane in view.pages.reconstruction.planes.values())


def ask(qtbot, view):
    box = view.grid.boxes[view.model.state.active_box]
    qtbot.keyClick(box.view, Qt.Key.Key_R, CTRL)
    qtbot.waitUntil(lambda: all_there(view), timeout=PATIENCE_MS)


def test_a_key_shows_planes_of_the_active_box_and_brings_the_boxes_back(qtbot, view):
    shown = view.model.state.shown[0]
    ask(qtbot, view)
    assert view.pages.are_planes_shown
    assert not view.tools.isVisible()
    planes = view.pages.reconstruction.planes
    axial = planes[Direction.AXIAL]
    assert axial.description.study_instance_uid == CURRENT
    assert axial.description.banner == shown.first.banner
    assert axial.state.tool is Tool.CURSOR
    assert view.pages.planes.boxes[Direction.AXIAL].view.hasFocus()
    middle = shown.images[axial.state.frame_index]
    assert axial.description.plane.position_mm == pytest.approx(middle.plane.position_mm)
    view.grid.boxes[0].model.go_to(axial.state.frame_index)
    acquired = view.grid.boxes[0].model.frame.stored_values
    np.testing.assert_array_equal(axial.frame.stored_values, acquired)
    qtbot.keyClick(view.pages.planes.boxes[Direction.AXIAL].view, Qt.Key.Key_R, CTRL)
    assert not view.pages.are_planes_shown
    assert view.tools.isVisible()
    assert view.grid.boxes[0].view.hasFocus()
    assert axial.frame is None
    assert axial.description is None


def test_planes_of_the_prior_say_whose_they_are(qtbot, view):
    view.model.activate(1)
    view.grid.focus_active()
    ask(qtbot, view)
    for plane in view.pages.reconstruction.planes.values():
        assert plane.description.study_instance_uid == PRIOR
    boxes = view.pages.planes.boxes.values()
    assert {box.role for box in boxes} == {"PRIOR"}
    assert {plane.state.role for plane in view.pages.reconstruction.planes.values()} == {Role.PRIOR}


def test_going_to_another_study_leaves_nothing_of_the_planes(qtbot, view):
    ask(qtbot, view)
    planes = view.pages.reconstruction.planes.values()
    view.navigation.open_study(OTHER)
    assert all(plane.frame is None and plane.description is None for plane in planes)
    assert not view.pages.are_planes_shown
    qtbot.waitUntil(lambda: view.pages.reformatter.is_idle, timeout=PATIENCE_MS)
    assert all(plane.description is None for plane in planes)


def test_reformats_never_count_as_displayed_images(qtbot, view):
    ask(qtbot, view)
    displayed = view.recorder.end()
    assert not [r for r in displayed if r.frame.sop_instance_uid.startswith("reformat")]


def test_images_behind_the_planes_are_on_the_screen_no_longer(qtbot, view, monkeypatch):
    was_visible = []

    def note(*, is_in_view):
        was_visible.append(view.grid.isVisible())

    monkeypatch.setattr(view.model.seen, "count_time", note)
    ask(qtbot, view)
    view.recorder.flush()
    view.pages.toggle()
    view.recorder.flush()
    assert was_visible[0]
    assert not any(was_visible[1:-1])
    assert was_visible[-1]


def test_the_volume_has_its_room_in_the_memory_for_images_and_gives_it_back(qtbot, view):
    cache = view.model.memory
    qtbot.waitUntil(lambda: cache.reserved_bytes == 0, timeout=PATIENCE_MS)
    before = cache.reserved_bytes
    ask(qtbot, view)
    volume = view.pages.reconstruction.planes[Direction.AXIAL].frame.stored_values.size
    assert cache.reserved_bytes - before >= 2 * volume
    view.pages.toggle()
    assert cache.reserved_bytes == before


def test_without_room_for_the_volume_the_reader_is_told(qtbot, view):
    view.model.memory.budget_bytes = 0
    view.pages.toggle()
    assert view.pages.reconstruction.refusal == NO_ROOM
    assert view.pages.planes.message.isVisible()
    assert view.pages.reformatter.is_idle
    view.pages.toggle()
    assert not view.pages.are_planes_shown


def test_hanging_other_images_returns_to_the_boxes(qtbot, view):
    ask(qtbot, view)
    view.model.assign(0, view.model.state.shown[1])
    assert not view.pages.are_planes_shown
    assert not view.pages.reconstruction.is_showing


def test_a_series_laid_over_the_planes_takes_room_and_goes_with_them(qtbot, view):
    cache = view.model.memory
    qtbot.waitUntil(lambda: cache.reserved_bytes == 0, timeout=PATIENCE_MS)
    ask(qtbot, view)
    model = view.pages.reconstruction
    shown, before = model.display_set, cache.reserved_bytes
    over = replace(shown, images=tuple(replace(i, modality="PT") for i in shown.images))
    model.fusion.offer((over,), view.model.links.known)
    axial = view.pages.planes.boxes[Direction.AXIAL].view
    qtbot.keyClick(axial, Qt.Key.Key_F, Qt.KeyboardModifier.AltModifier)
    planes = model.planes.values()
    qtbot.waitUntil(lambda: all(p.layer is not None for p in planes), timeout=PATIENCE_MS)
    assert "same frame of reference" in model.planes[Direction.CORONAL].layer.words
    assert cache.reserved_bytes == 2 * before
    qtbot.keyClick(axial, Qt.Key.Key_R, CTRL)
    assert all(p.layer is None and p.layer_frame is None for p in planes)
    assert model.fusion.layer is None
    assert cache.reserved_bytes == 0


def test_planes_asked_for_from_a_pet_are_those_of_its_ct_and_its_whole_mip_is_a_key_away(
    qtbot, view
):
    model, pages = view.model, view.pages
    ct = model.state.shown[0]
    other = replace(
        ct, images=tuple(replace(i, modality="PT", series_instance_uid="2.25.7") for i in ct.images)
    )
    known, pages_of = model.supply.held, pages.reconstruction
    model.supply.held = lambda _images: known(ct.images)  # the same pixels, called PET
    model.state = replace(model.state, sets=(ct, other), shown=(other, *model.state.shown[1:]))
    pages.toggle()
    planes = pages_of.planes
    qtbot.waitUntil(lambda: all(p.layer is not None for p in planes.values()), timeout=PATIENCE_MS)
    assert (pages_of.display_set, pages_of.fusion.display_set) == (ct, other)
    axial = pages.planes.boxes[Direction.AXIAL].view
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(axial, Qt.Key.Key_O, alt)
    qtbot.waitUntil(lambda: is_whole(pages_of) and all_there(view), timeout=PATIENCE_MS)
    assert (pages_of.display_set, pages_of.fusion.display_set) == (other, None)
    assert pages_of.cut_words.startswith("MIP")
    qtbot.keyClick(axial, Qt.Key.Key_O, alt)
    qtbot.waitUntil(lambda: all(p.layer is not None for p in planes.values()), timeout=PATIENCE_MS)
    assert pages_of.display_set is ct
    qtbot.keyClick(axial, Qt.Key.Key_R, CTRL)
    assert not pages.are_planes_shown
    assert model.memory.reserved_bytes == 0

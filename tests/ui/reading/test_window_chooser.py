"""The window chooser: opened by key, shows at once, keeps or goes back, never in the way."""

import pytest
from PySide6.QtCore import Qt

from readstation.app.viewport.window.window_options import NO_IMAGE
from readstation.imaging.voi import VoiWindow
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

SHIFT = Qt.KeyboardModifier.ShiftModifier
LUNG = ("Lung", -600, 1500)


@pytest.fixture
def view(qtbot, screen_of):
    view = screen_of("reader1")
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: view.model.active.frame is not None, timeout=PATIENCE_MS)
    return view


@pytest.fixture
def windows(qtbot, view):
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_W, SHIFT)
    assert view.grid.windows.hasFocus()
    return view.grid.windows


def row_of(windows, name):
    return next(i for i, option in enumerate(windows.options) if option.name == name)


def names_of_current(windows):
    return [option.name for option in windows.options if option.is_current]


def test_it_opens_over_the_active_box_with_the_window_in_use_marked(view, windows):
    assert windows.isVisible()
    assert view.grid.boxes[0].geometry().contains(windows.geometry())
    assert windows.list.currentRow() == row_of(windows, names_of_current(windows)[0])
    assert {"Lung", "Bone"} <= {option.name for option in windows.options}


def test_arrows_show_at_once_and_enter_keeps(qtbot, view, windows):
    before = view.model.active.voi
    qtbot.keyClick(windows, Qt.Key.Key_Down)
    shown = view.model.active.voi
    assert shown != before
    qtbot.keyClick(windows, Qt.Key.Key_Return)
    assert view.model.active.voi == shown
    assert not windows.isVisible()
    assert view.grid.boxes[0].view.hasFocus()


def test_escape_brings_the_former_window_back(qtbot, view, windows):
    before = view.model.active.state.voi_choice
    for _ in range(3):
        qtbot.keyClick(windows, Qt.Key.Key_Down)
    assert view.model.active.state.voi_choice != before
    qtbot.keyClick(windows, Qt.Key.Key_Escape)
    assert view.model.active.state.voi_choice == before
    assert not windows.isVisible()


def test_a_number_chooses_the_preset_of_that_key_as_it_does_on_the_image(qtbot, view, windows):
    key = windows.options[row_of(windows, "Lung")].key
    qtbot.keyClick(windows, key)
    voi = view.model.active.voi
    assert (voi.explanation, voi.center, voi.width) == LUNG
    assert not windows.isVisible()


def test_a_click_on_a_row_chooses_it(qtbot, view, windows):
    item = windows.list.item(row_of(windows, "Bone"))
    windows.list.scrollToItem(item)
    middle = windows.list.visualItemRect(item).center()
    qtbot.mouseClick(windows.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert view.model.active.state.voi_choice.name == "Bone"
    assert not windows.isVisible()


def test_going_elsewhere_closes_it_and_keeps_what_is_shown(qtbot, view, windows):
    qtbot.keyClick(windows, Qt.Key.Key_Down)
    shown = view.model.active.voi
    view.grid.boxes[1].view.setFocus()
    assert not windows.isVisible()
    assert view.model.boxes[0].voi == shown


def test_opening_it_changes_nothing_even_with_a_window_by_hand(qtbot, view):
    view.model.active.set_window(VoiWindow(11, 222))
    before = view.model.active.state
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_W, SHIFT)
    assert view.model.active.state.voi_choice == before.voi_choice
    assert names_of_current(view.grid.windows) == ["Your window"]


def test_an_empty_box_says_why_there_is_nothing_to_choose(qtbot, view):
    view.model.active.clear()
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_W, SHIFT)
    assert not view.grid.windows.isVisible()
    assert view.model.active.state.notice == NO_IMAGE

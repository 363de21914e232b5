"""The image information: opened by key, follows the active box, read by keyboard, copied plain."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from readstation.app.viewport.viewport_state import Role
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot, screen_of):
    view = screen_of("reader1")
    open_study(qtbot, view)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_I, SHIFT)
    return view


def text_of(view):
    return view.side.information.facts.plain_text


def test_the_key_opens_it_beside_the_images_with_the_keys(view):
    panel = view.side.information
    assert panel.isVisible()
    assert panel.facts.hasFocus()
    assert "Transfer syntax\tExplicit VR Little Endian · 1.2.840.10008.1.2.1" in text_of(view)
    assert "Decoder\tnumpy " in text_of(view)
    assert "Self-test\tpassed, 6 golden vectors" in text_of(view)


def test_escape_goes_back_to_the_report_and_the_keys_to_the_images(qtbot, view):
    qtbot.keyClick(view.side.information.facts, Qt.Key.Key_Escape)
    assert view.side.report.isVisible()
    assert not view.side.information.isVisible()
    assert view.grid.boxes[0].view.hasFocus()


def test_the_same_key_closes_it(qtbot, view):
    qtbot.keyClick(view.side.information.facts, Qt.Key.Key_F6)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_I, SHIFT)
    assert view.side.report.isVisible()


def test_it_follows_the_image_and_the_active_box(qtbot, view):
    first = view.model.active.description.sop_instance_uid
    assert first in text_of(view)
    view.model.active.scroll(1)
    second = view.model.active.description.sop_instance_uid
    qtbot.waitUntil(lambda: second in text_of(view), timeout=PATIENCE_MS)
    assert first not in text_of(view)
    view.model.activate(1)
    prior = view.model.active.description.sop_instance_uid
    qtbot.waitUntil(lambda: prior in text_of(view), timeout=PATIENCE_MS)
    assert view.side.information.role.text() == Role.PRIOR.value


def test_page_down_scrolls_and_copy_takes_plain_text(qtbot, view):
    facts = view.side.information.facts
    facts.setFixedHeight(120)
    qtbot.keyClick(facts, Qt.Key.Key_PageDown)
    assert facts.verticalScrollBar().value() > 0
    facts.selectAll()
    qtbot.keyClick(facts, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().mimeData()
    assert copied.formats() == ["text/plain"]
    assert copied.text() == text_of(view)
    qtbot.mouseClick(view.side.information.copy_button, Qt.MouseButton.LeftButton)
    assert "Rows x columns\t" in QApplication.clipboard().text()


def test_markup_of_a_file_is_shown_as_it_is(view):
    facts = view.side.information.facts
    facts.show_facts([("A", (("<b>x</b>", "<img src=x> & <i>y</i>", False),))])
    assert facts.plain_text == "A\n<b>x</b>\t<img src=x> & <i>y</i>"


def test_the_same_facts_keep_the_selection(view):
    facts = view.side.information.facts
    facts.selectAll()
    view.side.information.refresh()
    assert facts.textCursor().hasSelection()


def test_hidden_it_holds_no_text_of_any_patient(qtbot, view):
    qtbot.keyClick(view.side.information.facts, Qt.Key.Key_Escape)
    assert text_of(view) == ""


def test_another_study_does_not_open_under_the_information_of_the_last(qtbot, view):
    view.navigation.close_study()
    qtbot.waitUntil(lambda: view.model.state.opened is None, timeout=PATIENCE_MS)
    assert not view.side.information.isVisible()
    assert text_of(view) == ""
    open_study(qtbot, view)
    assert view.side.report.isVisible()

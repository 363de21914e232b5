"""Choosing a layout across monitors by one click or key."""

import pytest
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtWidgets import QWidget

from readstation.domain.display import Display
from readstation.domain.monitors import Arrangement, Monitor, MonitorLayout
from readstation.ui.command_list import all_commands
from readstation.ui.monitors.monitor_chooser import MonitorChooser


class Watch(QObject):
    changed = Signal()
    arrangement = Arrangement.of(
        Monitor(Display(f"DP-{i}", width_px=1200, height_px=1600), i * 1200, 0, 1200, 1600)
        for i in range(3)
    )


class Places:
    def __init__(self) -> None:
        self.watch, self.layout, self.chosen = Watch(), MonitorLayout(), []

    def choose(self, layout) -> None:
        self.chosen.append(layout.code)


@pytest.fixture
def places():
    return Places()


@pytest.fixture
def chooser(qtbot, places):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    made = MonitorChooser(window, all_commands(), places)
    made.open()
    return made


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ([], "1:1"),
        ([Qt.Key.Key_Down], "1:2+3"),
        ([Qt.Key.Key_Down] * 2, "1:1+2+3"),
        ([Qt.Key.Key_Up], "1:1+2+3"),
        ([Qt.Key.Key_Down, Qt.Key.Key_3], "3:1+2"),
        ([Qt.Key.Key_2], "2:2"),
        ([Qt.Key.Key_9], "1:1"),
    ],
    ids=str,
)
def test_keys_choose_and_enter_uses(qtbot, chooser, places, keys, code) -> None:
    for key in keys:
        qtbot.keyClick(chooser, key)
    assert places.chosen == []
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert places.chosen == [code]
    assert not chooser.isVisible()


def test_one_click_on_a_layout_uses_it(qtbot, chooser, places) -> None:
    qtbot.mouseClick(chooser.buttons[1], Qt.MouseButton.LeftButton)
    assert places.chosen == ["1:2+3"]


def test_escape_leaves_all_as_it_is(qtbot, chooser, places) -> None:
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    qtbot.keyClick(chooser, Qt.Key.Key_Escape)
    assert (places.chosen, chooser.isVisible()) == ([], False)


def test_a_click_on_a_monitor_gives_it_images_or_takes_them_away(qtbot, chooser, places) -> None:
    picture = chooser.picture
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    for index in (1, 0):
        at = picture.place(index).center().toPoint()
        qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    assert [picture.words(i) for i in range(3)] == [
        "Monitor 1: List, report and images 1",
        "Monitor 2: Not used",
        "Monitor 3: Images 2",
    ]
    assert not any(button.isChecked() for button in chooser.buttons)
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert places.chosen == ["1:1+3"]


def test_monitors_are_drawn_apart_and_inside_the_picture(chooser) -> None:
    picture = chooser.picture
    drawn = [picture.place(index) for index in range(3)]
    inside = QPointF(picture.width(), picture.height())
    for rect in drawn:
        assert 0 <= rect.left() < rect.right() <= inside.x()
        assert 0 <= rect.top() < rect.bottom() <= inside.y()
    assert drawn[0].right() < drawn[1].left()
    assert drawn[1].right() < drawn[2].left()


def test_another_arrangement_closes_it(chooser, places) -> None:
    places.watch.changed.emit()
    assert not chooser.isVisible()

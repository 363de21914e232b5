"""Sent keys and mouse events do what a person's would."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from readstation.ui.tour.input_events import click, drag, press_keys, roll_wheel, type_text
from readstation.ui.tour.tour_failure import TourFailure


class Form(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.line, self.notes, self.button = QLineEdit(), QPlainTextEdit(), QPushButton("Go")
        layout = QVBoxLayout(self)
        for part in (self.line, self.notes, self.button):
            layout.addWidget(part)
        self.triggered: list[str] = []

    def add(self, name: str, keys: str, owner: QWidget) -> QAction:
        action = QAction(name, owner)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: self.triggered.append(name))
        owner.addAction(action)
        return action


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form()
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitExposed(form)
    return form


def test_typed_text_arrives_whole(form: Form) -> None:
    text = "Mass <3 cm & growing\nÅ 診断"
    type_text(form.notes, text)
    assert form.notes.toPlainText() == text


def test_a_key_starts_the_action_that_has_it(form: Form) -> None:
    form.add("worklist.next", "Ctrl+N", form)
    form.button.setFocus()
    press_keys(form, "Ctrl+N")
    assert form.triggered == ["worklist.next"]


def test_a_letter_is_text_while_a_text_field_has_the_focus(form: Form) -> None:
    form.add("viewport.invert", "I", form)
    form.line.setFocus()
    press_keys(form, "I")
    assert (form.line.text(), form.triggered) == ("i", [])
    form.button.setFocus()
    press_keys(form, "I")
    assert (form.line.text(), form.triggered) == ("i", ["viewport.invert"])


def test_an_action_out_of_reach_or_disabled_is_not_started(form: Form) -> None:
    form.add("elsewhere", "Ctrl+N", form.notes)
    form.add("disabled", "Ctrl+N", form).setEnabled(False)
    form.button.setFocus()
    press_keys(form, "Ctrl+N")
    assert form.triggered == []


def test_a_key_of_two_actions_stops_the_tour(form: Form) -> None:
    form.add("one", "Ctrl+N", form)
    form.add("two", "Ctrl+N", form)
    form.button.setFocus()
    with pytest.raises(TourFailure, match="one, two"):
        press_keys(form, "Ctrl+N")


def test_a_click_presses_a_button_and_refuses_a_disabled_one(form: Form) -> None:
    form.button.clicked.connect(lambda: form.triggered.append("clicked"))
    click(form.button)
    assert form.triggered == ["clicked"]
    form.button.setEnabled(False)
    with pytest.raises(TourFailure, match="cannot be clicked"):
        click(form.button)


class Recorder(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.points: list[tuple[str, int, int]] = []
        self.notches = 0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.points.append(("press", int(event.position().x()), int(event.position().y())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.points.append(("move", int(event.position().x()), int(event.position().y())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.points.append(("release", int(event.position().x()), int(event.position().y())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.notches -= event.angleDelta().y() // 120


def test_a_drag_goes_from_start_to_end_in_steps(qtbot: QtBot) -> None:
    recorder = Recorder()
    qtbot.addWidget(recorder)
    recorder.resize(200, 100)
    recorder.show()
    drag(recorder, QPoint(10, 20), QPoint(90, 60))
    kinds = [kind for kind, _, _ in recorder.points]
    pressed = kinds.index("press")
    assert recorder.points[pressed][1:] == (10, 20)
    assert kinds[pressed + 1 : -1] == ["move"] * 8
    assert recorder.points[-1] == ("release", 90, 60)


def test_the_wheel_turns_notch_by_notch(qtbot: QtBot) -> None:
    recorder = Recorder()
    qtbot.addWidget(recorder)
    recorder.show()
    roll_wheel(recorder, 3)
    roll_wheel(recorder, -1)
    assert recorder.notches == 2

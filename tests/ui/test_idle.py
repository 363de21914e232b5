"""Input counts in whichever window it comes, and only a station without any is called idle."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from readstation.ui.idle import IdleWatch, InputWatch


def shown(qtbot):
    window = QWidget()
    QVBoxLayout(window).addWidget(QLineEdit())
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


@pytest.fixture
def watch(qtbot):
    window = shown(qtbot)
    made = InputWatch(window)
    made.begin()
    yield made
    made.end()


@pytest.fixture
def seen(watch):
    told = []
    watch.seen.connect(lambda: told.append(1))
    return told


def press(window, key=Qt.Key.Key_A):
    QTest.keyClick(window.windowHandle(), key)


def test_keys_and_the_mouse_are_seen(watch, seen):
    press(watch.parent())
    assert seen
    seen.clear()
    QTest.mouseMove(watch.parent().windowHandle(), QPoint(5, 5))
    assert seen


def test_a_key_that_is_a_shortcut_is_seen(watch, seen):
    window, done = watch.parent(), []
    action = QAction(window)
    action.setShortcut("F5")
    action.triggered.connect(lambda: done.append(1))
    window.addAction(action)
    window.activateWindow()
    press(window, Qt.Key.Key_F5)
    assert done
    assert seen


def test_a_window_that_opens_later_is_watched(watch, seen, qtbot):
    later = shown(qtbot)
    later.activateWindow()
    qtbot.waitUntil(later.isActiveWindow)
    seen.clear()
    press(later)
    assert seen


def test_what_happens_without_a_person_is_no_input(watch, seen):
    watch.parent().layout().addWidget(QLabel("new"))
    watch.parent().resize(300, 200)
    watch.parent().repaint()
    assert seen == []


def test_nothing_is_seen_after_the_end(watch, seen):
    watch.end()
    press(watch.parent())
    assert seen == []


def test_input_puts_off_what_comes_without_it(qtbot):
    window = shown(qtbot)
    idle, told = IdleWatch(60_000, window), []
    idle.idle.connect(lambda: told.append(1))
    idle.start()
    idle.watch_input()
    timer = idle._timer
    timer.setInterval(1)
    qtbot.waitUntil(lambda: told == [1])
    assert not timer.isActive()
    timer.setInterval(60_000)
    press(window)
    assert timer.isActive()
    idle.stop()
    assert not timer.isActive()


def test_a_window_that_was_not_watched_may_have_been_worked_in(qtbot):
    window = shown(qtbot)
    idle, told = IdleWatch(60_000, window), []
    idle.idle.connect(lambda: told.append(1))
    idle.start()
    idle.watch_input()
    later = shown(qtbot)
    later.windowHandle().removeEventFilter(idle._input)
    idle._input._windows.remove(later.windowHandle())
    idle._tell()
    assert told == []
    assert idle._timer.isActive()
    idle._tell()
    assert told == [1]
    idle.stop()

"""Other keys for a command, asked for in the palette: they work at once, and stay."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from readstation.adapters.system.keys_file import TomlKeys
from readstation.app.commands import Command, CommandRegistry, Context
from readstation.ui import theme
from readstation.ui.command_binding import bind_commands
from readstation.ui.palette.command_palette import CommandPalette

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ran():
    return []


@pytest.fixture
def palette(qtbot, qapp, ran, tmp_path):
    theme.apply(qapp)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 700)
    rows = (("hide", "Hide words", "Ctrl+J"), ("fill", "Fill the window", "F11"))
    registry = CommandRegistry(
        Command(i, title, Context.WINDOW, lambda _, i=i: ran.append(i), (key,))
        for i, title, key in rows
    )
    bind_commands(registry, Context.WINDOW, window, window)
    made = CommandPalette(window, registry, TomlKeys(tmp_path))
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    made.open()
    qtbot.keyClicks(made.search, "hide")
    qtbot.keyClick(made.search, Qt.Key.Key_F2)
    qtbot.waitUntil(made.question.hasFocus)
    return made


def test_the_keys_pressed_next_start_the_command_from_then_on(qtbot, palette, ran, tmp_path):
    qtbot.keyClick(palette.question, Qt.Key.Key_G, CTRL)
    assert not palette.question.isVisible()
    palette.close()
    window = palette.window()
    qtbot.keyClick(window, Qt.Key.Key_J, CTRL)
    assert ran == []
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    assert ran == ["hide"]
    assert TomlKeys(tmp_path).keys() == {"hide": ("Ctrl+G",)}


def test_keys_in_use_are_refused_with_a_sentence_and_start_nothing(qtbot, palette, ran):
    qtbot.keyClick(palette.question, Qt.Key.Key_F11)
    assert palette.question.isVisible()
    assert palette.question.answer.text() == "F11 is taken: Fill the window. Press other keys."
    assert ran == []


def test_escape_leaves_the_keys_as_they_were(qtbot, palette, ran):
    qtbot.keyClick(palette.question, Qt.Key.Key_Escape)
    assert palette.isVisible()
    assert palette.search.hasFocus()
    palette.close()
    qtbot.keyClick(palette.window(), Qt.Key.Key_J, CTRL)
    assert ran == ["hide"]


def test_backspace_gives_the_programs_own_keys_back(qtbot, palette, ran):
    qtbot.keyClick(palette.question, Qt.Key.Key_G, CTRL)
    qtbot.keyClick(palette.search, Qt.Key.Key_F2)
    qtbot.keyClick(palette.question, Qt.Key.Key_Backspace)
    palette.close()
    qtbot.keyClick(palette.window(), Qt.Key.Key_J, CTRL)
    assert ran == ["hide"]


def test_a_modifier_alone_is_not_taken(qtbot, palette):
    qtbot.keyClick(palette.question, Qt.Key.Key_Control)
    assert palette.question.isVisible()
    assert palette.question.answer.text() == ""

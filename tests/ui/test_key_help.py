"""The sheet of keys: every key of every screen, none cut off, at any window size."""

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from readstation.ui.command_list import all_commands
from readstation.ui.palette.key_help import NOT_WRITTEN, WITHOUT_KEY, KeyHelp
from readstation.ui.palette.key_sheet_pdf import sheet_lines
from readstation.ui.start_window import make_application
from readstation.ui.widgets.section import KeyCap
from readstation.ui.widgets.text import PlainLabel


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1200), (3840, 2160)], ids=str)
def test_every_key_is_inside_the_sheet(qtbot, size):
    make_application()
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()
    registry = all_commands()
    sheet = KeyHelp(window, registry)
    sheet.open()
    area = sheet.findChild(QScrollArea)
    content = area.widget()
    qtbot.waitUntil(lambda: content.width() > 0)
    keys = content.findChildren(KeyCap)
    assert len(keys) == sum(len(command.keys) for command in registry)
    assert content.sizeHint().width() <= area.viewport().width()
    for cap in keys:
        right = cap.mapTo(content, cap.rect().bottomRight()).x()
        assert right <= area.viewport().width()


@pytest.fixture
def sheet(qtbot, tmp_path):
    make_application()
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    made = KeyHelp(window, all_commands(), ask_path=lambda _: str(tmp_path / "keys.pdf"))
    made.open()
    return made


def test_typing_finds_commands_by_their_words_and_by_their_keys(qtbot, sheet):
    every = sheet.count
    qtbot.keyClicks(sheet.search, "monitor")
    assert 0 < sheet.count < every
    sheet.search.setText("Ctrl+F11")
    assert sheet.count == 1
    sheet.search.setText("no such words")
    assert sheet.count == 0


def test_commands_without_a_key_are_found_too(sheet):
    sheet.search.setText("layout 3x4".replace("x", "\N{MULTIPLICATION SIGN}"))
    assert sheet.count == 1
    assert any(label.text() == WITHOUT_KEY for label in sheet.findChildren(PlainLabel))


def test_escape_closes_it_and_the_next_time_nothing_is_sought(qtbot, sheet):
    every = sheet.count
    sheet.search.setText("monitor")
    qtbot.keyClick(sheet.search, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    sheet.open()
    assert (sheet.search.text(), sheet.count) == ("", every)


def test_all_keys_are_written_for_printing(qtbot, sheet, tmp_path):
    sheet.search.setText("monitor")  # what is sought does not matter
    qtbot.keyClick(sheet.search, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert len(pypdf.PdfReader(tmp_path / "keys.pdf").pages) >= 2
    assert "Written" in sheet.said.text()


def test_a_folder_that_is_not_there_is_said(sheet, tmp_path):
    sheet._ask_path = lambda _: str(tmp_path / "nowhere" / "keys.pdf")
    sheet.print_sheet()
    assert sheet.said.text() == NOT_WRITTEN


def test_every_command_with_a_key_is_on_the_printed_sheet_and_no_heading_ends_a_column():
    rows, groups = 23, [("First", list(all_commands())[:22]), ("Second", list(all_commands())[22:])]
    lines = list(sheet_lines(groups, rows))
    printed = [title for title, _, is_heading in lines if title and not is_heading]
    assert printed == [command.title for command in all_commands()]
    headings = [number for number, line in enumerate(lines) if line[2]]
    assert [lines[number][0] for number in headings] == ["First", "Second"]
    assert all(number % rows < rows - 1 for number in headings)

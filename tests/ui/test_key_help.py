"""The sheet of keys: every key of every screen, none cut off, at any window size."""

import pytest
from PySide6.QtWidgets import QScrollArea, QWidget

from readstation.ui.command_list import all_commands
from readstation.ui.palette.key_help import KeyHelp
from readstation.ui.start_window import make_application
from readstation.ui.widgets.section import KeyCap


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

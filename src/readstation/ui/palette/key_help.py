"""The sheet of all keys, made from the same list as the keys themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from readstation.app.command_search import find_commands
from readstation.app.commands import Command, CommandRegistry, Context
from readstation.ui.palette.key_sheet_pdf import write_key_sheet
from readstation.ui.palette.live_actions import refused_names
from readstation.ui.palette.overlay import Overlay
from readstation.ui.widgets.section import KeyCap, KeyCaps, SectionHeader
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 1720, 1060
COLUMN_PX = 520
"""Room for the longest title with its keys; narrower, the last column would lose its keys."""
SEARCH_PX = 380

SCROLL_STEPS = {
    Qt.Key.Key_Down: 2,
    Qt.Key.Key_Up: -2,
    Qt.Key.Key_PageDown: 20,
    Qt.Key.Key_PageUp: -20,
}
PRINT_KEYS = "Ctrl+P"
PDF_NAME = "ReadStation keys.pdf"
NOTHING = "No command has these letters."
WITHOUT_KEY = "no key"
NOT_WRITTEN = "The sheet could not be written there. Choose another folder."

PLACES: dict[Context, str] = {
    Context.WINDOW: "Everywhere",
    Context.WORKLIST: "Worklist",
    Context.READING: "Reading",
    Context.VIEWPORT: "Image box",
    Context.RECONSTRUCTION: "Planes through the volume",
    Context.IMAGES: "Among the images",
    Context.REPORT: "Report",
    Context.CALLS: "Calls",
    Context.HANDOFF: "Second reads",
    Context.QUALITY: "Quality",
    Context.DISPLAY: "Display check",
    Context.SETTINGS: "Settings",
}

Group = tuple[str, Sequence[Command]]


class KeyHelp(Overlay):
    """Shows every command that has a key, by where the key works; typing finds any command."""

    def __init__(
        self,
        window: QWidget,
        registry: CommandRegistry,
        *,
        ask_path: Callable[[QWidget], str] | None = None,
    ) -> None:
        super().__init__(window, WIDTH_PX, HEIGHT_PX)
        self._registry = registry
        self._ask_path = ask_path or _ask_path
        self.count = 0
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a command or a key")
        self.search.setFixedWidth(SEARCH_PX)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._show())
        self.search.installEventFilter(self)
        self.said = PlainLabel(role="dim")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.addLayout(self._heading())
        column.addWidget(self._area, 1)

    def fill(self, _focus: QWidget | None) -> None:
        self.said.clear()
        self.search.clear()
        self._show()

    def take_focus(self) -> None:
        self.search.setFocus()

    def print_sheet(self) -> None:
        """Write all keys as pages that can be printed."""
        path = self._ask_path(self)
        if path:
            is_written = write_key_sheet(Path(path), self._groups(self._with_keys))
            self.said.setText(f"Written: {Path(path).name}" if is_written else NOT_WRITTEN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent):
            is_press = event.type() == QEvent.Type.KeyPress
            steps = SCROLL_STEPS.get(Qt.Key(event.key()))
            if is_press and steps is not None:
                bar = self._area.verticalScrollBar()
                bar.setValue(bar.value() + steps * bar.singleStep())
                return True
            if is_press and QKeySequence(event.keyCombination()) == QKeySequence(PRINT_KEYS):
                self.print_sheet()
                return True
        return super().eventFilter(watched, event)

    def _heading(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(10)
        button = QPushButton("Save for printing")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(self.print_sheet)
        line.addWidget(PlainLabel("Keys", role="title"))
        line.addSpacing(12)
        line.addWidget(self.search)
        line.addWidget(self.said)
        line.addStretch(1)
        line.addWidget(button)
        line.addWidget(KeyCap(PRINT_KEYS))
        line.addSpacing(12)
        line.addWidget(PlainLabel("Close", role="dim"))
        line.addWidget(KeyCap("Esc"))
        return line

    @property
    def _with_keys(self) -> list[Command]:
        return [command for command in self._offered if command.keys]

    @property
    def _offered(self) -> list[Command]:
        refused = refused_names(self._window)
        return [command for command in self._registry if command.id not in refused]

    def _show(self) -> None:
        text = self.search.text().strip()
        found = find_commands(self._offered, text) if text else self._with_keys
        self.count = len(found)
        sheet = QWidget()
        sheet.setProperty("role", "scroll-content")
        row = QHBoxLayout(sheet)
        row.setSpacing(44)
        row.setContentsMargins(0, 0, 16, 0)
        width = min(self._window.width(), WIDTH_PX)
        columns = [QVBoxLayout() for _ in range(max(width // COLUMN_PX, 1))]
        heights = [0] * len(columns)
        # The longest first: so the columns end at about the same height.
        for title, commands in sorted(self._groups(found), key=lambda g: -len(g[1])):
            shortest = heights.index(min(heights))
            columns[shortest].addWidget(_group(title, commands))
            heights[shortest] += len(commands) + 2
        if not found:
            columns[0].addWidget(PlainLabel(NOTHING, role="dim"))
        for layout in columns:
            layout.addStretch(1)
            row.addLayout(layout, 1)
        self._area.setWidget(sheet)

    def _groups(self, commands: Sequence[Command]) -> list[Group]:
        groups = [(title, [c for c in commands if c.context is at]) for at, title in PLACES.items()]
        return [(title, found) for title, found in groups if found]


def _group(title: str, commands: Sequence[Command]) -> QWidget:
    group = QWidget()
    grid = QGridLayout(group)
    grid.setContentsMargins(0, 8, 0, 8)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    grid.addWidget(SectionHeader(title), 0, 0, 1, 2)
    for line, command in enumerate(commands, start=1):
        grid.addWidget(PlainLabel(command.title), line, 0)
        keys = KeyCaps(command.keys) if command.keys else PlainLabel(WITHOUT_KEY, role="dim")
        grid.addWidget(keys, line, 1)
    return group


def _ask_path(parent: QWidget) -> str:
    path, _ = QFileDialog.getSaveFileName(parent, "Save the keys", PDF_NAME, "PDF (*.pdf)")
    return path

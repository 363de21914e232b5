"""The sheet of all keys, made from the same list as the keys themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry, Context
from readstation.ui.palette.overlay import Overlay
from readstation.ui.widgets.section import KeyCap, KeyCaps, SectionHeader
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 1240, 860
COLUMNS = 3

PLACES: dict[Context, str] = {
    Context.WINDOW: "Everywhere",
    Context.WORKLIST: "Worklist",
    Context.READING: "Reading",
    Context.VIEWPORT: "Images",
    Context.REPORT: "Report",
    Context.CALLS: "Calls",
    Context.HANDOFF: "Second reads",
    Context.QUALITY: "Quality",
}


class KeyHelp(Overlay):
    """Shows every command that has a key, grouped by where the key works."""

    def __init__(self, window: QWidget, registry: CommandRegistry) -> None:
        super().__init__(window, WIDTH_PX, HEIGHT_PX)
        self._registry = registry
        title = QHBoxLayout()
        title.addWidget(PlainLabel("Keys", role="title"))
        title.addStretch(1)
        title.addWidget(PlainLabel("Close", role="dim"))
        title.addWidget(KeyCap("Esc"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.addLayout(title)
        column.addWidget(self._area, 1)

    def fill(self, _focus: QWidget | None) -> None:
        sheet = QWidget()
        sheet.setProperty("role", "scroll-content")
        row = QHBoxLayout(sheet)
        row.setSpacing(36)
        columns = [QVBoxLayout() for _ in range(COLUMNS)]
        heights = [0] * COLUMNS
        for context in PLACES:
            group, count = self._group(context)
            if not count:
                continue
            shortest = heights.index(min(heights))
            columns[shortest].addWidget(group)
            heights[shortest] += count + 2
        for layout in columns:
            layout.addStretch(1)
            row.addLayout(layout, 1)
        self._area.setWidget(sheet)

    def _group(self, context: Context) -> tuple[QWidget, int]:
        group = QWidget()
        grid = QGridLayout(group)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        grid.addWidget(SectionHeader(PLACES[context]), 0, 0, 1, 2)
        commands = [c for c in self._registry.in_context(context) if c.keys]
        for line, command in enumerate(commands, start=1):
            grid.addWidget(PlainLabel(command.title), line, 0)
            grid.addWidget(KeyCaps(command.keys), line, 1)
        return group, len(commands)

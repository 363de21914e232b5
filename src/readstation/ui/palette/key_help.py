"""The sheet of all keys, made from the same list as the keys themselves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry, Context
from readstation.ui.palette.overlay import Overlay
from readstation.ui.widgets.section import KeyCap, KeyCaps, SectionHeader
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 1720, 1060
COLUMN_PX = 520
"""Room for the longest title with its keys; narrower, the last column would lose its keys."""

SCROLL_STEPS = {
    Qt.Key.Key_Down: 2,
    Qt.Key.Key_Up: -2,
    Qt.Key.Key_PageDown: 20,
    Qt.Key.Key_PageUp: -20,
}

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
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.addLayout(title)
        column.addWidget(self._area, 1)

    def fill(self, _focus: QWidget | None) -> None:
        sheet = QWidget()
        sheet.setProperty("role", "scroll-content")
        row = QHBoxLayout(sheet)
        row.setSpacing(44)
        row.setContentsMargins(0, 0, 16, 0)
        width = min(self._window.width(), WIDTH_PX)
        columns = [QVBoxLayout() for _ in range(max(width // COLUMN_PX, 1))]
        heights = [0] * len(columns)
        groups = [self._group(context) for context in PLACES]
        # The longest first: so the columns end at about the same height.
        for group, count in sorted((g for g in groups if g[1]), key=lambda g: -g[1]):
            shortest = heights.index(min(heights))
            columns[shortest].addWidget(group)
            heights[shortest] += count + 2
        for layout in columns:
            layout.addStretch(1)
            row.addLayout(layout, 1)
        self._area.setWidget(sheet)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = SCROLL_STEPS.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + steps * bar.singleStep())

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

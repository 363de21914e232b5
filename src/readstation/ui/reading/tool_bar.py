"""The strip below the images: tools with their keys, layouts, progress and what was seen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QToolButton, QWidget

from readstation.app.commands import Command, CommandRegistry, Context
from readstation.app.reading.layout import Layout
from readstation.app.reading.reading_desk import ReadingDesk
from readstation.app.reading.reading_model import ReadingState
from readstation.app.viewport.viewport_state import Tool
from readstation.ui import theme
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel

ICON_PX = 16
SLOW_MS = 2_000
"""From then on a job can be stopped."""
ROOMY_PX = 2_000
"""From then on there is room for the keys beside the icons."""
NARROW_PX = 1_040
"""Up to then there is room for the tools and little else."""
GAP_PX = 5
TOOL_PREFIX = "viewport.tool_"
LAYOUT_BUTTONS = {
    "reading.layout_one": Layout.ONE,
    "reading.layout_two": Layout.TWO,
    "reading.layout_four": Layout.FOUR,
}
SHOWN = (
    *(f"{TOOL_PREFIX}{tool.name.lower()}" for tool in Tool),
    "",
    "viewport.fit",
    "viewport.one_to_one",
    "viewport.invert",
    "viewport.rotate_right",
    "viewport.flip_horizontally",
    "viewport.link",
    "viewport.cine",
    "",
    *LAYOUT_BUTTONS,
    "images.choose_hanging",
)
"""Command ids in order; an empty one is a gap."""

WORDS = {"viewport.fit": "Fit", "viewport.one_to_one": "1:1"}
"""Buttons without an icon; the others show icon and key, and say their name on hover."""


class ToolBar(QWidget):
    """Made from the commands; acts on the active image box."""

    stop_asked = Signal()

    def __init__(
        self, registry: CommandRegistry, desk: ReadingDesk, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.buttons: dict[str, QToolButton] = {}
        self._keys: dict[str, str] = {}
        self._gaps: list[QSpacerItem] = []
        self._marked: tuple[object, ...] | None = None
        self.progress = ElidedLabel(role="dim")
        self.progress.hide()
        self.hanging = ElidedLabel(role="dim")
        self.stop_button = QToolButton()
        self.stop_button.setIcon(theme.icon("x"))
        self.stop_button.setText("Stop")
        self.stop_button.setToolTip("Stop reading further series; what is there stays")
        self.stop_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.stop_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stop_button.clicked.connect(self.stop_asked)
        self.stop_button.hide()
        self._slow = QTimer(self, interval=SLOW_MS, singleShot=True)
        self._slow.timeout.connect(self.stop_button.show)
        self.seen = PlainLabel(role="digits")
        self._place({command.id: command for command in registry})
        for box in desk.images.boxes:
            box.on_change(lambda _state: self._mark_tool())
        desk.images.on_change(self._show)
        self.destroyed.connect(registry.on_keys_changed(self._show_keys))
        self._mark_tool()

    def _place(self, commands: Mapping[str, Command]) -> None:
        surface = theme.surface("status")
        for bar in (surface, self):  # never the reason why the window cannot be made narrower
            bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(surface)
        row.setContentsMargins(6, 3, 8, 3)
        row.setSpacing(2)
        self._row = row
        for command_id in SHOWN:
            if command_id in commands:
                row.addWidget(self._button(commands[command_id]))
            else:
                row.addSpacerItem(self._gap())
        row.addSpacerItem(self._gap())
        row.addWidget(self.hanging, 2)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop_button)
        row.addSpacing(8)
        row.addWidget(self.seen)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(surface)

    def _gap(self) -> QSpacerItem:
        """Return room between two groups of buttons, which is given up where all is narrow."""
        self._gaps.append(QSpacerItem(GAP_PX, 0))
        return self._gaps[-1]

    def show_progress(self, text: str) -> None:
        """Say what is being read; after a while it can be stopped."""
        self.progress.say(text)
        self.progress.setVisible(bool(text))
        if not text:
            self._slow.stop()
            self.stop_button.hide()
        elif not self._slow.isActive() and self.stop_button.isHidden():
            self._slow.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show icons alone where icon and key do not fit beside each other."""
        super().resizeEvent(event)
        self.hanging.setVisible(self.width() >= NARROW_PX)
        self._row.setSpacing(2 if self.width() >= NARROW_PX else 0)
        for gap in self._gaps:
            gap.changeSize(GAP_PX if self.width() >= NARROW_PX else 0, 0)
        self._row.invalidate()
        self._say_seen()
        self._say_words()
        both = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        style = both if self.width() >= ROOMY_PX else Qt.ToolButtonStyle.ToolButtonIconOnly
        for command_id, button in self.buttons.items():
            if command_id not in WORDS and button.toolButtonStyle() is not style:
                button.setToolButtonStyle(style)

    def _show(self, _state: ReadingState) -> None:
        self._say_seen()
        self.hanging.say(self._desk.images.hanging.words)
        self._mark_tool()

    def _say_seen(self) -> None:
        seen = self._desk.images.seen
        words = "" if self.width() < NARROW_PX else " images seen"
        self.seen.setText(f"{seen.count}/{seen.total}{words}" if seen.total else "")
        self.seen.setToolTip("Images of the current study that were shown at diagnostic scale")

    def _mark_tool(self) -> None:
        active, layout = self._desk.images.active.state, self._desk.images.state.layout
        shown = (active.tool, layout, active.is_linked, active.is_cine_playing, active.is_inverted)
        if shown == self._marked:
            return
        self._marked = shown
        for tool in Tool:
            button = self.buttons.get(f"{TOOL_PREFIX}{tool.name.lower()}")
            if button is not None:
                button.setChecked(tool is active.tool)
        for command_id, one in LAYOUT_BUTTONS.items():
            self.buttons[command_id].setChecked(layout == one)
        self.buttons["viewport.link"].setChecked(active.is_linked)
        self.buttons["viewport.cine"].setChecked(active.is_cine_playing)
        self.buttons["viewport.invert"].setChecked(active.is_inverted)

    def _button(self, command: Command) -> QToolButton:
        button = QToolButton()
        if command.id not in WORDS:
            button.setIcon(theme.icon(command.icon))
        button.setAccessibleName(command.title)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon
            if command.id in WORDS
            else Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self._run, command))
        self.buttons[command.id] = button
        self._show_keys(command)
        return button

    def _show_keys(self, command: Command) -> None:
        button = self.buttons.get(command.id)
        if button is not None:
            self._keys[command.id] = key = command.keys[0] if command.keys else ""
            button.setToolTip(f"{command.title} ({key})" if key else command.title)
            self._say_words()

    def _say_words(self) -> None:
        """Say name and key; where there is little room the words alone, never half of them."""
        for command_id, button in self.buttons.items():
            words, key = WORDS.get(command_id, ""), self._keys[command_id]
            text = words if words and self.width() < NARROW_PX else f"{words} {key}".strip()
            if text != button.text():
                button.setText(text)
                button.setMinimumWidth(button.sizeHint().width() if text else 0)

    def _run(self, command: Command) -> None:
        is_for_viewport = command.context is Context.VIEWPORT
        command.run(self._desk.images.active if is_for_viewport else self._desk)
        self._marked = None  # the button that was clicked has changed by itself
        self._mark_tool()

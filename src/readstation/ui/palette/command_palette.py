"""The command palette: every command by name, with its keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from readstation.app.command_search import find_commands
from readstation.app.commands import Command, CommandRegistry
from readstation.app.settings.choose_keys import PROGRAM_KEYS, KeyStore
from readstation.ui import theme
from readstation.ui.palette.key_question import KeyQuestion
from readstation.ui.palette.live_actions import live_actions
from readstation.ui.palette.overlay import Overlay
from readstation.ui.widgets.section import KeyCap, KeyCaps
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 640, 460
ROW_HEIGHT_PX = 34
ID_ROLE = int(Qt.ItemDataRole.UserRole)
FINDING, ASKING = 0, 1
KEYS_KEY = Qt.Key.Key_F2
LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class CommandPalette(Overlay):
    """Shows the commands that can be run now; typing narrows them, Enter runs one."""

    def __init__(
        self, window: QWidget, registry: CommandRegistry, keys: KeyStore = PROGRAM_KEYS
    ) -> None:
        super().__init__(window, WIDTH_PX, HEIGHT_PX)
        self._registry = registry
        self._actions: dict[str, QAction] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText("Type a few letters of a command")
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = PlainLabel("No command has these letters.", role="dim")
        finding = QWidget()
        column = QVBoxLayout(finding)
        column.setContentsMargins(10, 10, 10, 6)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        column.addLayout(_hints())
        self.question = KeyQuestion(registry, keys)
        self.question.ended.connect(self._end_question)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(finding)
        self._pages.addWidget(self.question)
        self.search.textChanged.connect(self._narrow)
        self.search.returnPressed.connect(self.run_current)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self.run_current())

    def fill(self, focus: QWidget | None) -> None:
        self._actions = live_actions(self._window, self._registry, focus)
        self._pages.setCurrentIndex(FINDING)
        self.search.clear()
        self._narrow("")

    def take_focus(self) -> None:
        self.search.setFocus()

    def run_current(self) -> None:
        """Close the palette, then run the chosen command where it was going to run."""
        item = self.list.currentItem()
        if item is not None:
            action = self._actions[item.data(ID_ROLE)]
            self.close()
            action.trigger()

    def ask_for_keys(self) -> None:
        """Ask which keys are to start the chosen command from now on."""
        item = self.list.currentItem()
        if item is not None:
            self._pages.setCurrentIndex(ASKING)
            self.question.ask(self._registry[item.data(ID_ROLE)])

    def _end_question(self) -> None:
        row = self.list.currentRow()
        self._pages.setCurrentIndex(FINDING)
        self._narrow(self.search.text())
        self.list.setCurrentRow(row)
        self.search.setFocus()

    def _narrow(self, text: str) -> None:
        live = [command for command in self._registry if command.id in self._actions]
        found = find_commands(live, text)
        self.list.clear()
        for command in found:
            item = QListWidgetItem()
            item.setData(ID_ROLE, command.id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, command.title)
            item.setSizeHint(QSize(0, ROW_HEIGHT_PX))
            self.list.addItem(item)
            self.list.setItemWidget(item, _row(command))
        self.list.setCurrentRow(0)
        self._nothing.setVisible(not found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.search
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
        ):
            if event.key() in LIST_KEYS:
                self.list.keyPressEvent(event)
                return True
            if event.key() == KEYS_KEY:
                self.ask_for_keys()
                return True
        return super().eventFilter(watched, event)


def _hints() -> QHBoxLayout:
    line = QHBoxLayout()
    for key, words in (("Enter", "run"), ("F2", "change its keys"), ("Esc", "close")):
        line.addWidget(KeyCap(key))
        line.addWidget(PlainLabel(words, role="dim"))
        line.addSpacing(14)
    line.addStretch(1)
    return line


def _row(command: Command) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(8, 0, 8, 0)
    line.setSpacing(10)
    picture = PlainLabel()
    picture.setPixmap(theme.icon(command.icon, "dim").pixmap(16, 16))
    picture.setFixedWidth(16)
    line.addWidget(picture)
    line.addWidget(PlainLabel(command.title))
    line.addWidget(PlainLabel(command.context.value.rsplit("/", 1)[-1], role="dim"))
    line.addStretch(1)
    line.addWidget(KeyCaps(command.keys))
    return row

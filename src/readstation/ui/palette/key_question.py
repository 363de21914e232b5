"""Asks for the keys of a command: what is pressed next is taken, unless it is in use."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.commands import Command, CommandRegistry, Keys
from readstation.app.settings.choose_keys import KeyStore, choose_keys
from readstation.domain.errors import SettingError, StoreError
from readstation.ui.widgets.section import KeyCap
from readstation.ui.widgets.text import PlainLabel

MODIFIERS = {
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_unknown,
}
HINTS = (("Esc", "leave"), ("Backspace", "the program's own keys"))


class KeyQuestion(QWidget):
    """Takes every key while it is shown."""

    ended = Signal()

    def __init__(self, registry: CommandRegistry, store: KeyStore) -> None:
        super().__init__()
        self._registry, self._store = registry, store
        self._command_id = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = PlainLabel(role="title")
        self._now = PlainLabel(role="dim")
        self.answer = PlainLabel(role="warning")
        self.answer.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 6)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._now)
        column.addWidget(PlainLabel("Press the keys that are to start it."))
        column.addWidget(self.answer)
        column.addStretch(1)
        hints = QHBoxLayout()
        for key, words in HINTS:
            hints.addWidget(KeyCap(key))
            hints.addWidget(PlainLabel(words, role="dim"))
            hints.addSpacing(14)
        hints.addStretch(1)
        column.addLayout(hints)

    def ask(self, command: Command) -> None:
        """Begin to ask for the keys of `command`."""
        self._command_id = command.id
        self.answer.clear()
        self._show(command)
        self.setFocus()

    def event(self, event: QEvent) -> bool:
        """Take keys before shortcuts and focus chains do."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._take(event)
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in MODIFIERS:
            return
        if key == Qt.Key.Key_Escape:
            self.ended.emit()
        elif key == Qt.Key.Key_Backspace and not event.modifiers():
            self._choose(None)
        else:
            self._choose((_portable(event),))

    def _choose(self, keys: Keys | None) -> None:
        try:
            choose_keys(self._registry, self._store, self._command_id, keys)
        except (SettingError, StoreError) as refusal:
            self.answer.setText(f"{refusal.message} {refusal.remedy}")
            return
        self.ended.emit()

    def _show(self, command: Command) -> None:
        self._title.setText(command.title)
        shown = " or ".join(_native(keys) for keys in command.keys)
        self._now.setText(f"Its keys now: {shown}" if shown else "It has no keys now.")


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _portable(event: QKeyEvent) -> str:
    pressed = QKeySequence(event.keyCombination())
    return pressed.toString(QKeySequence.SequenceFormat.PortableText)

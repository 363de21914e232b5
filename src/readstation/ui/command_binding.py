"""Makes QActions from commands: one widget, one context, one model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from readstation.app.commands import Command, CommandRegistry, Context


def bind_commands(registry: CommandRegistry, context: Context, widget: QWidget, model: Any) -> None:
    """Give `widget` an action for every command of `context`; keys work in it and its children."""
    for command in registry.in_context(context):
        action = QAction(command.title, widget)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(_runner(command, model))
        widget.addAction(action)


def _runner(command: Command, model: Any) -> Callable[[], None]:
    def run() -> None:
        command.run(model)

    return run

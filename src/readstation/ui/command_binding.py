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
    actions: dict[str, QAction] = {}
    for command in registry.in_context(context):
        action = actions[command.id] = QAction(command.title, widget)
        action.setObjectName(command.id)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(_runner(command, model))
        _give_keys(action, command)
        widget.addAction(action)

    def follow(command: Command) -> None:
        if command.id in actions:
            _give_keys(actions[command.id], command)

    stop = registry.on_keys_changed(follow)
    widget.destroyed.connect(stop)


def _give_keys(action: QAction, command: Command) -> None:
    action.setShortcuts([QKeySequence(keys) for keys in command.keys])


def _runner(command: Command, model: Any) -> Callable[[], None]:
    def run() -> None:
        command.run(model)

    return run

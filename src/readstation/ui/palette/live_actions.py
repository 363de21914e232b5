"""Which commands can be run at this moment, and the action that runs each."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from readstation.app.commands import CommandRegistry


def live_actions(
    window: QWidget, registry: CommandRegistry, focus: QWidget | None
) -> dict[str, QAction]:
    """Return command id to action, for the commands bound to visible widgets of `window`.

    Several image boxes bind the same commands: the one that has the keys is meant, else the first.
    """
    found: dict[str, QAction] = {}
    refused = refused_names(window)
    for action in window.findChildren(QAction):
        name, holder = action.objectName(), action.parent()
        if name and action.isEnabled() and isinstance(holder, QWidget) and holder.isVisible():
            has_keys = focus is not None and (holder is focus or holder.isAncestorOf(focus))
            if name not in found or has_keys:
                found[name] = action
    wanted = (command.id for command in registry if command.id not in refused)
    return {name: found[name] for name in wanted if name in found}


def refused_names(window: QWidget) -> frozenset[str]:
    """Return the ids of the commands that the role of the person at the window does not have."""
    return frozenset(a.objectName() for a in window.actions() if not a.isEnabled())

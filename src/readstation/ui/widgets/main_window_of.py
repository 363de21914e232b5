"""The window that all others belong to."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def main_window_of(widget: QWidget) -> QWidget:
    """Return the window of `widget`, or that which the window on another monitor belongs to."""
    window = widget.window()
    owner = window.parentWidget()
    return window if owner is None else main_window_of(owner)

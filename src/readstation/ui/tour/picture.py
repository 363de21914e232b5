"""One picture of a window with the dialogs that lie over it."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QWidget


def picture_of(window: QWidget) -> QPixmap:
    """Return what a person sees of `window`: its dialogs are drawn where they are."""
    picture = window.grab()
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible() and dialog.isWindow():
            painter = QPainter(picture)
            painter.drawPixmap(_place_in(window, dialog), dialog.grab())
            painter.end()
    return picture


def _place_in(window: QWidget, dialog: QDialog) -> QPoint:
    """Return the dialog's corner, kept inside the window."""
    corner = dialog.mapToGlobal(QPoint()) - window.mapToGlobal(QPoint())
    return QPoint(
        min(max(corner.x(), 0), max(window.width() - dialog.width(), 0)),
        min(max(corner.y(), 0), max(window.height() - dialog.height(), 0)),
    )

"""One picture of a window with the dialogs that lie over it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QWidget

from readstation.ui.monitors.image_window import ImageWindow

GAP_PX = 12
"""Between the pictures of two monitors."""


def picture_of(window: QWidget) -> QPixmap:
    """Return what a person sees: `window`, and to the right of it those on other monitors."""
    windows = [window, *(w for w in window.findChildren(ImageWindow) if w.isVisible())]
    pictures = [_picture_of(one) for one in windows]
    if len(pictures) == 1:
        return pictures[0]
    height, smooth = pictures[0].height(), Qt.TransformationMode.SmoothTransformation
    scaled = [picture.scaledToHeight(height, smooth) for picture in pictures]
    together = QPixmap(sum(p.width() + GAP_PX for p in scaled) - GAP_PX, height)
    together.fill(Qt.GlobalColor.darkGray)
    painter, left = QPainter(together), 0
    for picture in scaled:
        painter.drawPixmap(left, 0, picture)
        left += picture.width() + GAP_PX
    painter.end()
    return together


def _picture_of(window: QWidget) -> QPixmap:
    """Return one window: its dialogs are drawn where they are."""
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

"""A panel that lies over the lower left corner of the images and takes the keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

MARGIN_PX = 12
LEAST_WIDTH_PX = 320
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def place_over(panel: QWidget, home: QWidget, behind: QWidget) -> QWidget:
    """Move `panel` to the window of the image box `behind`; return what it lies over there."""
    around = home if behind.window() is home.window() else behind.window()
    if panel.parentWidget() is not around:
        panel.setParent(around)
    return around


class PanelOverImages(QFrame):
    """Escape leaves it, and so does whoever closes the study it was opened for (H01)."""

    def __init__(self, parent: QWidget, accessible_name: str) -> None:
        super().__init__(parent)
        self._home = self._around = parent
        self._behind: QWidget | None = None
        self.setProperty("role", "popup")
        self.setAccessibleName(accessible_name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def open_over(self, behind: QWidget, width_px: int, height_px: int) -> None:
        """Show the panel; `behind` gets the keys back."""
        self._behind = behind
        self._around = around = place_over(self, self._home, behind)
        width = min(width_px, max(around.width() - 2 * MARGIN_PX, LEAST_WIDTH_PX))
        height = min(height_px, around.height() - 2 * MARGIN_PX)
        self.setGeometry(MARGIN_PX, around.height() - MARGIN_PX - height, width, height)
        self.show()
        self.raise_()
        self.setFocus()

    def come_home(self) -> None:
        """Leave the window of an image box that stands on another monitor."""
        self.hide()
        self.setParent(self._home)

    def leave(self) -> None:
        """Close and give the keys back to the image box."""
        behind, self._behind = self._behind, None
        self.hide()
        if behind is not None:
            behind.setFocus()

    def take_key(self, _event: QKeyEvent) -> bool:
        """Return True if a key of the panel's own was used."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) == Qt.Key.Key_Escape:
            self.leave()
        elif not self.take_key(event):
            super().keyPressEvent(event)

"""A sheet over the window that takes the keys until it is closed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

TOP_MARGIN_PX = 70
SIDE_MARGIN_PX = 40


class Overlay(QFrame):
    """Shown above everything else in the window, centred near the top; Escape closes it."""

    def __init__(self, window: QWidget, width_px: int, height_px: int) -> None:
        super().__init__(window)
        self._window = window
        self._width_px, self._height_px = width_px, height_px
        self._focus_before: QWidget | None = None
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show the sheet, filled afresh, and remember who had the keys."""
        if self.isVisible():
            self.close()
            return
        self._focus_before = QApplication.focusWidget()
        self.fill(self._focus_before)
        self._fit()
        self.show()
        self.raise_()
        self._activate(self._window)
        self.take_focus()

    def close(self) -> bool:
        """Hide the sheet and give the keys back."""
        had_focus = self.isVisible()
        self.hide()
        before, self._focus_before = self._focus_before, None
        if had_focus and before is not None and before.isVisible():
            self._activate(before.window())
            before.setFocus()
        return True

    def _activate(self, window: QWidget) -> None:
        """Turn to a window: images may be in others than this one."""
        if not window.isActiveWindow():
            window.activateWindow()

    def fill(self, _focus: QWidget | None) -> None:
        """Build what is shown; `focus` is where the keys went before."""
        raise NotImplementedError

    def take_focus(self) -> None:
        self.setFocus()

    def _fit(self) -> None:
        width = min(self._width_px, self._window.width() - 2 * SIDE_MARGIN_PX)
        height = min(self._height_px, self._window.height() - TOP_MARGIN_PX - SIDE_MARGIN_PX)
        self.setGeometry((self._window.width() - width) // 2, TOP_MARGIN_PX, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

"""A window of its own that covers one monitor."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QScreen, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from readstation.ui.displays import Displays

TITLE = "ReadStation images"


class ImageWindow(QWidget):
    """Shows a part of a screen; whoever closes it sends that part back where it came from."""

    closed = Signal()

    def __init__(self, content: QWidget, displays: Displays, parent: QWidget) -> None:
        """Belong to `parent`: its commands are found in it, and it goes when `parent` goes."""
        super().__init__(parent, Qt.WindowType.Window)
        self._displays = displays
        self.content = content
        self.setWindowTitle(TITLE)  # names no patient: the system shows it elsewhere too
        self.setProperty("role", "screen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(content)
        content.show()

    def cover(self, screen: QScreen) -> None:
        """Fill a monitor."""
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            handle.screenChanged.connect(self._displays.moved, Qt.ConnectionType.UniqueConnection)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.closed.emit()

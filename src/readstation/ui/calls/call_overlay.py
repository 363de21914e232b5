"""The call panel over whatever screen the reader is on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from readstation.app.critical_result.log_call import LoggedCall
from readstation.ui.calls.call_panel import CallPanel
from readstation.ui.screens import ScreenContext

WIDTH_PX = 452
MARGIN_PX = 8
BOTTOM_PX = 84  # status and notices stay in sight


class CallOverlay(QFrame):
    """Covers the right edge of the window; the images beside it stay in use."""

    def __init__(self, context: ScreenContext, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "popup")
        self.panel = CallPanel(context)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(area)
        self.panel.left.connect(self._leave)
        self.panel.logged.connect(self._hide_when_closed)
        self._window = window
        window.installEventFilter(self)
        self._top_px = 0
        self._back: QWidget | None = None
        self.hide()

    def show_result(self, critical_result_id: str, top_px: int) -> None:
        """Show the panel of one result, below `top_px` of the window."""
        self._top_px = top_px
        focused = QApplication.focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._back = focused
        self.panel.show_result(critical_result_id)
        self._place()
        self.show()
        self.raise_()
        self.panel.contacts.setFocus()

    def _hide_when_closed(self, logged: LoggedCall) -> None:
        if not logged.result.is_open:
            self._leave()

    def _leave(self) -> None:
        """Close, and give the keys back to where they were: hidden, it would give them to any."""
        back, self._back = self._back, None
        if back is not None and isValid(back) and back.isVisible():
            back.setFocus()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window = self._window
        height = window.height() - self._top_px - MARGIN_PX - BOTTOM_PX
        left = max(0, window.width() - WIDTH_PX - MARGIN_PX)
        self.setGeometry(left, self._top_px + MARGIN_PX, WIDTH_PX, max(height, 200))

"""Notices that nobody is at the station."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QInputEvent
from PySide6.QtWidgets import QApplication

IDLE_LIMIT_MS = 10 * 60 * 1000
INPUT_EVENTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


def is_input(event: QEvent) -> bool:
    """Return whether a person did something. Asked of every event there is, so quick to say no."""
    return isinstance(event, QInputEvent) and event.type() in INPUT_EVENTS


class IdleWatch(QObject):
    """Tells when there was no input anywhere in the program for the limit."""

    idle = Signal()

    def __init__(self, limit_ms: int = IDLE_LIMIT_MS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(limit_ms)
        self._timer.timeout.connect(self.idle)

    def start(self) -> None:
        """Let the limit run from now on; input counts once `watch_input` was called."""
        self._timer.start()

    def watch_input(self) -> None:
        """Start anew at each input.

        Not before the first screen can be used: from now on each event is shown to Python, and
        for the first of them the binding looks through every class of Qt.
        """
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def stop(self) -> None:
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if is_input(event):
            self._timer.start()
        return False

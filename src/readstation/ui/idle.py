"""Notices that nobody is at the station."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputEvent, QWindow

IDLE_LIMIT_MS = 10 * 60 * 1000
INPUT_EVENTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,  # all that is seen of a key that is a shortcut
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class InputWatch(QObject):
    """Tells of input in any window of the program.

    It looks at windows and not at the parts inside them: building a screen makes ten thousand
    events among those, and showing each to Python takes as long as building it.
    """

    seen = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._windows: list[QWindow] = []
        self.has_begun = False

    def begin(self) -> None:
        """Watch from now on. For the first event the binding looks through every class of Qt."""
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication) and not self.has_begun:
            self.has_begun = True
            application.focusWindowChanged.connect(self.find_windows)
            self.find_windows()

    def find_windows(self) -> bool:
        """Watch every window there is; return whether one of them was not watched until now."""
        before, self._windows = self._windows, list(QGuiApplication.allWindows())
        new = [window for window in self._windows if window not in before]
        for window in new:
            window.installEventFilter(self)
        return bool(new)

    def end(self) -> None:
        if self.has_begun:
            self.has_begun = False
            application = QGuiApplication.instance()
            if isinstance(application, QGuiApplication):
                application.focusWindowChanged.disconnect(self.find_windows)
            for window in QGuiApplication.allWindows():
                window.removeEventFilter(self)
            self._windows = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputEvent) and event.type() in INPUT_EVENTS:
            self.seen.emit()
        return False


class IdleWatch(QObject):
    """Tells when there was no input anywhere in the program for the limit."""

    idle = Signal()

    def __init__(self, limit_ms: int = IDLE_LIMIT_MS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._input = InputWatch(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(limit_ms)
        self._timer.timeout.connect(self._tell)
        self._input.seen.connect(self._timer.start)

    def start(self) -> None:
        """Let the limit run from now on; input counts once `watch_input` was called."""
        self._timer.start()

    def watch_input(self) -> None:
        """Start anew at each input. Not before the first screen can be used."""
        self._input.begin()

    def stop(self) -> None:
        self._input.end()
        self._timer.stop()

    def _tell(self) -> None:
        """Tell it, unless somebody may have worked in a window that was not yet watched."""
        if self._input.has_begun and self._input.find_windows():
            self._timer.start()
        else:
            self.idle.emit()

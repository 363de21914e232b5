"""Which monitors are connected, and when that changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from readstation.domain.monitors import Arrangement, Monitor
from readstation.ui.screen_facts import display_of

SETTLE_MS = 400
"""A dock brings its monitors one after the other, and the system then moves them about."""

Screens = Callable[[], Sequence[QScreen]]


class MonitorWatch(QObject):
    """Follows the screens of the system; `changed` comes once they have settled."""

    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, screens: Screens = QGuiApplication.screens
    ) -> None:
        super().__init__(parent)
        self._screens = screens
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._compare)
        self.arrangement = self._look()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self._take)
            application.screenRemoved.connect(self.look_again)
        for screen in QGuiApplication.screens():
            screen.geometryChanged.connect(self.look_again)

    def screen(self, index: int) -> QScreen:
        """Return the screen of a monitor of the arrangement; the first one if it is gone."""
        wanted = self.arrangement.monitors[index]
        found = (screen for screen in self._screens() if _monitor(screen) == wanted)
        return next(found, QGuiApplication.primaryScreen())

    def index_of(self, screen: QScreen | None) -> int:
        """Return the place of a screen in the arrangement; the first one if it has none."""
        monitors = self.arrangement.monitors
        monitor = _monitor(screen) if screen is not None else None
        return monitors.index(monitor) if monitor in monitors else 0

    def look_again(self, *_: object) -> None:
        """Compare the screens once they have settled."""
        self._settle.start()

    def _compare(self) -> None:
        found = self._look()
        if found.key != self.arrangement.key:
            self.arrangement = found
            self.changed.emit()

    def _look(self) -> Arrangement:
        return Arrangement.of(_monitor(screen) for screen in self._screens())

    def _take(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self.look_again)
        self.look_again()


def _monitor(screen: QScreen) -> Monitor:
    place = screen.geometry()
    return Monitor(
        display_of(screen),
        place.x(),
        place.y(),
        place.width(),
        place.height(),
        screen.devicePixelRatio(),
    )

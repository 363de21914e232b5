"""Tells widgets how far the series are, a few times a second however fast images arrive."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from readstation.app.reading.frame_supply import FrameSupply

REST_MS = 50


class ProgressFeed(QObject):
    """One signal for everything that came in since the last one."""

    changed = Signal()

    def __init__(self, supply: FrameSupply, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self.changed)
        supply.on_progress(self._note)

    def _note(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

"""Who paints images at this station: the CPU, until a graphics processor has proved its worth."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from readstation.domain.graphics import SWITCHED_OFF, GraphicsStanding, GraphicsUse, is_software
from readstation.ui.gpu.graphics_probe import (
    CHECK,
    NO_ANSWER,
    NO_DISPLAY,
    NO_WINDOWS,
    PATIENCE_S,
    check_path,
    read_finding,
    standing_from,
)

if TYPE_CHECKING:
    from PySide6.QtCore import QProcess

    from readstation.app.viewport.viewport_model import ViewportModel

log = logging.getLogger(__name__)

START_AFTER_MS = 3_000
"""After the first image was painted: the check takes a processor from those that decode."""
NOT_YET = GraphicsStanding(False, "the graphics processor has not been looked at")


class GraphicsBackEnd(QObject):
    """Looks for a graphics processor once, in another process, and gives it up at the first fault.

    Parameters
    ----------
    use : callable
        What the settings say, now.
    check : sequence of str
        Arguments of the Python interpreter that print a `GraphicsFinding`.
    accepts : callable
        From a renderer's name to whether it may paint.
    """

    changed = Signal()
    """The standing is another one."""

    def __init__(
        self,
        use: Callable[[], GraphicsUse] = lambda: GraphicsUse.AUTOMATIC,
        *,
        check: Sequence[str] = CHECK,
        accepts: Callable[[str], bool] = lambda renderer: not is_software(renderer),
        start_after_ms: int = START_AFTER_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.accepts = accepts
        self._use, self._standing = use, NOT_YET
        self._boxes: WeakKeyDictionary[ViewportModel, GraphicsStanding] = WeakKeyDictionary()
        self._check = tuple(check)
        self._process: QProcess | None = None
        self._start = QTimer(self, interval=start_after_ms, singleShot=True)
        self._start.timeout.connect(self._look)
        self._patience = QTimer(self, interval=round(PATIENCE_S * 1000), singleShot=True)
        self._patience.timeout.connect(self._lose_patience)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)

    @property
    def standing(self) -> GraphicsStanding:
        """Who paints where nothing speaks against it."""
        return self._standing

    def standing_of(self, model: ViewportModel) -> GraphicsStanding:
        """Return who paints one image box, and why."""
        return self._boxes.get(model, self._standing)

    def note_box(self, model: ViewportModel, standing: GraphicsStanding | None) -> None:
        """Keep what holds for one image box alone; None for nothing."""
        if standing is None:
            self._boxes.pop(model, None)
        else:
            self._boxes[model] = standing

    def follow_settings(self) -> None:
        """Look into the settings again. What has failed is not tried again."""
        use = self._use()
        if use is GraphicsUse.OFF and (self._standing.is_gpu or self._standing is NOT_YET):
            self.stop()
            self._stand(SWITCHED_OFF)
        elif use is GraphicsUse.AUTOMATIC and self._standing is SWITCHED_OFF:
            self._stand(NOT_YET)

    def begin(self) -> None:
        """Look for a graphics processor soon, unless that has been done or is not wanted."""
        if self._standing is NOT_YET and self._process is None and not self._start.isActive():
            self._start.start()

    @Slot(str)
    def give_up(self, reason: str) -> None:
        """Paint with the CPU until the program ends."""
        if self._standing.is_gpu or self._standing is NOT_YET:
            self._stand(GraphicsStanding(False, reason))

    @Slot()
    def stop(self) -> None:
        """End the check, if there is one, and hear no more of it."""
        self._start.stop()
        self._patience.stop()
        process, self._process = self._process, None
        if process is not None and process.state() != process.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished()

    def _look(self) -> None:
        self.follow_settings()
        if self._standing is not NOT_YET:
            return
        if QGuiApplication.platformName() in NO_WINDOWS:
            self._stand(NO_DISPLAY)
            return
        from PySide6.QtCore import QProcess, QProcessEnvironment  # noqa: PLC0415 - seldom needed

        self._process = process = QProcess(self)
        surroundings = QProcessEnvironment.systemEnvironment()
        surroundings.insert("PYTHONPATH", check_path())
        process.setProcessEnvironment(surroundings)
        process.finished.connect(self._take)
        process.errorOccurred.connect(self._take)
        self._patience.start()
        process.start(sys.executable, list(self._check))

    @Slot()
    def _take(self) -> None:
        """Read the answer: all but a finding without a failure leaves the CPU painting."""
        self._patience.stop()
        process, self._process = self._process, None
        if process is not None and self._standing is NOT_YET:
            answer = bytes(process.readAllStandardOutput().data()).decode("utf-8", "replace")
            self._stand(standing_from(read_finding(answer)))

    @Slot()
    def _lose_patience(self) -> None:
        self.stop()
        self._stand(standing_from(NO_ANSWER))

    def _stand(self, standing: GraphicsStanding) -> None:
        self._standing = standing
        log.info("images are painted by: %s", standing.text)
        self.changed.emit()

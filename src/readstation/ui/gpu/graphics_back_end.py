"""Who paints images at this station: the CPU, until a graphics processor has proved its worth."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from PySide6.QtCore import (
    QCoreApplication,
    QObject,
    QProcess,
    QProcessEnvironment,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication

from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.graphics import (
    GraphicsFinding,
    GraphicsStanding,
    GraphicsUse,
    is_software,
)

log = logging.getLogger(__name__)

CHECK = ("-m", "readstation.ui.gpu.gpu_check")
START_AFTER_MS = 3_000
"""After the first image was painted: the check takes a processor from those that decode."""
PATIENCE_MS = 120_000
NO_WINDOWS = ("offscreen", "minimal")
NO_ANSWER = "OpenGL is not available"
NOT_YET = GraphicsStanding(False, "the graphics processor has not been looked at")
SWITCHED_OFF = GraphicsStanding(False, "the graphics processor is switched off in the settings")


class GraphicsBackEnd(QObject):
    """Looks for a graphics processor once, in another process, and gives it up at the first fault.

    Parameters
    ----------
    use : GraphicsUse
        What the settings say.
    check : sequence of str
        Arguments of the Python interpreter that print a `GraphicsFinding`.
    accepts : callable
        From a renderer's name to whether it may paint.
    """

    changed = Signal()
    """The standing is another one."""

    def __init__(
        self,
        use: GraphicsUse = GraphicsUse.AUTOMATIC,
        *,
        check: Sequence[str] = CHECK,
        accepts: Callable[[str], bool] = lambda renderer: not is_software(renderer),
        start_after_ms: int = START_AFTER_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.accepts = accepts
        self._standing = NOT_YET if use is GraphicsUse.AUTOMATIC else SWITCHED_OFF
        self._boxes: WeakKeyDictionary[ViewportModel, GraphicsStanding] = WeakKeyDictionary()
        self._check = tuple(check)
        self._process: QProcess | None = None
        self._start = QTimer(self, interval=start_after_ms, singleShot=True)
        self._start.timeout.connect(self._look)
        self._patience = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self.stop)

    @property
    def standing(self) -> GraphicsStanding:
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

    def begin(self) -> None:
        """Look for a graphics processor soon, unless that has been done or is not wanted."""
        if self._standing is NOT_YET and self._process is None and not self._start.isActive():
            self._start.start()

    def give_up(self, reason: str) -> None:
        """Paint with the CPU until the program ends."""
        if self._standing.is_gpu or self._standing is NOT_YET:
            self._stand(GraphicsStanding(False, reason))

    @Slot()
    def stop(self) -> None:
        """End the check, if there is one."""
        self._start.stop()
        if self._process is not None and self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished()

    def _look(self) -> None:
        if QGuiApplication.platformName() in NO_WINDOWS:
            self.give_up("there is no display")
            return
        process = QProcess(self)
        surroundings = QProcessEnvironment.systemEnvironment()
        surroundings.insert("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        process.setProcessEnvironment(surroundings)
        process.finished.connect(self._take)
        process.errorOccurred.connect(self._take)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)
        self._process = process
        self._patience.start()
        process.start(sys.executable, list(self._check))

    @Slot()
    def _take(self) -> None:
        """Read the answer: anything but a finding without a failure leaves the CPU painting."""
        self._patience.stop()
        if self._process is None or self._standing is not NOT_YET:
            return
        answer = bytes(self._process.readAllStandardOutput().data())
        finding = read_finding(answer.decode("utf-8", "replace"))
        if finding.failure:
            self.give_up(finding.failure)
            return
        equal = f"{finding.equal_images} test images are equal to the CPU's"
        self._stand(GraphicsStanding(True, f"{finding.renderer}: {equal}"))

    def _stand(self, standing: GraphicsStanding) -> None:
        self._standing = standing
        log.info("images are painted by: %s", standing.text)
        self.changed.emit()


def read_finding(output: str) -> GraphicsFinding:
    """Return what a check printed; a check that died finds that there is nothing to use.

    >>> read_finding("").failure
    'OpenGL is not available'
    """
    try:
        told = json.loads(output.splitlines()[-1])
        finding = GraphicsFinding(**told)
        whole = int(finding.equal_images)
    except (ValueError, LookupError, TypeError):
        return GraphicsFinding(failure=NO_ANSWER)
    if not finding.failure and whole < 1:
        return GraphicsFinding(finding.renderer, "no test image was painted")
    return finding

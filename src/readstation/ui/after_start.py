"""Does what can wait: one step at a time, after the first screen can be used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from readstation.ui.idle import InputWatch
from readstation.ui.job_runner import JobHandle

QUIET_MS = 600
"""No step begins sooner after a key or the mouse: building a screen takes a quarter of a second."""
LOOK_AGAIN_MS = 50
AT_LATEST_MS = 3000

Step = Callable[[], JobHandle | None]
"""Something short, or the start of a job; the next step waits for the job's end."""


class AfterStart(QObject):
    """Runs `at_once` as soon as it is told to begin, then `quietly` while nobody types or points.

    It begins by itself after AT_LATEST_MS, should nobody say that the first screen is there.
    """

    def __init__(
        self, at_once: Iterable[Step], quietly: Iterable[Step], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._at_once, self._quietly = deque(at_once), deque(quietly)
        self._has_begun = False
        self._job: JobHandle | None = None
        self._since_input = QElapsedTimer()
        self._input = InputWatch(self)
        self._input.seen.connect(self._since_input.restart)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        self._timer.start(AT_LATEST_MS)

    def begin(self) -> None:
        """Begin: the first screen can be used. Asking again does nothing."""
        if self._has_begun:
            return
        self._has_begun = True
        self._input.begin()
        self._timer.start(0)

    def stop(self) -> None:
        """Begin no further step."""
        self._has_begun = True
        self._at_once.clear()
        self._quietly.clear()
        self._finish()

    @property
    def is_done(self) -> bool:
        return not (self._at_once or self._quietly or self._job)

    def _go_on(self) -> None:
        if not self._has_begun:
            self.begin()
        elif self._at_once:
            self._run(self._at_once.popleft())
        elif self._since_input.isValid() and self._since_input.elapsed() < QUIET_MS:
            self._timer.start(LOOK_AGAIN_MS)
        elif self._quietly:
            self._run(self._quietly.popleft())
        else:
            self._finish()

    def _run(self, step: Step) -> None:
        self._job = step()
        if self._job is None:
            self._timer.start(0)
        else:
            self._job.ended.connect(self._job_ended)

    def _job_ended(self) -> None:
        self._job = None
        self._timer.start(0)

    def _finish(self) -> None:
        self._timer.stop()
        self._input.end()

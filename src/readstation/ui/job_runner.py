"""Runs app jobs off the GUI thread and answers on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from readstation.app.jobs import JobCancelled, JobContext, Lane

SWITCH_S = 0.001
"""How long a background thread may go on running Python while a box waits to be painted; Python's
own 5 ms, several times in one frame, is a third of what the frame may take."""


class JobHandle(QObject):
    """One running job, as the screen that started it sees it."""

    progressed = Signal(int, int, str)
    succeeded = Signal(object)
    failed = Signal(object)
    ended = Signal()

    def __init__(self, cancel: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self.cancel = cancel


class JobRunner(QObject):
    """The only place in ReadStation that starts a thread.

    Workers emit the two private signals. Both connections are queued, so every public signal of
    a handle is emitted on the GUI thread, and never before `start` has returned.
    """

    became_idle = Signal()
    """Everything started has been answered, and the answers started nothing more."""
    _progressed = Signal(object, int, int, str)
    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {lane: ThreadPoolExecutor(lane.workers, lane.name) for lane in Lane}
        self._running: dict[JobHandle, Future[Any]] = {}
        self._is_shut_down = False
        self._progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, lane: Lane, work: Callable[[JobContext], Any]) -> JobHandle:
        """Queue `work` on `lane`. Call from the GUI thread."""
        context = JobContext()
        handle = JobHandle(context.cancel, self)
        context.report = partial(self._emit_progress, handle)
        future = self._pools[lane].submit(work, context)
        self._running[handle] = future
        future.add_done_callback(partial(self._emit_finished, handle))
        return handle

    @property
    def is_idle(self) -> bool:
        return not self._running

    def wait_briefly(self, handles: Iterable[JobHandle], most_ms: int) -> None:
        """Let jobs end that take but a moment; how they ended is told later, as always."""
        futures = [self._running[handle] for handle in handles if handle in self._running]
        wait(futures, most_ms / 1000)

    def shutdown(self) -> None:
        """Cancel what runs and wait for it. Queued writes (a last save) are still carried out."""
        self._is_shut_down = True
        for handle in self._running:
            handle.cancel()
        for lane, pool in self._pools.items():
            pool.shutdown(cancel_futures=lane is not Lane.DATABASE)
        for handle in self._running:  # nobody will answer: let go of who waits for them
            handle.deleteLater()
        self._running.clear()

    def _emit_progress(self, handle: JobHandle, done: int, total: int, text: str) -> None:
        if not self._is_shut_down:  # the C++ side of a handle may be gone by then
            self._progressed.emit(handle, done, total, text)

    def _emit_finished(self, handle: JobHandle, future: Future[Any]) -> None:
        if not self._is_shut_down:
            self._finished.emit(handle, future)

    @Slot(object, int, int, str)
    def _show_progress(self, handle: JobHandle, done: int, total: int, text: str) -> None:
        if handle in self._running:
            handle.progressed.emit(done, total, text)

    @Slot(object, object)
    def _deliver(self, handle: JobHandle, future: Future[Any]) -> None:
        if handle not in self._running:
            return  # it ended on its way here, after the runner was shut down
        del self._running[handle]
        try:
            error = future.exception()
        except CancelledError:
            error = JobCancelled()
        if error is None:
            handle.succeeded.emit(future.result())
        elif not isinstance(error, JobCancelled):
            handle.failed.emit(error)
        handle.ended.emit()
        handle.deleteLater()
        if not self._running:
            self.became_idle.emit()

"""Who gets the next free decode worker: the frame that a reader waits for, before anything else.

Requests wait in threads of the job runner. Background requests together never hold every worker,
so one is always there for the frame that appears on the screen; and a request that was overtaken
often enough counts as visible, so that nothing waits for ever. A run of frames keeps its worker
until somebody more urgent waits.
"""

from __future__ import annotations

import threading  # noqa: TID251 - a condition to wait on; no thread is started
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from readstation.adapters.decode.worker_process import WorkerProcess
from readstation.app.importing.refusals import refusal
from readstation.app.jobs import FramePriority, JobCancelled
from readstation.domain.errors import RefusedInputError

PATIENCE = 16
"""How many later requests may overtake one."""
PATIENCE_OF_EQUALS = 4
"""How many more frames a run may have while a request of the same priority waits."""


@dataclass(slots=True, eq=False)
class Turn:
    """One waiting request."""

    priority: FramePriority
    overtaken: int = 0

    @property
    def rank(self) -> int:
        return FramePriority.VISIBLE if self.overtaken >= PATIENCE else self.priority

    @property
    def is_background(self) -> bool:
        return self.priority is FramePriority.BACKGROUND

    def goes_before(self, priority: FramePriority) -> bool:
        """Tell whether a run of this priority gives its worker back for this request."""
        if self.rank == priority:
            return self.overtaken >= PATIENCE_OF_EQUALS
        return self.rank < priority


class WorkerQueue:
    """Lends workers out, the most urgent request first; starts and replaces them as needed."""

    def __init__(self, workers: int, start: Callable[[], WorkerProcess]) -> None:
        self._start = start
        self._idle: list[WorkerProcess | None] = [None] * workers
        self._lent: dict[WorkerProcess, Turn] = {}
        self._waiting: list[Turn] = []
        self._changed = threading.Condition()
        self._background_left = max(workers - 1, 1)
        self._is_closed = False

    @contextmanager
    def borrow(self, priority: FramePriority) -> Iterator[WorkerProcess]:
        """Wait for a worker and lend it.

        Raises
        ------
        JobCancelled
            If the queue is closed meanwhile: the program ends.
        """
        turn = Turn(priority)
        worker = self._take(turn)
        try:
            if worker is None or not worker.is_alive:
                worker = self._started()
            self._lend(turn, worker)
            yield worker
        except RefusedInputError:
            if self._is_closed:  # the worker was ended under this request
                raise JobCancelled from None
            raise
        finally:
            self._give_back(turn, worker)

    def may_go_on(self, worker: WorkerProcess) -> bool:
        """Tell a run whether to begin another frame, which then overtakes whoever waits."""
        with self._changed:
            priority = self._lent[worker].priority
            if any(waiting.goes_before(priority) for waiting in self._allowed()):
                return False
            for waiting in self._waiting:
                waiting.overtaken += 1
            return True

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """End all workers and let nobody wait any longer; what runs is cut short."""
        with self._changed:
            self._is_closed = True
            idle = [worker for worker in self._idle if worker is not None]
            self._idle = [None] * len(self._idle)
            for worker in self._lent:
                worker.kill()
            self._changed.notify_all()
        for worker in idle:
            worker.close()

    @property
    def process_ids(self) -> list[int]:
        """The processes that run now."""
        with self._changed:
            known = [*self._idle, *self._lent]
        return [worker.process_id for worker in known if worker is not None and worker.is_alive]

    @property
    def waiting(self) -> int:
        """How many requests wait for a worker."""
        return len(self._waiting)

    def _take(self, turn: Turn) -> WorkerProcess | None:
        with self._changed:
            self._waiting.append(turn)
            self._hurry(turn)
            try:
                self._changed.wait_for(lambda: self._is_closed or self._next() is turn)
                if self._is_closed:
                    raise JobCancelled
            finally:
                place = self._waiting.index(turn)
                self._waiting.remove(turn)
            for earlier in self._waiting[:place]:
                earlier.overtaken += 1
            self._background_left -= turn.is_background
            self._changed.notify_all()
            return self._idle.pop()

    def _next(self) -> Turn | None:
        """Return whose turn it is: the lowest rank, then the first come."""
        if not self._idle:
            return None
        return min(self._allowed(), key=lambda turn: turn.rank, default=None)

    def _allowed(self) -> list[Turn]:
        """Return who may have a worker as soon as one is there."""
        return [t for t in self._waiting if self._background_left or not t.is_background]

    def _hurry(self, turn: Turn) -> None:
        """Take back what less urgent runs have queued, so that one worker is soon free."""
        if self._idle:
            return
        for worker, holder in self._lent.items():
            if holder.priority > turn.priority:
                worker.withdraw()

    def _started(self) -> WorkerProcess:
        try:
            return self._start()
        except OSError as problem:
            raise refusal("DECODER_DIED", "it cannot be started") from problem

    def _lend(self, turn: Turn, worker: WorkerProcess) -> None:
        with self._changed:
            self._lent[worker] = turn
            if self._is_closed:
                worker.kill()

    def _give_back(self, turn: Turn, worker: WorkerProcess | None) -> None:
        with self._changed:
            if worker is not None:
                self._lent.pop(worker, None)
            if worker is not None and (self._is_closed or not worker.is_alive):
                worker.close()
                worker = None
            # a running worker is lent before a new one is started
            self._idle.insert(0 if worker is None else len(self._idle), worker)
            self._background_left += turn.is_background
            self._changed.notify_all()

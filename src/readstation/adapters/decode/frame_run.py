"""A run of frames: decoded one after the other on one worker that never waits for a request.

The next frames are asked for before the last was read. Where somebody more urgent waits for a
worker, what is not yet begun is withdrawn, the worker given back, and the run goes on later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from readstation.adapters.decode.worker_process import (
    SLOTS,
    Withdrawn,
    WorkerProcess,
    understood,
)
from readstation.adapters.decode.worker_queue import WorkerQueue
from readstation.app.jobs import FramePriority
from readstation.domain.errors import ReadStationError, RefusedInputError

Frame = TypeVar("Frame")
MakeRequest = Callable[[], dict[str, Any]]
"""Returns the request of one frame; called when it is about to be sent."""
TakeFrame = Callable[[WorkerProcess, dict[str, Any], int], Frame]
"""Returns what the run is for, from a worker, its reply and the slot of the pixels."""


Answer = tuple[int, Frame | ReadStationError]
"""The place of a request among those given, and what came of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A frame that was asked for; with `problem` it never came to that."""

    place: int
    slot: int = 0
    problem: ReadStationError | None = None


class FrameRun(Generic[Frame]):
    """Has frames decoded in the order of their requests, as far as nobody overtakes."""

    def __init__(
        self,
        queue: WorkerQueue,
        priority: FramePriority,
        requests: Sequence[MakeRequest],
        take: TakeFrame[Frame],
        timeout_s: float,
    ) -> None:
        self._queue = queue
        self._priority = priority
        self._requests = requests
        self._to_ask = deque(range(len(requests)))
        self._take = take
        self._timeout_s = timeout_s
        self._asked: deque[Asked] = deque()
        self._sent = 0

    def frames(self) -> Generator[Answer[Frame]]:
        """Yield a frame or a refusal per request; close this if you leave it early."""
        while self._to_ask:
            with self._queue.borrow(self._priority) as worker:
                yield from self._on(worker)

    def _on(self, worker: WorkerProcess) -> Iterator[Answer[Frame]]:
        """Have frames decoded until none is left, or the worker is wanted elsewhere or gone."""
        withdrawn: list[int] = []
        self._ask_next(worker)  # whoever waits: this one is what the worker was lent for
        goes_on = True
        try:
            while self._asked:
                while goes_on and self._to_ask and len(self._asked) < SLOTS:
                    goes_on = self._queue.may_go_on(worker)
                    if goes_on:
                        self._ask_next(worker)
                asked = self._asked.popleft()
                try:
                    answer = self._answer(worker, asked)
                except Withdrawn:
                    withdrawn.append(asked.place)
                    goes_on = False
                    continue
                yield asked.place, answer
                if isinstance(answer, RefusedInputError) and not worker.is_alive:
                    return
        finally:
            self._leave(worker, withdrawn)

    def _ask_next(self, worker: WorkerProcess) -> None:
        place = self._to_ask.popleft()
        try:
            request = self._requests[place]()
        except ReadStationError as problem:
            self._asked.append(Asked(place, problem=problem))
            return
        slot = self._sent % SLOTS
        self._sent += 1
        worker.send({**request, "slot": slot})
        self._asked.append(Asked(place, slot))

    def _answer(self, worker: WorkerProcess, asked: Asked) -> Frame | ReadStationError:
        if asked.problem is not None:
            return asked.problem
        try:
            with understood():
                return self._take(worker, worker.receive(self._timeout_s), asked.slot)
        except RefusedInputError as refused:
            if refused.code == "DECODER_DIED":
                worker.close()
            if self._queue.is_closed:  # the worker was ended under this run
                raise
            return refused

    def _leave(self, worker: WorkerProcess, withdrawn: list[int]) -> None:
        """Put back what was not answered; hear out a worker that is still at it."""
        unanswered = list(self._asked)
        self._asked.clear()
        self._to_ask.extendleft(reversed([*withdrawn, *(asked.place for asked in unanswered)]))
        if not unanswered or not worker.is_alive:
            return
        worker.withdraw()
        for asked in unanswered:
            if asked.problem is None and worker.is_alive:
                with suppress(Withdrawn, RefusedInputError):
                    worker.receive(self._timeout_s)

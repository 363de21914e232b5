"""Long work, described without Qt: a function and what it may report."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum


class Lane(Enum):
    """Worker pools. One DATABASE worker keeps SQLite writes in order."""

    DATABASE = "database", 1
    FILES = "files", 2
    PIXELS = "pixels", 2

    @property
    def workers(self) -> int:
        return self.value[1]


class FramePriority(IntEnum):
    """Who waits for a frame. Lower goes first; background work never holds every worker."""

    VISIBLE = 0
    NEXT = 1
    BACKGROUND = 2


class JobCancelled(Exception):  # noqa: N818 - not an error, and never shown
    """Leaves a job that the reader cancelled."""


@dataclass(slots=True)
class JobContext:
    """Given to every job: report progress here, notice cancellation here."""

    report: Callable[[int, int, str], None] | None = None
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Report `done` of `total` units of work.

        Raises
        ------
        JobCancelled
            If the reader has cancelled. Let it pass; clean up in `finally`.
        """
        self.check()
        if self.report is not None:
            self.report(done, total, text)

    def check(self) -> None:
        """Notice cancellation and report nothing: for what is done thousands of times.

        Raises
        ------
        JobCancelled
        """
        if self._cancelled.is_set():
            raise JobCancelled

    def cancel(self) -> None:
        self._cancelled.set()

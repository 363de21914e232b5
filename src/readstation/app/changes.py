"""Tells screens that something they show has been committed."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Subject(Enum):
    """What changed; a screen listens to what it shows."""

    WORKLIST = "worklist"
    REPORT = "report"
    CRITICAL_RESULTS = "critical results"
    HANDOFFS = "handoffs"
    QUALITY = "quality"
    STUDIES = "studies"
    DISPLAYS = "displays"


class ChangeFeed:
    """Listeners are called in the thread that publishes: publish on the GUI thread."""

    def __init__(self) -> None:
        self._listeners: list[tuple[frozenset[Subject], Callable[[], None]]] = []

    def listen(self, subjects: set[Subject], listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change of `subjects`; returns how to stop listening."""
        entry = (frozenset(subjects), listener)
        self._listeners.append(entry)
        return lambda: self._listeners.remove(entry)

    def publish(self, *subjects: Subject) -> None:
        changed = set(subjects)
        for wanted, listener in list(self._listeners):
            if wanted & changed:
                listener()

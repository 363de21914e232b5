"""Something that takes long to make and is often not needed: made when it is first asked for."""

from __future__ import annotations

import threading  # noqa: TID251 - a lock; no thread is started
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class OnFirstUse(Generic[Made]):
    """Makes one object, once, whichever thread asks first."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make = make
        self._made: list[Made] = []
        self._lock = threading.Lock()

    @property
    def is_made(self) -> bool:
        return bool(self._made)

    def get(self) -> Made:
        """Return the object; a failure to make it is raised again by the next call."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

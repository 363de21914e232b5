"""Which display sets still wait for the frame that their thumbnail is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.held_frames import FrameName, name_of
from readstation.imaging.frame import StoredFrame

PreviewListener = Callable[[DisplaySet, StoredFrame | None], None]


class Previews:
    """Hands each display set its preview frame once; None where it cannot be decoded."""

    def __init__(self) -> None:
        self._waiting: dict[FrameName, list[DisplaySet]] = {}
        self._listeners: list[PreviewListener] = []

    def listen(self, listener: PreviewListener) -> None:
        self._listeners.append(listener)

    def clear(self) -> None:
        self._waiting.clear()

    def add(self, sets: Iterable[DisplaySet]) -> None:
        """Note sets that want their preview frame, in this order."""
        for display_set in sets:
            self._waiting.setdefault(name_of(display_set.preview), []).append(display_set)

    @property
    def sets(self) -> Sequence[DisplaySet]:
        """One set for each frame that is still wanted."""
        return [sets[0] for sets in self._waiting.values()]

    def wants(self, name: FrameName) -> bool:
        return name in self._waiting

    def offer(self, name: FrameName, frame: StoredFrame | None) -> None:
        """Give a decoded frame, or that there is none, to the sets that wait for it."""
        for display_set in self._waiting.pop(name, ()):
            for listener in self._listeners:
                listener(display_set, frame)

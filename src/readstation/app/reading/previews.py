"""Which display sets still wait for the frame that their thumbnail is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from readstation.app.reading.display_set import DisplaySet
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.study import FrameKey
from readstation.imaging.frame import StoredFrame

PreviewListener = Callable[[DisplaySet, StoredFrame | None], None]


class Previews:
    """Hands each display set its preview frame once; None where it cannot be decoded."""

    def __init__(self) -> None:
        self._done: set[int] = set()
        self._listeners: list[PreviewListener] = []

    def listen(self, listener: PreviewListener) -> None:
        self._listeners.append(listener)

    def clear(self) -> None:
        self._done.clear()

    def waiting(self, sets: Sequence[DisplaySet]) -> list[ImageDescription]:
        """Return the frames that are still wanted."""
        return [s.preview for s in sets if id(s) not in self._done]

    def offer(self, sets: Sequence[DisplaySet], key: FrameKey, frame: StoredFrame | None) -> None:
        """Give a decoded frame, or its refusal, to the sets that wait for it."""
        for display_set in sets:
            if display_set.preview.frame_key == key and id(display_set) not in self._done:
                self._done.add(id(display_set))
                for listener in self._listeners:
                    listener(display_set, frame)

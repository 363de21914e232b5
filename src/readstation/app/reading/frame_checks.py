"""Frames in memory whose hash is still to be compared, so that nobody waits for it later."""

from __future__ import annotations

from readstation.app.image_ports import UncheckedFrame
from readstation.app.reading.frame_cache import FrameCache, PixelKey
from readstation.app.reading.load_frames import WantedFrame

CHECKS_AT_ONCE = 64


class FrameChecks:
    """What is left to compare, of what is open."""

    def __init__(self, cache: FrameCache) -> None:
        self._cache = cache
        self._waiting: dict[PixelKey, WantedFrame] = {}

    def clear(self) -> None:
        self._waiting.clear()

    def note(self, wanted: WantedFrame) -> None:
        """Note a frame that is in memory; one that was compared is none of ours."""
        if self._cache.unchecked(wanted.key) is not None:
            self._waiting[wanted.key] = wanted

    def next(self) -> list[tuple[WantedFrame, UncheckedFrame]]:
        """Return some frames to compare now; they do not come again."""
        found: list[tuple[WantedFrame, UncheckedFrame]] = []
        while self._waiting and len(found) < CHECKS_AT_ONCE:
            key, wanted = self._waiting.popitem()
            frame = self._cache.unchecked(key)
            if frame is not None:
                found.append((wanted, frame))
        return found

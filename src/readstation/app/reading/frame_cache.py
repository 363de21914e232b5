"""Decoded frames within a memory budget, least recently shown first out."""

from __future__ import annotations

from collections import OrderedDict

from readstation.domain.study import FrameKey
from readstation.imaging.frame import StoredFrame

DEFAULT_BUDGET_BYTES = 2 * 1024**3


class FrameCache:
    """Keyed by SOP Instance UID and frame number: a frame can never be taken for another."""

    def __init__(self, budget_bytes: int = DEFAULT_BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._frames: OrderedDict[FrameKey, StoredFrame] = OrderedDict()
        self._used_bytes = 0

    @property
    def used_bytes(self) -> int:
        return self._used_bytes

    def __contains__(self, key: FrameKey) -> bool:
        return key in self._frames

    def get(self, key: FrameKey) -> StoredFrame | None:
        frame = self._frames.get(key)
        if frame is not None:
            self._frames.move_to_end(key)
        return frame

    def put(self, key: FrameKey, frame: StoredFrame) -> None:
        """Keep `frame`; what was shown longest ago leaves until the budget holds again."""
        replaced = self._frames.pop(key, None)
        if replaced is not None:
            self._used_bytes -= replaced.size_bytes
        self._frames[key] = frame
        self._used_bytes += frame.size_bytes
        while self._used_bytes > self._budget_bytes and len(self._frames) > 1:
            _, oldest = self._frames.popitem(last=False)
            self._used_bytes -= oldest.size_bytes

    def has_room_for(self, size_bytes: int) -> bool:
        """Whether reading ahead would push nothing out."""
        return self._used_bytes + size_bytes <= self._budget_bytes

    def clear(self) -> None:
        self._frames.clear()
        self._used_bytes = 0

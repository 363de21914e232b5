"""Which images of the open study this reader has had on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from readstation.app.ports import DisplayedFrame as DisplayRecord
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_state import DisplayedFrame
from readstation.domain.study import FrameKey, Series


class SeenImages:
    """Counts frames that were painted whole, and hands new ones over to be recorded once."""

    def __init__(self) -> None:
        self._seen: set[FrameKey] = set()
        self._new: dict[FrameKey, str] = {}
        self._own: frozenset[str] = frozenset()
        self.total = 0

    def begin(self, series: Sequence[Series], seen: frozenset[FrameKey]) -> None:
        """Start with a study and what this reader saw of it on an earlier day."""
        self._seen = set(seen)
        self._new.clear()
        self._own = frozenset(i.sop_instance_uid for s in series for i in s.instances)
        self.total = sum(s.image_count for s in series)

    def end(self) -> None:
        self.begin((), frozenset())

    @property
    def count(self) -> int:
        """Images of the study itself; those of priors are recorded but not counted."""
        return sum(key.sop_instance_uid in self._own for key in self._seen)

    def has(self, image: ImageDescription) -> bool:
        """Whether this reader has had the image on the screen."""
        return FrameKey(image.sop_instance_uid, image.frame_number) in self._seen

    def note(self, shown: DisplayedFrame) -> bool:
        """Note one painted frame; returns True if it was not seen before."""
        key = FrameKey(shown.sop_instance_uid, shown.frame_number)
        if key in self._seen:
            return False
        self._seen.add(key)
        self._new[key] = shown.study_instance_uid
        return True

    def take_new(self, viewer_id: str, now: datetime) -> tuple[DisplayRecord, ...]:
        """Return what was displayed since the last call, to be recorded."""
        records = tuple(
            DisplayRecord(study_uid, key, viewer_id, now) for key, study_uid in self._new.items()
        )
        self._new.clear()
        return records

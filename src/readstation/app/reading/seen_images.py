"""Which images of the open study this reader has had on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from readstation.app.ports import DisplayedFrame as DisplayRecord
from readstation.app.reading.looks import Looks
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_state import DisplayedFrame
from readstation.domain.study import FrameKey, Series
from readstation.domain.viewing import DiagnosticScale


class SeenImages:
    """Counts frames that were gone through at diagnostic scale, and hands over what to record.

    `now_s` returns monotonic seconds.
    """

    def __init__(self, scale: DiagnosticScale, now_s: Callable[[], float]) -> None:
        self._looks = Looks(scale)
        self._now_s = now_s
        self._own: frozenset[str] = frozenset()
        self.total = 0

    def begin(self, series: Sequence[Series], diagnostic: frozenset[FrameKey]) -> None:
        """Start with a study and what this reader read of it on an earlier day."""
        self._looks.begin(diagnostic)
        self._own = frozenset(i.sop_instance_uid for s in series for i in s.instances)
        self.total = sum(s.image_count for s in series)

    def end(self) -> None:
        self.begin((), frozenset())

    @property
    def count(self) -> int:
        """Images of the study itself; those of priors are recorded but not counted."""
        return sum(key.sop_instance_uid in self._own for key in self._looks.diagnostic)

    def has(self, image: ImageDescription) -> bool:
        """Whether this reader has gone through the image at diagnostic scale."""
        return FrameKey(image.sop_instance_uid, image.frame_number) in self._looks.diagnostic

    def among(self, images: Iterable[ImageDescription]) -> Iterator[ImageDescription]:
        """Return those of the images that this reader has gone through."""
        return filter(self.has, images) if self._looks.diagnostic else iter(())

    def look(self, box: int, shown: DisplayedFrame, modality: str) -> bool:
        """Note what was painted in a box; True if its frame counts as read only from now on."""
        return self._looks.look(box, shown, modality, self._now_s())

    def leave(self, box: int) -> None:
        """Note that what a box showed is gone."""
        self._looks.leave(box, self._now_s())

    def count_time(self, *, is_in_view: bool) -> None:
        """Count the time on the screen until now, unless the window was not to be seen."""
        self._looks.count(self._now_s(), is_in_view=is_in_view)

    def take_new(self, viewer_id: str, now: datetime) -> tuple[DisplayRecord, ...]:
        """Return what was displayed since the last call, to be recorded."""
        return tuple(
            DisplayRecord(
                new.study_instance_uid,
                new.frame,
                viewer_id,
                now,
                diagnostic_at=now if new.is_diagnostic else None,
                shown_ms=new.shown_ms,
            )
            for new in self._looks.take_new()
        )

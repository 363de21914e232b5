"""How long each image was on the screen, and whether it was gone through large enough."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from readstation.app.viewport.viewport_state import DisplayedFrame
from readstation.domain.study import FrameKey
from readstation.domain.viewing import ALL_CELLS, DiagnosticScale


@dataclass(slots=True)
class _Seen:
    study_instance_uid: str
    cells: int = 0
    new_ms: float = 0.0
    is_new: bool = True
    is_new_diagnostic: bool = False


@dataclass(frozen=True, slots=True)
class NewlySeen:
    """What there is to write down of one frame since the last time."""

    study_instance_uid: str
    frame: FrameKey
    shown_ms: int
    is_diagnostic: bool


class Looks:
    """Follows every image box. Times are monotonic seconds.

    A frame is diagnostic once every part of it was on the screen at the scale its modality asks
    for, at once or by panning over it; a coarse preview is never reported here.
    """

    def __init__(self, scale: DiagnosticScale) -> None:
        self._scale = scale
        self._on_screen: dict[int, tuple[FrameKey, float]] = {}
        self._seen: dict[FrameKey, _Seen] = {}
        self._diagnostic: set[FrameKey] = set()

    def begin(self, diagnostic: frozenset[FrameKey]) -> None:
        """Start with a study and what of it was read at diagnostic scale on an earlier day."""
        self._on_screen.clear()
        self._seen.clear()
        self._diagnostic = set(diagnostic)

    @property
    def diagnostic(self) -> Set[FrameKey]:
        """Frames that were read at diagnostic scale, now or on an earlier day."""
        return self._diagnostic

    def look(self, box: int, shown: DisplayedFrame, modality: str, now_s: float) -> bool:
        """Note what a box shows from now on; True if that made its frame diagnostic."""
        self.leave(box, now_s)
        frame = FrameKey(shown.sop_instance_uid, shown.frame_number)
        self._on_screen[box] = (frame, now_s)
        seen = self._seen.get(frame)
        if seen is None:
            seen = self._seen[frame] = _Seen(shown.study_instance_uid)
        if frame in self._diagnostic or not self._scale.is_enough(modality, shown.painted_scale):
            return False
        seen.cells |= shown.part.cells
        if seen.cells != ALL_CELLS:
            return False
        self._diagnostic.add(frame)
        seen.is_new_diagnostic = True
        return True

    def leave(self, box: int, now_s: float) -> None:
        """Note that what a box showed is gone from it."""
        if box in self._on_screen:
            frame, since_s = self._on_screen.pop(box)
            self._seen[frame].new_ms += (now_s - since_s) * 1000

    def count(self, now_s: float, *, is_in_view: bool) -> None:
        """Count the time until now; none of it while the window was hidden or another in front."""
        for box, (frame, since_s) in self._on_screen.items():
            if is_in_view:
                self._seen[frame].new_ms += (now_s - since_s) * 1000
            self._on_screen[box] = (frame, now_s)

    def take_new(self) -> Iterator[NewlySeen]:
        """Give out, once, what is to be written down."""
        for frame, seen in self._seen.items():
            shown_ms = round(seen.new_ms)
            if seen.is_new or shown_ms > 0 or seen.is_new_diagnostic:
                yield NewlySeen(seen.study_instance_uid, frame, shown_ms, seen.is_new_diagnostic)
                seen.new_ms -= shown_ms
                seen.is_new = seen.is_new_diagnostic = False

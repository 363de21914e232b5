"""Where the pixels of the image boxes come from: the cache, and what is to be decoded next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.frame_queue import Position, WantedFrame, next_wanted
from readstation.app.reading.previews import PreviewListener, Previews
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken
from readstation.domain.study import FrameKey, Instance, Series
from readstation.imaging.frame import StoredFrame


class FrameSupply:
    """Answers what the image boxes ask for, and says which frame is missed most.

    An image box only ever takes pixels for its present request, so a late answer for a study
    that is closed has nowhere to go (H01).
    """

    def __init__(self, boxes: Sequence[ViewportModel], cache: FrameCache) -> None:
        self._boxes = tuple(boxes)
        self._cache = cache
        self._sets: tuple[DisplaySet, ...] = ()
        self._order: tuple[int, ...] = ()
        self._instances: dict[str, Instance] = {}
        self._headings = [1] * len(self._boxes)
        self._last_indices = [0] * len(self._boxes)
        self._listeners: list[Callable[[], None]] = []
        self._previews = Previews()
        self._refused: dict[FrameKey, str] = {}
        for box in self._boxes:
            box.on_frame_wanted(self._answer(box))

    def on_frames_wanted(self, listener: Callable[[], None]) -> None:
        """Call `listener` when something may have to be loaded."""
        self._listeners.append(listener)

    def on_preview(self, listener: PreviewListener) -> None:
        """Call `listener` with each display set and its thumbnail's frame, None without one."""
        self._previews.listen(listener)

    # What is open

    def add_series(self, series: Sequence[Series]) -> None:
        """Note the instances of a study that is open from here on."""
        for each in series:
            for instance in each.instances:
                self._instances[instance.sop_instance_uid] = instance

    def add_sets(self, sets: Sequence[DisplaySet]) -> None:
        """Give the thumbnails of new display sets what is decoded already; the rest is wanted."""
        for image in self._previews.waiting(sets):  # it may have come late, from before a switch
            if (frame := self._cache.get(image.frame_key)) is not None:
                self._previews.offer(sets, image.frame_key, frame)
        self._want()

    def follow(self, sets: tuple[DisplaySet, ...], active_box: int, box_count: int) -> None:
        """Take what is open and which boxes are visible; the active one comes first."""
        self._sets = sets
        self._order = tuple(dict.fromkeys((active_box, *range(box_count))))

    def begin_box(self, box_index: int) -> None:
        """Forget where the reader was heading: the box shows other images now."""
        self._last_indices[box_index] = 0
        self._headings[box_index] = 1

    def clear(self) -> None:
        """Let go of the study; pixels still on their way are refused from here on."""
        self._cache.clear()
        self._instances.clear()
        self._previews.clear()
        self._refused.clear()

    def instance_of(self, image: ImageDescription) -> Instance:
        return self._instances[image.sop_instance_uid]

    # Loading

    def next_frame_to_load(
        self, busy: Sequence[FrameKey], *, with_background: bool = True
    ) -> WantedFrame | None:
        """Return the most wanted frame, or None."""
        positions = []
        for index in self._order:
            box = self._boxes[index]
            if not box.display_set:
                continue
            frame_index = box.state.frame_index
            if frame_index != self._last_indices[index]:
                self._headings[index] = 1 if frame_index > self._last_indices[index] else -1
                self._last_indices[index] = frame_index
            positions.append(Position(box.display_set, frame_index, self._headings[index]))
        previews = self._previews.waiting(self._sets)
        taken = [*busy, *self._refused]
        return next_wanted(positions, self._cache, taken, previews, with_background=with_background)

    def take_frame(self, image: ImageDescription, frame: StoredFrame) -> None:
        """Keep decoded pixels and show them where they are wanted now."""
        if image.sop_instance_uid not in self._instances:
            return  # its study was closed meanwhile
        self._cache.put(image.frame_key, frame)
        self._previews.offer(self._sets, image.frame_key, frame)
        for box in self._boxes_waiting_for(image):
            if box.token is not None:
                box.show_frame(box.token, frame)

    def take_refusal(self, image: ImageDescription, message: str) -> None:
        """Keep why a frame cannot be shown; it is not asked for again while the study is open."""
        if image.sop_instance_uid not in self._instances:
            return
        self._refused[image.frame_key] = message
        self._previews.offer(self._sets, image.frame_key, None)
        for box in self._boxes_waiting_for(image):
            if box.token is not None:
                box.show_refusal(box.token, message)

    def _answer(self, box: ViewportModel) -> Callable[[RequestToken, ImageDescription], None]:
        def answer(token: RequestToken, image: ImageDescription) -> None:
            frame = self._cache.get(image.frame_key)
            if frame is not None:
                box.show_frame(token, frame)
            elif image.frame_key in self._refused:
                box.show_refusal(token, self._refused[image.frame_key])
            self._want()

        return answer

    def _boxes_waiting_for(self, image: ImageDescription) -> list[ViewportModel]:
        """Return the boxes that show this very frame, though another opening may have asked."""
        waiting = (box for box in self._boxes if box.frame is None and not box.refusal)
        return [
            box
            for box in waiting
            if box.description is not None and box.description.frame_key == image.frame_key
        ]

    def _want(self) -> None:
        for listener in list(self._listeners):
            listener()

"""Where the pixels of the image boxes come from: the cache, and what is to be loaded next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from readstation.app.image_ports import FrameScratch, UncheckedFrame
from readstation.app.reading.decoding_time import wants_first_look
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import FrameCache, HeldFrame, PixelKey
from readstation.app.reading.frame_checks import FrameChecks
from readstation.app.reading.frame_queue import How, Tier
from readstation.app.reading.held_frames import FrameName, Holding, SeriesProgress
from readstation.app.reading.load_frames import Arrival, Load, WantedFrame, words_of
from readstation.app.reading.load_planner import LoadPlanner
from readstation.app.reading.no_scratch import NO_SCRATCH
from readstation.app.reading.open_frames import OpenFrames
from readstation.app.reading.previews import PreviewListener, Previews
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken
from readstation.domain.errors import CannotDisplayError
from readstation.domain.study import Instance, Series
from readstation.imaging.frame import StoredFrame

SpillListener = Callable[[list[tuple[PixelKey, StoredFrame]]], None]


def size_of(frames: Iterable[tuple[PixelKey, StoredFrame]]) -> int:
    return sum(frame.size_bytes for _, frame in frames)


class FrameSupply:
    """Answers what the image boxes ask for, and says what is to be loaded next.

    An image box only ever takes pixels for its present request, and only those of the very file
    that its study names, so a late answer for a study that is closed has nowhere to go (H01).
    """

    def __init__(
        self,
        boxes: Sequence[ViewportModel],
        cache: FrameCache,
        scratch: FrameScratch = NO_SCRATCH,
    ) -> None:
        self._boxes = tuple(boxes)
        self._cache = cache
        self.scratch = scratch
        self._open = OpenFrames(boxes)
        self._planner = LoadPlanner(self._open, cache, scratch)
        self._previews = Previews()
        self._refused: dict[PixelKey, str] = {}
        self._looked_at: set[PixelKey] = set()
        self._decoded: set[PixelKey] = set()
        self._checks = FrameChecks(cache)
        self._spill_listeners: list[SpillListener] = []
        self._wanted_listeners: list[Callable[[], None]] = []
        self._progress_listeners: list[Callable[[], None]] = []
        for box in self._boxes:
            box.on_frame_wanted(self._answer(box))
        cache.on_left(self._spill)

    def on_touched(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the reader does something to an image box."""
        for box in self._boxes:
            box.on_change(lambda _state: listener())

    def on_spilled(self, listener: SpillListener) -> None:
        """Call `listener` with decoded frames that leave memory; it ends with `end_spill`."""
        self._spill_listeners.append(listener)

    def on_frames_wanted(self, listener: Callable[[], None]) -> None:
        """Call `listener` when something may have to be loaded."""
        self._wanted_listeners.append(listener)

    def on_progress(self, listener: Callable[[], None]) -> None:
        """Call `listener` when `progress` may say something else. Show it 20 times a second."""
        self._progress_listeners.append(listener)

    def on_preview(self, listener: PreviewListener) -> None:
        """Call `listener` with each display set and its thumbnail's frame, None without one."""
        self._previews.listen(listener)

    # What is open

    def add_series(self, series: Iterable[Series]) -> None:
        """Note the instances of a study that is open, or to be opened next, from here on."""
        self._open.add_series(series)

    def add_sets(self, sets: Sequence[DisplaySet]) -> None:
        """Take new display sets of what is open: what is here already is theirs at once."""
        here = self._open.add_sets(sets, self._cache, self._planner.coming)
        self._previews.add(sets)
        for wanted in self._open.wanted(here):
            self._checks.note(wanted)
        for display_set in self._previews.sets:
            key = self._open.key(display_set.preview)
            if key is not None and key in self._cache:
                self._offer_preview(display_set.preview, key)
        self._want()

    def read_ahead(self, sets: Sequence[DisplaySet]) -> None:
        """Load these too when there is nothing else to do: they are likely to be opened next."""
        self._open.add_sets(sets, self._cache, self._planner.coming)
        self._open.next_sets = (*self._open.next_sets, *sets)
        self._want()

    @property
    def has_room_ahead(self) -> bool:
        """Whether there is memory for more than what is open and read ahead already."""
        return self._planner.has_room_ahead

    def follow(
        self,
        sets: tuple[DisplaySet, ...],
        shown: tuple[DisplaySet | None, ...],
        active_box: int,
        box_count: int,
    ) -> None:
        """Take what is open and what is on the screen; the active box comes first."""
        self._open.follow(sets, shown, active_box, box_count)
        self._cache.use(s.series_instance_uid for s in sets)
        self._cache.use(s.series_instance_uid for s in shown if s is not None)

    def begin_box(self, box_index: int) -> None:
        """Forget where the reader was heading: the box shows other images now."""
        self._open.begin_box(box_index)

    def clear(self) -> None:
        """Let go of the study. Its pixels stay in memory for as long as there is room."""
        self._open.clear()
        self._planner.forget_study()
        self._refused.clear()
        self._looked_at.clear()
        self._checks.clear()
        self._previews.clear()
        self._want()

    def forget_pixels(self) -> None:
        """Let go of every pixel, on disk too: the session ends."""
        self.clear()
        self._decoded.clear()
        self._cache.clear()
        self.scratch.close()

    def instance_of(self, image: ImageDescription) -> Instance:
        return self._open.instance_of(image)

    def held(
        self, images: Iterable[ImageDescription]
    ) -> list[tuple[WantedFrame, HeldFrame | None]]:
        """Return what is needed to load images, each with its pixels if they are in memory."""
        return [
            (wanted, self._cache.unchecked(wanted.key) or self._cache.get(wanted.key))
            for wanted in self._open.wanted(images)
        ]

    def mark_seen(self, names: Iterable[FrameName]) -> None:
        """Note images that this reader has had on the screen."""
        for name in names:
            self._open.held.mark_seen(name)
        self._tell()

    def progress(self, display_set: DisplaySet) -> SeriesProgress:
        """Return which images of a set are loaded, refused and seen."""
        return self._open.held.progress(display_set)

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why images of the open study cannot be shown, one sentence for each that is known."""
        return tuple(self._refused.values())

    @property
    def is_complete(self) -> bool:
        """Nothing of what is open is missing any more."""
        return all(self.progress(display_set).is_complete for display_set in self._open.sets)

    @property
    def is_awaited(self) -> bool:
        """Whether an image box waits for its frame."""
        return bool(_waiting(self._boxes))

    # Loading

    def next_load(self, *, most: Tier = Tier.PREFETCH, with_background: bool = True) -> Load | None:
        """Return what to load next; None if nothing is wanted or there is no room for it.

        Room is reserved for it until `end`. `most` is the least urgent tier that may be loaded.
        """
        waiting = self._previews.sets
        return self._planner.next_load(waiting, most, with_background=with_background)

    def next_first_look(self) -> WantedFrame | None:
        """Return a visible frame that takes so long that a coarse picture is wanted meanwhile."""
        for position in self._open.positions:
            image = position.display_set.images[position.frame_index]
            for wanted in self._open.wanted((image,)):
                key = wanted.key
                if key in self._cache or key in self._looked_at or key in self._refused:
                    continue
                if wants_first_look(image) and self._planner.how(image) is How.DECODE:
                    self._looked_at.add(key)
                    return wanted
        return None

    def take(self, load: Load, arrivals: Iterable[Arrival]) -> None:
        """Keep what came and show it where it is wanted now."""
        for arrival in arrivals:
            if not self._planner.arrive(load, arrival.wanted.key):
                continue
            if arrival.refusal:
                self._refuse(arrival.wanted, arrival.refusal)
            elif arrival.frame is None:
                self._planner.leave_to_decoder(arrival.wanted.key)
            else:
                self._keep(load, arrival.wanted, arrival.frame)
        self._tell()

    def next_checks(self) -> list[tuple[WantedFrame, UncheckedFrame]]:
        """Return some frames whose hash nobody has compared yet, to be compared ahead."""
        return self._checks.next()

    def take_checks(self, changed: Iterable[WantedFrame]) -> None:
        """Refuse frames whose files have changed, before anybody scrolls to them."""
        for wanted in changed:
            if wanted.key in self._cache:
                self._checked(wanted.image, wanted.key)
        self._tell()

    def take_first_look(self, wanted: WantedFrame, frame: StoredFrame) -> None:
        """Show a coarse picture where the whole frame is still waited for. It is never kept."""
        for box in self._boxes_waiting_for(wanted.key):
            if box.token is not None:
                box.show_preview(box.token, frame)

    def end(self, load: Load, refusal: str = "") -> None:
        """Give back what has not come; with a `refusal` the next frame is to blame for it."""
        outstanding = self._planner.end(load)
        if refusal:
            for wanted in outstanding[:1]:
                self._refuse(wanted, refusal)
        self._want()
        self._tell()

    # Inside

    def _keep(self, load: Load, wanted: WantedFrame, frame: HeldFrame) -> None:
        key, image = wanted.key, wanted.image
        shared = load if load.how is How.PLAIN else None
        if shared is None:
            self._decoded.add(key)
        self._cache.put(key, frame, image.series_instance_uid, shared)
        name = self._open.name(key)
        if name is None:
            return  # its study was closed meanwhile; it is ready should it be opened again
        self._open.mark(key, Holding.LOADED)
        self._checks.note(wanted)
        if self._previews.wants(name):
            self._offer_preview(image, key)
        for box in self._boxes_waiting_for(key):
            self._show(box, image, key)

    def _refuse(self, wanted: WantedFrame, message: str) -> None:
        """Keep why a frame cannot be shown; it is not asked for again while the study is open."""
        key = wanted.key
        name = self._open.name(key)
        if name is None:
            return
        self._refused[key] = message
        self._open.mark(key, Holding.REFUSED)
        self._previews.offer(name, None)
        for box in self._boxes_waiting_for(key):
            if box.token is not None:
                box.show_refusal(box.token, message)

    def _show(self, box: ViewportModel, image: ImageDescription, key: PixelKey) -> None:
        frame = self._checked(image, key)
        if box.token is None:
            return
        if frame is not None:
            box.show_frame(box.token, frame)
        elif key in self._refused:
            box.show_refusal(box.token, self._refused[key])

    def _checked(self, image: ImageDescription, key: PixelKey) -> StoredFrame | None:
        """Return a frame from memory; one whose file has changed is refused here and now."""
        try:
            return self._cache.get(key)
        except CannotDisplayError as error:
            for wanted in self._open.wanted((image,)):
                self._refuse(wanted, words_of(error))
            return None

    def _offer_preview(self, image: ImageDescription, key: PixelKey) -> None:
        frame, name = self._checked(image, key), self._open.name(key)
        if frame is not None and name is not None:
            self._previews.offer(name, frame)

    def _answer(self, box: ViewportModel) -> Callable[[RequestToken, ImageDescription], None]:
        def answer(_token: RequestToken, image: ImageDescription) -> None:
            key = self._open.key(image)
            if key is not None:
                self._show(box, image, key)
            self._want()

        return answer

    def _boxes_waiting_for(self, key: PixelKey) -> list[ViewportModel]:
        """Return the boxes that show this very frame, though another opening may have asked."""
        return [box for box, image in _waiting(self._boxes) if self._open.key(image) == key]

    def _spill(self, _series: str, left: list[tuple[PixelKey, HeldFrame]]) -> None:
        """Hand over what would have to be decoded again; until it is written it is in memory."""
        frames = [
            (key, frame)
            for key, frame in left
            if key in self._decoded and isinstance(frame, StoredFrame)
        ]
        self._decoded.difference_update(key for key, _ in left)
        unwritten = [(key, frame) for key, frame in frames if not self.scratch.holds(*key)]
        for listener in self._spill_listeners if unwritten else ():
            self._cache.note_leaving(size_of(unwritten))
            listener(unwritten)

    def end_spill(self, frames: Sequence[tuple[PixelKey, StoredFrame]]) -> None:
        """Note that frames which left are written now, or are not going to be."""
        self._cache.release(size_of(frames))
        self._want()

    def _want(self) -> None:
        for listener in list(self._wanted_listeners):
            listener()

    def _tell(self) -> None:
        for listener in list(self._progress_listeners):
            listener()


def _waiting(boxes: Iterable[ViewportModel]) -> list[tuple[ViewportModel, ImageDescription]]:
    """Return the boxes that wait for a frame, and which it is."""
    waiting = (box for box in boxes if box.frame is None and not box.refusal)
    return [(box, box.description) for box in waiting if box.description is not None]

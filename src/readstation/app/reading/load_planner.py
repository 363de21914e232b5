"""Chooses what to load next, and keeps within the memory budget what is on its way."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from readstation.app.image_ports import FrameScratch
from readstation.app.jobs import FramePriority
from readstation.app.reading.decoding_time import decoded_bytes, is_plain
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import FrameCache, HeldFrame, PixelKey
from readstation.app.reading.frame_queue import How, Position, Scene, Tier, Wish, wishes
from readstation.app.reading.held_frames import Holding
from readstation.app.reading.load_frames import Load, WantedFrame
from readstation.app.reading.open_frames import OpenFrames
from readstation.app.viewport.image_description import ImageDescription

SHED_MARGIN = 128
"""Images: how much farther away what leaves must be than what comes for it, so that it settles."""


class LoadPlanner:
    """Knows what is under way: nothing is loaded twice, and nothing without room for it."""

    def __init__(self, frames: OpenFrames, cache: FrameCache, scratch: FrameScratch) -> None:
        self._open = frames
        self._cache = cache
        self._scratch = scratch
        self._loads: dict[Load, dict[PixelKey, WantedFrame]] = {}
        self._needs_decoder: set[PixelKey] = set()
        cache.on_left(self._note_left)

    @property
    def coming(self) -> set[PixelKey]:
        """The frames that are on their way."""
        return {key for frames in self._loads.values() for key in frames}

    @property
    def has_room_ahead(self) -> bool:
        """Whether all that is open, and all that is to be read ahead of it, leaves memory free."""
        sets = (*self._open.sets, *self._open.next_sets)
        wanted = sum(decoded_bytes(image) for s in sets for image in s.images)
        return wanted < self._cache.budget_bytes

    def forget_study(self) -> None:
        self._needs_decoder.clear()

    def how(self, image: ImageDescription) -> How:
        """Return where an image's pixels are best had from."""
        key = self._open.key(image)
        if key is not None and self._scratch.holds(*key):
            return How.SCRATCH
        return How.PLAIN if is_plain(image) and key not in self._needs_decoder else How.DECODE

    def next_load(
        self, thumbnails: Sequence[DisplaySet], most: Tier, *, with_background: bool
    ) -> Load | None:
        """Return what to load next, with room reserved for it; None if there is nothing to do."""
        positions = self._open.positions
        scene = Scene(positions, thumbnails, self._open.sets, self._open.next_sets)
        for wish in wishes(scene, self._open.held, self.how):
            if wish.tier > most:
                return None
            if wish.priority is FramePriority.BACKGROUND and not with_background:
                continue
            frames = self._open.wanted(wish.images)
            if frames and self._make_room(wish, positions):
                return self._begin(wish, frames)
        return None

    def arrive(self, load: Load, key: PixelKey) -> bool:
        """Give back the room reserved for one frame; False if it is not waited for."""
        wanted = self._loads.get(load, {}).pop(key, None)
        if wanted is not None:
            self._cache.release(decoded_bytes(wanted.image))
        return wanted is not None

    def leave_to_decoder(self, key: PixelKey) -> None:
        """Note that a file cannot be read as it lies; its frame is wanted still."""
        self._needs_decoder.add(key)
        self._open.mark(key, Holding.MISSING)

    def end(self, load: Load) -> list[WantedFrame]:
        """Return what has not come; it is missing again."""
        outstanding = list(self._loads.pop(load, {}).values())
        for wanted in outstanding:
            self._cache.release(decoded_bytes(wanted.image))
            self._open.mark(wanted.key, Holding.MISSING)
        return outstanding

    def _begin(self, wish: Wish, frames: tuple[WantedFrame, ...]) -> Load:
        load = Load(frames, wish.tier, wish.how, wish.priority)
        self._loads[load] = {wanted.key: wanted for wanted in frames}
        for wanted in frames:
            self._open.mark(wanted.key, Holding.COMING)
        return load

    def _make_room(self, wish: Wish, positions: Sequence[Position]) -> bool:
        size, tier = sum(decoded_bytes(image) for image in wish.images), wish.tier
        kept = self._open.visible_series
        if tier <= Tier.AHEAD:
            if self._cache.reserve(size, kept):
                return True
            self._shed(size, positions, wish)
            return self._cache.reserve(size, kept, at_any_cost=tier is Tier.VISIBLE)
        kept |= {s.series_instance_uid for s in self._open.sets}
        if tier is Tier.PREFETCH:
            kept |= {s.series_instance_uid for s in self._open.next_sets}
        return self._cache.reserve(size, kept)

    def _shed(self, size_bytes: int, positions: Sequence[Position], wish: Wish) -> None:
        """Let go of what lies farthest from the reader in series larger than the memory."""
        visible = {self._open.key(p.display_set.images[p.frame_index]) for p in positions}
        nearest = 0 if wish.tier is Tier.VISIBLE else self._away(positions, wish) + SHED_MARGIN
        while self._cache.free_bytes < size_bytes:
            key = self._farthest(positions, nearest)
            leaving: Collection[PixelKey | None] = self._cache.leaves_with(key) if key else ()
            if key is None or not leaving or not visible.isdisjoint(leaving):
                return
            self._cache.drop(key)

    def _away(self, positions: Sequence[Position], wish: Wish) -> int:
        held = self._open.held
        found = (held.distance(p.display_set, p.frame_index, wish.images[0]) for p in positions)
        return min((d for d in found if d is not None), default=0)

    def _farthest(self, positions: Sequence[Position], nearest: int) -> PixelKey | None:
        found = [
            (away, self._open.key(p.display_set.images[index]))
            for p in positions
            for away, index in self._open.held.farthest_loaded(p.display_set, p.frame_index)
            if away > nearest
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def _note_left(self, _series: str, left: list[tuple[PixelKey, HeldFrame]]) -> None:
        for key, _ in left:
            self._open.mark(key, Holding.MISSING)

"""The images of what is open, the files they are in, and what of them is in memory."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import PixelKey
from readstation.app.reading.frame_queue import Position
from readstation.app.reading.held_frames import FrameName, HeldFrames, Holding, name_of
from readstation.app.reading.load_frames import WantedFrame
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.study import Instance, Series


class OpenFrames:
    """Everything here is of the studies that are open, or to be opened next, and goes with them."""

    def __init__(self, boxes: Sequence[ViewportModel]) -> None:
        self.held = HeldFrames()
        self.sets: tuple[DisplaySet, ...] = ()
        self.next_sets: tuple[DisplaySet, ...] = ()
        self._boxes = tuple(boxes)
        self._shown: tuple[DisplaySet | None, ...] = ()
        self._order: tuple[int, ...] = ()
        self._instances: dict[tuple[str, str], Instance] = {}
        self._names: dict[PixelKey, FrameName] = {}
        self._keys: dict[FrameName, PixelKey] = {}
        self._headings = [1] * len(self._boxes)
        self._last_indices = [0] * len(self._boxes)

    def clear(self) -> None:
        """Let go of everything."""
        self.sets, self.next_sets, self._shown, self._order = (), (), (), ()
        self._instances.clear()
        self._names.clear()
        self._keys.clear()
        self.held.clear()

    def add_series(self, series: Iterable[Series]) -> None:
        """Note which file each instance is in."""
        for each in series:
            for instance in each.instances:
                self._instances[each.series_instance_uid, instance.sop_instance_uid] = instance

    def add_sets(
        self, sets: Sequence[DisplaySet], loaded: Container[PixelKey], coming: set[PixelKey]
    ) -> list[ImageDescription]:
        """Take display sets; return the images whose pixels are here already."""
        self.held.add(sets)
        here = []
        for image in (image for display_set in sets for image in display_set.images):
            name = series_uid, sop_uid, frame_number = name_of(image)
            instance = self._instances.get((series_uid, sop_uid))
            if instance is None:
                continue
            key = PixelKey(instance.content_sha256, frame_number)
            self._names[key] = name
            self._keys[name] = key
            if key in loaded:
                self.held.mark(name, Holding.LOADED)
                here.append(image)
            elif key in coming:
                self.held.mark(name, Holding.COMING)
        return here

    def follow(
        self,
        sets: tuple[DisplaySet, ...],
        shown: tuple[DisplaySet | None, ...],
        active_box: int,
        box_count: int,
    ) -> None:
        """Take what is open and what is on the screen; the active box comes first."""
        self.sets, self._shown = sets, shown
        self._order = tuple(dict.fromkeys((active_box, *range(box_count))))

    def begin_box(self, box_index: int) -> None:
        """Forget where the reader was heading: the box shows other images now."""
        self._last_indices[box_index] = 0
        self._headings[box_index] = 1

    @property
    def positions(self) -> list[Position]:
        """Where each visible box stands and where its reader is heading."""
        positions = []
        for index in self._order:
            box, display_set = self._boxes[index], self._shown[index]
            if display_set is None or not box.display_set:
                continue
            frame_index = box.state.frame_index
            if frame_index != self._last_indices[index]:
                self._headings[index] = 1 if frame_index > self._last_indices[index] else -1
                self._last_indices[index] = frame_index
            positions.append(Position(display_set, frame_index, self._headings[index]))
        return positions

    @property
    def visible_series(self) -> set[str]:
        return {s.series_instance_uid for s in self._shown if s is not None}

    def instance_of(self, image: ImageDescription) -> Instance:
        return self._instances[image.series_instance_uid, image.sop_instance_uid]

    def key(self, image: ImageDescription) -> PixelKey | None:
        """Return which pixels an image has; None if its file is not among what is open."""
        known = self._keys.get(name_of(image))
        if known is not None:
            return known
        instance = self._instances.get((image.series_instance_uid, image.sop_instance_uid))
        return PixelKey(instance.content_sha256, image.frame_number) if instance else None

    def wanted(self, images: Iterable[ImageDescription]) -> tuple[WantedFrame, ...]:
        """Return what is needed to load images; those without a file are left out."""
        return tuple(
            WantedFrame(image, self.instance_of(image))
            for image in images
            if self.key(image) is not None
        )

    def name(self, key: PixelKey) -> FrameName | None:
        """Return which image has these pixels; None if it is not open."""
        return self._names.get(key)

    def mark(self, key: PixelKey, holding: Holding) -> None:
        name = self._names.get(key)
        if name is not None:
            self.held.mark(name, holding)

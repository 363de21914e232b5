"""Which images of each display set are in memory, refused, or on their way; and which were seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from readstation.app.reading.display_set import DisplaySet
from readstation.app.viewport.image_description import ImageDescription

FrameName = tuple[str, str, int]
"""Series and SOP Instance UID and frame number: a key that is cheap to make and to compare."""


def name_of(image: ImageDescription) -> FrameName:
    return (image.series_instance_uid, image.sop_instance_uid, image.frame_number)


class Holding(IntEnum):
    """Where the pixels of one image are. MISSING is 0, which a search finds fast."""

    MISSING = 0
    LOADED = 1
    REFUSED = 2
    COMING = 3


@dataclass(frozen=True, slots=True)
class SeriesProgress:
    """How far the images of one display set are, in their order: one byte per image.

    `holdings` holds `Holding` values; `seen` is 1 for an image this reader has had on the screen.
    """

    holdings: bytes
    seen: bytes

    @property
    def total(self) -> int:
        return len(self.holdings)

    @property
    def loaded_count(self) -> int:
        return self.holdings.count(Holding.LOADED)

    @property
    def refused_count(self) -> int:
        return self.holdings.count(Holding.REFUSED)

    @property
    def seen_count(self) -> int:
        return self.seen.count(1)

    @property
    def is_complete(self) -> bool:
        """Every image is loaded or will not come."""
        return self.loaded_count + self.refused_count == self.total


@dataclass(slots=True, eq=False)
class _Row:
    holdings: bytearray
    seen: bytearray


class HeldFrames:
    """One row of bytes per display set; looking for the nearest missing image is a byte search."""

    def __init__(self) -> None:
        self._rows: dict[DisplaySet, _Row] = {}
        self._places: dict[FrameName, list[tuple[_Row, int]]] = {}

    def add(self, sets: Iterable[DisplaySet]) -> None:
        """Begin with sets of which nothing is there yet."""
        for display_set in sets:
            count = len(display_set.images)
            row = self._rows[display_set] = _Row(bytearray(count), bytearray(count))
            for index, image in enumerate(display_set.images):
                self._places.setdefault(name_of(image), []).append((row, index))

    def clear(self) -> None:
        self._rows.clear()
        self._places.clear()

    def __contains__(self, name: FrameName) -> bool:
        return name in self._places

    def holding(self, name: FrameName) -> Holding:
        """Return where one image is; MISSING for one that is in no set."""
        places = self._places.get(name)
        return Holding(places[0][0].holdings[places[0][1]]) if places else Holding.MISSING

    def mark(self, name: FrameName, holding: Holding) -> None:
        for row, index in self._places.get(name, ()):
            row.holdings[index] = holding

    def mark_seen(self, name: FrameName) -> None:
        for row, index in self._places.get(name, ()):
            row.seen[index] = 1

    def progress(self, display_set: DisplaySet) -> SeriesProgress:
        """Return how far a set is; a set that was never added has nothing."""
        row = self._rows.get(display_set)
        if row is None:
            return SeriesProgress(bytes(len(display_set.images)), bytes(len(display_set.images)))
        return SeriesProgress(bytes(row.holdings), bytes(row.seen))

    def first_missing(self, display_set: DisplaySet) -> int | None:
        index = self._rows[display_set].holdings.find(Holding.MISSING)
        return index if index >= 0 else None

    def missing_count(self, display_set: DisplaySet) -> int:
        return self._rows[display_set].holdings.count(Holding.MISSING)

    def nearest_missing(
        self, display_set: DisplaySet, index: int, heading: int
    ) -> tuple[int, int] | None:
        """Return how urgent and which the most wanted missing image is; twice as far ahead counts.

        The urgency is its place in the order that begins at `index` and takes two images
        ahead for each one behind.
        """
        holdings = self._rows[display_set].holdings
        after = holdings.find(Holding.MISSING, index)
        before = holdings.rfind(Holding.MISSING, 0, index if heading > 0 else index + 1)
        if heading < 0:
            after = holdings.find(Holding.MISSING, index + 1)
        ahead, behind = (after, before) if heading > 0 else (before, after)
        found = []
        if ahead >= 0:
            distance = abs(ahead - index)
            found.append((distance + max(distance - 1, 0) // 2, ahead))
        if behind >= 0:
            found.append((3 * abs(behind - index), behind))
        return min(found, default=None)

    def distance(self, display_set: DisplaySet, index: int, image: ImageDescription) -> int | None:
        """Return how many images lie between one and the place of the reader; None if elsewhere."""
        row = self._rows[display_set]
        places = self._places.get(name_of(image), ())
        return min((abs(at - index) for found, at in places if found is row), default=None)

    def farthest_loaded(self, display_set: DisplaySet, index: int) -> list[tuple[int, int]]:
        """Return the outermost images that are loaded, each with its distance from `index`."""
        holdings = self._rows[display_set].holdings
        ends = {holdings.find(Holding.LOADED), holdings.rfind(Holding.LOADED)}
        return [(abs(end - index), end) for end in ends if end >= 0]

    def missing_from(
        self, display_set: DisplaySet, start: int, step: int, most: int
    ) -> Sequence[int]:
        """Return `start` and what is missing right beside it, in the direction of `step`."""
        holdings = self._rows[display_set].holdings
        end = min(len(holdings), start + most) if step > 0 else max(-1, start - most)
        found = []
        for index in range(start, end, step):
            if holdings[index] != Holding.MISSING:
                break
            found.append(index)
        return found

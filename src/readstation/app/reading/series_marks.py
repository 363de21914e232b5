"""A display set drawn along a line: which stretch is loaded, refused, seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from readstation.app.reading.held_frames import Holding, SeriesProgress


class Mark(Enum):
    """What one device pixel of the line says of the images that it stands for."""

    MISSING = "not loaded yet"
    LOADED = "loaded"
    SEEN = "seen"
    REFUSED = "cannot be displayed"


@dataclass(frozen=True, slots=True)
class MarkedStretch:
    """Pixels `start_px` to `end_px` (excluded) of the line."""

    start_px: int
    end_px: int
    mark: Mark


def marked_stretches(progress: SeriesProgress, length_px: int) -> tuple[MarkedStretch, ...]:
    """Return the line from its beginning to its end.

    A pixel that lies on several images promises no more than the least of them holds: it is
    loaded or seen only if all of them are, and refused if one of them is.
    """
    if not progress.total or length_px <= 0:
        return ()
    found, start = [], 0
    for mark, pixels in groupby(_mark_of_pixels(progress, length_px)):
        end = start + sum(1 for _ in pixels)
        found.append(MarkedStretch(start, end, mark))
        start = end
    return tuple(found)


def _mark_of_pixels(progress: SeriesProgress, length_px: int) -> Iterator[Mark]:
    total = progress.total
    for pixel in range(length_px):
        first = pixel * total // length_px
        last = -(-(pixel + 1) * total // length_px)
        yield _mark_of(progress.holdings[first:last], progress.seen[first:last])


def _mark_of(holdings: bytes, seen: bytes) -> Mark:
    if Holding.REFUSED in holdings:
        return Mark.REFUSED
    if 0 not in seen:
        return Mark.SEEN
    is_loaded = holdings.count(Holding.LOADED) == len(holdings)
    return Mark.LOADED if is_loaded else Mark.MISSING


def index_at(position_px: float, length_px: int, total: int) -> int:
    """Return which image a place on the line stands for, the nearest one beyond its ends."""
    if total <= 0 or length_px <= 0:
        return 0
    return min(max(int(position_px * total / length_px), 0), total - 1)


def place_of(index: int, length_px: int, total: int) -> tuple[int, int]:
    """Return the first pixel of an image on the line and how many it takes, one at least."""
    if total <= 0:
        return 0, 0
    start = index * length_px // total
    return start, max((index + 1) * length_px // total - start, 1)


def progress_words(progress: SeriesProgress) -> str:
    """Return the same in words.

    >>> progress_words(SeriesProgress(bytes([1, 1, 0, 2]), bytes([1, 0, 0, 0])))
    '2 of 4 images loaded, 1 seen, 1 cannot be displayed'
    """
    noun = "image" if progress.total == 1 else "images"
    words = [f"{progress.loaded_count} of {progress.total} {noun} loaded"]
    words.append(f"{progress.seen_count} seen")
    if progress.refused_count:
        words.append(f"{progress.refused_count} cannot be displayed")
    return ", ".join(words)

"""A display set drawn along a line: which stretch is loaded, refused, seen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from readstation.app.reading.held_frames import Holding, SeriesProgress


class Mark(Enum):
    """What one device pixel of the line says of the images that it stands for."""

    MISSING = "not loaded yet"
    LOADED = "loaded"
    SEEN = "seen"
    REFUSED = "cannot be displayed"


MARKS = (Mark.REFUSED, Mark.SEEN, Mark.LOADED, Mark.MISSING)
"""The first that holds of the images of a pixel is its mark; the last always does."""


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
    marks = _mark_of_pixels(progress, length_px)
    ends = [*(np.flatnonzero(np.diff(marks)) + 1).tolist(), length_px]
    starts = [0, *ends[:-1]]
    return tuple(
        MarkedStretch(start, end, MARKS[marks[start]])
        for start, end in zip(starts, ends, strict=True)
    )


def _mark_of_pixels(progress: SeriesProgress, length_px: int) -> NDArray[np.intp]:
    """Return for each pixel where its mark stands in `MARKS`."""
    total = progress.total
    edges = np.arange(length_px + 1) * total
    first, last = edges[:-1] // length_px, -(-edges[1:] // length_px)
    holdings, seen = np.frombuffer(progress.holdings, np.uint8), np.frombuffer(progress.seen, bool)

    def count(images: NDArray[np.bool_]) -> NDArray[np.intp]:
        before = np.concatenate(([0], np.cumsum(images)))
        return before[last] - before[first]

    conditions = [
        count(holdings == Holding.REFUSED) > 0,
        count(seen) == last - first,
        count(holdings == Holding.LOADED) == last - first,
    ]
    return np.select(conditions, range(3), 3)


def index_at(position_px: float, length_px: int, total: int) -> int:
    """Return which image a place on the line stands for, the nearest one beyond its ends."""
    if total <= 0 or length_px <= 0:
        return 0
    return min(max(int(position_px * total / length_px), 0), total - 1)


def place_of(index: int, length_px: int, total: int) -> tuple[int, int]:
    """Return the first pixel of an image on the line and how many it takes, one at least.

    A pixel is taken by the image that its middle stands for, as `index_at` has it.
    """
    if total <= 0:
        return 0, 0
    start, end = (-((total - 2 * i * length_px) // (2 * total)) for i in (index, index + 1))
    return min(start, length_px - 1), max(end - start, 1)


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

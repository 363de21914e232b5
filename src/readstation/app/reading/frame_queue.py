"""Which frame to decode next: what is on the screen first, then where the reader is heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from readstation.app.jobs import FramePriority
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.study import FrameKey

QUICK_PIXELS = 1024 * 1024
"""Larger frames are read ahead in the background: JPEG 2000 takes over 0.1 s per million pixels."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where one visible image box stands in its display set; `heading` is +1 or -1."""

    images: Sequence[ImageDescription]
    frame_index: int
    heading: int = 1


@dataclass(frozen=True, slots=True)
class WantedFrame:
    """A frame to decode, and who waits for it."""

    image: ImageDescription
    priority: FramePriority


def next_wanted(
    positions: Sequence[Position],
    cache: FrameCache,
    busy: Iterable[FrameKey],
    previews: Sequence[ImageDescription] = (),
    *,
    with_background: bool = True,
) -> WantedFrame | None:
    """Return the most wanted frame that is neither decoded nor being decoded; None when idle.

    Visible frames come first, then those that thumbnails wait for, then what lies ahead. Reading
    ahead stops where it would push decoded frames out of the cache. Without background nothing
    is returned that could keep a decoder busy for long while nobody waits for it.
    """
    taken = set(busy)
    for wanted in _in_order(positions, previews):
        key = wanted.image.frame_key
        if key in cache or key in taken:
            continue
        if wanted.priority is FramePriority.BACKGROUND and not with_background:
            continue
        is_ahead = wanted.priority is not FramePriority.VISIBLE and wanted.image not in previews
        if is_ahead and not cache.has_room_for(_decoded_bytes(wanted.image)):
            return None
        return wanted
    return None


def _in_order(
    positions: Sequence[Position], previews: Sequence[ImageDescription]
) -> Iterator[WantedFrame]:
    for image in _visible(positions):
        yield WantedFrame(image, FramePriority.VISIBLE)
    for image in previews:
        yield WantedFrame(image, FramePriority.BACKGROUND)
    for image in _ahead(positions):
        is_quick = image.rows * image.columns <= QUICK_PIXELS
        yield WantedFrame(image, FramePriority.NEXT if is_quick else FramePriority.BACKGROUND)


def _visible(positions: Sequence[Position]) -> Iterator[ImageDescription]:
    for position in positions:
        yield position.images[position.frame_index]


def _ahead(positions: Sequence[Position]) -> Iterator[ImageDescription]:
    """Interleave the boxes, each from its nearest frame outwards, twice as far ahead as behind."""
    for images in zip_longest(*(_outwards(position) for position in positions)):
        yield from (image for image in images if image is not None)


def _outwards(position: Position) -> Iterator[ImageDescription]:
    count, start = len(position.images), position.frame_index
    for step in range(1, count):
        for offset in (2 * step - 1, 2 * step, -step):
            index = start + offset * position.heading
            if 0 <= index < count:
                yield position.images[index]


def _decoded_bytes(image: ImageDescription) -> int:
    bytes_per_sample = 3 if image.is_colour else (2 if image.bits_allocated > 8 else 1)
    return image.rows * image.columns * bytes_per_sample

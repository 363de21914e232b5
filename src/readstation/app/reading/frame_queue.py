"""Which frame to decode next: what is on the screen first, then where the reader is heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from readstation.app.reading.frame_cache import FrameCache
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.study import FrameKey


@dataclass(frozen=True, slots=True)
class Position:
    """Where one visible image box stands in its display set; `heading` is +1 or -1."""

    images: Sequence[ImageDescription]
    frame_index: int
    heading: int = 1


def next_wanted(
    positions: Sequence[Position],
    cache: FrameCache,
    busy: Iterable[FrameKey],
    previews: Sequence[ImageDescription] = (),
) -> ImageDescription | None:
    """Return the most wanted frame that is neither decoded nor being decoded; None when idle.

    Visible frames come first, then those that thumbnails wait for, then what lies ahead. Reading
    ahead stops where it would push decoded frames out of the cache.
    """
    taken = set(busy)
    for image in (*_visible(positions), *previews):
        if image.frame_key not in cache and image.frame_key not in taken:
            return image
    for image in _ahead(positions):
        if image.frame_key in cache or image.frame_key in taken:
            continue
        return image if cache.has_room_for(_decoded_bytes(image)) else None
    return None


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

"""What to load next: what is on the screen first, then where the reader is heading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from readstation.app.jobs import FramePriority, Lane
from readstation.app.reading.decoding_time import decoded_bytes, decoding_ms, is_plain, is_quick
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.held_frames import HeldFrames, Holding, name_of
from readstation.app.viewport.image_description import ImageDescription

MISSING = Holding.MISSING
MOST_AT_ONCE = 64
MOST_BYTES_AT_ONCE = 32 * 1024**2
"""One reading: its frames share memory, so this is also how much leaves at once."""
DECODE_AT_ONCE_MS = 160
AT_LEAST_MS = 16
"""The last runs of a series become smaller, down to this, so that no decoder waits for another."""


class Tier(IntEnum):
    """What a frame is wanted for. Lower goes first."""

    VISIBLE = 0
    THUMBNAIL = 1
    AHEAD = 2
    STUDY = 3
    PREFETCH = 4


class How(Enum):
    """Where the pixels come from."""

    PLAIN = "read from the file"
    SCRATCH = "read from the scratch file"
    DECODE = "decoded"


@dataclass(frozen=True, slots=True)
class Position:
    """Where one visible image box stands in its display set; `heading` is +1 or -1."""

    display_set: DisplaySet
    frame_index: int
    heading: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """Frames that are wanted together, the most wanted first."""

    images: tuple[ImageDescription, ...]
    tier: Tier
    how: How
    priority: FramePriority


@dataclass(frozen=True, slots=True)
class Scene:
    """What is open, as far as loading is concerned."""

    positions: Sequence[Position]
    thumbnails: Sequence[DisplaySet]
    sets: Sequence[DisplaySet]
    prefetched: Sequence[DisplaySet] = ()


def wishes(
    scene: Scene, held: HeldFrames, how: Callable[[ImageDescription], How]
) -> Iterator[Wish]:
    """Yield the most wanted frames that are missing, tier after tier; the best of each tier."""
    for position in scene.positions:
        image = position.display_set.images[position.frame_index]
        if held.holding(name_of(image)) is MISSING:
            source, images = how(image), (image, *_of_same_file(position.display_set, image, held))
            yield Wish(images, Tier.VISIBLE, source, FramePriority.VISIBLE)
    for display_set in scene.thumbnails:
        image = display_set.preview
        if held.holding(name_of(image)) is MISSING:
            source, images = how(image), (image, *_of_same_file(display_set, image, held))
            priority = FramePriority.BACKGROUND if source is How.DECODE else FramePriority.NEXT
            yield Wish(images, Tier.THUMBNAIL, source, priority)
    yield from _ahead(scene.positions, held, how)
    yield from _from_start(scene.sets, held, how, Tier.STUDY)
    yield from _from_start(scene.prefetched, held, how, Tier.PREFETCH)


def _of_same_file(
    display_set: DisplaySet, image: ImageDescription, held: HeldFrames
) -> Iterator[ImageDescription]:
    """Yield the other frames of a plain file, which is read whole: they come for nothing."""
    if image.number_of_frames > 1 and is_plain(image):
        for other in display_set.images:
            is_same_file = other.sop_instance_uid == image.sop_instance_uid
            if is_same_file and other is not image and held.holding(name_of(other)) is MISSING:
                yield other


def _ahead(
    positions: Sequence[Position], held: HeldFrames, how: Callable[[ImageDescription], How]
) -> Iterator[Wish]:
    """Take each box from its nearest frame outwards, twice as far ahead as behind."""
    found = []
    for place, position in enumerate(positions):
        near = held.nearest_missing(position.display_set, position.frame_index, position.heading)
        if near is not None:
            urgency, index = near
            is_behind = (index - position.frame_index) * position.heading < 0
            step = -position.heading if is_behind else position.heading
            found.append((urgency, place, index, step))
    for _, place, index, step in sorted(found):
        run = _run(positions[place].display_set, index, step, held, how)
        yield _wish(run, Tier.AHEAD, how)


def _from_start(
    sets: Sequence[DisplaySet],
    held: HeldFrames,
    how: Callable[[ImageDescription], How],
    tier: Tier,
) -> Iterator[Wish]:
    for display_set in sets:
        index = held.first_missing(display_set)
        if index is not None:
            yield _wish(_run(display_set, index, 1, held, how), tier, how)


def _run(
    display_set: DisplaySet,
    index: int,
    step: int,
    held: HeldFrames,
    how: Callable[[ImageDescription], How],
) -> tuple[ImageDescription, ...]:
    """Return what is loaded in one go: neighbours from the same source, not too much at once."""
    first = display_set.images[index]
    source = how(first)
    if source is How.PLAIN and first.number_of_frames > 1:
        return (first, *_of_same_file(display_set, first, held))
    most = min(MOST_AT_ONCE, MOST_BYTES_AT_ONCE // max(decoded_bytes(first), 1))
    if source is How.DECODE:
        most = min(most, int(DECODE_AT_ONCE_MS / max(decoding_ms(first), 1)))
    fair = -(-held.missing_count(display_set) // Lane.PIXELS.workers)
    most = max(min(most, max(fair, int(AT_LEAST_MS / decoding_ms(first)))), 1)
    run = []
    for near in held.missing_from(display_set, index, step, most):
        image = display_set.images[near]
        if how(image) is not source:
            break
        run.append(image)
    return tuple(run)


def _wish(
    images: tuple[ImageDescription, ...], tier: Tier, how: Callable[[ImageDescription], How]
) -> Wish:
    source = how(images[0])
    is_patient = tier is Tier.PREFETCH or (source is How.DECODE and not is_quick(images[0]))
    priority = FramePriority.BACKGROUND if is_patient else FramePriority.NEXT
    return Wish(images, tier, source, priority)

"""The job that registers two series: their slices, coarse, then the search. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from readstation.app.image_ports import FrameSource
from readstation.app.jobs import FramePriority, JobContext
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import HeldFrame, PixelKey
from readstation.app.reading.load_frames import WantedFrame
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.errors import CannotDisplayError
from readstation.domain.study import Instance
from readstation.imaging.frame import StoredFrame
from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration import Doubt, Registration, register
from readstation.imaging.registration_volume import (
    CoarseVolume,
    Values,
    block_of,
    coarse_slice,
    coarse_volume,
    slices_for_grid,
)

REGISTERED_MODALITIES = frozenset({"CT", "MR", "PT", "NM"})
HOUNSFIELD = "CT"
HOUNSFIELD_RANGE = (-1000.0, 1000.0)
MOST_MISSING = 0.1  # of the slices: with more of them refused there is no volume
NOTHING_FOUND = Registration(None, Doubt.NO_VOLUME)


@dataclass(frozen=True, slots=True)
class NeededSlice:
    """One slice to compare, and its pixels if they are in memory."""

    wanted: WantedFrame
    plane: ImagePlane
    held: HeldFrame | None = None


Stack = tuple[NeededSlice, ...]


def slices_to_register(display_set: DisplaySet) -> tuple[ImageDescription, ...]:
    """Return the images that registration needs, in order; none if they are no volume."""
    images = display_set.images
    if display_set.first.modality not in REGISTERED_MODALITIES:
        return ()
    head = images[0]
    planes = [image.plane for image in images if image.plane is not None]
    same = all(
        (image.rows, image.columns) == (head.rows, head.columns) and not image.is_colour
        for image in images
    )
    if not same or len(planes) != len(images):
        return ()
    return tuple(images[index] for index in slices_for_grid(planes))


def can_be_registered(one: DisplaySet, other: DisplaySet) -> bool:
    """Return True if both are volumes of one modality."""
    if one.first.modality != other.first.modality:
        return False
    return bool(slices_to_register(one)) and bool(slices_to_register(other))


def register_series(
    source: FrameSource, fixed: Stack, moving: Stack, job: JobContext
) -> Registration:
    """Register two stacks of slices; what cannot be read or compared is said, not raised."""
    try:
        volumes = [_volume(source, stack, job) for stack in (fixed, moving)]
    except ValueError:
        return NOTHING_FOUND
    same_values = fixed[0].wanted.image.modality == HOUNSFIELD
    told = partial(job.progress, 1, 2)
    return register(volumes[0], volumes[1], same_values=same_values, told=told)


def _volume(source: FrameSource, stack: Stack, job: JobContext) -> CoarseVolume:
    block = block_of(stack[0].plane)
    slices: dict[PixelKey, Values] = {}
    for wanted, frame in frames_of(source, stack, job):
        job.progress(0, 2)
        slices[wanted.key] = _reduced(wanted.image, frame, block)
    there = [needed for needed in stack if needed.wanted.key in slices]
    if len(there) < len(stack) * (1 - MOST_MISSING):
        raise ValueError("too many slices are missing")
    is_ct = stack[0].wanted.image.modality == HOUNSFIELD
    low, high = HOUNSFIELD_RANGE if is_ct else (None, None)
    return coarse_volume(
        [needed.plane for needed in there],
        [slices[needed.wanted.key] for needed in there],
        low=low,
        high=high,
    )


def _reduced(image: ImageDescription, frame: StoredFrame, block: int) -> Values:
    """Return modality values of a slice, coarse; padding counts as the lowest value."""
    stored = frame.stored_values
    padding = frame.pixel_padding or image.pixel_padding
    if padding is not None:
        is_padding = (stored >= padding.lowest) & (stored <= padding.highest)
        if is_padding.any() and not is_padding.all():
            stored = np.where(is_padding, stored[~is_padding].min(), stored)
    return coarse_slice(stored, block, image.modality_transform)


def frames_of(
    source: FrameSource, stack: Stack, job: JobContext
) -> Iterator[tuple[WantedFrame, StoredFrame]]:
    """Yield frames from memory, then those that are read plain, then those to be decoded.

    One that is refused is left out; its image box says why.
    """
    missing: dict[PixelKey, WantedFrame] = {}
    for needed in stack:
        frame = _checked(needed.held)
        if frame is not None:
            yield needed.wanted, frame
        else:
            missing[needed.wanted.key] = needed.wanted
    if missing:
        yield from _loaded(source, missing, job)


def _loaded(
    source: FrameSource, missing: dict[PixelKey, WantedFrame], job: JobContext
) -> Iterator[tuple[WantedFrame, StoredFrame]]:
    for instance, number, unchecked in source.load_plain(_pairs(missing.values()), job):
        wanted = missing.pop(PixelKey(instance.content_sha256, number))
        frame = _checked(unchecked)
        if frame is not None:
            yield wanted, frame
    run = source.load_many(_pairs(missing.values()), job, FramePriority.BACKGROUND)
    for instance, number, result in run if missing else ():
        if isinstance(result, StoredFrame):
            yield missing[PixelKey(instance.content_sha256, number)], result


def _pairs(wanted: Iterable[WantedFrame]) -> list[tuple[Instance, int]]:
    return [(each.instance, each.image.frame_number) for each in wanted]


def _checked(held: HeldFrame | None) -> StoredFrame | None:
    if held is None or isinstance(held, StoredFrame):
        return held
    try:
        return held.checked()
    except CannotDisplayError:
        return None

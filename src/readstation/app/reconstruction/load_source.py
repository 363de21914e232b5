"""The job that makes a volume of a display set: every slice, or a refusal that says why. No Qt."""

from __future__ import annotations

from readstation.app.image_ports import FrameSource
from readstation.app.jobs import JobContext
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_cache import PixelKey
from readstation.app.reading.register_series import Stack, frames_of
from readstation.app.reconstruction.plane_compiler import PlaneCompiler
from readstation.app.reconstruction.plane_set import Source
from readstation.domain.errors import ReadStationError
from readstation.imaging.frame import StoredFrame
from readstation.imaging.volume import (
    NoVolumeError,
    SlicePixels,
    build_volume,
    why_no_volume,
)

MOST_BYTES = 2 * 1024**3
FLOAT_BYTES = 4
REMEDY = "Read the images as they were acquired."
NO_SLICES = "A single image has no planes through it."


class NotReformattedError(ReadStationError):
    """A display set is no volume."""


def why_not_reformatted(display_set: DisplaySet) -> str:
    """Return why no volume can be made of a display set; empty if one can, so far as is known."""
    images = display_set.images
    if any(image.is_colour for image in images):
        return "Colour images are not reformatted."
    if display_set.stack is None and len(images) < 2:
        return NO_SLICES
    reason = why_no_volume([image.plane for image in images])
    if reason:
        return reason
    if len({(image.rows, image.columns) for image in images}) > 1:
        return "The images of this series are not of one size."
    if volume_bytes(display_set) > MOST_BYTES:
        return "This series is too large to reformat."
    return ""


def volume_bytes(display_set: DisplaySet) -> int:
    """Return how much memory the volume of a display set takes."""
    images, head = display_set.images, display_set.first
    is_one = all(image.modality_transform == head.modality_transform for image in images)
    is_kept = is_one and head.modality_transform.lut is None and head.bits_allocated <= 16
    per_voxel = max(head.bits_allocated // 8, 1) if is_kept else FLOAT_BYTES
    return sum(image.rows * image.columns for image in images) * per_voxel


def load_and_prepare(
    source: FrameSource, stack: Stack, compiler: PlaneCompiler, job: JobContext
) -> Source:
    """Make a volume as `load_source` does, and wait until planes through it can be made."""
    made = load_source(source, stack, job)
    compiler.wait(made.volume.values.dtype.name, job)
    return made


def load_source(source: FrameSource, stack: Stack, job: JobContext) -> Source:
    """Make a volume of all slices of `stack`.

    Raises
    ------
    NotReformattedError
        If a slice cannot be shown, or the slices are no volume.
    """
    frames: dict[PixelKey, StoredFrame] = {}
    for wanted, frame in frames_of(source, stack, job):
        frames[wanted.key] = frame
        job.progress(len(frames), len(stack))
    missing = sum(needed.wanted.key not in frames for needed in stack)
    if missing:
        what = "One image" if missing == 1 else f"{missing} images"
        raise NotReformattedError(f"{what} of this series cannot be displayed.", REMEDY)
    slices = [
        SlicePixels(
            needed.plane,
            frames[needed.wanted.key],
            needed.wanted.image.modality_transform,
            needed.wanted.image.pixel_padding,
        )
        for needed in stack
    ]
    try:
        volume = build_volume(slices)
    except NoVolumeError as error:
        raise NotReformattedError(str(error), REMEDY) from error
    return Source(volume, tuple(needed.wanted.image for needed in stack))

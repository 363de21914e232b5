"""The job that brings frames into memory: read as they are, from the scratch file, or decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from readstation.app.image_ports import FrameScratch, FrameSource, UncheckedFrame
from readstation.app.jobs import FramePriority, JobContext
from readstation.app.reading.frame_cache import HeldFrame, PixelKey
from readstation.app.reading.frame_queue import How, Tier
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.errors import CannotDisplayError, RefusedInputError
from readstation.domain.study import Instance
from readstation.imaging.frame import StoredFrame
from readstation.imaging.pyramid import with_half_sizes

CHECK_AHEAD_BYTES = 4 * 1024**2
"""Larger frames are compared with their hash here, not when they are shown: it takes over 2 ms."""


@dataclass(frozen=True, slots=True)
class WantedFrame:
    """One frame to bring, and the file it is in."""

    image: ImageDescription
    instance: Instance
    key: PixelKey = field(init=False)

    def __post_init__(self) -> None:
        key = PixelKey(self.instance.content_sha256, self.image.frame_number)
        object.__setattr__(self, "key", key)


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """Frames that are brought in one go. Its identity names the memory that they share."""

    frames: tuple[WantedFrame, ...]
    tier: Tier
    how: How
    priority: FramePriority


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one wanted frame: pixels, or words, or neither: it needs a decoder."""

    wanted: WantedFrame
    frame: HeldFrame | None = None
    refusal: str = ""


Publish = Callable[[Sequence[Arrival]], bool]
"""Hands frames over from the job's thread; True if the GUI thread has to be told of it."""


def load_frames(
    source: FrameSource, scratch: FrameScratch, load: Load, publish: Publish, job: JobContext
) -> None:
    """Bring the frames of `load`, publishing each as soon as it is there."""
    if load.how is How.PLAIN:
        _read_plain(source, load, publish, job)
        return
    if load.how is How.DECODE and len(load.frames) > 1:
        _decode_many(source, load, publish, job)
        return
    for done, wanted in enumerate(load.frames):
        job.progress(done, len(load.frames))
        publish([_from_scratch(scratch, wanted) or _decoded(source, wanted, load.priority, job)])
    job.progress(len(load.frames), len(load.frames))


def _hand_over(arrival: Arrival, publish: Publish, job: JobContext, done: int, total: int) -> None:
    """Publish one frame, and wake the GUI thread unless it is to look anyway."""
    if publish([arrival]):
        job.progress(done, total)
    else:
        job.check()


def _read_plain(source: FrameSource, load: Load, publish: Publish, job: JobContext) -> None:
    """Read frames as they lie in their files; what was left out is published as such."""
    waiting = {wanted.key: wanted for wanted in load.frames}
    total = len(waiting)
    pairs = [(wanted.instance, wanted.image.frame_number) for wanted in load.frames]
    for instance, frame_number, frame in source.load_plain(pairs, job):
        wanted = waiting.pop(PixelKey(instance.content_sha256, frame_number))
        _hand_over(_ready(wanted, frame), publish, job, total - len(waiting), total)
    publish([Arrival(wanted) for wanted in waiting.values()])
    job.progress(total, total)


def _decode_many(source: FrameSource, load: Load, publish: Publish, job: JobContext) -> None:
    """Decode on one worker; what came is published before the job can be cancelled."""
    waiting = {wanted.key: wanted for wanted in load.frames}
    total = len(waiting)
    pairs = [(wanted.instance, wanted.image.frame_number) for wanted in load.frames]
    for instance, frame_number, result in source.load_many(pairs, job, load.priority):
        key = PixelKey(instance.content_sha256, frame_number)
        if isinstance(result, StoredFrame):
            arrival = Arrival(waiting.pop(key), with_half_sizes(result))
        elif not _is_decoder_dead(result):
            arrival = Arrival(waiting.pop(key), refusal=words_of(result))
        else:
            continue
        _hand_over(arrival, publish, job, total - len(waiting), total)
    for wanted in waiting.values():  # asked again only now: until here the run held its worker
        publish([_decoded(source, wanted, load.priority, job)])
    job.progress(total, total)


def _is_decoder_dead(error: CannotDisplayError) -> bool:
    cause = error.__cause__
    return isinstance(cause, RefusedInputError) and cause.code == "DECODER_DIED"


def _ready(wanted: WantedFrame, frame: UncheckedFrame) -> Arrival:
    if frame.size_bytes < CHECK_AHEAD_BYTES:
        return Arrival(wanted, frame)
    try:
        return Arrival(wanted, with_half_sizes(frame.checked()))
    except CannotDisplayError as error:
        return Arrival(wanted, refusal=words_of(error))


def _from_scratch(scratch: FrameScratch, wanted: WantedFrame) -> Arrival | None:
    frame = scratch.read(*wanted.key)
    return Arrival(wanted, with_half_sizes(frame)) if frame is not None else None


def _decoded(
    source: FrameSource, wanted: WantedFrame, priority: FramePriority, job: JobContext
) -> Arrival:
    """Decode one frame; once more if the decoder died, as another file may have killed it."""
    instance, number = wanted.instance, wanted.image.frame_number
    try:
        try:
            frame = source.load(instance, number, priority)
        except CannotDisplayError as error:
            if not _is_decoder_dead(error):
                raise
            job.progress(0, 1)
            frame = source.load(instance, number, priority)
    except CannotDisplayError as error:
        return Arrival(wanted, refusal=words_of(error))
    return Arrival(wanted, with_half_sizes(frame))


def take_first_look(
    source: FrameSource, wanted: WantedFrame, job: JobContext
) -> StoredFrame | None:
    """Return a coarse picture of a frame that takes long to decode; None where there is none."""
    job.progress(0, 1)
    return source.preview(wanted.instance, wanted.image.frame_number)


def changed_frames(
    frames: Iterable[tuple[WantedFrame, UncheckedFrame]], job: JobContext
) -> list[WantedFrame]:
    """Compare frames with the hash of their files; return those that are no longer the same."""
    changed = []
    for wanted, frame in frames:
        job.progress(0, 1)
        try:
            frame.checked()
        except CannotDisplayError:
            changed.append(wanted)
    return changed


def spill_frames(
    scratch: FrameScratch, frames: Iterable[tuple[PixelKey, StoredFrame]], job: JobContext
) -> None:
    """Write decoded frames that leave memory to the scratch file, as far as it has room."""
    for key, frame in frames:
        job.progress(0, 1)
        if not scratch.write(*key, frame):
            return


def words_of(error: CannotDisplayError) -> str:
    return f"{error.message} {error.remedy}".strip()

"""Decodes what the image boxes want, off the GUI thread, the visible frame first."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from readstation.app.jobs import FramePriority, JobContext, Lane
from readstation.app.reading.frame_supply import FrameSupply
from readstation.app.station import Station
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.errors import CannotDisplayError, ReadStationError, RefusedInputError
from readstation.domain.study import FrameKey, Instance
from readstation.imaging.frame import StoredFrame
from readstation.ui.job_runner import JobRunner

BUG = "This frame cannot be displayed: the decoder failed unexpectedly."


class FrameLoader(QObject):
    """Keeps the pixel lane busy with the most wanted frames and no more than it can work on.

    Nothing is queued behind a running job, so the next frame to decode is always chosen by what
    is on the screen when a worker falls free; and one worker never waits for background work.
    """

    def __init__(
        self, supply: FrameSupply, station: Station, jobs: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._supply = supply
        self._station = station
        self._jobs = jobs
        self._busy: dict[FrameKey, FramePriority] = {}
        self._kick = QTimer(self, singleShot=True, interval=0)
        self._kick.timeout.connect(self._fill)
        supply.on_frames_wanted(self._kick.start)

    @property
    def is_idle(self) -> bool:
        return not self._busy and not self._kick.isActive()

    def _fill(self) -> None:
        while len(self._busy) < Lane.PIXELS.workers:
            background = list(self._busy.values()).count(FramePriority.BACKGROUND)
            wanted = self._supply.next_frame_to_load(
                list(self._busy), with_background=background < Lane.PIXELS.workers - 1
            )
            if wanted is None:
                return
            self._start(wanted.image, wanted.priority)

    def _start(self, image: ImageDescription, priority: FramePriority) -> None:
        self._busy[image.frame_key] = priority
        instance = self._supply.instance_of(image)
        work = partial(_load, self._station, instance, image.frame_number, priority)
        handle = self._jobs.start(Lane.PIXELS, work)
        handle.succeeded.connect(partial(self._take, image))
        handle.failed.connect(partial(self._refuse, image))
        handle.ended.connect(partial(self._next, image))

    def _take(self, image: ImageDescription, frame: StoredFrame) -> None:
        self._supply.take_frame(image, frame)

    def _refuse(self, image: ImageDescription, error: Exception) -> None:
        words = f"{error.message} {error.remedy}" if isinstance(error, ReadStationError) else BUG
        self._supply.take_refusal(image, words.strip())

    def _next(self, image: ImageDescription) -> None:
        self._busy.pop(image.frame_key, None)
        self._fill()


def _load(
    station: Station,
    instance: Instance,
    frame_number: int,
    priority: FramePriority,
    job: JobContext,
) -> StoredFrame:
    """Decode one frame; once more if the decoder died, as another file may have killed it."""
    try:
        return station.frames.load(instance, frame_number, priority)
    except CannotDisplayError as error:
        cause = error.__cause__
        if not (isinstance(cause, RefusedInputError) and cause.code == "DECODER_DIED"):
            raise
    job.progress(0, 1)
    return station.frames.load(instance, frame_number, priority)

"""Brings what the image boxes want into memory, off the GUI thread, the visible frame first."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from readstation.app.jobs import FramePriority, Lane
from readstation.app.reading.decoding_time import decoded_bytes
from readstation.app.reading.frame_cache import PixelKey
from readstation.app.reading.frame_queue import How, Tier
from readstation.app.reading.frame_supply import FrameSupply
from readstation.app.reading.load_frames import (
    CHECK_AHEAD_BYTES,
    Arrival,
    Load,
    WantedFrame,
    changed_frames,
    load_frames,
    spill_frames,
    take_first_look,
)
from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.imaging.frame import StoredFrame
from readstation.ui.job_runner import JobHandle, JobRunner

BUG = "This frame cannot be displayed: the decoder failed unexpectedly."
AHEAD_LOADS = Lane.PIXELS.workers + 1
"""One more than work at a time: the next one starts while the GUI thread is busy painting."""
FIRST_MS = 5
"""A frame on the screen that comes within this is painted at once: no blank box in between."""
TAKE_MS = 4
TAKE_EVERY_MS = 25
"""What nobody waits for is taken over no more often: to wake up takes longer than to take one."""
PROGRESS_MS = 50
STILL_MS = 400
"""For so long after the reader has moved, nothing is read for studies that are not open."""


class FrameLoader(QObject):
    """Keeps the pixel lane busy with the most wanted frames.

    What a visible frame would have to wait behind is cut short and chosen anew. While one is being
    read, and until it is painted, nothing else begins: it would wait for threads that read ahead.
    Jobs leave what they bring in a queue of their own; it is taken over in small portions, so that
    neither many nor large series keep the GUI thread from painting.
    """

    progressed = Signal()
    """`FrameSupply.progress` may say something else; at most 20 times a second."""
    rested = Signal()
    """Everything that was wanted is there, and the reader does nothing."""
    _seen = Signal()
    """Queued: comes before the next paint. What timers bring, as `_kick`, comes after it."""

    def __init__(
        self, supply: FrameSupply, station: Station, jobs: JobRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._supply = supply
        self._station = station
        self._jobs = jobs
        self._running: dict[Load, JobHandle] = {}
        self._looks: dict[PixelKey, JobHandle] = {}
        self._arrived: deque[tuple[Load, Sequence[Arrival]]] = deque()
        self._ended: list[Load] = []
        self._is_told = False
        self._is_checking = False
        self._kick = QTimer(self, singleShot=True, interval=0)
        self._kick.timeout.connect(self._fill)
        self._will_see = False
        self._seen.connect(self._show_visible, Qt.ConnectionType.QueuedConnection)
        self._taking = QTimer(self, singleShot=True, interval=0)
        self._taking.timeout.connect(self._take)
        self._progress = QTimer(self, singleShot=True, interval=PROGRESS_MS)
        self._progress.timeout.connect(self.progressed)
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)
        self._still.timeout.connect(self._fill)
        supply.on_frames_wanted(self.load)
        supply.on_touched(self._pause)
        supply.on_progress(self._tell_progress)
        supply.on_spilled(self._spill)

    @property
    def is_idle(self) -> bool:
        return not (self._running or self._kick.isActive() or self._arrived or self._ended)

    @property
    def is_resting(self) -> bool:
        """Everything that was wanted is there, and the reader does nothing."""
        return self.is_idle and not self._still.isActive()

    def load(self) -> None:
        """See what is wanted now: what is on the screen before it is painted, the rest after."""
        self._kick.start()
        if self._arrived:
            self._take_soon()
        if not self._will_see:
            self._will_see = True
            self._seen.emit()

    def cancel(self) -> None:
        """Cut short whatever is under way: the study is left."""
        for handle in (*self._running.values(), *self._looks.values()):
            handle.cancel()

    def _show_visible(self) -> None:
        """Start what is on the screen; what comes in a moment is there for the next paint."""
        self._will_see = False
        quick = []
        while (load := self._supply.next_load(most=Tier.VISIBLE)) is not None:
            self._start_visible(load)
            if _is_quick(load):
                quick.append(self._running[load])
        if quick and all(load.how is How.PLAIN for load in self._running):
            self._jobs.wait_briefly(quick, FIRST_MS)
            self._take()

    def _fill(self) -> None:
        """Start what is wanted, visible frames at once and whatever else as workers are free."""
        while (slow := self._supply.next_first_look()) is not None:
            self._look_at(slow)
        while (load := self._next()) is not None:
            self._start_visible(load) if load.tier is Tier.VISIBLE else self._start(load)
        if self.is_resting and not self._check_ahead():
            self.rested.emit()

    def _check_ahead(self) -> bool:
        """Compare hashes while nothing else is to be done; False if all are compared."""
        if self._is_checking:
            return True
        frames = self._supply.next_checks()
        if not frames:
            return False
        self._is_checking = True
        handle = self._jobs.start(Lane.FILES, partial(changed_frames, frames))
        handle.succeeded.connect(self._supply.take_checks)
        handle.ended.connect(self._end_check)
        return True

    def _end_check(self) -> None:
        self._is_checking = False
        self._kick.start()

    def _pause(self) -> None:
        """Leave the machine to the reader, who scrolls or changes the window."""
        if not self._still.isActive():
            for load, handle in self._running.items():
                if load.tier is Tier.PREFETCH:
                    handle.cancel()
        self._still.start()

    def _next(self) -> Load | None:
        running = self._running
        background = sum(load.priority is FramePriority.BACKGROUND for load in running)
        most = Tier.STUDY if self._still.isActive() else Tier.PREFETCH
        if len(running) >= AHEAD_LOADS or any(map(_is_quick, running)):
            most = Tier.VISIBLE
        can_wait = background < Lane.PIXELS.workers - 1
        return self._supply.next_load(most=most, with_background=can_wait)

    def _start_visible(self, visible: Load) -> None:
        """Start a frame that is waited for; what it would have to wait behind is cut short."""
        if len(self._running) >= Lane.PIXELS.workers:
            for load, handle in self._running.items():
                if load.priority > visible.priority:
                    handle.cancel()
        self._start(visible)

    def _start(self, load: Load) -> None:
        def publish(arrivals: Sequence[Arrival]) -> bool:
            keep = self._arrived.appendleft if load.tier is Tier.VISIBLE else self._arrived.append
            keep((load, arrivals))
            was_told, self._is_told = self._is_told, True
            return not was_told

        station = self._station
        work = partial(load_frames, station.frames, self._supply.scratch, load, publish)
        handle = self._jobs.start(Lane.PIXELS, work)
        self._running[load] = handle
        handle.progressed.connect(self._take_soon)
        handle.failed.connect(partial(self._refuse, load))
        handle.ended.connect(partial(self._end, load))

    def _take_soon(self) -> None:
        """Take over what has arrived: at once if somebody waits, else with what comes meanwhile."""
        if self._ended or self._supply.is_awaited:
            self._taking.start(0)
        elif not self._taking.isActive():
            self._taking.start(TAKE_EVERY_MS)

    def _take(self) -> None:
        """Take over what has arrived, a few milliseconds' worth at a time."""
        self._is_told = False  # before looking: what comes from here on is told anew
        watch = QElapsedTimer()
        watch.start()
        while self._arrived and watch.elapsed() < TAKE_MS:
            self._supply.take(*self._arrived.popleft())
        if self._arrived:
            self._taking.start(0)
            return
        ended, self._ended = self._ended, []
        for load in ended:
            self._supply.end(load)
        if any(map(_is_quick, ended)):
            self._kick.start()  # it is painted first
        elif ended:
            self._fill()

    def _refuse(self, load: Load, error: Exception) -> None:
        """Refuse the frame that a job failed at; what it brought before is taken first."""
        words = f"{error.message} {error.remedy}" if isinstance(error, ReadStationError) else BUG
        while self._arrived:
            self._supply.take(*self._arrived.popleft())
        self._supply.end(load, words.strip())

    def _end(self, load: Load) -> None:
        self._running.pop(load, None)
        self._ended.append(load)
        self._take_soon()
        if not _is_quick(load):
            self._fill()

    def _look_at(self, wanted: WantedFrame) -> None:
        """Have a coarse picture made of a frame that takes long; it starts before the frame."""
        work = partial(take_first_look, self._station.frames, wanted)
        handle = self._jobs.start(Lane.PIXELS, work)
        self._looks[wanted.key] = handle
        handle.succeeded.connect(partial(self._take_look, wanted))
        handle.ended.connect(partial(self._looks.pop, wanted.key, None))

    def _take_look(self, wanted: WantedFrame, frame: StoredFrame | None) -> None:
        if frame is not None:
            self._supply.take_first_look(wanted, frame)

    def _spill(self, frames: list[tuple[PixelKey, StoredFrame]]) -> None:
        """Write what leaves memory to the scratch file; it may fail, then it is decoded again."""
        work = partial(spill_frames, self._supply.scratch, frames)
        handle = self._jobs.start(Lane.FILES, work)
        handle.ended.connect(partial(self._supply.end_spill, frames))

    def _tell_progress(self) -> None:
        if not self._progress.isActive():
            self._progress.start()


def _is_quick(load: Load) -> bool:
    """Whether a frame on the screen is read in about a millisecond, as nothing is decoded."""
    if load.tier is not Tier.VISIBLE or load.how is How.DECODE:
        return False
    return sum(decoded_bytes(wanted.image) for wanted in load.frames) < CHECK_AHEAD_BYTES

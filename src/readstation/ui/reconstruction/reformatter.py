"""Runs the jobs of a reconstruction: first the volumes, then the images of the planes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from readstation.app.jobs import Lane
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.register_series import Stack
from readstation.app.reconstruction.load_source import load_and_prepare
from readstation.app.reconstruction.plane_model import WantedPlane, make_plane
from readstation.app.reconstruction.plane_opening import PlaneOpening
from readstation.app.reconstruction.plane_set import Direction
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.ui.job_runner import JobHandle, JobRunner

PATIENCE_MS = 24
"""How long a step waits for its images: longer than they take, shorter than is noticed."""
STILL_MS = 150
"""Planes that nobody has moved for so long are made smooth."""
NO_VOLUME = "The volume cannot be made."
NO_PLANE = "This plane cannot be made."


class Reformatter(QObject):
    """Makes the newest image of each plane; of what the reader scrolled past nothing is made."""

    progressed = Signal(int, int, str)
    """The text says what takes longer than usual."""

    def __init__(
        self,
        model: Reconstruction,
        station: Station,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._station, self._jobs = model, station, jobs
        self._loading: list[JobHandle] = []
        self._making: dict[Direction, JobHandle] = {}
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)
        self._still.timeout.connect(self._make_smooth)
        model.on_wanted(self._make)

    @property
    def is_idle(self) -> bool:
        return not self._loading and not self._making and not self._still.isActive()

    def open(self, opening: PlaneOpening, stack: Stack) -> None:
        """Ask for the volume of a display set; what was shown goes at once."""
        self.cancel()
        display_set = opening.display_set
        if not self._model.begin(opening):
            return
        handle = self._load(stack)
        handle.succeeded.connect(partial(self._model.take, display_set))
        handle.failed.connect(partial(self._refuse, display_set))

    def open_layer(self, display_set: DisplaySet, stack: Stack) -> None:
        """Ask for the volume that is to lie over the planes."""
        handle = self._load(stack)
        handle.succeeded.connect(partial(self._model.take_layer, display_set))
        handle.failed.connect(partial(self._refuse_layer, display_set))

    def cancel(self) -> None:
        """Stop what runs: the study or the planes are left."""
        self._still.stop()
        for handle in (*self._loading, *self._making.values()):
            handle.cancel()

    def _load(self, stack: Stack) -> JobHandle:
        frames, compiler = self._station.frames, self._station.plane_compiler()
        work = partial(load_and_prepare, frames, stack, compiler)
        handle = self._jobs.start(Lane.FILES, work)
        self._loading.append(handle)
        handle.progressed.connect(self.progressed)
        handle.ended.connect(partial(self._loading.remove, handle))
        return handle

    def _refuse(self, display_set: DisplaySet, error: Exception) -> None:
        self._model.refuse(display_set, _words(error, NO_VOLUME))

    def _refuse_layer(self, display_set: DisplaySet, error: Exception) -> None:
        self._model.fusion.refuse(display_set, _words(error, NO_VOLUME))

    def _make(self) -> None:
        """Make all that is wanted now, and wait a moment: most are there before the next paint."""
        started = []
        while (wanted := self._model.next_wanted()) is not None:
            started.append(self._start(wanted))
        self._jobs.wait_briefly(started, PATIENCE_MS)
        if self._model.is_cubic:
            self._still.start()

    def _make_smooth(self) -> None:
        if self._making:
            self._still.start()
        else:
            self._model.want_smooth()

    def _start(self, wanted: WantedPlane) -> JobHandle:
        before = self._making.pop(wanted.direction, None)
        if before is not None:
            before.cancel()
        handle = self._jobs.start(Lane.PIXELS, partial(make_plane, wanted))
        self._making[wanted.direction] = handle
        handle.succeeded.connect(partial(self._model.take_plane, wanted))
        handle.failed.connect(partial(self._refuse_plane, wanted))
        handle.ended.connect(partial(self._end_making, wanted.direction, handle))
        return handle

    def _refuse_plane(self, wanted: WantedPlane, error: Exception) -> None:
        self._model.refuse_plane(wanted, _words(error, NO_PLANE))

    def _end_making(self, direction: Direction, handle: JobHandle) -> None:
        if self._making.get(direction) is handle:
            del self._making[direction]


def _words(error: Exception, otherwise: str) -> str:
    return error.message if isinstance(error, ReadStationError) else otherwise

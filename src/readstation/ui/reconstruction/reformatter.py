"""Runs the jobs of a reconstruction: first the volume, then one image after the other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from readstation.app.jobs import Lane
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.register_series import Stack
from readstation.app.reconstruction.load_source import load_source
from readstation.app.reconstruction.reconstruction import (
    Reconstruction,
    WantedPlane,
    make_plane,
)
from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.ui.job_runner import JobHandle, JobRunner

NO_VOLUME = "The volume cannot be made."
NO_PLANE = "This plane cannot be made."


class Reformatter(QObject):
    """One volume and one image at a time; of what the reader scrolled past nothing is made."""

    progressed = Signal(int, int, str)

    def __init__(
        self,
        model: Reconstruction,
        station: Station,
        jobs: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._station, self._jobs = model, station, jobs
        self._loading: JobHandle | None = None
        self._making: JobHandle | None = None
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._make_next)
        model.on_wanted(self._make_soon)

    @property
    def is_idle(self) -> bool:
        return self._loading is None and self._making is None and not self._soon.isActive()

    def open(self, display_set: DisplaySet, stack: Stack) -> None:
        """Ask for the volume of a display set; what was shown goes at once."""
        self.cancel()
        if not self._model.begin(display_set):
            return
        work = partial(load_source, self._station.frames, stack)
        handle = self._loading = self._jobs.start(Lane.FILES, work)
        handle.progressed.connect(self.progressed)
        handle.succeeded.connect(partial(self._model.take, display_set))
        handle.failed.connect(partial(self._refuse, display_set))
        handle.ended.connect(partial(self._end_loading, handle))

    def cancel(self) -> None:
        """Stop what runs: the study or the planes are left."""
        for handle in (self._loading, self._making):
            if handle is not None:
                handle.cancel()

    def _refuse(self, display_set: DisplaySet, error: Exception) -> None:
        self._model.refuse(display_set, _words(error, NO_VOLUME))

    def _end_loading(self, handle: JobHandle) -> None:
        if self._loading is handle:
            self._loading = None

    def _make_soon(self) -> None:
        if self._making is None and not self._soon.isActive():
            self._soon.start()

    def _make_next(self) -> None:
        wanted = self._model.next_wanted() if self._making is None else None
        if wanted is None:
            return
        handle = self._making = self._jobs.start(Lane.PIXELS, partial(make_plane, wanted))
        handle.succeeded.connect(partial(self._model.take_plane, wanted))
        handle.failed.connect(partial(self._refuse_plane, wanted))
        handle.ended.connect(self._end_making)

    def _refuse_plane(self, wanted: WantedPlane, error: Exception) -> None:
        self._model.refuse_plane(wanted, _words(error, NO_PLANE))

    def _end_making(self) -> None:
        self._making = None
        self._make_soon()


def _words(error: Exception, otherwise: str) -> str:
    return error.message if isinstance(error, ReadStationError) else otherwise

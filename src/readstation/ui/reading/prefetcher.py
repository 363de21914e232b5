"""Makes the next studies of the list ready while nothing else is to be loaded."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from readstation.app.jobs import Lane
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.prefetch import PrefetchPlan, Prepared, study_ahead
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.reading.study_ahead import StudiesAhead
from readstation.ui.job_runner import JobHandle
from readstation.ui.reading.frame_loader import FrameLoader
from readstation.ui.screens import ScreenContext


class Prefetcher(QObject):
    """One study after the other, as long as memory has room; from the beginning when one is opened.

    It only says what may be wanted next. The loader brings it after everything else, and not
    while the reader moves.
    """

    def __init__(
        self, model: ReadingModel, loader: FrameLoader, context: ScreenContext, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.studies = StudiesAhead()
        self._model = model
        self._loader = loader
        self._context = context
        self._plan = PrefetchPlan()
        self._handle: JobHandle | None = None
        self._opened: OpenedStudy | None = None
        self._opening = 0
        model.on_change(self._follow)
        loader.rested.connect(self._go_on)
        self._stop_listening = context.navigation.listen_following(self._go_on)

    def cancel(self) -> None:
        """Stop: the reader opens something."""
        self._opening += 1
        self._plan.begin()
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def end(self) -> None:
        """Stop for good: the session ends."""
        self.cancel()
        self.studies.clear()
        self._stop_listening()

    def _follow(self, state: ReadingState) -> None:
        if state.opened is not self._opened:
            self._opened = state.opened
            self.cancel()
        elif state.is_complete:
            self._go_on()

    def _go_on(self) -> None:
        """Begin with the next study, if everything that is open is there."""
        navigation, supply = self._context.navigation, self._model.supply
        is_ready = self._model.state.is_complete and supply.is_complete and self._loader.is_resting
        if self._handle is not None or not is_ready or not supply.has_room_ahead:
            return
        opened, wanted = self._model.state.opened, navigation.open
        open_uid = wanted.study_instance_uid if wanted is not None else ""
        if opened is not None and opened.study.study_instance_uid != open_uid:
            return  # the reader has just asked for another: that one alone is worked on now
        uid = self._plan.next(navigation.upcoming, open_uid)
        if uid is None:
            return
        station, session = self._context.station, self._context.session
        handle = self._context.jobs.start(Lane.FILES, partial(study_ahead, station, session, uid))
        self._handle = handle
        handle.succeeded.connect(partial(self._take, self._opening))
        handle.ended.connect(partial(self._end, self._opening, uid))

    def _take(self, opening: int, prepared: Prepared) -> None:
        if opening == self._opening:
            supply = self._model.supply
            self.studies.put(prepared.ahead)
            supply.add_series(each.series for each in prepared.in_hand)
            described = [each.described for each in prepared.in_hand if each.described is not None]
            supply.read_ahead([one for each in described for one in each.sets])

    def _end(self, opening: int, uid: str) -> None:
        """Note that a study is done with; one that cannot be read says why when it is opened."""
        if opening == self._opening:
            self._handle = None
            self._plan.finish(uid)
            self._loader.load()

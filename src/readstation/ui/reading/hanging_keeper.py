"""Joins the hanging protocols to their panels; reads and writes them off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from readstation.app.hanging.capture import arrangement_of, captured
from readstation.app.hanging.hanging_library import HangingLibrary
from readstation.app.hanging.save_protocol import delete_protocol, save_protocol
from readstation.app.hanging.stages import use_protocol
from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.domain.errors import ReadStationError
from readstation.domain.hanging import StudySelector
from readstation.ui.reading.hanging_chooser import HangingChooser
from readstation.ui.reading.hanging_save_panel import HangingSavePanel
from readstation.ui.reading.image_grid import ImageGrid
from readstation.ui.screens import ScreenContext


class HangingKeeper(QObject):
    """Opens the panels over the images; what they ask for is of the study they were opened for."""

    def __init__(
        self, model: ReadingModel, grid: ImageGrid, context: ScreenContext, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model, self._grid, self._context = model, grid, context
        self.chooser = HangingChooser(grid)
        self.saving = HangingSavePanel(grid)
        self.chooser.chosen.connect(partial(use_protocol, model))
        self.chooser.save_asked.connect(self.ask_to_save)
        self.chooser.delete_asked.connect(self._delete)
        self.saving.confirmed.connect(self._save)
        self._study: object = None
        model.on_change(self._follow)
        self.read()

    def read(self) -> None:
        """Read the protocols ahead of the first study."""
        store = self._context.station.hanging

        def work(_job: JobContext) -> HangingLibrary:
            return store().load()

        handle = self._context.jobs.start(Lane.FILES, work)
        handle.succeeded.connect(self._model.hanging.take)

    def open_chooser(self) -> None:
        """Show which protocol was chosen and why."""
        if self._model.hanging.chosen is None:
            return
        self._study = self._model.state.opened
        self.chooser.open_for(self._model.hanging, self._behind)

    def ask_to_save(self) -> None:
        """Ask for name and studies, unless there is nothing to save."""
        desk = self._model.hanging
        try:
            arrangement_of(self._model)
        except ReadStationError as refusal:
            self._model.active.change(notice=f"{refusal.message} {refusal.remedy}")
            return
        if desk.case is not None:
            self._study = self._model.state.opened
            self.saving.open_for(desk.case.current, desk.library, self._behind)

    @property
    def _behind(self) -> QWidget:
        """The active image box: it gets the keys back."""
        return self._grid.boxes[self._model.state.active_box].view

    def _save(self, title: str, selector: StudySelector) -> None:
        case = self._model.hanging.case
        if case is None:
            return
        protocol = captured(arrangement_of(self._model), case, title, selector)
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> HangingLibrary:
            return save_protocol(station, session, protocol)

        words = f"Saved as hanging protocol “{title}”."
        self._start(work, partial(self._take, words, protocol.protocol_id))

    def _delete(self, protocol_id: str) -> None:
        station, session = self._context.station, self._context.session

        def work(_job: JobContext) -> HangingLibrary:
            return delete_protocol(station, session, protocol_id)

        self._start(work, partial(self._take, "The hanging protocol is deleted.", ""))

    def _start(
        self,
        work: Callable[[JobContext], HangingLibrary],
        take: Callable[[object, HangingLibrary], None],
    ) -> None:
        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(take, self._model.state.opened))
        handle.failed.connect(self._context.errors.show)

    def _take(self, words: str, protocol_id: str, opened: object, library: HangingLibrary) -> None:
        """Put the new protocols in force; the study hangs by them if it is still the same."""
        self._model.hanging.take(library)
        if opened is not None and opened is self._model.state.opened:
            use_protocol(self._model, protocol_id)
            self._model.active.change(notice=words)

    def _follow(self, state: ReadingState) -> None:
        if state.opened is not self._study:
            self._study = state.opened
            self.chooser.hide()
            self.saving.hide()

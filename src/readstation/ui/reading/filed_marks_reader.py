"""Reads the key object selections of the open study and of the priors that hang beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.filed_key_images import (
    FiledKeyImages,
    filed_key_images,
    read_filed,
)
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.ui.screens import ScreenContext


class FiledMarksReader(QObject):
    """Fills the book with what files mark; an answer for a study left before is dropped (H01)."""

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._context = model, context
        self._opened: OpenedStudy | None = None
        self._found: dict[str, FiledKeyImages] = {}
        self._asked: set[str] = set()
        model.on_change(self._follow)

    def open_study(self, opened: OpenedStudy) -> None:
        self._opened = opened
        for found in opened.filed:
            self._asked.add(found.study_instance_uid)
            self._read(opened, found)
        self._follow(self._model.state)

    def close_study(self) -> None:
        self._opened = None
        self._found, self._asked = {}, set()

    def read_again(self) -> None:
        """Read anew what the open study has: another selection was saved."""
        if self._opened is not None:
            self._ask_for(self._opened.study.study_instance_uid)

    def _follow(self, state: ReadingState) -> None:
        """Ask for the selections of each study that hangs, once."""
        if self._opened is not None and state.opened is self._opened and state.is_complete:
            for uid in dict.fromkeys(one.study_instance_uid for one in state.sets):
                if uid not in self._asked:
                    self._ask_for(uid)

    def _ask_for(self, uid: str) -> None:
        station, session = self._context.station, self._context.session
        self._asked.add(uid)

        def work(_job: JobContext) -> FiledKeyImages:
            return filed_key_images(station, session, uid)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._read, self._opened))
        handle.failed.connect(self._context.errors.show)

    def _read(self, opened: OpenedStudy | None, found: FiledKeyImages) -> None:
        if opened is None or opened is not self._opened or not found.documents:
            return
        station = self._context.station

        def work(job: JobContext) -> FiledKeyImages:
            return read_filed(station, found, job)

        handle = self._context.jobs.start(Lane.FILES, work)
        handle.succeeded.connect(partial(self._show, opened))
        handle.failed.connect(self._context.errors.show)

    def _show(self, opened: OpenedStudy, found: FiledKeyImages) -> None:
        if opened is not self._opened:
            return
        self._found[found.study_instance_uid] = found
        here = opened.study.study_instance_uid
        every = sorted(self._found.values(), key=lambda f: f.study_instance_uid != here)
        book = self._model.key_images
        book.load_filed(
            (each for one in every for each in one.marks),
            (refusal for one in every for refusal in one.refusals),
        )

"""Marks key images, and brings them back when the study opens again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.key_image_book import image_words
from readstation.app.reading.key_images import ITS_OWN_STUDY, OTHER_STUDY, toggle_key_image
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_desk import Wish
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.save_key_images import keep_key_objects, selection_of
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.claim import Claim
from readstation.domain.errors import ReadStationError
from readstation.domain.finding import MeasurementLink
from readstation.domain.key_image import KeyImage
from readstation.ui.reading.filed_marks_reader import FiledMarksReader
from readstation.ui.screens import ScreenContext

NOT_YOURS = "Key images are marked by the reader who has this study."
NOT_MARKED = "This image is no key image. Mark it first, then insert it."
NONE_MARKED = "No image of this study is marked as key image."


class KeyImageKeeper(QObject):
    """Between the book of key images and the database lane: a star says that it is stored."""

    quoted = Signal(object)
    """A `MeasurementLink` that the report is to quote."""

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context
        self._claim: Claim | None = None
        self._opened: OpenedStudy | None = None
        self._filed = FiledMarksReader(model, context, self)
        self.grants: dict[Wish, Callable[[], object]] = {
            Wish.MARK_KEY_IMAGE: self.toggle,
            Wish.NEXT_KEY_IMAGE: self.show_next,
            Wish.INSERT_KEY_IMAGE: self.insert,
            Wish.SAVE_KEY_IMAGES: self.save,
        }

    def open_study(self, opened: OpenedStudy) -> None:
        self._opened, self._claim = opened, opened.claim
        self._model.key_images.load(opened.key_images)
        self._filed.open_study(opened)

    def forget_claim(self) -> None:
        """Mark no more: the study was signed, handed over or lost to another reader."""
        self._claim = None

    def close_study(self) -> None:
        self._claim = self._opened = None
        self._filed.close_study()
        self._model.key_images.clear()

    def toggle(self) -> None:
        """Mark the image of the active box, or take its mark away."""
        viewport, claim, opened = self._model.active, self._claim, self._opened
        image = viewport.description
        if image is None or opened is None:
            return
        if claim is None:
            viewport.change(notice=NOT_YOURS)
            return
        if image.study_instance_uid != opened.study.study_instance_uid:
            viewport.change(notice=f"{OTHER_STUDY} {ITS_OWN_STUDY}")
            return
        station, session, frame = self._context.station, self._context.session, image.frame_key

        def work(_job: JobContext) -> tuple[KeyImage, ...]:
            return toggle_key_image(station, session, claim, frame)

        self._start(work)

    def show_next(self) -> None:
        """Show the key image after the one on the screen, or the first."""
        frame = self._model.key_images.after(self._model.active.description)
        if frame is None:
            self._model.active.change(notice=NONE_MARKED)
        else:
            self._model.go_to_frame(frame)

    def insert(self) -> None:
        """Quote the key image on the screen in the selected finding."""
        image = self._model.active.description
        if image is None:
            return
        if not self._model.key_images.has(image):
            self._model.active.change(notice=NOT_MARKED)
            return
        self.quoted.emit(MeasurementLink.to_key_image(image.frame_key, image_words(image)))

    def save(self) -> None:
        """Keep the marked images as an object of the study that other software reads."""
        viewport, opened = self._model.active, self._opened
        if opened is None:
            return
        station, session = self._context.station, self._context.session
        images = [image for s in self._model.state.sets for image in s.images]
        frames, uid = self._model.key_images.frames, opened.study.study_instance_uid
        try:
            selection = selection_of(session, uid, frames, images)
        except ReadStationError as refusal:
            viewport.change(notice=f"{refusal.message} {refusal.remedy}".strip())
            return
        first = selection.images[0].sop_instance_uid
        image = next(image for image in images if image.sop_instance_uid == first)
        instance = self._model.supply.instance_of(image)

        def work(_job: JobContext) -> int:
            keep_key_objects(station, session, selection, instance)
            return len(selection.images)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._say_saved, opened, viewport))
        handle.failed.connect(self._context.errors.show)

    def _say_saved(self, opened: OpenedStudy, viewport: ViewportModel, count: int) -> None:
        if opened is self._opened:
            self._filed.read_again()
            noun = "image" if count == 1 else "images"
            viewport.change(notice=f"Saved as key object selection of {count} {noun}.")

    def _start(self, work: Callable[[JobContext], tuple[KeyImage, ...]]) -> None:
        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._show, self._opened))
        handle.failed.connect(self._context.errors.show)

    def _show(self, opened: OpenedStudy | None, marked: tuple[KeyImage, ...]) -> None:
        if (
            opened is not None and opened is self._opened
        ):  # H01: an answer for a study left before is dropped
            self._model.key_images.load(marked)

"""Saves views of image boxes as presentation states, off the GUI thread."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.save_view import keep_view, view_as_state
from readstation.app.viewport.presentation_state.presentation_capture import ViewScope
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.errors import ReadStationError
from readstation.domain.study import FrameKey
from readstation.imaging.presentation_state import PresentationState
from readstation.ui.reading.image_grid import ImageGrid
from readstation.ui.screens import ScreenContext

OTHER_IMAGE = "The view was not saved: another image came into the box. Save it again."


class ViewKeeper(QObject):
    """Takes the view when the reader confirms, and offers it as soon as it is stored."""

    def __init__(self, model: ReadingModel, context: ScreenContext, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context
        self._asked_for: tuple[ViewportModel, FrameKey] | None = None

    def ask(self, grid: ImageGrid) -> None:
        """Ask for a name, unless there is nothing that could be saved."""
        viewport = self._model.active
        try:
            view_as_state(viewport, self._context.session, ViewScope.IMAGE, "PREVIEW", "")
        except ReadStationError as refusal:
            viewport.change(notice=f"{refusal.message} {refusal.remedy}".strip())
            return
        if viewport.description is not None:
            self._asked_for = (viewport, viewport.description.frame_key)
        grid.ask_for_view_name()

    def save(self, label: str, description: str, scope: ViewScope) -> None:
        """Save the view of the image that was asked for, as it is now; never that of another."""
        asked, self._asked_for = self._asked_for, None
        image = asked[0].description if asked is not None else None
        if asked is None or image is None:
            return
        viewport = asked[0]
        if image.frame_key != asked[1]:
            viewport.change(notice=OTHER_IMAGE)
            return
        station, session = self._context.station, self._context.session
        try:
            state = view_as_state(viewport, session, scope, label, description)
        except ReadStationError as refusal:
            viewport.change(notice=f"{refusal.message} {refusal.remedy}".strip())
            return
        instance = self._model.supply.instance_of(image)

        def work(_job: JobContext) -> PresentationState:
            return keep_view(station, session, state, instance)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._show_kept, viewport))
        handle.failed.connect(self._context.errors.show)

    def _show_kept(self, viewport: ViewportModel, kept: PresentationState) -> None:
        """Offer the stored view, if its study is still open."""
        images = viewport.display_set
        if images and images[0].study_instance_uid == kept.study_instance_uid:
            self._model.presentations.add(kept.study_instance_uid, (kept,))
            viewport.change(notice=f"Saved as presentation state {kept.content_label}.")

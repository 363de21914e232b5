"""Exports what the reader sees: takes shots on the GUI thread, writes files in a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from readstation.app.export.export_images import (
    ExportTerms,
    Exposure,
    Film,
    export_cine,
    export_pictures,
)
from readstation.app.export.export_objects import SavedObject, export_objects, saved_objects
from readstation.app.export.export_plan import ExportKind, ExportPlan
from readstation.app.export.export_words import BurnedIn, burned_in
from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_desk import Wish
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.cine import CineTimes
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.errors import ReadStationError
from readstation.domain.study import FrameKey
from readstation.ui.job_runner import JobHandle
from readstation.ui.reading.export_panel import ExportOffer, ExportPanel
from readstation.ui.reading.image_grid import ImageGrid
from readstation.ui.screens import ScreenContext
from readstation.ui.viewport.shot_painter import MOST_CINE_PX, MOST_PICTURE_PX, ShotPainter

NOTHING_SHOWN = "There is no image in this box to be exported."
SHOTS_AT_ONCE = 12
KEY_IMAGE_BOX_PX = (1024, 1024)
"""Of a key image that hangs in no box."""
STOPPED = "The export was stopped. No file was written."
Work = Callable[[JobContext], int]


class Exporter(QObject):
    """Between the image boxes, the panel that asks, and the job that writes.

    It belongs to one study: leaving the study stops it, and no file stays behind (H01).
    """

    def __init__(
        self, model: ReadingModel, grid: ImageGrid, context: ScreenContext, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model, self._grid, self._context = model, grid, context
        self.panel = ExportPanel(grid)
        self.panel.confirmed.connect(self._begin)
        self.panel.cancelled.connect(self._stop)
        self._folder = _first_folder()
        self._viewport: ViewportModel | None = None
        self._objects: tuple[SavedObject, ...] = ()
        self._handle: JobHandle | None = None
        self._shots: Iterator[None] | None = None
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._take_more)
        self.grants: dict[Wish, Callable[[], object]] = {
            Wish.EXPORT: partial(self.ask, ExportKind.PICTURE),
            Wish.EXPORT_KEY_IMAGES: partial(self.ask, ExportKind.KEY_IMAGES),
        }

    def close_study(self) -> None:
        """Stop what runs and close the panel: it was for the study that is left."""
        self._stop()
        self._viewport, self._objects = None, ()
        if not self.panel.isHidden():
            self.panel.leave()

    def ask(self, kind: ExportKind) -> None:
        """Ask for objects that are saved, then open the panel over the active image box."""
        opened, viewport = self._model.state.opened, self._model.active
        if opened is None or self._handle is not None:
            return
        if viewport.description is None:
            viewport.change(notice=NOTHING_SHOWN)
            return
        station, session = self._context.station, self._context.session
        uid = viewport.description.study_instance_uid

        def work(_job: JobContext) -> tuple[SavedObject, ...]:
            return saved_objects(station, session, uid)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._open, opened, viewport, kind))
        handle.failed.connect(self._context.errors.show)

    def _open(
        self,
        opened: OpenedStudy,
        viewport: ViewportModel,
        kind: ExportKind,
        objects: tuple[SavedObject, ...],
    ) -> None:
        image = viewport.description
        if opened is not self._model.state.opened or image is None:
            return
        self._viewport, self._objects = viewport, objects
        keys = [found[1].images[found[2]] for found in self._key_images()]
        images = viewport.display_set
        counts = {
            ExportKind.PICTURE: 1,
            ExportKind.CINE: len(images) if len(images) > 1 else 0,
            ExportKind.KEY_IMAGES: len(keys),
            ExportKind.OBJECTS: len(objects),
        }
        doubts = {
            ExportKind.PICTURE: burned_in((image,)),
            ExportKind.CINE: burned_in(images),
            ExportKind.KEY_IMAGES: burned_in(keys),
        }
        names = tuple(each.file_name for each in objects)
        offer = ExportOffer(image, counts, doubts, self._folder, names)
        view = next(b.view for b in self._grid.boxes if b.model is viewport)
        self.panel.open_for(offer, view, kind)

    def _begin(self, plan: ExportPlan) -> None:
        """Take the shots a few at a time, then write them."""
        viewport, image = self._viewport, self._viewport.description if self._viewport else None
        if viewport is None or image is None or self._handle is not None:
            return
        is_folder = plan.kind is ExportKind.OBJECTS
        self._folder = plan.path if is_folder else plan.path.parent
        steps = {
            ExportKind.PICTURE: self._picture,
            ExportKind.CINE: self._cine,
            ExportKind.KEY_IMAGES: self._key_pictures,
            ExportKind.OBJECTS: self._copies,
        }[plan.kind]
        self.panel.show_progress(0, 1)
        self._shots = steps(plan, viewport)
        self._take_more()

    def _take_more(self) -> None:
        shots = self._shots
        if shots is not None and next(shots, self) is not self:
            self._more.start()

    def _picture(self, plan: ExportPlan, viewport: ViewportModel) -> Iterator[None]:
        painter = ShotPainter(viewport, with_identity=plan.with_identity, most_px=MOST_PICTURE_PX)
        shot = painter.take(viewport.state.frame_index)
        if shot is not None:
            exposure = Exposure(shot, self._model.supply.instance_of(shot.description))
            self._write_pictures(plan, [exposure])
        yield

    def _key_pictures(self, plan: ExportPlan, _viewport: ViewportModel) -> Iterator[None]:
        exposures: list[Exposure] = []
        for box, _set, index in self._key_images():
            painter = ShotPainter(box, with_identity=plan.with_identity, most_px=MOST_PICTURE_PX)
            shot = painter.take(index)
            if shot is not None:
                exposures.append(Exposure(shot, self._model.supply.instance_of(shot.description)))
            yield
        self._write_pictures(plan, exposures)

    def _cine(self, plan: ExportPlan, viewport: ViewportModel) -> Iterator[None]:
        painter = ShotPainter(viewport, with_identity=plan.with_identity, most_px=MOST_CINE_PX)
        images = viewport.display_set
        exposures: list[Exposure] = []
        for index in range(len(images)):
            shot = painter.take(index, is_still=False)
            if shot is not None:
                exposures.append(Exposure(shot, self._model.supply.instance_of(shot.description)))
            if index % SHOTS_AT_ONCE == SHOTS_AT_ONCE - 1:
                yield
        times, station, session = CineTimes.of(images), self._context.station, self._context.session
        film = Film(exposures, times.order, times.rate_hz, plan.path)
        terms = _terms(plan, images)

        def work(job: JobContext) -> int:
            return export_cine(station, session, film, job, terms=terms)

        self._start(plan, work)

    def _copies(self, plan: ExportPlan, _viewport: ViewportModel) -> Iterator[None]:
        station, session, objects = self._context.station, self._context.session, self._objects
        terms = ExportTerms(with_identity=True, may_replace=plan.may_replace)

        def work(job: JobContext) -> int:
            return export_objects(station, session, objects, plan.path, job, terms=terms)

        self._start(plan, work)
        yield

    def _write_pictures(self, plan: ExportPlan, exposures: Sequence[Exposure]) -> None:
        station, session = self._context.station, self._context.session
        pictures = list(zip(exposures, plan.targets(len(exposures)), strict=True))
        terms = _terms(plan, [each.shot.description for each in exposures])

        def work(job: JobContext) -> int:
            return export_pictures(
                station, session, pictures, job, file_format=plan.file_format, terms=terms
            )

        self._start(plan, work)

    def _start(self, plan: ExportPlan, work: Work) -> None:
        self._shots = None
        handle = self._handle = self._context.jobs.start(Lane.FILES, work)
        handle.progressed.connect(partial(self._show_progress, handle))
        handle.succeeded.connect(partial(self._show_done, handle, plan))
        handle.failed.connect(partial(self._show_failure, handle))
        handle.ended.connect(partial(self._end, handle))

    def _show_progress(self, handle: JobHandle, done: int, total: int, _text: str) -> None:
        if handle is self._handle:
            self.panel.show_progress(done, max(total, 1))

    def _show_done(self, handle: JobHandle, plan: ExportPlan, count: int) -> None:
        if handle is not self._handle:
            return
        viewport = self._viewport
        self._handle = None
        self.panel.leave()
        if viewport is not None:
            viewport.change(notice=_done_words(plan, count))

    def _show_failure(self, handle: JobHandle, error: BaseException) -> None:
        if handle is self._handle and isinstance(error, ReadStationError):
            self.panel.say(f"{error.message} {error.remedy}".strip())
        else:
            self._context.errors.show(error)

    def _end(self, handle: JobHandle) -> None:
        if handle is self._handle:
            self._handle = None
            self.panel.show_progress(0, 0)

    def _stop(self) -> None:
        """Stop what runs; its file goes with it."""
        was_running = self._handle is not None or self._shots is not None
        if self._handle is not None:
            self._handle.cancel()
        self._handle, self._shots = None, None
        self._more.stop()
        if was_running:
            self.panel.show_progress(0, 0)
            self.panel.say(STOPPED)

    def _key_images(self) -> list[tuple[ViewportModel, DisplaySet, int]]:
        """Return each key image with a viewport to be taken from: one it hangs in, or its own."""
        wanted = {frame: rank for rank, frame in enumerate(self._model.key_images.all_frames)}
        found: dict[FrameKey, tuple[ViewportModel, DisplaySet, int]] = {}
        for one in self._model.state.sets:
            stars = self._model.key_images.stars_of(one.images)
            places = [i for i, _ in stars if one.images[i].frame_key in wanted]
            if places:
                box = self._viewport_of(one)
                found.update({one.images[i].frame_key: (box, one, i) for i in places})
        return [found[key] for key in sorted(found, key=wanted.__getitem__)]

    def _viewport_of(self, one: DisplaySet) -> ViewportModel:
        for box, shown in zip(self._model.visible_boxes, self._model.state.shown, strict=False):
            if shown is one:
                return box
        alone = ViewportModel(self._model.presets)
        alone.measurements = self._model.measurements
        alone.resize(*KEY_IMAGE_BOX_PX)
        alone.set_display_set(one.images, stack=one.stack)
        return alone


def _terms(plan: ExportPlan, images: Sequence[ImageDescription]) -> ExportTerms:
    doubt: BurnedIn = burned_in(images)
    return ExportTerms(plan.with_identity, plan.may_replace, doubt.name.lower())


def _done_words(plan: ExportPlan, count: int) -> str:
    whom = " WITH THE PATIENT'S NAME" if plan.with_identity else ""
    if plan.kind is ExportKind.CINE:
        return f"Exported{whom}: a cine of {count} frames, {plan.path.name}."
    noun = "file" if count == 1 else "files"
    place = plan.path if plan.kind is ExportKind.OBJECTS else plan.path.parent
    return f"Exported{whom}: {count} {noun} to {place.name or place}."


def _first_folder() -> Path:
    pictures = Path.home() / "Pictures"
    return pictures if pictures.is_dir() else Path.home()

"""What the reader does with measurements besides drawing them: answer, plot, copy, link, save."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.lesions import as_same_lesion, copied
from readstation.app.reading.measurement_list import MeasurementRow, measurement_rows
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.app.reading.reading_desk import Wish
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.save_measurements import keep_report, report_of
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ViewportState
from readstation.domain.errors import ReadStationError
from readstation.domain.measurement import Measurement
from readstation.imaging.rigid_transform import RigidTransform
from readstation.ui.reading.image_grid import ImageGrid
from readstation.ui.reading.measurement_keeper import MeasurementKeeper
from readstation.ui.reading.measurement_panel import MeasurementPanel
from readstation.ui.reading.measurement_plot import MeasurementPlot
from readstation.ui.reading.measurement_question import MeasurementQuestion
from readstation.ui.screens import ScreenContext

SELECT_ONE = "Select a measurement first: click one of its handles."
OTHER_BOX = "Show the other study in a second image box first."
NOW_LEVEL = "The other study now shows the same level: copy again."
SELECT_BOTH = "Select the lesion's measurement in the other image box as well, then link them."


class MeasurementDesk(QObject):
    """Between the image boxes and the panels over them; `grants` says which wishes it fulfils."""

    prior_asked = Signal(object)
    """Carries the Study whose image is to be gone to and is not open yet."""
    quoted = Signal(object)

    def __init__(
        self,
        model: ReadingModel,
        grid: ImageGrid,
        context: ScreenContext,
        keeper: MeasurementKeeper,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._model, self._grid, self._context = model, grid, context
        self._lesions = keeper.lesions
        self._waiting: MeasurementRow | None = None
        self.question = MeasurementQuestion(grid)
        self.plot = MeasurementPlot(grid)
        self.question.closed.connect(grid.focus_active)
        self.list = MeasurementPanel(grid)
        self.list.chosen.connect(self._go_to)
        self.list.quoted.connect(self.quoted)
        self.grants: dict[Wish, Callable[[], object]] = {
            Wish.PLOT_MEASUREMENT: self._plot,
            Wish.COPY_MEASUREMENT: self._copy,
            Wish.SAME_LESION: self._link_lesion,
            Wish.SAVE_MEASUREMENTS: self._save,
            Wish.LIST_MEASUREMENTS: self._list,
        }
        for box in grid.boxes:
            box.model.on_change(partial(self._follow, box.model, box.view))

    def _follow(self, model: ViewportModel, view: object, _state: ViewportState) -> None:
        box = next(b for b in self._grid.boxes if b.view is view)
        self.question.follow(model, box.view)
        self.plot.follow(model)
        if model.description is None and self.plot.is_of(model):
            self.plot.close_plot()

    def _plot(self) -> None:
        index = self._model.state.active_box
        self.plot.toggle(self._model.active, self._grid.boxes[index].view)

    def close_study(self) -> None:
        """Close the list: it names measurements of the study that is left (H01)."""
        self._waiting = None
        if not self.list.isHidden():
            self.list.leave()

    def go_on(self) -> None:
        """Go to the image that was asked for, now that its study is open."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._show(waiting)

    def quote_listed(self) -> bool:
        """Put the lesion chosen in the list into the report; False while no list is open."""
        is_open = self.list.isVisible()
        if is_open:
            self.list.quote()
        return is_open

    def _list(self) -> None:
        model, opened = self._model, self._model.state.opened
        if opened is None:
            return
        images = (image for one in model.state.sets for image in one.images)
        current = opened.study.study_instance_uid
        rows = measurement_rows(model.measurements, self._lesions, images, current)
        self.list.open_for(rows, self._grid.boxes[model.state.active_box].view)

    def _go_to(self, row: MeasurementRow) -> None:
        """Show the image; one of a prior that is not open yet once that is."""
        prior = self._lesions.prior_of(row.frame)
        if not self._show(row) and prior is not None:
            self._waiting = row
            self.prior_asked.emit(prior)

    def _show(self, row: MeasurementRow) -> bool:
        is_here = self._model.go_to_frame(row.frame)
        if is_here:
            self._model.active.change(selected_measurement_uid=row.measurement_uid)
            self._grid.focus_active()
        return is_here

    def _copy(self) -> None:
        """Copy the selected measurement to the same place of the other study's image."""
        if self.list.isVisible():
            self.list.copy_text()
            return
        source, target = self._model.active, self._other_box()
        selected = _selected(source)
        if selected is None or source.description is None:
            source.change(notice=SELECT_ONE)
            return
        if target is None or target.description is None or target.frame is None:
            source.change(notice=OTHER_BOX)
            return
        relation = self._model.links.relation(source, target)
        if self._brought_level(source, target, relation):
            return
        try:
            placed = copied(
                selected,
                source.description,
                target.description,
                target.frame,
                relation.apply if relation is not None else None,
            )
            self._model.measurements.put(placed.measurement)
        except ReadStationError as refusal:
            source.change(notice=f"{refusal.message} {refusal.remedy}")
            return
        uid = placed.measurement.measurement_uid
        target.change(selected_measurement_uid=uid, notice=placed.notice)

    def _brought_level(
        self, source: ViewportModel, target: ViewportModel, relation: RigidTransform | None
    ) -> bool:
        """Bring the other study to the level of this one; False if it is there already."""
        stack, here = self._model.links.stack_of(target), source.description
        if stack is None or here is None or here.plane is None or relation is None:
            return False
        center = relation.apply(here.plane.to_patient(here.columns / 2, here.rows / 2))
        index, _ = stack.nearest(center)
        if index == target.state.frame_index:
            return False
        target.go_to(index, by_link=True)
        source.change(notice=NOW_LEVEL)
        return True

    def _link_lesion(self) -> None:
        """Let the measurements selected in two boxes measure the same lesion."""
        source, target = self._model.active, self._other_box()
        here, there = _selected(source), _selected(target) if target is not None else None
        if here is None or there is None:
            source.change(notice=SELECT_BOTH)
            return
        book = self._model.measurements
        own, other = (here, there) if book.is_own(here) else (there, here)
        try:
            book.put(as_same_lesion(own, other))
        except ReadStationError as refusal:
            source.change(notice=f"{refusal.message} {refusal.remedy}")
            return
        source.change(notice="Linked: both measure the same lesion.")

    def _save(self) -> None:
        """Save the study's measurements as a structured report, off the GUI thread."""
        opened, viewport = self._model.state.opened, self._model.active
        if opened is None:
            return
        station, session = self._context.station, self._context.session
        images = [image for one in self._model.state.sets for image in one.images]
        uid = opened.study.study_instance_uid
        try:
            report = report_of(session, uid, self._model.measurements, images)
        except ReadStationError as refusal:
            viewport.change(notice=f"{refusal.message} {refusal.remedy}".strip())
            return
        first = next(i for i in images if i.sop_instance_uid == report.images[0].sop_instance_uid)
        instance = self._model.supply.instance_of(first)

        def work(_job: JobContext) -> MeasurementReport:
            return keep_report(station, session, report, instance)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._say_saved, uid, len(report.measurements)))
        handle.failed.connect(self._context.errors.show)

    def _say_saved(self, study_uid: str, asked: int, kept: MeasurementReport) -> None:
        opened = self._model.state.opened
        if opened is None or opened.study.study_instance_uid != study_uid:
            return
        count = len(kept.measurements)
        lacking = f" {asked - count} without one unit are left out." if count < asked else ""
        said = f"Saved as a structured report: {count} measurements.{lacking}"
        self._model.active.change(notice=said)

    def _other_box(self) -> ViewportModel | None:
        """Return the first visible box that shows another study than the active one."""
        active = self._model.active
        here = active.description.study_instance_uid if active.description else ""
        for box in self._model.visible_boxes:
            there = box.description
            if box is not active and there is not None and there.study_instance_uid != here:
                return box
        return None


def _selected(model: ViewportModel) -> Measurement | None:
    return model.measurements.find(model.state.selected_measurement_uid)

"""Image boxes that stand on another monitor than the others of their layout."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from readstation.app.reading.box_groups import BoxPlace
from readstation.app.reading.layout import Layout
from readstation.app.reading.reading_model import ReadingModel
from readstation.ui.reading.patient_strip import PatientStrip
from readstation.ui.widgets.section import EmptyState

NO_BOX = "This layout has no image box for this monitor."
CHOOSE = "Choose a layout with more image boxes: F2 to F4, or a hanging protocol with Shift+H."
GAP_PX = 2


class ImageGroup(QWidget):
    """Shows whose images these are, and the image boxes that `ImageGrid` puts into `grid`."""

    def __init__(self, model: ReadingModel) -> None:
        super().__init__()
        self.strip = PatientStrip(model, is_narrow=False)
        self.empty = EmptyState("monitor", NO_BOX, CHOOSE)
        boxes = QWidget()
        self.grid = box_grid(boxes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.empty, 1)
        column.addWidget(boxes, 1)
        self.boxes = boxes
        self.show_boxes(are_any=False)

    def show_boxes(self, *, are_any: bool) -> None:
        """Show the boxes, or say why there are none."""
        self.boxes.setVisible(are_any)
        self.empty.setVisible(not are_any)


def box_grid(parent: QWidget) -> QGridLayout:
    """Return the grid of a widget that holds image boxes."""
    grid = QGridLayout(parent)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(GAP_PX)
    return grid


def place_boxes(grid: QGridLayout, boxes: Sequence[QWidget], places: Sequence[BoxPlace]) -> None:
    """Put boxes where they belong; all rows are equally high, all columns equally wide."""
    for place in places:
        grid.addWidget(boxes[place.box_index], place.row, place.column)
    rows = max((place.row for place in places), default=-1) + 1
    columns = max((place.column for place in places), default=-1) + 1
    for row in range(grid.rowCount()):
        grid.setRowStretch(row, int(row < rows))
    for column in range(grid.columnCount()):
        grid.setColumnStretch(column, int(column < columns))


def hung_studies(model: ReadingModel, layout: Layout) -> tuple[Hashable, ...]:
    """Name the study that each box of a layout is for, as the hanging protocol has it."""
    plan = model.hanging.plan
    sets = plan.sets if plan.layout == layout else model.state.shown
    named = [s.study_instance_uid if s is not None else "" for s in sets[: layout.box_count]]
    return (*named, *("",) * (layout.box_count - len(named)))

"""The image boxes of a layout, side by side."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGridLayout, QWidget

from readstation.app.commands import CommandRegistry
from readstation.app.reading.layout import Layout
from readstation.app.reading.link_words import link_words
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.viewport.presentation_state.presentation_options import state_words
from readstation.ui.displays import Displays
from readstation.ui.reading.image_box import ImageBox
from readstation.ui.reading.presentation_chooser import PresentationChooser
from readstation.ui.reading.save_view_panel import SaveViewPanel
from readstation.ui.reading.series_bar import NOTHING
from readstation.ui.reading.window_chooser import WindowChooser

GAP_PX = 2


class ImageGrid(QWidget):
    """Places as many image boxes as the layout has; a click makes one active."""

    def __init__(
        self,
        model: ReadingModel,
        registry: CommandRegistry,
        displays: Displays | None = None,
        parent: QWidget | None = None,
        *,
        down_raises_level: bool = True,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._layout: Layout | None = None
        self._registry, self._displays = registry, displays
        self._down_raises_level = down_raises_level
        self.boxes: list[ImageBox] = []
        self.windows = WindowChooser(self)
        self.presentations = PresentationChooser(self)
        self.saving = SaveViewPanel(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP_PX)
        model.on_change(self._show)
        model.presentations.on_change(self._show_presentations)
        model.key_images.on_change(self._show_key_images)
        model.key_images.on_change(self._show_stars)
        self._show(model.state)

    def focus_active(self) -> None:
        """Give the keys to the active image box."""
        self.boxes[self._model.state.active_box].view.setFocus()

    def choose_window(self) -> None:
        """List the windows of the active image box."""
        index = self._model.state.active_box
        self.windows.open_for(self._model.boxes[index], self.boxes[index].view)

    def choose_presentation(self) -> None:
        """List the presentation states of the active image box."""
        index = self._model.state.active_box
        box, book = self._model.boxes[index], self._model.presentations
        uid = box.description.study_instance_uid if box.description is not None else ""
        states, refusals = book.of_study(uid), book.refusals_of(uid)
        self.presentations.open_for(box, self.boxes[index].view, states, refusals)

    def ask_for_view_name(self) -> None:
        """Ask under which label the view of the active image box is to be saved."""
        index = self._model.state.active_box
        self.saving.open_for(self._model.boxes[index], self.boxes[index].view)

    def _activate(self, index: int) -> None:
        if index != self._model.state.active_box:
            self._model.activate(index)

    def _enlarge(self, index: int) -> None:
        self._model.toggle_enlarged(index)

    def _show(self, state: ReadingState) -> None:
        if state.layout != self._layout:
            self._place(state.layout)
        study = state.opened.study if state.opened else None
        for index, box in enumerate(self.boxes):
            box.set_current_study(study)
            box.mark_active(is_active=index == state.active_box)
        self._show_links()
        self._show_presentations()
        self._show_stars()
        self.show_progress()

    def show_progress(self) -> None:
        """Draw beside each image what of its series is loaded and seen."""
        for box, display_set in zip(self.boxes, self._model.state.shown, strict=False):
            if display_set is not None:
                box.bar.show_progress(self._model.supply.progress(display_set))
            else:
                box.bar.show_progress(NOTHING)

    def _show_presentations(self) -> None:
        for box in self.boxes[: len(self._model.visible_boxes)]:
            image = box.model.description
            uid = image.study_instance_uid if image is not None else ""
            box.show_presentations(state_words(box.model, self._model.presentations.of_study(uid)))

    def _show_key_images(self) -> None:
        for box in self.boxes[: len(self._model.visible_boxes)]:
            box.show_key_image(self._model.key_images.standing(box.model.description))

    def _show_stars(self) -> None:
        """Mark beside each image where in its series marked images are."""
        book = self._model.key_images
        for box, display_set in zip(self.boxes, self._model.state.shown, strict=False):
            box.bar.show_stars(book.stars_of(display_set.images) if display_set else ())

    def _show_links(self) -> None:
        visible = self._model.visible_boxes
        for box in self.boxes[: len(visible)]:
            box.show_link(link_words(box.model, visible, self._model.links))

    def _make_boxes(self, count: int) -> None:
        """Make the boxes that a layout needs and none needed before."""
        for index in range(len(self.boxes), count):
            box = ImageBox(
                self._model.boxes[index],
                self._registry,
                self._displays,
                self,
                down_raises_level=self._down_raises_level,
            )
            box.view.activated.connect(partial(self._activate, index))
            box.view.enlarged.connect(partial(self._enlarge, index))
            box.model.on_change(lambda _state: self._show_links())
            box.model.on_change(lambda _state: self._show_key_images())
            self.boxes.append(box)

    def _place(self, layout: Layout) -> None:
        self._layout = layout
        self._make_boxes(layout.box_count)
        for box in self.boxes:
            self._grid.removeWidget(box)
        for index, box in enumerate(self.boxes):
            box.setVisible(index < layout.box_count)
            if index < layout.box_count:
                self._grid.addWidget(box, *divmod(index, layout.columns))
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, int(row < layout.rows))
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, int(column < layout.columns))

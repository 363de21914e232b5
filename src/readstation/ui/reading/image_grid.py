"""The image boxes of a layout, side by side."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from readstation.app.commands import CommandRegistry
from readstation.app.reading.box_groups import BoxPlace, box_groups, with_one_alone
from readstation.app.reading.layout import Layout
from readstation.app.reading.link_words import link_words
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.viewport.presentation_state.presentation_options import state_words
from readstation.app.viewport.viewport_state import ViewportState
from readstation.ui.displays import Displays
from readstation.ui.reading.image_box import ImageBox
from readstation.ui.reading.image_group import ImageGroup, box_grid, hung_studies, place_boxes
from readstation.ui.reading.presentation_chooser import PresentationChooser
from readstation.ui.reading.save_view_panel import SaveViewPanel
from readstation.ui.reading.series_bar import NOTHING
from readstation.ui.reading.window_chooser import WindowChooser


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
        self._links_due = QTimer(self, singleShot=True, interval=0)
        self._links_due.timeout.connect(self._show_links)
        self._grid = box_grid(self)
        self._groups: tuple[ImageGroup, ...] = ()
        self._alone: frozenset[int] = frozenset()
        self._hung: tuple[Hashable, ...] = ()
        model.on_change(self._show)
        model.presentations.on_change(self._show_presentations)
        model.key_images.on_change(self._show_key_images)
        model.key_images.on_change(self._show_stars)
        self._show(model.state)

    def focus_active(self) -> None:
        """Give the keys to the active image box."""
        view = self.boxes[self._model.state.active_box].view
        if self._groups and not view.isActiveWindow():
            view.window().activateWindow()
        view.setFocus()

    def spread_over(self, groups: Sequence[ImageGroup]) -> None:
        """Place the boxes here and, after these, in `groups`; without any all come back."""
        self._groups, self._alone = tuple(groups), frozenset()
        for box in self.boxes:
            box.setParent(self)  # hidden ones too: a group that goes takes what is in it along
        self._place(self._model.state.layout)

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
        """Show one box alone; over several monitors on its own one, and the others stay."""
        if not self._groups or self._model.state.layout == Layout.ONE:
            self._model.toggle_enlarged(index)
            return
        group = next(group for group in self._divide() if index in _indices(group))
        others = self._alone - _indices(group)
        is_alone = index in self._alone or len(group) == 1
        self._alone = others if is_alone else others | {index}
        self._place(self._model.state.layout)
        self._model.activate(index)  # a box that is hidden hands its keys to any other
        self.focus_active()

    def _divide(self) -> tuple[tuple[BoxPlace, ...], ...]:
        """Return which boxes stand on which monitor."""
        layout = self._model.state.layout
        return box_groups(layout, hung_studies(self._model, layout), 1 + len(self._groups))

    def _show(self, state: ReadingState) -> None:
        is_hung_anew = bool(self._groups) and self._hung != hung_studies(self._model, state.layout)
        is_hidden = bool(self._alone) and self.boxes[state.active_box].isHidden()
        if state.layout != self._layout or is_hung_anew or is_hidden:
            self._alone = frozenset()
            self._place(state.layout)
        study = state.opened.study if state.opened else None
        for index, box in enumerate(self.boxes):
            box.set_current_study(study)
            box.mark_active(is_active=index == state.active_box)
        self._give_keys_to_active()
        self._show_links()
        self._show_presentations()
        self._show_stars()
        self.show_progress()

    def _give_keys_to_active(self) -> None:
        """Move the keys from one image box to another, never from anywhere else."""
        focused = QApplication.focusWidget()
        at = next((i for i, box in enumerate(self.boxes) if box.view is focused), None)
        if at is not None and at != self._model.state.active_box:
            self.focus_active()

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

    def _follow(self, box: ImageBox, _state: ViewportState) -> None:
        """Say what is new of a box at once, and of its neighbours after this turn: links move all.

        Eight linked boxes would otherwise say everything eight times for each step.
        """
        visible = self._model.visible_boxes
        if box.model in visible:
            box.show_link(link_words(box.model, visible, self._model.links))
            box.show_key_image(self._model.key_images.standing(box.model.description))
        if len(visible) > 1 and not self._links_due.isActive():
            self._links_due.start()

    def _show_links(self) -> None:
        self._links_due.stop()
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
            box.model.on_change(partial(self._follow, box))
            self.boxes.append(box)

    @property
    def _grids(self) -> tuple[QGridLayout, ...]:
        return (self._grid, *(group.grid for group in self._groups))

    def _place(self, layout: Layout) -> None:
        self._layout, self._hung = layout, hung_studies(self._model, layout)
        self._make_boxes(layout.box_count)
        for box in self.boxes:
            for grid in self._grids:
                grid.removeWidget(box)
        places = [with_one_alone(group, self._alone) for group in self._divide()]
        for grid, group in zip(self._grids, places, strict=True):
            place_boxes(grid, self.boxes, group)
        for shown, group in zip(self._groups, places[1:], strict=True):
            shown.show_boxes(are_any=bool(group))
        placed = {place.box_index for group in places for place in group}
        for index, box in enumerate(self.boxes):
            box.setVisible(index in placed)
            if index not in placed and index < layout.box_count:
                self._model.seen.leave(index)


def _indices(group: Sequence[BoxPlace]) -> frozenset[int]:
    return frozenset(place.box_index for place in group)

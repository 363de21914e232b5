"""A list of the presentation states for an image, over its image box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.viewport.presentation_state.applied_presentation import view_of
from readstation.app.viewport.presentation_state.presentation_options import (
    NO_STATES,
    PresentationOption,
    presentation_options,
)
from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ViewportState
from readstation.imaging.presentation_state import PresentationState
from readstation.ui import theme
from readstation.ui.reading.list_over_image import HINT, ListOverImage, ListSize, choice_row
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.section import KeyCap
from readstation.ui.widgets.text import PlainLabel

SIZE = ListSize(width_px=560, most_rows=10, least_width_px=440, least_height_px=220)
AROUND_LIST_PX, REFUSALS_PX = 122, 22
WHERE_PX = 52
EXTENT_KEYS = {Qt.Key.Key_W: Extent.WHOLE, Qt.Key.Key_G: Extent.GRAPHICS}
EXTENT_WORDS = {
    Extent.WHOLE: "Whole: window, orientation, area and graphics",
    Extent.GRAPHICS: "Graphics only: your window, zoom and orientation stay",
}


class PresentationChooser(ListOverImage):
    """The applied state is marked; W and G say how much of a state is applied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Presentation states of this image", SIZE)
        self._before: ViewportState | None = None
        self.extent = Extent.WHOLE
        self.options: tuple[PresentationOption, ...] = ()
        self.extent_words = {extent: PlainLabel(words) for extent, words in EXTENT_WORDS.items()}
        self.refusals = ElidedLabel(role="dim")
        self._place()

    def open_for(
        self,
        model: ViewportModel,
        box: QWidget,
        states: Sequence[PresentationState],
        refusals: Sequence[str] = (),
    ) -> None:
        """List the states for the images in `model`, over its image box."""
        options = presentation_options(model, states)
        if not options:
            model.change(notice=" ".join((NO_STATES, *refusals[:1])))
            return
        self._before = model.state
        applied = model.state.presentation
        self.extent = applied.extent if applied is not None else Extent.WHOLE
        self.options = options
        current = next((i for i, option in enumerate(options) if option.is_current), 0)
        self.fill(((_row(o), _words(o)) for o in options), current)
        self._say_refusals(refusals)
        self._mark_extent()
        self.open_over(model, box, AROUND_LIST_PX + (REFUSALS_PX if refusals else 0))

    def show_choice(self, model: ViewportModel, row: int) -> None:
        option = self.options[row]
        if option.frame_index is not None:
            model.go_to(option.frame_index)
        model.present(option.presentation, self.extent)

    def go_back(self, model: ViewportModel) -> None:
        if self._before is not None:
            model.go_to(self._before.frame_index)
            model.change(**view_of(self._before))

    def take_key(self, event: QKeyEvent) -> bool:
        extent = EXTENT_KEYS.get(Qt.Key(event.key()))
        if extent is None:
            return False
        self.extent = extent
        self._mark_extent()
        self.show_current()
        return True

    def _say_refusals(self, refusals: Sequence[str]) -> None:
        count = len(refusals)
        self.refusals.setVisible(bool(count))
        if count:
            others = f" (and {count - 1} more)" if count > 1 else ""
            self.refusals.say(f"Not offered{others}: {refusals[0]}")

    def _mark_extent(self) -> None:
        for extent, label in self.extent_words.items():
            look = "accent" if extent is self.extent else "dim"
            if label.property("role") != look:
                label.setProperty("role", look)
                theme.restyle(label)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        column.addWidget(PlainLabel("Presentation states", role="heading"))
        column.addWidget(self.list, 1)
        for key, extent in EXTENT_KEYS.items():
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(KeyCap(chr(key.value)))
            line.addWidget(self.extent_words[extent], 1)
            column.addLayout(line)
        column.addWidget(self.refusals)
        column.addWidget(PlainLabel(HINT, role="dim"))


def _words(option: PresentationOption) -> str:
    return f"{option.name}, {option.description}, {option.made} {option.where}"


def _row(option: PresentationOption) -> QWidget:
    name = " · ".join(part for part in (option.name, option.description) if part)
    row, line = choice_row(name, is_current=option.is_current)
    where = PlainLabel(option.where, role="digits")
    where.setFixedWidth(WHERE_PX)
    line.addWidget(PlainLabel(option.made, role="dim"))
    line.addWidget(where)
    return row

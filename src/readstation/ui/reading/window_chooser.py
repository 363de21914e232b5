"""A list of every window the image can be shown with, over its image box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import VoiChoice
from readstation.app.viewport.window.window_choice import apply_preset
from readstation.app.viewport.window.window_options import (
    WindowOption,
    why_no_window,
    window_options,
)
from readstation.ui.reading.list_over_image import HINT, ListOverImage, ListSize, choice_row
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.section import KeyCap
from readstation.ui.widgets.text import PlainLabel

SIZE = ListSize(width_px=440, most_rows=14, least_width_px=420, least_height_px=160)
AROUND_LIST_PX = 78
VALUES_PX, SOURCE_PX, KEY_PX = 140, 62, 24


class WindowChooser(ListOverImage):
    """The window in use is marked; a preset's own number key chooses it and closes the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Windows of this image", SIZE)
        self._before: VoiChoice | None = None
        self.options: tuple[WindowOption, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        column.addWidget(PlainLabel("Window", role="heading"))
        column.addWidget(self.list, 1)
        column.addWidget(PlainLabel(HINT, role="dim"))

    def open_for(self, model: ViewportModel, box: QWidget) -> None:
        """List what `model` can be shown with, over its image box."""
        options = window_options(model)
        if not options:
            model.change(notice=why_no_window(model))
            return
        self._before = model.state.voi_choice
        self.options = options
        current = next((i for i, option in enumerate(options) if option.is_current), -1)
        self.fill(((_row(o), f"{o.name}, {o.values}") for o in options), current)
        self.open_over(model, box, AROUND_LIST_PX)

    def show_choice(self, model: ViewportModel, row: int) -> None:
        model.choose_voi(self.options[row].choice)

    def go_back(self, model: ViewportModel) -> None:
        if self._before is not None:
            model.choose_voi(self._before)

    def take_key(self, event: QKeyEvent) -> bool:
        key = event.text()
        if self.model is None or key not in {o.key for o in self.options if o.key}:
            return False
        apply_preset(self.model, int(key))
        self.close_keeping()
        return True


def _row(option: WindowOption) -> QWidget:
    row, line = choice_row(option.name, is_current=option.is_current)
    values = ElidedLabel(role="digits")
    values.say(option.values)
    values.setFixedWidth(VALUES_PX)
    source = PlainLabel(option.source, role="dim")
    source.setFixedWidth(SOURCE_PX)
    line.addWidget(values)
    line.addWidget(source)
    key = KeyCap(option.key) if option.key else PlainLabel()
    key.setFixedWidth(KEY_PX)
    key.setAlignment(Qt.AlignmentFlag.AlignCenter)
    line.addWidget(key)
    return row

"""Divides the reading screen over windows: the report in one, image boxes in others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry, Context
from readstation.ui import theme
from readstation.ui.command_binding import bind_commands
from readstation.ui.reading.image_group import ImageGroup
from readstation.ui.reading.list_over_image import ListOverImage
from readstation.ui.reading.panel_over_images import PanelOverImages
from readstation.ui.reading.patient_strip import PatientStrip

if TYPE_CHECKING:
    from readstation.app.reading.reading_desk import ReadingDesk
    from readstation.ui.reading.image_grid import ImageGrid
    from readstation.ui.reading.reading_side import ReadingSide


class ScreenParts(Protocol):
    """What is divided of the reading screen."""

    desk: ReadingDesk
    grid: ImageGrid
    side: ReadingSide

    def place_side(self) -> None: ...


class ReadingSpread:
    """Keys work in every part as they do on the whole: each has the commands of the screen."""

    def __init__(self, view: ScreenParts, registry: CommandRegistry) -> None:
        self._view, self._registry = view, registry
        self._report: QWidget | None = None

    def lend_report(self) -> QWidget:
        """Return the report under the name of its patient."""
        view = self._view
        place = theme.surface("detail")
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PatientStrip(view.desk.images, is_narrow=True))
        column.addWidget(view.side, 1)
        self._bind(place, Context.READING, Context.REPORT)
        self._report = place
        return place

    def take_report_back(self) -> None:
        place, self._report = self._report, None
        if place is not None:
            self._view.place_side()
            place.hide()
            place.deleteLater()

    def spread(self, further: int) -> list[QWidget]:
        """Divide the image boxes among the grid and `further` groups."""
        grid = self._view.grid
        for window in {grid.window(), *(box.window() for box in grid.boxes)}:
            for panel in window.findChildren(QFrame):
                if isinstance(panel, PanelOverImages | ListOverImage):
                    panel.come_home()
        groups = [ImageGroup(self._view.desk.images) for _ in range(further)]
        for group in groups:
            self._bind(group, Context.READING, Context.REPORT, Context.IMAGES)
        grid.spread_over(groups)
        return list(groups)

    def _bind(self, widget: QWidget, *contexts: Context) -> None:
        for context in contexts:
            model = self._view.side.report if context is Context.REPORT else self._view.desk
            bind_commands(self._registry, context, widget, model)

"""Three planes through one volume, and beside them how they are cut."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry, Context
from readstation.app.reconstruction.load_source import REMEDY
from readstation.app.reconstruction.plane_model import NO_MEASURING
from readstation.app.reconstruction.plane_set import NOTE, Direction
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_state import Tool
from readstation.ui import theme
from readstation.ui.command_binding import bind_commands
from readstation.ui.displays import Displays
from readstation.ui.reconstruction.fusion_panel import FusionPanel
from readstation.ui.reconstruction.plane_box import PlaneBox
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.section import EmptyState, KeyCaps, SectionHeader
from readstation.ui.widgets.text import PlainLabel

GAP_PX = 2
PLACES = {Direction.AXIAL: (0, 0), Direction.SAGITTAL: (0, 1), Direction.CORONAL: (1, 0)}
WAITING = "Making the volume…"


class ReconstructionView(QWidget):
    """Places the planes of a `Reconstruction`; says why there are none."""

    def __init__(
        self,
        model: Reconstruction,
        registry: CommandRegistry,
        displays: Displays | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.boxes = {
            direction: PlaneBox(model, direction, registry, displays, self)
            for direction in model.planes
        }
        self.message = EmptyState("scan-eye", WAITING)
        self.fusion = FusionPanel(model.fusion)
        self._cut = PlainLabel(role="heading")
        self._series = PlainLabel(role="dim")
        self._series.setWordWrap(True)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._planes(registry))
        self._pages.addWidget(self.message)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        bind_commands(registry, Context.RECONSTRUCTION, self, model)
        model.on_change(self._show)
        self._show()

    @property
    def cut_words(self) -> str:
        return self._cut.text()

    def say_progress(self, _done: int, _total: int, words: str) -> None:
        """Say what takes longer than usual while the planes are awaited."""
        if self._model.is_waiting:
            self.message.set_text(WAITING, visible_text(words))

    def focus_planes(self) -> None:
        """Give the keys to the plane that had them last, and the mouse the crosshair."""
        self._model.planes[self._model.active].choose_tool(Tool.CURSOR)
        self.boxes[self._model.active].view.setFocus()

    def _show(self) -> None:
        model = self._model
        if model.is_showing:
            self._cut.setText(model.cut_words)
            self.fusion.show_state()
            first = model.display_set.first if model.display_set is not None else None
            self._series.setText(visible_text(first.series_description) if first else "")
            self._pages.setCurrentIndex(0)
            return
        if model.refusal:
            self.message.set_text(visible_text(model.refusal), REMEDY)
        else:
            self.message.set_text(WAITING)
        self._pages.setCurrentWidget(self.message)

    def _planes(self, registry: CommandRegistry) -> QWidget:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP_PX)
        for direction, box in self.boxes.items():
            grid.addWidget(box, *PLACES[direction])
        grid.addWidget(self._help(registry), 1, 1)
        for index in (0, 1):
            grid.setRowStretch(index, 1)
            grid.setColumnStretch(index, 1)
        return page

    def _help(self, registry: CommandRegistry) -> QWidget:
        """Return what stands beside the planes: how they are cut, what lies over them, the keys."""
        panel = theme.surface("panel")
        words, keys = QVBoxLayout(), QVBoxLayout()
        words.addWidget(SectionHeader("Planes through the volume"))
        words.addWidget(self._cut)
        words.addWidget(self._series)
        for text in (f"{NOTE}.", NO_MEASURING):
            label = PlainLabel(text, role="dim")
            label.setWordWrap(True)
            words.addWidget(label)
        words.addSpacing(12)
        words.addWidget(self.fusion)
        keys.addWidget(SectionHeader("Keys"))
        for command in registry.in_context(Context.RECONSTRUCTION):
            row = QHBoxLayout()
            row.addWidget(ElidedLabel(command.title, role="dim"), 1)
            row.addWidget(KeyCaps(command.keys))
            keys.addLayout(row)
        outer = QHBoxLayout(panel)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(28)
        for column in (words, keys):
            column.setSpacing(6)
            column.addStretch(1)
            outer.addLayout(column, 1)
        return panel

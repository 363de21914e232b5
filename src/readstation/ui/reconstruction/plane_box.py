"""One reformatted plane: what it is on top, the viewport below."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry
from readstation.app.reconstruction.plane_set import NOTE
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ViewportState
from readstation.ui import theme
from readstation.ui.displays import Displays
from readstation.ui.viewport.viewport_view import ViewportView
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel

EDGE_PX = 2


class PlaneBox(QFrame):
    """Shows one plane under a strip that says that it was never acquired."""

    def __init__(
        self,
        model: ViewportModel,
        registry: CommandRegistry,
        displays: Displays | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.setProperty("role", "image-box")
        self.view = ViewportView(model, registry=registry, displays=displays, parent=self)
        self._title, self._note = ElidedLabel(), ElidedLabel(role="prior")
        self._count = PlainLabel(role="digits")
        self._note.say(NOTE)
        strip = theme.surface("toolbar")
        row = QHBoxLayout(strip)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(8)
        row.addWidget(self._title, 1)
        row.addWidget(self._note)
        row.addWidget(self._count)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(self.view, 1)
        model.on_change(self._show)
        self._show(model.state)

    @property
    def title(self) -> str:
        return self._title.text()

    def _show(self, state: ViewportState) -> None:
        image, total = self.model.description, len(self.model.display_set)
        self._title.say(visible_text(image.series_description) if image is not None else "")
        self._count.setText(f"Im {state.frame_index + 1}/{total}" if total else "")
        value = "true" if state.is_focused else "false"
        if self.property("active") != value:
            self.setProperty("active", value)
            theme.restyle(self)

"""All that is known of the image in the active box, to be read beside the images."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.information.image_information import (
    InformationSection,
    image_information,
    information_text,
)
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.ui import theme
from readstation.ui.displays import Displays
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.fact_sheet import FactSheet
from readstation.ui.widgets.text import PlainLabel

FOLLOW_MS = 120
"""Scrolling is not held up by the text beside it."""
ROLE_LOOKS = {Role.CURRENT: "accent", Role.PRIOR: "prior", Role.NONE: "dim"}


class ImageInformationPanel(QWidget):
    """Follows the active image box while it is visible."""

    left = Signal()

    def __init__(
        self, images: ReadingModel, displays: Displays, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._images, self._displays = images, displays
        self._late = QTimer(self, interval=FOLLOW_MS, singleShot=True)
        self._late.timeout.connect(self.refresh)
        self.role = PlainLabel(role="dim")
        self.title = ElidedLabel(role="dim")
        self.facts = FactSheet()
        self.facts.setAccessibleName("Image information")
        self.facts.left.connect(self.left)
        self.copy_button = QPushButton("Copy all")
        self.copy_button.clicked.connect(self.copy_all)
        self.back_button = QPushButton("Back to the report  Esc")
        self.back_button.clicked.connect(self.left)
        self._place()
        self.setFocusProxy(self.facts)
        for box in images.boxes:
            box.on_change(lambda _state: self._follow())
        images.on_change(lambda _state: self._follow())
        displays.changed.connect(self._follow)

    def refresh(self) -> None:
        """Show the facts of the image that the active box shows now."""
        model = self._images.active
        sections = self._information(model)
        self.facts.show_facts(
            (s.title, tuple((r.label, r.value, r.is_caution) for r in s.rows)) for s in sections
        )
        role = model.state.role
        self.role.setText(str(role.value))
        if self.role.property("role") != ROLE_LOOKS[role]:
            self.role.setProperty("role", ROLE_LOOKS[role])
            theme.restyle(self.role)
        self.title.say(_title(model))

    def copy_all(self) -> None:
        """Put every row on the clipboard, as plain text."""
        model = self._images.active
        sections = self._information(model)
        QApplication.clipboard().setText(information_text(sections))

    def _information(self, model: ViewportModel) -> tuple[InformationSection, ...]:
        graphics = self._displays.graphics
        painted_by = graphics.standing_of(model).text if graphics is not None else ""
        return image_information(model, self._displays.standing(self), painted_by)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._late.stop()
        self.facts.show_facts(())

    def _follow(self) -> None:
        if self.isVisible() and not self._late.isActive():
            self._late.start()

    def _place(self) -> None:
        surface = theme.surface("panel")
        head = QHBoxLayout()
        head.addWidget(PlainLabel("Image information", role="heading"))
        head.addStretch(1)
        head.addWidget(self.role)
        foot = QHBoxLayout()
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(self.back_button)
        column = QVBoxLayout(surface)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.title)
        column.addWidget(self.facts, 1)
        column.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(surface)


def _title(model: ViewportModel) -> str:
    d = model.description
    if d is None:
        return "No image in the active box"
    count = f"Im {model.state.frame_index + 1}/{len(model.display_set)}"
    what = d.series_description or d.study_description or d.modality
    return visible_text(f"{what} · {count}" if what else count)

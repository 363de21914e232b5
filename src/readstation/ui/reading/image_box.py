"""One image box: whose image it is on top, the viewport below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry
from readstation.app.reading.key_image_book import Standing, Star
from readstation.app.reading.time_words import gap_in_words, interval_in_words
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role, ViewportState
from readstation.domain.study import Study
from readstation.ui import theme
from readstation.ui.displays import Displays
from readstation.ui.reading.series_bar import SeriesBar
from readstation.ui.reading.star_marks import star_picture
from readstation.ui.viewport.viewport_view import ViewportView
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel, plain_tooltip

EDGE_PX = 2
WIDE_PX = 400
CHOOSE_KEY = "Shift+P"
WARNINGS = {
    Star.REJECTED: ("REJECTED", "critical"),
    Star.DOUBTED: ("QUALITY ISSUE", "concern"),
}
"""What files say of an image that must not be overlooked."""
ROLE_LOOKS = {Role.CURRENT: "accent", Role.PRIOR: "prior", Role.NONE: "dim"}


class ImageBox(QFrame):
    """Shows one `ViewportModel` under a strip that tells current from prior."""

    def __init__(
        self,
        model: ViewportModel,
        registry: CommandRegistry,
        displays: Displays | None = None,
        parent: QWidget | None = None,
        *,
        down_raises_level: bool = True,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.view = ViewportView(
            model,
            registry=registry,
            down_raises_level=down_raises_level,
            displays=displays,
            parent=self,
        )
        self.bar = SeriesBar(self)
        self.bar.moved.connect(self._go_to)
        self._current_study: Study | None = None
        self._standing: Standing | None = None
        self.setProperty("role", "image-box")
        self._role = PlainLabel(role="dim")
        self._title = ElidedLabel()
        self._simulated = Badge("SIMULATED", "incidental")
        self._presentations = ElidedLabel(role="accent")
        self._link, self._count = ElidedLabel(role="dim"), _Count()
        self._image: ImageDescription | None = None
        self._place()
        self._presentations.hide()
        model.on_change(self._show)
        self._show(model.state)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        column.setSpacing(0)
        column.addWidget(self._strip())
        image = QHBoxLayout()
        image.setSpacing(0)
        image.addWidget(self.view, 1)
        image.addWidget(self.bar)
        column.addLayout(image, 1)

    def _strip(self) -> QWidget:
        self._star, self._warning = PlainLabel(), Badge("", "critical")
        strip = theme.surface("toolbar")
        strip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(strip)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(8)
        row.addWidget(self._role)
        row.addWidget(self._title)
        row.addWidget(self._simulated)
        row.addStretch(1)
        row.addWidget(self._presentations)
        row.addWidget(self._link)
        for mark in (self._warning, self._star):
            mark.hide()
            row.addWidget(mark)
        row.addWidget(self._count)
        return strip

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._role.setText(self._role_words(self.model.state.role, self.model.description))
        self._make_room()

    def set_current_study(self, study: Study | None) -> None:
        """Name the study that a prior's age is counted back from."""
        if study is self._current_study:
            return
        self._current_study = study
        self._show(self.model.state)

    @property
    def link_text(self) -> str:
        return self._link.text()

    @property
    def title(self) -> str:
        return self._title.text()

    def show_link(self, text: str) -> None:
        """Say how this box scrolls with the others, or why it does not."""
        self._link.say(text)
        self._link.setVisible(bool(text))

    @property
    def has_star(self) -> bool:
        return not self._star.isHidden()

    @property
    def warning(self) -> str:
        return "" if self._warning.isHidden() else self._warning.text

    def show_key_image(self, standing: Standing | None) -> None:
        """Show how the image on the screen is marked, in words where a file warns of it."""
        if standing == self._standing:
            return
        self._standing = standing
        self._star.setVisible(standing is not None)
        self._warning.setVisible(standing is not None and standing.star in WARNINGS)
        if standing is None:
            return
        self._star.setPixmap(star_picture(standing.star))
        if standing.star in WARNINGS:
            self._warning.set_badge(*WARNINGS[standing.star])
        for mark in (self._star, self._warning):
            mark.setAccessibleName(standing.words)
            mark.setToolTip(plain_tooltip(standing.words))

    def show_presentations(self, text: str) -> None:
        """Say that there are presentation states to choose from."""
        words = f"{text}  {CHOOSE_KEY}" if text else ""
        if words != self._presentations.text():
            self._presentations.say(words)
            self._presentations.setVisible(bool(text))
            self._make_room()

    def _make_room(self) -> None:
        """Keep the words of presentation states whole, unless the box is too narrow for them."""
        is_shown = bool(self._presentations.text()) and self.width() >= WIDE_PX
        width = self._presentations.sizeHint().width() if is_shown else 0
        self._presentations.setMinimumWidth(width)

    def mark_active(self, *, is_active: bool) -> None:
        """Draw the outline of the box that keys and tools act on."""
        value = "true" if is_active else "false"
        if self.property("active") != value:
            self.setProperty("active", value)
            theme.restyle(self)

    def _show(self, state: ViewportState) -> None:
        image = self.model.description
        self._role.setText(self._role_words(state.role, image))
        look = ROLE_LOOKS[state.role]
        if self._role.property("role") != look:
            self._role.setProperty("role", look)
            theme.restyle(self._role)
        if image is not self._image or not self._title.text():
            self._image = image
            self._title.say(_title(image))
        says_so = "SIMULATED" in self._title.text().upper()
        self._simulated.setVisible(image is not None and image.is_simulated and not says_so)
        total = len(self.model.display_set)
        self._count.say(state.frame_index + 1, total)
        self.bar.setVisible(total > 1)
        self.bar.show_index(state.frame_index)

    def _go_to(self, index: int) -> None:
        self.view.activated.emit()
        self.model.go_to(index)

    def _role_words(self, role: Role, image: ImageDescription | None) -> str:
        current = self._current_study
        if role is not Role.PRIOR or image is None or image.study_date is None:
            return str(role.value)
        if current is None or current.study_date_time is None:
            return str(role.value)
        dates = (image.study_date, current.study_date_time.date())
        if self.width() < WIDE_PX:
            return f"{role.value} {gap_in_words(*dates)}"
        return f"{role.value}, {interval_in_words(*dates)}"


class _Count(PlainLabel):
    """Which image of how many. Of one size, or each step would lay the whole window out anew."""

    def __init__(self) -> None:
        super().__init__(role="digits")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._total = 0

    def say(self, number: int, total: int) -> None:
        """Say the number of an image; nothing where there is none."""
        if total != self._total:
            self._total = total
            widest = "8" * len(str(total))
            self.setText(f"Im {widest}/{widest}" if total else "")
            self.ensurePolished()
            self.setFixedSize(self.sizeHint())
        self.setText(f"Im {number}/{total}" if total else "")


def _title(image: ImageDescription | None) -> str:
    if image is None:
        return "Empty: click a thumbnail, or press PgDn"
    moment = image.study_datetime
    when = (
        moment.strftime("%Y-%m-%d %H:%M")
        if moment
        else (image.study_date.isoformat() if image.study_date else "date unknown")
    )
    view = " ".join(p for p in (image.laterality, image.view_position) if p)
    what = image.series_description or image.study_description or image.modality
    said = view if view not in what else ""
    return visible_text(" · ".join(p for p in (what, said, when) if p))

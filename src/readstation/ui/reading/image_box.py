"""One image box: whose image it is on top, the viewport below."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.commands import CommandRegistry
from readstation.app.reading.key_image_book import Standing
from readstation.app.reading.time_words import gap_in_words, interval_in_words
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role, ViewportState
from readstation.domain.study import Study
from readstation.ui import theme
from readstation.ui.displays import Displays
from readstation.ui.reading.box_strip import WARNINGS, BoxStrip, restyled
from readstation.ui.reading.series_bar import SeriesBar
from readstation.ui.viewport.viewport_view import ViewportView

EDGE_PX = 2
WIDE_PX = 400
CHOOSE_KEY = "Shift+P"
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
        self.setProperty("role", "image-box")
        self.strip = BoxStrip(self)
        self._image: ImageDescription | None = None
        self._place()
        model.on_change(self._show)
        self._show(model.state)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
        column.setSpacing(0)
        column.addWidget(self.strip)
        image = QHBoxLayout()
        image.setSpacing(0)
        image.addWidget(self.view, 1)
        image.addWidget(self.bar)
        column.addLayout(image, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_role(self.model.state.role, self.model.description)

    def set_current_study(self, study: Study | None) -> None:
        """Name the study that a prior's age is counted back from."""
        if study is self._current_study:
            return
        self._current_study = study
        self._show(self.model.state)

    @property
    def link_text(self) -> str:
        return self.strip.link.text()

    @property
    def title(self) -> str:
        return self.strip.title.text()

    def show_link(self, text: str) -> None:
        """Say how this box scrolls with the others, or why it does not."""
        if text != self.strip.link.text():
            self.strip.link.say(text)
            self.strip.arrange()

    @property
    def has_star(self) -> bool:
        return self.strip.standing is not None

    @property
    def warning(self) -> str:
        standing = self.strip.standing
        return "" if standing is None or standing.star not in WARNINGS else self.strip.warning.text

    def show_key_image(self, standing: Standing | None) -> None:
        """Show how the image on the screen is marked, in words where a file warns of it."""
        if standing != self.strip.standing:
            self.strip.show_standing(standing)

    def show_presentations(self, text: str) -> None:
        """Say that there are presentation states to choose from."""
        words = f"{text}  {CHOOSE_KEY}" if text else ""
        if words != self.strip.presentations.text():
            self.strip.presentations.say(words)
            self.strip.arrange()

    def mark_active(self, *, is_active: bool) -> None:
        """Draw the outline of the box that keys and tools act on."""
        value = "true" if is_active else "false"
        if self.property("active") != value:
            self.setProperty("active", value)
            theme.restyle(self)

    def _show(self, state: ViewportState) -> None:
        image, strip = self.model.description, self.strip
        self._say_role(state.role, image)
        if image is not self._image or not strip.title.text():
            self._image = image
            strip.title.say(_title(image))
            strip.say_when(*_when(image))
        says_so = "SIMULATED" in strip.title.text().upper()
        strip.show_simulated(is_shown=image is not None and image.is_simulated and not says_so)
        total = len(self.model.display_set)
        strip.show_count(state.frame_index + 1, total)
        strip.arrange()
        self.bar.setVisible(total > 1)
        self.bar.show_index(state.frame_index)

    def _go_to(self, index: int) -> None:
        self.view.activated.emit()
        self.model.go_to(index)

    def _say_role(self, role: Role, image: ImageDescription | None) -> None:
        """Say what is in the box; of an empty one nothing, whatever it showed before."""
        shown = role if image is not None else Role.NONE
        self.strip.role.setText(self._role_words(shown, image))
        restyled(self.strip.role, ROLE_LOOKS[shown])

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


def _title(image: ImageDescription | None) -> str:
    """Return side and view first: they stay where words are cut."""
    if image is None:
        return "Empty: click a thumbnail, or press PgDown"
    view = " ".join(p for p in (image.laterality, image.view_position) if p)
    what = image.series_description or image.study_description or image.modality
    said = "" if what.startswith(view) else view
    return visible_text(" · ".join(p for p in (said, what) if p))


def _when(image: ImageDescription | None) -> tuple[str, str]:
    """Return the date of the study, and the same with its time."""
    if image is None:
        return ("", "")
    moment = image.study_datetime
    if moment is not None:
        return (f"{moment:%Y-%m-%d}", f"{moment:%Y-%m-%d %H:%M}")
    day = image.study_date.isoformat() if image.study_date else "date unknown"
    return (day, day)

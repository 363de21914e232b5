"""Thumbnails of every display set, current study first, then the prior."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.held_frames import SeriesProgress
from readstation.app.reading.key_image_book import Star
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.reading.series_marks import progress_words
from readstation.app.reading.thumbnail import SIDE_PX, make_thumbnail
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_state import Role
from readstation.imaging.frame import StoredFrame
from readstation.ui import theme
from readstation.ui.job_runner import JobRunner
from readstation.ui.reading.series_bar import NOTHING, SeriesLine
from readstation.ui.reading.star_marks import StarCount
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.picture import image_of
from readstation.ui.widgets.text import PlainLabel, plain_tooltip

WIDTH_PX = 150
"""Room for the date of a prior beside the scroll bar."""
MOST_REASONS = 10
HEADING_LOOKS = {Role.CURRENT: "accent", Role.PRIOR: "prior", Role.NONE: "dim"}


MOST_SPARE = 16
"""Thumbnails kept for the next study: their styles cost more than all else of a switch."""


class Thumbnail(QFrame):
    """One display set at a time: a small preview, its name and how many images it has."""

    chosen = Signal()

    def __init__(self, display_set: DisplaySet, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tip = ""
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture = PlainLabel("…", role="dim")
        self.picture.setFixedSize(QSize(SIDE_PX, SIDE_PX))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stars = StarCount(self.picture)
        self.title = PlainLabel()
        self.title.setWordWrap(True)
        self.title.setFixedWidth(SIDE_PX + 8)
        self._detail = PlainLabel(role="dim")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 6, 6, 6)
        self._column.setSpacing(2)
        self.line = SeriesLine()
        self.line.setFixedWidth(SIDE_PX)
        self._simulated: Badge | None = None
        for part in (self.picture, self.line, self.title, self._detail):
            self._column.addWidget(part)
        self.show_set(display_set, role)

    def show_set(self, display_set: DisplaySet, role: Role) -> None:
        """Take a display set; nothing of the one before is left."""
        self.display_set = display_set
        look = "current" if role is Role.CURRENT else "prior"
        if self.property("urgency") != look:
            self.setProperty("urgency", look)
            theme.restyle(self)
        self.picture.setText("…")
        self.title.setText(visible_text(display_set.title))
        count, number = len(display_set.images), display_set.first.series_number
        self._detail.setText(f"{'#' + str(number) + ' · ' if number is not None else ''}{count} im")
        self._mark_simulated(is_simulated=display_set.first.is_simulated)
        self._what = f"{role.value.capitalize()}: {display_set.title}"
        self._name = f"{role.value} {display_set.title}, {count} images"
        self.setAccessibleName(self._name)
        self.line.show_progress(NOTHING)
        self.show_stars(())

    def _mark_simulated(self, *, is_simulated: bool) -> None:
        if is_simulated and self._simulated is None:
            self._simulated = Badge("SIMULATED", "incidental", self)
            self._column.addWidget(self._simulated)
        if self._simulated is not None:
            self._simulated.setVisible(is_simulated)

    def put_away(self) -> None:
        """Leave the screen, and say nothing of the set any more, hidden or not."""
        self.hide()
        self.picture.setText("…")
        self.title.setText("")
        self._tip = ""
        self.setToolTip("")
        self.setAccessibleName("")

    def show_picture(self, pixels: object) -> None:
        """Take gray or RGB pixels, uint8."""
        image = image_of(pixels)
        self.picture.setText("")
        self.picture.setPixmap(QPixmap.fromImage(image))

    def show_stars(self, stars: Iterable[Star]) -> None:
        """Show how many images of the set are marked, over the upper right corner."""
        self.stars.show_stars(stars)
        self.stars.move(SIDE_PX - self.stars.width(), 0)
        marked = f", {self.stars.words}" if self.stars.counts else ""
        self.setAccessibleName(f"{self._name}{marked}")
        self.show_progress(self.line.progress)

    def show_progress(self, progress: SeriesProgress) -> None:
        """Draw and say how much of the set is loaded and seen."""
        self.line.show_progress(progress)
        words = f" {progress_words(progress)}." if progress.total else ""
        marked = f" {self.stars.words}." if self.stars.counts else ""
        tip = f"{self._what}.{words}{marked} Preview, not for diagnosis. Click to show."
        if tip != self._tip:
            self._tip = tip
            self.setToolTip(plain_tooltip(tip))

    def show_refusal(self) -> None:
        self.picture.setText("no\npreview")

    def showEvent(self, event: QShowEvent) -> None:
        """Give the title all its lines: only now is the font known that it is drawn with."""
        self.title.setMinimumHeight(self.title.heightForWidth(self.title.width()))
        super().showEvent(event)

    def mark_shown(self, *, is_shown: bool) -> None:
        value = "true" if is_shown else "false"
        if self.property("selected") != value:
            self.setProperty("selected", value)
            theme.restyle(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit()


class ThumbnailStrip(QScrollArea):
    """Follows the display sets of a `ReadingModel`."""

    def __init__(self, model: ReadingModel, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._jobs = jobs
        self.thumbnails: list[Thumbnail] = []
        content = theme.surface("scroll-content")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(6)
        self._headings: list[PlainLabel] = []
        self._spare: list[Thumbnail] = []
        self._spare_headings: list[PlainLabel] = []
        self.note = PlainLabel(role="dim")
        self.refusals, self.left_out = PlainLabel(role="warning"), PlainLabel(role="warning")
        for label in (self.note, self.refusals, self.left_out):
            label.setWordWrap(True)
            label.hide()
            self._column.addWidget(label)
        self._column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFixedWidth(WIDTH_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._early: dict[DisplaySet, StoredFrame | None] = {}
        model.on_change(self._show)
        model.supply.on_preview(self._show_preview)
        model.key_images.on_change(self._show_stars)

    def _show(self, state: ReadingState) -> None:
        if [t.display_set for t in self.thumbnails] != list(state.sets):
            self._rebuild(state)
        for thumbnail in self.thumbnails:
            thumbnail.mark_shown(is_shown=thumbnail.display_set in state.shown)
        self.note.setText("Reading…")
        self.note.setVisible(state.opened is not None and not state.is_complete)
        self._show_refusals()

    def _show_refusals(self) -> None:
        """Count the images that cannot be shown, and say why."""
        reasons = self._model.refusals
        noun = "image" if len(reasons) == 1 else "images"
        self.refusals.setText(f"{len(reasons)} {noun} cannot be displayed")
        self.refusals.setToolTip(plain_tooltip(" | ".join(reasons[:MOST_REASONS])))
        self.refusals.setVisible(bool(reasons))

    def show_left_out(self, reasons: tuple[str, ...]) -> None:
        """Say that measurements of files are not shown, and why."""
        self.left_out.setText("Measurements of files are left out")
        self.left_out.setToolTip(plain_tooltip(visible_text(" | ".join(reasons[:MOST_REASONS]))))
        self.left_out.setAccessibleDescription(" ".join(reasons))
        self.left_out.setVisible(bool(reasons))

    def show_progress(self) -> None:
        """Draw under each thumbnail what of its images is loaded and seen."""
        for thumbnail in self.thumbnails:
            thumbnail.show_progress(self._model.supply.progress(thumbnail.display_set))
        self._show_refusals()

    def _show_stars(self) -> None:
        book = self._model.key_images
        for thumbnail in self.thumbnails:
            stars = book.stars_of(thumbnail.display_set.images)
            thumbnail.show_stars(star for _, star in stars)

    def _rebuild(self, state: ReadingState) -> None:
        kept: dict[int, Thumbnail] = {id(t.display_set): t for t in self.thumbnails}
        for thumbnail in self.thumbnails:
            self._column.removeWidget(thumbnail)
        self.thumbnails = [kept.pop(id(s)) if id(s) in kept else self._make(s) for s in state.sets]
        self._early.clear()
        self._put_away(kept.values())
        study, row = "", 0
        for thumbnail in self.thumbnails:
            if thumbnail.display_set.study_instance_uid != study:
                study = thumbnail.display_set.study_instance_uid
                heading = self._heading(thumbnail.display_set)
                self._column.insertWidget(row, heading)
                heading.show()  # only now: a widget without a parent is shown as a window
                row += 1
            self._column.insertWidget(row, thumbnail)
            thumbnail.show()
            row += 1
        self._show_stars()

    def _put_away(self, gone: Iterable[Thumbnail]) -> None:
        """Hide what is not needed now; the next study finds it as good as made."""
        for thumbnail in gone:
            thumbnail.put_away()
            self._spare.append(thumbnail)
        for thumbnail in self._spare[MOST_SPARE:]:
            thumbnail.deleteLater()
        del self._spare[MOST_SPARE:]
        for heading in self._headings:
            self._column.removeWidget(heading)
            heading.hide()
        self._spare_headings += self._headings
        self._headings = []

    def _heading(self, display_set: DisplaySet) -> PlainLabel:
        """Return what stands above the first set of a study."""
        role = self._model.role_of(display_set)
        day = display_set.first.study_date
        when = f" {day.isoformat()}" if day is not None and role is Role.PRIOR else ""
        look = HEADING_LOOKS[role]
        spare = (label for label in self._spare_headings if label.property("role") == look)
        heading = next(spare, None)
        if heading is None:
            heading = PlainLabel(role=look)
        else:
            self._spare_headings.remove(heading)
        heading.setText(f"{role.value}{when}")
        self._headings.append(heading)
        return heading

    @property
    def heading_texts(self) -> list[str]:
        return [h.text() for h in self._headings]

    def _make(self, display_set: DisplaySet) -> Thumbnail:
        role = self._model.role_of(display_set)
        if self._spare:
            thumbnail = self._spare.pop()
            thumbnail.show_set(display_set, role)
        else:
            thumbnail = Thumbnail(display_set, role)
            thumbnail.chosen.connect(partial(self._choose, thumbnail))
        if display_set in self._early:
            self._fill(thumbnail, self._early[display_set])
        return thumbnail

    def _show_preview(self, display_set: DisplaySet, frame: StoredFrame | None) -> None:
        """Picture a set; one that was read ahead has its frame before it has its thumbnail."""
        thumbnail = next((t for t in self.thumbnails if t.display_set is display_set), None)
        if thumbnail is None:
            self._early[display_set] = frame
        else:
            self._fill(thumbnail, frame)

    def _fill(self, thumbnail: Thumbnail, frame: StoredFrame | None) -> None:
        if frame is None:
            thumbnail.show_refusal()
            return

        display_set = thumbnail.display_set

        def work(_job: JobContext) -> object:
            return make_thumbnail(display_set.preview, frame)

        def show(pixels: object) -> None:
            if thumbnail.display_set is display_set:  # H01: it may be another study's by now
                thumbnail.show_picture(pixels)

        def refuse(_error: Exception) -> None:
            if thumbnail.display_set is display_set:
                thumbnail.show_refusal()

        handle = self._jobs.start(Lane.FILES, work)
        handle.succeeded.connect(show)
        handle.failed.connect(refuse)

    def _choose(self, thumbnail: Thumbnail) -> None:
        self._model.assign(self._model.state.active_box, thumbnail.display_set)

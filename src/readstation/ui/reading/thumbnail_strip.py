"""Thumbnails of every display set, current study first, then the prior."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.reading.thumbnail import SIDE_PX, make_thumbnail
from readstation.app.viewport.viewport_state import Role
from readstation.imaging.frame import StoredFrame
from readstation.ui import theme
from readstation.ui.job_runner import JobRunner
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX = 132


class Thumbnail(QFrame):
    """One display set: a small preview, its name and how many images it has."""

    chosen = Signal()

    def __init__(self, display_set: DisplaySet, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.display_set = display_set
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "card")
        self.setProperty("urgency", "current" if role is Role.CURRENT else "prior")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture = PlainLabel("…", role="dim")
        self.picture.setFixedSize(QSize(SIDE_PX, SIDE_PX))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = PlainLabel(display_set.title)
        title.setWordWrap(True)
        title.setFixedWidth(SIDE_PX + 8)
        count = len(display_set.images)
        number = display_set.first.series_number
        detail = f"{'#' + str(number) + ' · ' if number is not None else ''}{count} im"
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 6, 6)
        column.setSpacing(2)
        for label in (self.picture, title, PlainLabel(detail, role="dim")):
            column.addWidget(label)
        self.setToolTip(f"{role.value.capitalize()}: preview, not for diagnosis. Click to show.")
        self.setAccessibleName(f"{role.value} {display_set.title}, {count} images")

    def show_picture(self, pixels: object) -> None:
        """Take gray or RGB pixels, uint8."""
        image = _image(pixels)
        self.picture.setText("")
        self.picture.setPixmap(QPixmap.fromImage(image))

    def show_refusal(self) -> None:
        self.picture.setText("no\npreview")

    def mark_shown(self, *, is_shown: bool) -> None:
        value = "true" if is_shown else "false"
        if self.property("selected") != value:
            self.setProperty("selected", value)
            theme.restyle(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit()


def _image(pixels: object) -> QImage:
    memory = memoryview(pixels)  # type: ignore[arg-type]  # an ndarray; numpy has no place in ui
    height, width = memory.shape[0], memory.shape[1]  # type: ignore[index]
    is_gray = memory.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if is_gray else QImage.Format.Format_RGB888
    stride = width if is_gray else 3 * width
    return QImage(memory.tobytes(), width, height, stride, kind).copy()


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
        self._column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFixedWidth(WIDTH_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        model.on_change(self._show)
        model.on_preview(self._show_preview)

    def _show(self, state: ReadingState) -> None:
        if [t.display_set for t in self.thumbnails] != list(state.sets):
            self._rebuild(state)
        for thumbnail in self.thumbnails:
            thumbnail.mark_shown(is_shown=thumbnail.display_set in state.shown)

    def _rebuild(self, state: ReadingState) -> None:
        kept: dict[int, Thumbnail] = {id(t.display_set): t for t in self.thumbnails}
        for thumbnail in self.thumbnails:
            self._column.removeWidget(thumbnail)
        self.thumbnails = [kept.pop(id(s)) if id(s) in kept else self._make(s) for s in state.sets]
        for gone in kept.values():
            gone.hide()
            gone.deleteLater()
        for index, thumbnail in enumerate(self.thumbnails):
            self._column.insertWidget(index, thumbnail)

    def _make(self, display_set: DisplaySet) -> Thumbnail:
        thumbnail = Thumbnail(display_set, self._model.role_of(display_set))
        thumbnail.chosen.connect(partial(self._choose, display_set))
        return thumbnail

    def _show_preview(self, display_set: DisplaySet, frame: StoredFrame | None) -> None:
        thumbnail = next((t for t in self.thumbnails if t.display_set is display_set), None)
        if thumbnail is None:
            return
        if frame is None:
            thumbnail.show_refusal()
            return

        def work(_job: JobContext) -> object:
            return make_thumbnail(display_set.preview, frame)

        handle = self._jobs.start(Lane.FILES, work)
        handle.succeeded.connect(thumbnail.show_picture)
        handle.failed.connect(lambda _error: thumbnail.show_refusal())

    def _choose(self, display_set: DisplaySet) -> None:
        self._model.assign(self._model.state.active_box, display_set)

"""The key images of the open study, under the thumbnails; a click goes to one.

First what files warn of, then what was marked here, then what files name, each file under its own
title.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from readstation.app.reading.filed_key_images import FiledMarks
from readstation.app.reading.key_image_book import (
    STAR_OF,
    Star,
    frames_of,
    image_words,
    mark_words,
    marked_as,
    short_words,
)
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.study import FrameKey
from readstation.ui import theme
from readstation.ui.reading.star_marks import star_icon
from readstation.ui.reading.thumbnail_strip import WIDTH_PX
from readstation.ui.widgets.text import PlainLabel, plain_action, plain_tooltip

ROW_PX, GAP_PX, MOST_PX = 24, 2, 320
TEXT_PX = WIDTH_PX - 56
HEADING_PX = WIDTH_PX - 26
MOST_ROWS = 200
NOT_HERE = "An image that is not shown"
HEADINGS = {
    Star.REJECTED: ("REJECTED", "error"),
    Star.DOUBTED: ("QUALITY ISSUE", "warning"),
    Star.FILED: ("File", "value"),
}
"""What stands before the title of a file, and the role of its label."""


class KeyImageStrip(QScrollArea):
    """Hidden while no image is marked."""

    chosen = Signal(object)
    """The `FrameKey` to go to."""
    export_asked = Signal()
    """All key images are to be exported."""

    def __init__(self, model: ReadingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._sets: object = ()
        self._described: dict[FrameKey, ImageDescription] = {}
        self.heading = PlainLabel(role="accent")
        self.headings: list[PlainLabel] = []
        self.rows: list[QPushButton] = []
        self.export_button = _export_button()
        self.export_button.clicked.connect(self.export_asked)
        content = theme.surface("scroll-content")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(GAP_PX)
        self._column.addWidget(self.heading)
        self._column.addWidget(self.export_button, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFixedWidth(WIDTH_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        model.key_images.on_change(self._list)
        model.on_change(self._follow)

    def _follow(self, state: ReadingState) -> None:
        if not self.isHidden() and state.sets is not self._sets:
            self._list()

    def _list(self) -> None:
        book, sets = self._model.key_images, self._model.state.sets
        self._sets = sets
        self._clear()
        is_any = bool(book.frames or book.filed or book.refusals)
        every = (image for one in sets for image in one.images) if is_any else ()
        self._described = {image.frame_key: image for image in every}
        filed = [(marks, STAR_OF[marks.selection.purpose]) for marks in book.filed]
        for marks in [marks for marks, star in filed if star is not Star.FILED]:
            self._add_file(marks)
        self.heading.setText(f"Key images {len(book.frames)}")
        self.heading.setVisible(bool(book.frames))
        self._column.removeWidget(self.heading)
        self._column.insertWidget(self._column.count() - 1, self.heading)
        for frame in book.frames:
            self._add_row(frame, Star.OWN, "Key image")
        for marks in [marks for marks, star in filed if star is Star.FILED]:
            self._add_file(marks)
        for refusal in book.refusals:
            self._add_heading("A file is not shown", "warning", refusal)
        self._column.removeWidget(self.export_button)
        left = Qt.AlignmentFlag.AlignLeft
        self._column.insertWidget(self._column.count() - 1, self.export_button, 0, left)
        self.export_button.setVisible(bool(book.all_frames))
        self.setVisible(is_any)
        self._fit()

    def _clear(self) -> None:
        for old in (*self.rows, *self.headings):
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows, self.headings = [], []

    def _add_file(self, marks: FiledMarks) -> None:
        """List what a file marks; its images that are marked here too stand above already."""
        star = STAR_OF[marks.selection.purpose]
        frames = frames_of(marks)
        word, role = HEADINGS[star]
        title = visible_text(marks.selection.words)
        tip = " ".join((f"{marked_as(marks)}: {mark_words(marks)}.", *marks.left_out))
        self._add_heading(f"{word}: {title} ({len(frames)})", role, tip)
        own = self._model.key_images.frames if star is Star.FILED else ()
        for frame in [f for f in frames if f not in own][:MOST_ROWS]:
            self._add_row(frame, star, f"{marked_as(marks)}, {title}:")
        if marks.left_out:
            self._add_heading(" ".join(marks.left_out), "dim", tip)

    def _add_heading(self, words: str, role: str, tip: str) -> None:
        heading = PlainLabel(words, role=role)
        heading.setWordWrap(True)
        heading.setFixedWidth(HEADING_PX)
        heading.setToolTip(plain_tooltip(tip))
        heading.ensurePolished()
        heading.setMinimumHeight(heading.heightForWidth(HEADING_PX))
        self.headings.append(heading)
        self._column.insertWidget(self._column.count() - 1, heading)

    def _add_row(self, frame: FrameKey, star: Star, what: str) -> None:
        image = self._described.get(frame)
        words = NOT_HERE if image is None else image_words(image)
        short = NOT_HERE if image is None else short_words(image)
        row = QPushButton()
        right = Qt.TextElideMode.ElideRight
        row.setText(plain_action(row.fontMetrics().elidedText(short, right, TEXT_PX)))
        row.setIcon(star_icon(star))
        row.setProperty("role", "flat")
        row.setFixedHeight(ROW_PX)
        row.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.setToolTip(plain_tooltip(f"{what} {words}. Click to show."))
        row.setAccessibleName(f"{what} {words}")
        row.setEnabled(image is not None)
        row.clicked.connect(partial(self.chosen.emit, frame))
        self.rows.append(row)
        left = Qt.AlignmentFlag.AlignLeft
        self._column.insertWidget(self._column.count() - 1, row, 0, left)

    def _fit(self) -> None:
        """Take as much height as the rows need, up to a part of the column."""
        for one in (*self.rows, *self.headings):
            one.show()  # a layout reckons without what it has yet to show
        self._column.activate()
        content_px = self._column.minimumSize().height() + 2 * self.frameWidth()
        self.setFixedHeight(min(content_px, MOST_PX))


def _export_button() -> QPushButton:
    button = QPushButton("Export all…")
    button.setIcon(theme.icon("download", "dim"))
    button.setProperty("role", "flat")
    button.setFixedHeight(ROW_PX)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setToolTip(plain_tooltip("Export all key images as pictures (Ctrl+Shift+E)."))
    return button

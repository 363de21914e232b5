"""The key images of the open study, under the thumbnails; a click goes to one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.key_image_book import image_words, short_words
from readstation.app.reading.reading_model import ReadingModel, ReadingState
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.study import FrameKey
from readstation.ui import theme
from readstation.ui.reading.thumbnail_strip import WIDTH_PX
from readstation.ui.widgets.text import PlainLabel, plain_action, plain_tooltip

ROW_PX, GAP_PX, MOST_ROWS, AROUND_PX = 24, 2, 6, 40
TEXT_PX = WIDTH_PX - 56
NOT_HERE = "An image that is not shown"


class KeyImageStrip(QScrollArea):
    """Hidden while no image is marked."""

    chosen = Signal(object)
    """The `FrameKey` to go to."""

    def __init__(self, model: ReadingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._listed: tuple[tuple[FrameKey, ...], tuple[DisplaySet, ...]] = ((), ())
        self.heading = PlainLabel(role="accent")
        self.rows: list[QPushButton] = []
        content = theme.surface("scroll-content")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(6, 6, 6, 6)
        self._column.setSpacing(GAP_PX)
        self._column.addWidget(self.heading)
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
        if self._model.key_images.frames and state.sets != self._listed[1]:
            self._list()

    def _list(self) -> None:
        frames, sets = self._model.key_images.frames, self._model.state.sets
        self._listed = (frames, sets)
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        described = {image.frame_key: image for s in sets for image in s.images} if frames else {}
        self.rows = [self._row(frame, described.get(frame)) for frame in frames]
        for index, row in enumerate(self.rows):
            self._column.insertWidget(index + 1, row, 0, Qt.AlignmentFlag.AlignLeft)
        self.heading.setText(f"Key images {len(frames)}")
        self.setFixedHeight(AROUND_PX + (ROW_PX + GAP_PX) * min(len(frames), MOST_ROWS))
        self.setVisible(bool(frames))

    def _row(self, frame: FrameKey, image: ImageDescription | None) -> QPushButton:
        words = NOT_HERE if image is None else image_words(image)
        short = NOT_HERE if image is None else short_words(image)
        row = QPushButton()
        right = Qt.TextElideMode.ElideRight
        row.setText(plain_action(row.fontMetrics().elidedText(short, right, TEXT_PX)))
        row.setIcon(theme.icon("star", "accent"))
        row.setProperty("role", "flat")
        row.setFixedHeight(ROW_PX)
        row.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.setToolTip(plain_tooltip(f"{words}. Click to show."))
        row.setAccessibleName(f"Key image {words}")
        row.setEnabled(image is not None)
        row.clicked.connect(partial(self.chosen.emit, frame))
        return row

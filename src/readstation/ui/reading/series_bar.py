"""What of a series is loaded and seen, as a line: beside an image box, and under a thumbnail."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from readstation.app.reading.held_frames import SeriesProgress
from readstation.app.reading.key_image_book import Star
from readstation.app.reading.series_marks import (
    Mark,
    index_at,
    marked_stretches,
    place_of,
    progress_words,
)
from readstation.ui import theme
from readstation.ui.reading.star_marks import paint_star

BAR_PX = 12
STAR_PX = 9
LINE_PX, WIDE_PX, THIN_PX = 4, 10, 3
LEAST_HANDLE_PX, MOST_HANDLE_PX = 7, 14
NOTHING = SeriesProgress(b"", b"")
MARK_COLOURS = {
    Mark.MISSING: "raised",
    Mark.LOADED: "line_strong",
    Mark.SEEN: "accent",
    Mark.REFUSED: "critical",
}
WIDE_MARKS = frozenset({Mark.REFUSED})
"""Told by shape as well as by colour."""


class SeriesBar(QWidget):
    """Runs along the right edge of an image box; dragging on it scrolls.

    The marks are drawn once per change of progress; a scroll step paints a picture and a handle.
    """

    moved = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(BAR_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Position in the series")
        self.progress = NOTHING
        self.index = 0
        self.stars: tuple[tuple[int, Star], ...] = ()
        self._marks: QPixmap | None = None

    def sizeHint(self) -> QSize:
        return QSize(BAR_PX, 96)

    def show_progress(self, progress: SeriesProgress) -> None:
        """Take how far the series is; an empty one or one of a single image needs no line."""
        if progress != self.progress:
            self.progress, self._marks = progress, None
            self.setAccessibleDescription(progress_words(progress) if progress.total else "")
            self.update()

    def show_stars(self, stars: tuple[tuple[int, Star], ...]) -> None:
        """Take which images are marked, and how."""
        if stars != self.stars:
            self.stars, self._marks = stars, None
            self.update()

    def show_index(self, index: int) -> None:
        """Take which image is on the screen."""
        if index != self.index:
            self.index = index
            self.update()

    @property
    def is_of_use(self) -> bool:
        return self.progress.total > 1

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            words = self._words_at(round(event.pos().y())) if self.is_of_use else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._go(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().y())

    def _words_at(self, y: int) -> str:
        """Return how far the series is, and which mark is under the mouse."""
        total, reach = self.progress.total, STAR_PX // 2 + 1
        near = [s for i, s in self.stars if abs(self._middle_of(i, self.height()) - y) <= reach]
        marked = f"{near[0].value.capitalize()} here. " if near and total else ""
        return f"{marked}{progress_words(self.progress)}"

    def _middle_of(self, index: int, height: int) -> int:
        start, length = place_of(index, height, self.progress.total)
        return min(max(start + length // 2, STAR_PX // 2), height - STAR_PX // 2 - 1)

    def _go(self, y: float) -> None:
        if self.is_of_use:
            self.moved.emit(index_at(y, self.height(), self.progress.total))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.is_of_use:
            painter.fillRect(self.rect(), theme.colour("image"))
        else:
            painter.drawPixmap(QPoint(0, 0), self._marked())
            start, length = place_of(self.index, self.height(), self.progress.total)
            shown = min(max(length, LEAST_HANDLE_PX), MOST_HANDLE_PX)
            top = min(max(start + (length - shown) // 2, 0), self.height() - shown)
            painter.fillRect(QRect(1, top, BAR_PX - 2, shown), theme.colour("text"))
        painter.end()

    def _marked(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = QSize(round(BAR_PX * ratio), round(self.height() * ratio))
        if self._marks is None or self._marks.size() != size:
            self._marks = QPixmap(size)
            self._marks.fill(theme.colour("image"))
            painter = QPainter(self._marks)
            for start_px, length_px, mark in _stretches(self.progress, size.height()):
                width = round((WIDE_PX if mark in WIDE_MARKS else LINE_PX) * ratio)
                left = (size.width() - width) // 2
                painter.fillRect(left, start_px, width, length_px, mark_colour(mark))
            painter.scale(ratio, ratio)
            self._paint_stars(painter)
            painter.end()
            self._marks.setDevicePixelRatio(ratio)
        return self._marks

    def _paint_stars(self, painter: QPainter) -> None:
        """Paint marks over the line; warnings last, so that no star hides one."""
        order = list(Star)
        for index, star in sorted(self.stars, key=lambda s: -order.index(s[1])):
            top = self._middle_of(index, self.height()) - STAR_PX / 2
            paint_star(painter, star, QRectF((BAR_PX - STAR_PX) / 2, top, STAR_PX, STAR_PX))


class SeriesLine(QWidget):
    """The same line under a thumbnail, without a handle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(THIN_PX)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.progress = NOTHING

    def show_progress(self, progress: SeriesProgress) -> None:
        """Take how far the series is."""
        if progress != self.progress:
            self.progress = progress
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), mark_colour(Mark.MISSING))
        for start_px, length_px, mark in _stretches(self.progress, self.width()):
            painter.fillRect(start_px, 0, length_px, self.height(), mark_colour(mark))
        painter.end()


def mark_colour(mark: Mark) -> QColor:
    """Return the colour that stands for a mark on every line."""
    return theme.colour(MARK_COLOURS[mark])


def _stretches(progress: SeriesProgress, length_px: int) -> Iterator[tuple[int, int, Mark]]:
    for stretch in marked_stretches(progress, length_px):
        yield stretch.start_px, stretch.end_px - stretch.start_px, stretch.mark

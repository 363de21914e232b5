"""A small picture with what it is for written under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

HEIGHT_PX = 200
PURPOSE = "Preview, not for diagnosis"


class Picture(QWidget):
    """Shows pixels, or says why there are none; never the pixels of what was shown before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = PlainLabel(role="dim")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._whole = QPixmap()
        frame = theme.surface("image")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.picture)
        frame.setFixedHeight(HEIGHT_PX)
        purpose = PlainLabel(PURPOSE, role="dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        column.addWidget(frame)
        column.addWidget(purpose)

    def show_words(self, words: str) -> None:
        """Take the picture away and say something instead."""
        self._whole = QPixmap()
        self.picture.setPixmap(self._whole)
        self.picture.setText(words)

    def show_pixels(self, pixels: object) -> None:
        """Take gray or RGB pixels, uint8, by the buffer protocol."""
        self._whole = QPixmap.fromImage(image_of(pixels))
        self._fit()

    def _fit(self) -> None:
        if not self._whole.isNull() and self.width() > 0:
            fitted = self._whole.scaled(
                self.width(),
                HEIGHT_PX,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self.picture.setPixmap(fitted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def image_of(pixels: object) -> QImage:
    """Return gray (rows, columns) or RGB (rows, columns, 3) uint8 pixels as an image of its own."""
    memory = memoryview(pixels)  # type: ignore[arg-type]  # an ndarray; numpy has no place in ui
    rows, columns = memory.shape[0], memory.shape[1]  # type: ignore[index]
    is_gray = memory.ndim == 2
    kind = QImage.Format.Format_Grayscale8 if is_gray else QImage.Format.Format_RGB888
    stride = columns if is_gray else 3 * columns
    return QImage(memory.tobytes(), columns, rows, stride, kind).copy()

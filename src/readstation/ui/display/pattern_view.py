"""The test pattern, one P-value per device pixel, or one level to be measured."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.imaging.display_pattern import SMALLEST_PX, display_pattern, level_patch
from readstation.imaging.output import DisplayOutput, level_pixels, p_value_pixels
from readstation.ui import theme
from readstation.ui.displays import Displays
from readstation.ui.screen_facts import PIXEL_FORMATS

LABEL = "SYNTHETIC READSTATION TEST PATTERN"
LABEL_PLACE = 0.92


class PatternView(QWidget):
    """Paints the pattern through the correction of the screen it is on; a level goes raw."""

    def __init__(self, displays: Displays, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._displays = displays
        self.driving_level: int | None = None
        """The level to be measured, or None for the pattern."""
        self._made: tuple[tuple[int, int], DisplayOutput, int | None] | None = None
        self._image = QImage()
        self._pixels: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Test pattern")
        displays.changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_PX, SMALLEST_PX)

    def show_level(self, driving_level: int | None) -> None:
        """Show one level to be measured, or the pattern again."""
        self.driving_level = driving_level
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        size = round(self.width() * ratio), round(self.height() * ratio)
        wanted = (size, self._displays.output(self), self.driving_level)
        if wanted != self._made:
            self._make(*wanted)
            self._made = wanted
        self._image.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        painter.drawImage(QPointF(0, 0), self._image)
        self._paint_label(painter)
        painter.end()

    def _make(self, size: tuple[int, int], output: DisplayOutput, level: int | None) -> None:
        width, height = size
        if level is None:
            pixels = p_value_pixels(display_pattern(width, height), output)
        else:
            depth = output.bit_depth
            pixels = level_pixels(level_patch(width, height, depth, level), depth)
        rows, columns = pixels.shape
        self._pixels = pixels  # the image only borrows them
        kind = PIXEL_FORMATS[output.bit_depth]
        self._image = QImage(pixels.data, columns, rows, 4 * columns, kind)

    def _paint_label(self, painter: QPainter) -> None:
        words = LABEL
        if self.driving_level is not None:
            words = f"{LABEL}: DRIVING LEVEL {self.driving_level}"
        painter.setFont(theme.font("small"))
        painter.setPen(QColor("#d6d9de"))
        top = round(self.height() * LABEL_PLACE)
        place = QRect(0, top, self.width(), 20)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

"""The monitors of a desk as they stand, with what each of them shows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.domain.monitors import Arrangement, Monitor, MonitorLayout, MonitorUse
from readstation.ui import theme

HEIGHT_PX = 230
GAP_PX, INSET_PX = 6, 10
LINE_GAP_PX = 3
LOOKS = {
    MonitorUse.DESK: ("raised", "current", "current_text"),
    MonitorUse.DESK_AND_IMAGES: ("raised", "current", "current_text"),
    MonitorUse.IMAGES: ("image", "current", "text"),
    MonitorUse.NOTHING: ("background", "line", "dim"),
}
"""Fill, outline and words of a monitor by its use; the words say the same."""


class MonitorPicture(QWidget):
    """Draws an arrangement to scale; `toggled` carries the index of the one clicked."""

    toggled = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arrangement, self._layout = Arrangement(()), MonitorLayout()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)

    def show_layout(self, arrangement: Arrangement, layout: MonitorLayout) -> None:
        self._arrangement, self._layout = arrangement, layout
        self.setAccessibleName(". ".join(self.words(i) for i in range(len(arrangement))))
        self.update()

    def words(self, index: int) -> str:
        """Say what a monitor shows."""
        return f"Monitor {index + 1}: {self._use(index)}"

    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT_PX)

    def place(self, index: int) -> QRectF:
        """Return where a monitor is drawn."""
        monitors = self._arrangement.monitors
        left, top = min(m.x for m in monitors), min(m.y for m in monitors)
        width = max(m.x + m.width for m in monitors) - left
        height = max(m.y + m.height for m in monitors) - top
        scale = min((self.width() - 2) / max(width, 1), (self.height() - 2) / max(height, 1))
        m = monitors[index]
        x = (m.x - left) * scale + (self.width() - width * scale) / 2
        y = (m.y - top) * scale + (self.height() - height * scale) / 2
        gap = GAP_PX / 2
        return QRectF(x, y, m.width * scale, m.height * scale).adjusted(gap, gap, -gap, -gap)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, monitor in enumerate(self._arrangement.monitors):
            self._draw(painter, index, monitor)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for index in range(len(self._arrangement)):
            if self.place(index).contains(event.position()):
                self.toggled.emit(index)

    def _use(self, index: int) -> str:
        layout = self._layout
        use = layout.use_of(index).value
        if index not in layout.images or len(layout.images) == 1:
            return use
        return f"{use} {layout.images.index(index) + 1}"

    def _draw(self, painter: QPainter, index: int, monitor: Monitor) -> None:
        fill, line, words = LOOKS[self._layout.use_of(index)]
        place = self.place(index)
        painter.setPen(QPen(theme.colour(line), 2))
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(place, 4, 4)
        inner = place.adjusted(INSET_PX, INSET_PX, -INSET_PX, -INSET_PX)
        painter.setClipRect(inner)
        display = monitor.display
        pixels = f"{display.width_px} × {display.height_px}"
        lines = (
            (str(index + 1), "title", "strong"),
            (self._use(index), "heading", words),
            (display.title, "small", "dim"),
            (pixels, "small", "dim"),
        )
        top = inner.top()
        for text, size, color in lines:
            weight = QFont.Weight.Normal if size == "small" else QFont.Weight.DemiBold
            painter.setFont(theme.font(size, weight))
            painter.setPen(theme.colour(color))
            metrics = QFontMetricsF(painter.font())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(QPointF(inner.left(), top + metrics.ascent()), shown)
            top += metrics.height() + LINE_GAP_PX
        painter.setClipping(False)

"""Shows which colour stands for which value, from the lowest of a window to the highest."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.imaging.colour_tables import ColourTable
from readstation.ui import theme

HEIGHT_PX = 14


class ColourBar(QWidget):
    """The colours of a table, lowest on the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._picture: QImage | None = None
        self._table: ColourTable | None = None

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT_PX)

    def show_table(self, table: ColourTable) -> None:
        """Show the colours of another table."""
        if table is self._table:
            return
        self._table = table
        colours = table.palette.colours
        self._picture = QImage(len(colours), 1, QImage.Format.Format_RGB32)
        for column, colour in enumerate(colours):
            self._picture.setPixelColor(column, 0, QColor(colour))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is not None:
            painter.drawImage(self.rect(), self._picture)
        painter.setPen(theme.colour("line_strong"))
        painter.drawRect(QRect(0, 0, self.width() - 1, self.height() - 1))
        painter.end()

"""A label that gives way: text that does not fit ends in an ellipsis and stays in the tool tip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from readstation.ui.widgets.text import PlainLabel, plain_tooltip

NARROWEST_PX = 60


class ElidedLabel(PlainLabel):
    """Shows as much of one line of plain text as there is room for."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, role: str = "") -> None:
        super().__init__(text, parent, role=role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show `text`; all of it is in the tool tip."""
        if text != self.text():
            self.setText(text)
            self.setToolTip(plain_tooltip(text))

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST_PX, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        words = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )
        flags = int((self.alignment() | Qt.AlignmentFlag.AlignVCenter).value)
        painter.drawText(self.contentsRect(), flags, words)
        painter.end()

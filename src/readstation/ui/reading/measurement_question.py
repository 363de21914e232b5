"""Asks what a drawn measurement does not say by itself: words, a vertebra, a true length."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from readstation.app.viewport.questions import answer, suggested, withdraw
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement.mark import MAX_WORDS
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, MARGIN_PX = 280, 12
HINT = "Enter keeps it, Esc drops it."
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class MeasurementQuestion(QFrame):
    """Opens by itself over the image box whose model asks, and closes with the question."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._around = parent
        self._model: ViewportModel | None = None
        self.question = PlainLabel(role="heading")
        self.text = QLineEdit()
        self.text.setMaxLength(MAX_WORDS)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.question)
        column.addWidget(self.text)
        column.addWidget(PlainLabel(HINT, role="dim"))
        self.hide()

    def follow(self, model: ViewportModel, box: QWidget) -> None:
        """Open or close as the model of an image box asks."""
        if model.state.question and self._model is None:
            self._open(model, box)
        elif self._model is model and not model.state.question:
            self._close()

    def _open(self, model: ViewportModel, box: QWidget) -> None:
        self._model = model
        self.question.setText(model.state.question)
        self.text.setAccessibleName(model.state.question)
        self.text.setText(suggested(model))
        self.text.selectAll()
        self.adjustSize()
        width = min(WIDTH_PX, box.width() - 2 * MARGIN_PX)
        corner = box.mapTo(
            self._around, QPoint(MARGIN_PX, box.height() - self.height() - MARGIN_PX)
        )
        self.setGeometry(corner.x(), max(corner.y(), 0), width, self.height())
        self.show()
        self.raise_()
        self.text.setFocus()

    def _close(self) -> None:
        self._model = None
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model, key = self._model, Qt.Key(event.key())
        if model is not None and key == Qt.Key.Key_Escape:
            withdraw(model)
        elif model is not None and key in ENTER_KEYS:
            answer(model, self.text.text())
        else:
            super().keyPressEvent(event)

"""Asks what a saved view is called and for which images it is, over its image box."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QLineEdit, QVBoxLayout, QWidget

from readstation.app.viewport.presentation_state.presentation_capture import (
    MAX_DESCRIPTION,
    CannotSaveViewError,
    ViewScope,
    usable_label,
)
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 440, 232
MARGIN_PX = 12
MAX_LABEL = 16
HINT = "Enter saves, Esc leaves. Window, orientation, area, shutter and measurements are kept."
ENTER_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class SaveViewPanel(QFrame):
    """`confirmed` carries label, description and scope once the label is usable."""

    confirmed = Signal(str, str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._box: QWidget | None = None
        self.scope = ViewScope.IMAGE
        self.label = QLineEdit()
        self.label.setMaxLength(MAX_LABEL)
        self.label.setAccessibleName("Label")
        self.description = QLineEdit()
        self.description.setMaxLength(MAX_DESCRIPTION)
        self.description.setAccessibleName("Description")
        self.scopes = ChoiceRow(((scope, scope.value) for scope in ViewScope), columns=2)
        self.scopes.chosen.connect(self._choose_scope)
        self.problem = PlainLabel(role="error")
        self.problem.setWordWrap(True)
        self.label.textChanged.connect(lambda _: self._say(""))
        self._place()
        self.hide()

    def open_for(self, model: ViewportModel, box: QWidget) -> None:
        """Ask for the view of `model`, over its image box."""
        self._box = box
        self.label.clear()
        self.description.clear()
        self._choose_scope(ViewScope.IMAGE)
        self.scopes.setVisible(len(model.display_set) > 1)
        self._fit(box)
        self.show()
        self.raise_()
        self.label.setFocus()

    def leave(self) -> None:
        """Close and give the keys back to the image box."""
        box, self._box = self._box, None
        self.hide()
        if box is not None:
            box.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) == Qt.Key.Key_Escape:
            self.leave()
        elif Qt.Key(event.key()) in ENTER_KEYS:
            self._confirm()
        else:
            super().keyPressEvent(event)

    def _confirm(self) -> None:
        try:
            label = usable_label(self.label.text())
        except CannotSaveViewError as refusal:
            self._say(f"{refusal.message} {refusal.remedy}")
            self.label.setFocus()
            return
        self.confirmed.emit(label, self.description.text(), self.scope)
        self.leave()

    def _choose_scope(self, scope: ViewScope) -> None:
        self.scope = scope
        self.scopes.set_chosen(scope)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(8)
        column.addWidget(PlainLabel("Save this view as presentation state", role="heading"))
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow(PlainLabel("Label", role="dim"), self.label)
        form.addRow(PlainLabel("Description", role="dim"), self.description)
        column.addLayout(form)
        column.addWidget(self.scopes)
        column.addWidget(self.problem)
        column.addStretch(1)
        hint = PlainLabel(HINT, role="dim")
        hint.setWordWrap(True)
        column.addWidget(hint)

    def _fit(self, box: QWidget) -> None:
        """Lie in the lower left corner of the box, inside the parent."""
        width = min(WIDTH_PX, max(box.width() - 2 * MARGIN_PX, 300))
        corner = box.mapTo(self._around, QPoint(MARGIN_PX, box.height() - MARGIN_PX))
        self.setGeometry(corner.x(), max(corner.y() - HEIGHT_PX, 0), width, HEIGHT_PX)

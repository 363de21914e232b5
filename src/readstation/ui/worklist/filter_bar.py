"""Search, filters and what they hide, above the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from readstation.app.worklist.worklist_model import WorklistModel
from readstation.domain.order import OrderPriority, PatientClass
from readstation.domain.worklist_lists import WorklistFilter
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel, plain_action

SEARCH_HINT = "Search: patient, ID, words, mod:CT body:chest status:draft"
SEARCH_WIDTHS_PX = 240, 460

CLASS_NAMES: dict[PatientClass, str] = {
    PatientClass.EMERGENCY: "Emergency (ED)",
    PatientClass.INPATIENT: "Inpatient (IP)",
    PatientClass.OUTPATIENT: "Outpatient (OP)",
}


class ChoiceMenu(QPushButton):
    """A button with a menu of ticks; its face says what is ticked."""

    changed = Signal(object)

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._title = title
        self._actions: dict[object, QAction] = {}
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setIcon(theme.icon("chevron-down", "dim"))

    def offer(self, choices: Iterable[tuple[object, str]], ticked: frozenset[object]) -> None:
        """Show choices; the menu is only made anew when they have changed."""
        wanted = dict(choices)
        if list(wanted) != list(self._actions):
            self._menu.clear()
            self._actions = {key: self._add(text) for key, text in wanted.items()}
        for key, action in self._actions.items():
            action.setChecked(key in ticked)
        names = ", ".join(wanted[key] for key in wanted if key in ticked)
        self.setText(plain_action(f"{self._title}: {names}") if names else self._title)

    def _add(self, text: str) -> QAction:
        action = self._menu.addAction(plain_action(text))
        action.setCheckable(True)
        action.triggered.connect(self._tell)
        return action

    def _tell(self) -> None:
        ticked = frozenset(key for key, action in self._actions.items() if action.isChecked())
        self.changed.emit(ticked)


class FilterBar(QWidget):
    """Shows the filter of a model and changes it; what is hidden is always said."""

    def __init__(self, model: WorklistModel, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._zone = model, zone
        self.title = PlainLabel(role="title")
        self.search = QLineEdit()
        self.search.setPlaceholderText(SEARCH_HINT)
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(SEARCH_WIDTHS_PX[0])
        self.search.setMaximumWidth(SEARCH_WIDTHS_PX[1])
        self.search.textChanged.connect(model.search)
        self.modality = ChoiceMenu("Modality")
        self.priority = ChoiceMenu("Priority")
        self.patient_class = ChoiceMenu("Class")
        self.hidden = PlainLabel(role="dim")
        self.clear = QPushButton("Clear filter")
        self.clear.clicked.connect(model.clear_filter)
        self.refreshed = PlainLabel(role="dim")
        self.read_next = QPushButton("Read next  (N)")
        self.read_next.setProperty("role", "primary")
        self._connect(self.modality, lambda f, chosen: replace(f, modalities=chosen))
        self._connect(self.priority, lambda f, chosen: replace(f, priorities=chosen))
        self._connect(self.patient_class, lambda f, chosen: replace(f, classes=chosen))
        self._place()

    def _place(self) -> None:
        bar = theme.surface("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(14, 9, 12, 9)
        row.setSpacing(9)
        row.addWidget(self.title)
        row.addSpacing(6)
        row.addWidget(self.search, 1)
        for choice in (self.modality, self.priority, self.patient_class):
            row.addWidget(choice)
        row.addWidget(self.hidden)
        row.addWidget(self.clear)
        row.addStretch(1)
        row.addWidget(self.refreshed)
        row.addWidget(self.read_next)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(bar)

    def _connect(
        self, choice: ChoiceMenu, changed: Callable[[WorklistFilter, Any], WorklistFilter]
    ) -> None:
        choice.changed.connect(
            lambda chosen: self._model.set_filter(changed(self._model.filter, chosen))
        )

    def show_model(self) -> None:
        """Show the model's list, filter and what it hides."""
        model = self._model
        self.title.setText(model.list.title)
        if self.search.text() != model.filter.text:
            self.search.setText(model.filter.text)
        self.modality.offer([(m, m) for m in model.modalities], model.filter.modalities)
        self.priority.offer([(p, p.value) for p in OrderPriority], model.filter.priorities)
        self.patient_class.offer(list(CLASS_NAMES.items()), model.filter.classes)
        self.hidden.setText(f"{model.hidden_count} hidden by filter")
        theme.set_role(self.hidden, "warning" if model.hidden_count else "dim")
        self.clear.setVisible(not model.filter.is_empty)
        self.read_next.setEnabled(model.next_opening() is not None)

    def show_refreshed(self, at: datetime | None, failure: str = "") -> None:
        """Say how old the list is; a failed refresh stays visible until one succeeds."""
        since = f"{at.astimezone(self._zone):%H:%M:%S}" if at is not None else "never"
        self.refreshed.setText(f"Not refreshed since {since}: {failure}" if failure else since)
        self.refreshed.setToolTip("When the list was last read")
        theme.set_role(self.refreshed, "error" if failure else "dim")

"""A few answers of which one is chosen, all in sight."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget


class ChoiceRow(QWidget):
    """Shows one button per answer; Tab reaches them, Space or a click chooses."""

    chosen = Signal(object)

    def __init__(
        self,
        choices: Iterable[tuple[Hashable, str]] = (),
        *,
        columns: int = 3,
        role: str = "chip",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns, self._role = columns, role
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._tell)
        self._values: list[Hashable] = []
        self.set_choices(choices)

    def set_choices(self, choices: Iterable[tuple[Hashable, str]]) -> None:
        """Replace the answers; none is chosen then."""
        for button in self._group.buttons():
            self._group.removeButton(button)
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._values = []
        for value, label in choices:
            button = QPushButton(label.replace("&", "&&"))
            button.setCheckable(True)
            button.setProperty("role", self._role)
            place = len(self._values)
            self._group.addButton(button, place)
            self._grid.addWidget(button, place // self._columns, place % self._columns)
            self._values.append(value)

    @property
    def offered(self) -> tuple[Hashable, ...]:
        """The answers there are, in order."""
        return tuple(self._values)

    def button(self, value: Hashable) -> QPushButton:
        """Return the button of an answer."""
        found: Any = self._group.button(self._values.index(value))
        assert isinstance(found, QPushButton)  # noqa: S101 - made by this class
        return found

    def set_chosen(self, value: Hashable | None) -> None:
        """Show `value` as chosen without telling anybody; None shows none as chosen."""
        self._group.setExclusive(False)
        for place, offered in enumerate(self._values):
            self._group.button(place).setChecked(value is not None and offered == value)
        self._group.setExclusive(True)

    def _tell(self, place: int) -> None:
        self.chosen.emit(self._values[place])

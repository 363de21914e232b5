"""Measured luminances: shown level by level, typed or imported, judged while they are typed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from readstation.app.display.typed_luminances import TypedLuminances, read_typed
from readstation.domain.display import Grade
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

TABLE_HEIGHT_PX = 150
EXPLANATION = (
    "Measure the square in the dark at each level (Page Down: next), with the meter on the screen. "
    "One line each: level, cd/m². The light of the room is entered beside it."
)
GRADE_ROLES = {Grade.OTHER: "warning", Grade.FAILED: "error"}


class MeasurePanel(QWidget):
    """Takes a table; says what it amounts to before it is recorded."""

    changed = Signal()
    level_asked = Signal()
    file_chosen = Signal(Path)
    recorded = Signal(object, str)
    """A `LuminanceTable`, and the instrument."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bit_depth = 8
        self.typed = TypedLuminances()
        self.table = QPlainTextEdit(placeholderText="0, 0.41\n15, 0.83\n…\n255, 430.2")
        self.table.setAccessibleName("Levels and luminances")
        self.table.setFixedHeight(TABLE_HEIGHT_PX)
        self.table.setTabChangesFocus(True)
        self.ambient = QLineEdit(placeholderText="cd/m², e.g. 0.3")
        self.ambient.setAccessibleName("Ambient luminance in cd/m²")
        self.instrument = QLineEdit(placeholderText="maker, model, serial number")
        self.instrument.setAccessibleName("Instrument")
        self.level_button = QPushButton("Show levels")
        self.import_button = QPushButton("Import file…")
        self.record_button = QPushButton("Record luminances")
        self.record_button.setProperty("role", "primary")
        self.verdict = PlainLabel(role="dim")
        self.verdict.setWordWrap(True)
        self._place()
        for field in (self.ambient, self.instrument):
            field.textChanged.connect(self._refresh)
        self.table.textChanged.connect(self._refresh)
        self.level_button.clicked.connect(self.level_asked)
        self.import_button.clicked.connect(self.choose_file)
        self.record_button.clicked.connect(self.record)
        self._refresh()

    def set_bit_depth(self, bit_depth: int) -> None:
        """Judge for a screen of this depth."""
        if bit_depth != self.bit_depth:
            self.bit_depth = bit_depth
            self._refresh()

    def choose_file(self) -> None:
        """Ask for a file with levels and luminances."""
        dialog = QFileDialog(self, "Import luminances", "", "Tables (*.csv *.txt *.lut);;All (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.file_chosen.emit(Path(name)))
        dialog.open()

    def record(self) -> None:
        """Hand the table over, once, if there is one."""
        if self.record_button.isEnabled() and self.typed.table is not None:
            self.record_button.setEnabled(False)
            self.recorded.emit(self.typed.table, self.instrument.text())

    def end_recording(self, *, is_kept: bool) -> None:
        """Be ready for the next measurement; what was not kept stays."""
        if is_kept:
            self.table.clear()
        self._refresh()

    def _refresh(self) -> None:
        fields = (self.table.toPlainText(), self.ambient.text(), self.instrument.text())
        self.typed = read_typed(*fields, self.bit_depth)
        result = self.typed.result
        role = GRADE_ROLES.get(result.grade, "good") if result is not None else "dim"
        self.verdict.setText(self.typed.sentence)
        if self.verdict.property("role") != role:
            self.verdict.setProperty("role", role)
            theme.restyle(self.verdict)
        self.record_button.setEnabled(result is not None)
        self.changed.emit()

    def _place(self) -> None:
        explanation = PlainLabel(EXPLANATION, role="dim")
        explanation.setWordWrap(True)
        fields = QGridLayout()
        fields.setHorizontalSpacing(10)
        fields.addWidget(PlainLabel("Ambient", role="dim"), 0, 0)
        fields.addWidget(self.ambient, 0, 1)
        fields.addWidget(PlainLabel("Instrument", role="dim"), 1, 0)
        fields.addWidget(self.instrument, 1, 1)
        row = QHBoxLayout()
        row.addWidget(self.level_button)
        row.addWidget(self.import_button)
        row.addStretch(1)
        row.addWidget(self.record_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 8)
        column.setSpacing(9)
        column.addWidget(explanation)
        column.addWidget(self.table)
        column.addLayout(fields)
        column.addWidget(self.verdict)
        column.addLayout(row)
        column.addStretch(1)

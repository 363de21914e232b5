"""The list of all measurements, over the images; choosing one goes to its image."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from readstation.app.reading.measurement_list import MeasurementRow
from readstation.ui import theme
from readstation.ui.reading.panel_over_images import ENTER_KEYS, PanelOverImages
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX = 760, 340
COLUMNS = ("Lesion", "Measured", "Image")
NOTHING = "Nothing is measured yet, here or in the priors that hang."
HINT = (
    "Up and Down choose, Enter shows the image, Esc leaves. Shift+Enter on an image names a lesion."
)


class MeasurementPanel(PanelOverImages):
    """`chosen` carries the `MeasurementRow` to go to."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Measurements")
        self.rows: tuple[MeasurementRow, ...] = ()
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.cellClicked.connect(lambda _row, _column: self._choose())
        self.nothing = PlainLabel(NOTHING, role="dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addWidget(PlainLabel("Measurements", role="heading"))
        column.addWidget(self.table, 1)
        column.addWidget(self.nothing, 1)
        column.addWidget(PlainLabel(HINT, role="dim"))

    def open_for(self, rows: tuple[MeasurementRow, ...], behind: QWidget) -> None:
        """List these; the first one is ready to be chosen."""
        self.rows = rows
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate((row.lesion, row.said, row.where)):
                item = QTableWidgetItem(text)
                if not row.is_own:
                    item.setForeground(theme.colour("routine_text"))
                self.table.setItem(place, column, item)
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        if rows:
            self.table.selectRow(0)
        self.open_over(behind, WIDTH_PX, HEIGHT_PX)

    def take_key(self, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self.rows:
            to = self.table.currentRow() + step
            self.table.selectRow(min(max(to, 0), len(self.rows) - 1))
            return True
        if event.key() in ENTER_KEYS:
            self._choose()
            return True
        return False

    def _choose(self) -> None:
        place = self.table.currentRow()
        self.leave()
        if 0 <= place < len(self.rows):
            self.chosen.emit(self.rows[place])

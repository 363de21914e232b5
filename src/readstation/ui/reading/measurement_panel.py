"""The list of all measurements, over the images; choosing one goes to its image."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from readstation.app.reading.measurement_list import MeasurementRow, course_text
from readstation.domain.finding import MeasurementLink
from readstation.ui import theme
from readstation.ui.reading.lesion_plot import LesionPlot
from readstation.ui.reading.panel_over_images import ENTER_KEYS, PanelOverImages
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, LEAST_HEIGHT_PX, MOST_HEIGHT_PX = 1310, 330, 460
AROUND_ROWS_PX, ROW_PX = 160, 30
BESIDE_PX, BELOW_HEIGHT_PX = 1000, 560
"""A panel narrower than the first has its plot below the list, and is as high as the second."""
COLUMNS = (
    "Lesion",
    "Date",
    "Measured",
    "Since previous",
    "Since baseline",
    "Since nadir",
    "Image",
)
DATE_COLUMN = 1
NOTHING = "Nothing is measured yet, here or in the priors."
HINT = (
    "Up and Down choose, Enter shows the image, Ctrl+C copies the lesion as text, Ctrl+M puts it "
    "into the report, Esc leaves. Shift+Enter on an image names a lesion."
)
MEANING = "Baseline: the first date measured here. Nadir: the smallest value before that date."


class MeasurementPanel(PanelOverImages):
    """`chosen` carries the `MeasurementRow` to go to, `quoted` a `MeasurementLink`."""

    chosen = Signal(object)
    quoted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Measurements")
        self.rows: tuple[MeasurementRow, ...] = ()
        self.table = _new_table()
        self.table.cellDoubleClicked.connect(lambda _row, _column: self._choose())
        self.table.currentCellChanged.connect(lambda *_: self._plot_current())
        self.plot = LesionPlot()
        self.nothing = PlainLabel(NOTHING, role="dim")
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(12)
        self._both.addWidget(self.table, 1)
        self._both.addWidget(self.plot)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(8)
        column.addWidget(PlainLabel("Measurements and lesions", role="heading"))
        column.addLayout(self._both, 1)
        column.addWidget(self.nothing, 1)
        for words in (MEANING, HINT):
            label = PlainLabel(words, role="dim")
            label.setWordWrap(True)
            column.addWidget(label)

    def open_for(self, rows: tuple[MeasurementRow, ...], behind: QWidget) -> None:
        """List these; the first one is ready to be chosen."""
        self.rows = ()  # what the table says while it is filled chooses nothing
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            said = (row.lesion, row.day, row.said, *row.changes, row.where)
            for column, text in enumerate(said):
                self.table.setItem(place, column, _cell(text, row, column))
        self.rows = rows
        self.table.setVisible(bool(rows))
        self.plot.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        is_wide = behind.window().width() >= BESIDE_PX and self._home.width() >= BESIDE_PX
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)
        height = min(max(AROUND_ROWS_PX + ROW_PX * len(rows), LEAST_HEIGHT_PX), MOST_HEIGHT_PX)
        self.open_over(behind, WIDTH_PX, height if is_wide or not rows else BELOW_HEIGHT_PX)
        if rows:
            self.table.selectRow(0)
            self._plot_current()

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

    def copy_text(self) -> None:
        """Put the chosen lesion, over its dates, on the clipboard as plain text."""
        row = self._current_row
        if row is not None:
            QApplication.clipboard().setText(course_text(row))

    def quote(self) -> None:
        """Ask for the chosen lesion, over its dates, to be put into the report."""
        row = self._current_row
        if row is not None:
            link = MeasurementLink(row.measurement_uid, row.frame, course_text(row))
            self.quoted.emit(link)

    @property
    def _current_row(self) -> MeasurementRow | None:
        place = self.table.currentRow()
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def _plot_current(self) -> None:
        row = self._current_row
        if row is not None:
            current = {other.measurement_uid for other in self.rows if other.is_current}
            uid, others = row.measurement_uid, row.has_other_courses
            self.plot.show_course(row.course, current, uid, has_others=others)

    def _choose(self) -> None:
        row = self._current_row
        self.leave()
        if row is not None:
            self.chosen.emit(row)


def _new_table() -> QTableWidget:
    table = QTableWidget(0, len(COLUMNS))
    table.setHorizontalHeaderLabels(COLUMNS)
    table.verticalHeader().hide()
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setStretchLastSection(True)
    return table


def _cell(text: str, row: MeasurementRow, column: int) -> QTableWidgetItem:
    """Return a cell; the date has the colour of the current study or of priors."""
    item = QTableWidgetItem(text)
    if column == DATE_COLUMN:
        item.setForeground(theme.colour("current_text" if row.is_current else "prior_text"))
    elif not row.is_own:
        item.setForeground(theme.colour("routine_text"))
    return item

"""The table of waiting studies: two lines per study, clocks that count, a selection that stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from readstation.app.worklist.row_text import COLUMNS, STRETCHED_COLUMN, WIDE_FROM_PX, Seen
from readstation.domain.worklist import RankedItem
from readstation.ui.widgets.text import plain_tooltip
from readstation.ui.worklist.cell_delegate import CELL_ROLE, CellDelegate

ROW_HEIGHT_PX = 46
Index = QModelIndex | QPersistentModelIndex
TOP_LEVEL = QModelIndex()


class WorklistTableModel(QAbstractTableModel):
    """Hands the rows of the worklist to the table, cell by cell."""

    def __init__(self, seen: Callable[[], Seen], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._seen = seen
        self.rows: tuple[RankedItem, ...] = ()

    def replace_rows(self, rows: tuple[RankedItem, ...]) -> bool:
        """Show other rows; returns whether they are other studies or in another order."""
        is_same = [r.study_instance_uid for r in rows] == [r.study_instance_uid for r in self.rows]
        if is_same:
            self.rows = rows
            self._refresh(0, len(COLUMNS) - 1)
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def tick(self) -> None:
        """Let the clocks go on."""
        due = [column.id for column in COLUMNS].index("due")
        self._refresh(due, due)

    def row_of(self, study_instance_uid: str) -> int:
        """Return the row of a study, -1 if it is not shown."""
        uids = [r.study_instance_uid for r in self.rows]
        return uids.index(study_instance_uid) if study_instance_uid in uids else -1

    def rowCount(self, parent: Index = TOP_LEVEL) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = TOP_LEVEL) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title.upper()
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (CELL_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        cell = COLUMNS[index.column()].cell(self.rows[index.row()], self._seen())
        if role == CELL_ROLE:
            return cell
        return cell.text if role == Qt.ItemDataRole.DisplayRole else plain_tooltip(cell.text)

    def _refresh(self, first_column: int, last_column: int) -> None:
        if self.rows:
            last = self.index(len(self.rows) - 1, last_column)
            self.dataChanged.emit(self.index(0, first_column), last)


class WorklistTable(QTableView):
    """Shows the rows; tells which study was chosen and which is to be opened."""

    chosen = Signal(str)
    opened = Signal()
    painted = Signal()
    """Rows were painted, for the first time."""

    def __init__(self, seen: Callable[[], Seen], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model = WorklistTableModel(seen, self)
        self._is_replacing, self.has_painted, self._chosen_row = False, False, -1
        self.setModel(self.rows_model)
        self.setItemDelegate(CellDelegate(self.is_chosen, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT_PX)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT_PX)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(COLUMNS):
            if column.id == STRETCHED_COLUMN:
                head.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._choose)
        self.doubleClicked.connect(lambda _: self.opened.emit())

    def show_rows(self, rows: tuple[RankedItem, ...], selected_uid: str) -> None:
        """Show rows and selection; what was in view stays in view."""
        self._is_replacing = True
        height = self.verticalScrollBar().value()
        is_other = self.rows_model.replace_rows(rows)
        row = self.rows_model.row_of(selected_uid)
        if row >= 0 and row != self.currentIndex().row():
            self.selectRow(row)
        if is_other:
            self.verticalScrollBar().setValue(height)
        self._is_replacing = False

    def _choose(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._is_replacing and current.isValid():
            self.chosen.emit(self.rows_model.rows[current.row()].study_instance_uid)

    def is_chosen(self, row: int) -> bool:
        """Return whether a row is the selected one; to be asked while the rows are painted."""
        return row == self._chosen_row

    def paintEvent(self, event: QPaintEvent) -> None:
        row = self.currentIndex().row()
        self._chosen_row = row if row >= 0 and self.selectionModel().isRowSelected(row) else -1
        super().paintEvent(event)
        if self.rows_model.rows and not self.has_painted:
            self.has_painted = True
            self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()  # of the viewport: asking for that loads every class of Qt
        for number, column in enumerate(COLUMNS):
            is_wide = width >= WIDE_FROM_PX
            self.setColumnWidth(number, column.wide_px if is_wide else column.narrow_px)
            self.setColumnHidden(number, width < column.hide_below_px)

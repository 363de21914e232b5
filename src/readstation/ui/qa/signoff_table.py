"""The list of sign-offs as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from readstation.app.quality.signoffs import SignOff, flags_of
from readstation.domain.finding import Urgency
from readstation.domain.patient import shown_name
from readstation.ui import theme
from readstation.ui.widgets.badge import badge_width, paint_badge

ROW_HEIGHT_PX = 34
BADGES_ROLE = Qt.ItemDataRole.UserRole + 1
COLUMNS = (
    ("Signed", 130),
    ("Study", 330),
    ("Reader", 170),
    ("Second reader", 170),
    ("Urgency", 120),
    ("Signature", 100),
    ("Flags", 380),
    ("Review", 110),
)
LAST_COLUMN = len(COLUMNS) - 1

Badges = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says, in words or as badges."""

    text: str = ""
    badges: Badges = ()


def cells_of(signoff: SignOff, now: datetime) -> tuple[Cell, ...]:
    """Return one row; every badge has its word."""
    study = signoff.study
    local = signoff.signed_at.astimezone()
    title = study.study_description or "/".join(study.modalities_in_study)
    valid = signoff.signature_is_valid
    urgency = signoff.version.urgency
    flags = flags_of(signoff, now)
    review = signoff.review
    return (
        Cell(f"{local:%Y-%m-%d %H:%M}"),
        Cell(f"{title} · {shown_name(study.patient.patient_name)}"),
        Cell(signoff.reader_name),
        Cell(signoff.second_reader_name or "–"),
        Cell(badges=((urgency.value.upper(), urgency.value),)),
        Cell(badges=(("valid", "good") if valid else ("ALTERED", "critical"),)),
        Cell(badges=tuple((flag.text, _kind(flag.urgency)) for flag in flags)),
        Cell(f"RADPEER {review.score.value}" if review else "pending"),
    )


def _kind(urgency: Urgency) -> str:
    return "plain" if urgency is Urgency.ROUTINE else urgency.value


class SignoffTableModel(QAbstractTableModel):
    """Follows a tuple of sign-offs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[SignOff, ...] = ()
        self._cells: list[tuple[Cell, ...]] = []

    def show_rows(self, rows: tuple[SignOff, ...], now: datetime) -> None:
        self.beginResetModel()
        self.rows = rows
        self._cells = [cells_of(row, now) for row in rows]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._cells)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        cell = self._cells[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.text or ", ".join(text for text, _ in cell.badges)
        if role == BADGES_ROLE:
            return cell.badges
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0].upper()
        return None


class BadgeDelegate(QStyledItemDelegate):
    """Draws badges where a cell has them."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        badges: Badges = index.data(BADGES_ROLE) or ()
        if not badges:
            super().paint(painter, option, index)
            return
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selection"))
        left, middle = rect.left() + 8.0, rect.center().y() + 1.0
        for text, kind in badges:
            if left + badge_width(text, kind) > rect.right():
                painter.setPen(theme.colour("dim"))
                painter.drawText(int(left), int(middle) + 4, "…")
                return
            left = paint_badge(painter, left, middle, text, kind)

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, ROW_HEIGHT_PX)


class SignoffTable(QTableView):
    """Shows sign-offs; the selected row is the one whose story is told."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = SignoffTableModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(BadgeDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, (_, width) in enumerate(COLUMNS):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(LAST_COLUMN - 1, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._announce)

    def show_rows(self, rows: tuple[SignOff, ...], selected: str, now: datetime) -> None:
        """Replace the rows and keep the selection on the same report."""
        self.selectionModel().blockSignals(True)
        self.rows.show_rows(rows, now)
        for row, signoff in enumerate(rows):
            if signoff.version.report_id == selected:
                self.selectRow(row)
        self.selectionModel().blockSignals(False)
        self.viewport().update()

    def _announce(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self.rows.rows[current.row()].version.report_id)

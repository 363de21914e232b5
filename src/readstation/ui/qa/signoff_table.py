"""The list of sign-offs as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from readstation.app.quality.flags import flags_of
from readstation.app.quality.signoffs import SignOff
from readstation.domain.finding import Urgency
from readstation.domain.handoff import Opinion
from readstation.domain.patient import shown_name
from readstation.ui.qa.signoff_delegate import BADGES_ROLE, LINES_ROLE, ROW_HEIGHT_PX, RowDelegate

COLUMNS = (
    ("Signed", 100),
    ("Study", 200),
    ("Readers", 172),
    ("Report", 118),
    ("Flags", 220),
    ("Review", 92),
)
STRETCHED = 4
AGREEMENT = {
    Opinion.AGREE: "agreed",
    Opinion.EDIT: "edited",
    Opinion.DISAGREE: "disagreed",
}

Badges = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says: one or two lines of words, or badges."""

    lines: tuple[str, ...] = ()
    badges: Badges = ()

    @property
    def text(self) -> str:
        return ", ".join(self.lines or (text for text, _ in self.badges))


def cells_of(signoff: SignOff, now: datetime) -> tuple[Cell, ...]:
    """Return one row; every badge has its word."""
    study, review = signoff.study, signoff.review
    local = signoff.signed_at.astimezone()
    title = study.study_description or "/".join(study.modalities_in_study)
    valid = signoff.signature_is_valid
    urgency = signoff.version.urgency
    return (
        Cell((f"{local:%Y-%m-%d}", f"{local:%H:%M}")),
        Cell((title, shown_name(study.patient.patient_name))),
        Cell((signoff.reader_name, _second_reader(signoff))),
        Cell(
            badges=(
                (urgency.value.upper(), urgency.value),
                ("valid", "good") if valid else ("ALTERED", "critical"),
            )
        ),
        Cell(badges=tuple((flag.text, _kind(flag.urgency)) for flag in flags_of(signoff, now))),
        Cell((f"RADPEER {review.score.value}",) if review else ("pending",)),
    )


def _second_reader(signoff: SignOff) -> str:
    if not signoff.second_reader_name:
        return ""
    if signoff.second_opinion is None:
        return f"2nd {signoff.second_reader_name}"
    return f"2nd {signoff.second_reader_name} · {AGREEMENT[signoff.second_opinion]}"


def _kind(urgency: Urgency) -> str:
    return "plain" if urgency is Urgency.ROUTINE else urgency.value


class SignoffTableModel(QAbstractTableModel):
    """Follows a tuple of sign-offs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.report_ids: list[str] = []
        self._cells: list[tuple[Cell, ...]] = []

    def show_rows(self, rows: tuple[SignOff, ...], now: datetime) -> None:
        """Replace the rows; the same reports in the same order keep selection and scrolling."""
        cells = [cells_of(row, now) for row in rows]
        report_ids = [row.version.report_id for row in rows]
        if report_ids != self.report_ids:
            self.beginResetModel()
            self.report_ids, self._cells = report_ids, cells
            self.endResetModel()
        elif cells != self._cells:
            self._cells = cells
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._cells)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        cell = self._cells[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole and len(cell.badges) > 1:
            return "\n".join(text for text, _ in cell.badges)
        return {BADGES_ROLE: cell.badges, LINES_ROLE: cell.lines}.get(role)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0].upper()
        return None


class SignoffTable(QTableView):
    """Shows sign-offs; the selected row is the one whose story is told."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = SignoffTableModel(self)
        self._is_following = False
        self.setModel(self.rows)
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Signed reports")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT_PX)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, (_, width) in enumerate(COLUMNS):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(STRETCHED, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().currentRowChanged.connect(self._announce)

    def show_rows(self, rows: tuple[SignOff, ...], selected: str, now: datetime) -> None:
        """Show the rows with the selection on `selected`, without announcing it."""
        self._is_following = True
        self.rows.show_rows(rows, now)
        row = next((i for i, r in enumerate(self.rows.report_ids) if r == selected), -1)
        if row != self.currentIndex().row():
            self.selectRow(row)
        self._is_following = False

    def _announce(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid() and not self._is_following:
            self.chosen.emit(self.rows.report_ids[current.row()])

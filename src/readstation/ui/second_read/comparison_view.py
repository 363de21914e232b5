"""Both reads side by side, section by section, with what differs marked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from readstation.app.handoff.second_read import Comparison, SectionPair, compare_reads
from readstation.app.jobs import Lane
from readstation.ui import theme
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel


class ComparisonView(QWidget):
    """Shows one `Comparison`; what the viewer may not see yet is named, not drawn."""

    shown = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._handoff_id = ""
        self.comparison: Comparison | None = None
        self._note = PlainLabel(role="value")
        self._note.setWordWrap(True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._note)
        column.addWidget(self._area, 1)

    def show_handoff(self, context: ScreenContext, handoff_id: str) -> None:
        """Read and show both reads of one handoff."""
        self._handoff_id = handoff_id
        job = context.jobs.start(
            Lane.DATABASE,
            lambda _job: compare_reads(context.station, context.session, handoff_id),
        )
        job.succeeded.connect(partial(self._take, handoff_id))
        job.failed.connect(context.errors.show)

    def show_nothing(self) -> None:
        self._handoff_id, self.comparison = "", None
        self._note.clear()
        self._area.setWidget(QWidget())

    def _take(self, handoff_id: str, comparison: Comparison) -> None:
        if handoff_id != self._handoff_id:
            return
        self.comparison = comparison
        self._note.setText(_note(comparison))
        content = QWidget()
        content.setProperty("role", "scroll-content")
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 6, 8, 6)
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1 if comparison.handoff.opinion is not None else 0)
        has_second = comparison.handoff.opinion is not None
        if comparison.sections:
            whose = comparison.first_reader if has_second else f"Read of {comparison.first_reader}"
            grid.addWidget(PlainLabel(whose, role="heading"), 0, 0)
            if has_second:
                grid.addWidget(PlainLabel(comparison.second_reader, role="heading"), 0, 1)
        row = 1
        for pair in comparison.sections:
            if pair.first.strip() or pair.second.strip():
                _add_pair(grid, row, pair, has_second=has_second)
                row += 2
        grid.setRowStretch(row, 1)
        self._area.setWidget(content)
        self.shown.emit(comparison)


def _note(comparison: Comparison) -> str:
    handoff = comparison.handoff
    if comparison.hidden_because:
        return comparison.hidden_because
    opinion = handoff.opinion.value.upper() if handoff.opinion else ""
    said = f"  “{handoff.opinion_text}”" if handoff.opinion_text else ""
    what = "BLIND READ" if handoff.is_blind else opinion
    return f"{what} by {comparison.second_reader}{said}"


def _add_pair(grid: QGridLayout, row: int, pair: SectionPair, *, has_second: bool) -> None:
    differs = has_second and pair.differs
    head = QWidget()
    line = QGridLayout(head)
    line.setContentsMargins(0, 8, 0, 0)
    line.addWidget(SectionHeader(pair.section.value), 0, 0)
    if differs:
        line.addWidget(Badge("DIFFERS", "significant"), 0, 1)
    line.setColumnStretch(2, 1)
    grid.addWidget(head, row, 0, 1, 2)
    for place, text in enumerate((pair.first, pair.second) if has_second else (pair.first,)):
        box = theme.surface("raised")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(10, 8, 10, 8)
        label = PlainLabel(text or "(nothing)", role="" if text else "dim")
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner.addWidget(label)
        inner.addStretch(1)
        grid.addWidget(box, row + 1, place)

"""Which hanging protocol was chosen and why, and the others to choose from."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from readstation.app.hanging.hanging_desk import HangingDesk
from readstation.domain.hanging_choice import Candidate
from readstation.ui import theme
from readstation.ui.reading.list_over_image import choice_row
from readstation.ui.reading.panel_over_images import ENTER_KEYS, PanelOverImages
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.section import KeyCap
from readstation.ui.widgets.text import PlainLabel, plain_tooltip

WIDTH_PX, ROW_PX, AROUND_LIST_PX, MOST_ROWS = 620, 30, 168, 9
KEYS = (
    ("Enter", "hangs"),
    ("S", "saves this arrangement"),
    ("Del", "deletes an own one"),
    ("Esc", "leaves"),
)
FITTING, NOT_FITTING = "{score} points", "does not fit: {why}"
SCORE_PX = 210


class HangingChooser(PanelOverImages):
    """Lists every protocol, the best fitting first; the reasons of the current row stand below."""

    chosen = Signal(str)
    save_asked = Signal()
    delete_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Hanging protocols")
        self.candidates: tuple[Candidate, ...] = ()
        self.now = ElidedLabel(role="accent")
        self.why = PlainLabel(role="dim")
        self.why.setWordWrap(True)
        self.problem = ElidedLabel(role="warning")
        self.list = QListWidget()
        self.list.setAccessibleName("Hanging protocols")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.currentRowChanged.connect(self._say_why)
        self.list.itemDoubleClicked.connect(lambda _: self._choose())
        self._place()

    def open_for(self, desk: HangingDesk, behind: QWidget) -> None:
        """List the protocols for the open study."""
        if desk.chosen is None:
            return
        self.candidates = desk.chosen.candidates or (desk.chosen.chosen,)
        self.now.say(desk.words)
        problems = desk.library.problems
        self.problem.setVisible(bool(problems))
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            self.problem.say(f"Not in force{more}: {problems[0]}")
            self.problem.setToolTip(plain_tooltip(" | ".join(problems[:8])))
        self._fill(desk.chosen.protocol.protocol_id)
        rows = min(len(self.candidates), MOST_ROWS)
        self.open_over(behind, WIDTH_PX, rows * ROW_PX + AROUND_LIST_PX)

    def take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in ENTER_KEYS:
            self._choose()
        elif key == Qt.Key.Key_S:
            self.leave()
            self.save_asked.emit()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self._delete()
        else:
            self.list.keyPressEvent(event)
        return True

    @property
    def current(self) -> Candidate | None:
        row = self.list.currentRow()
        return self.candidates[row] if 0 <= row < len(self.candidates) else None

    def _choose(self) -> None:
        candidate = self.current
        self.leave()
        if candidate is not None:
            self.chosen.emit(candidate.protocol.protocol_id)

    def _delete(self) -> None:
        candidate = self.current
        if candidate is None:
            return
        if not candidate.protocol.is_own:
            self.why.setText("This protocol comes with the program and cannot be deleted.")
            return
        self.leave()
        self.delete_asked.emit(candidate.protocol.protocol_id)

    def _say_why(self, _row: int) -> None:
        candidate = self.current
        if candidate is None:
            self.why.setText("")
        elif candidate.refusal:
            self.why.setText(f"Does not fit: {candidate.refusal}.")
        else:
            self.why.setText(f"Fits with {candidate.score} points: {', '.join(candidate.reasons)}.")

    def _fill(self, protocol_id: str) -> None:
        self.list.clear()
        current = 0
        for place, candidate in enumerate(self.candidates):
            is_current = candidate.protocol.protocol_id == protocol_id
            current = place if is_current else current
            row, words = _row(candidate, is_current=is_current)
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setSizeHint(QSize(0, ROW_PX))
            self.list.addItem(item)
            self.list.setItemWidget(item, row)
        self.list.setCurrentRow(current)
        self._say_why(current)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(6)
        column.addWidget(PlainLabel("Hanging protocol", role="heading"))
        column.addWidget(self.now)
        column.addWidget(self.list, 1)
        column.addWidget(self.why)
        column.addWidget(self.problem)
        line = QHBoxLayout()
        line.setSpacing(6)
        for key, words in KEYS:
            line.addWidget(KeyCap(key))
            line.addWidget(PlainLabel(words, role="dim"))
            line.addSpacing(6)
        line.addStretch(1)
        column.addLayout(line)


def _row(candidate: Candidate, *, is_current: bool) -> tuple[QWidget, str]:
    protocol = candidate.protocol
    name = f"{protocol.title} · own" if protocol.is_own else protocol.title
    row, line = choice_row(name, is_current=is_current)
    words = FITTING.format(score=candidate.score)
    if candidate.refusal:
        words = NOT_FITTING.format(why=candidate.refusal)
    points = ElidedLabel(role="dim" if candidate.refusal else "digits")
    points.say(words)
    points.setFixedWidth(SCORE_PX)
    line.addWidget(points)
    theme.restyle(row)
    return row, f"{name}, {words}"

"""What to look for on the test pattern, one answer each."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from readstation.domain.display import VISUAL_QUESTIONS
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

EXPLANATION = (
    "Look at the pattern from where you read, in your usual light. "
    "Tick what is as it should be; what stays unticked fails the display."
)


class LookPanel(QWidget):
    """Shows the questions; the button says what would be recorded."""

    recorded = Signal(object)
    """The ids of the questions answered with yes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {q.question_id: QCheckBox(q.sentence) for q in VISUAL_QUESTIONS}
        self.all_button = QPushButton("All as it should be")
        self.record_button = QPushButton()
        self.record_button.setProperty("role", "primary")
        explanation = PlainLabel(EXPLANATION, role="dim")
        explanation.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 8)
        column.setSpacing(9)
        column.addWidget(explanation)
        for box in self.boxes.values():
            box.toggled.connect(self._refresh)
            column.addWidget(box)
        column.addSpacing(4)
        row = QHBoxLayout()
        row.addWidget(self.all_button)
        row.addStretch(1)
        row.addWidget(self.record_button)
        column.addLayout(row)
        column.addStretch(1)
        self.all_button.clicked.connect(self.answer_all)
        self.record_button.clicked.connect(self.record)
        self._refresh()

    @property
    def seen(self) -> frozenset[str]:
        return frozenset(key for key, box in self.boxes.items() if box.isChecked())

    def answer_all(self) -> None:
        """Answer every question with yes."""
        for box in self.boxes.values():
            box.setChecked(True)

    def record(self) -> None:
        """Hand the answers over, once."""
        if self.record_button.isEnabled():
            self.record_button.setEnabled(False)
            self.recorded.emit(self.seen)

    def end_recording(self, *, is_kept: bool) -> None:
        """Be ready for the next check; answers that were not kept stay."""
        if is_kept:
            for box in self.boxes.values():
                box.setChecked(False)
        self._refresh()

    def _refresh(self) -> None:
        total, missing = len(self.boxes), len(self.boxes) - len(self.seen)
        words = f"Record failed: {missing} of {total} not as it should be"
        if missing in (0, total):
            words = "Record what is seen" if missing else "Record: passed"
        self.record_button.setText(words)
        self.record_button.setEnabled(missing < total)
        role = "danger" if 0 < missing < total else "primary"
        if self.record_button.property("role") != role:
            self.record_button.setProperty("role", role)
            theme.restyle(self.record_button)

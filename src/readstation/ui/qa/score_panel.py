"""The RADPEER score of the open report."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.quality.quality_model import QualityModel, QualityState
from readstation.domain.quality import SCORE_MEANINGS, RadpeerScore
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

COMMENT_HEIGHT_PX = 84


class ScorePanel(QWidget):
    """Takes a score and its comment; says why it cannot be recorded yet."""

    scored = Signal(object, str)

    def __init__(self, model: QualityModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._score: RadpeerScore | None = None
        self._report_id = ""
        self.buttons: dict[RadpeerScore, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(6)
        for score in RadpeerScore:
            button = QPushButton(score.value)
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setToolTip(SCORE_MEANINGS[score])
            button.clicked.connect(partial(self._choose, score))
            self.buttons[score] = button
            row.addWidget(button)
        row.addStretch(1)
        self.meaning = PlainLabel(role="dim")
        self.meaning.setWordWrap(True)
        self.comment = QPlainTextEdit()
        self.comment.setPlaceholderText("Comment (required for 2b and up)")
        self.comment.setFixedHeight(COMMENT_HEIGHT_PX)
        self.comment.setTabChangesFocus(True)
        self.comment.textChanged.connect(self._refresh)
        self.reason = PlainLabel(role="dim")
        self.reason.setWordWrap(True)
        self.record = QPushButton("Record score")
        self.record.setProperty("role", "primary")
        self.record.clicked.connect(self._record)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(SectionHeader("Peer review (RADPEER)"))
        column.addLayout(row)
        for widget in (self.meaning, self.comment, self.reason, self.record):
            column.addWidget(widget)
        model.on_change(self._show)
        self._refresh()

    def _show(self, state: QualityState) -> None:
        if state.selected != self._report_id:
            self._report_id = state.selected
            self._score = None
            self.comment.clear()
        self._refresh()

    def _choose(self, score: RadpeerScore) -> None:
        self._score = score
        self._refresh()

    def _refresh(self) -> None:
        blocked = self._model.why_not_reviewable()
        for score, button in self.buttons.items():
            button.setChecked(score is self._score)
            button.setEnabled(not blocked)
        self.comment.setEnabled(not blocked)
        self.meaning.setText(SCORE_MEANINGS[self._score] if self._score else "")
        reason = self._model.why_not_scored(self._score, self.comment.toPlainText())
        self.reason.setText(reason)
        self.record.setEnabled(not reason)

    def _record(self) -> None:
        if self._score is not None:
            self.record.setEnabled(False)
            self.scored.emit(self._score, self.comment.toPlainText())

"""The RADPEER score of the open report."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.quality.quality_model import QualityModel, QualityState
from readstation.domain.quality import SCORE_MEANINGS, QualityReview, RadpeerScore
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

COMMENT_HEIGHT_PX = 84


class ScorePanel(QWidget):
    """Takes a score and its comment; says why it cannot be recorded, or what was recorded."""

    scored = Signal(object, str)

    def __init__(self, model: QualityModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._score: RadpeerScore | None = None
        self._subject: tuple[str, int] = ("", 0)
        self._is_recording = False
        self.buttons = {score: _chip(score) for score in RadpeerScore}
        row = QHBoxLayout()
        row.setSpacing(6)
        for score, button in self.buttons.items():
            button.clicked.connect(partial(self.choose, score))
            row.addWidget(button)
        row.addStretch(1)
        self.meaning = PlainLabel(role="dim")
        self.comment = QPlainTextEdit()
        self.comment.setPlaceholderText("Comment (required for 2b and up)")
        self.comment.setAccessibleName("Comment of the score")
        self.comment.setFixedHeight(COMMENT_HEIGHT_PX)
        self.comment.setTabChangesFocus(True)
        self.comment.textChanged.connect(self._refresh)
        self.reason = PlainLabel(role="dim")
        self.record_button = QPushButton("Record score")
        self.record_button.setProperty("role", "primary")
        self.record_button.clicked.connect(self.record)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(SectionHeader("Peer review (RADPEER)"))
        column.addLayout(row)
        for label in (self.meaning, self.reason):
            label.setWordWrap(True)
        for widget in (self.meaning, self.comment, self.reason, self.record_button):
            column.addWidget(widget)
        model.on_change(self._show)
        self._refresh()

    def choose(self, score: RadpeerScore) -> None:
        """Take a score; does nothing where none can be given."""
        if not self._model.why_not_reviewable():
            self._score = score
        self._refresh()

    def record(self) -> None:
        """Ask for the score to be recorded, if nothing is missing."""
        comment = self.comment.toPlainText()
        if self._is_recording or self._model.why_not_scored(self._score, comment):
            return
        self._is_recording = True
        self._refresh()
        self.scored.emit(self._score, comment)

    def end_recording(self) -> None:
        """Be ready again, whatever came of it: what was typed is kept."""
        self._is_recording = False
        self._refresh()

    def _show(self, state: QualityState) -> None:
        signoff = state.selected_signoff
        version = signoff.version if signoff is not None else None
        subject = (version.report_id, version.version_number) if version else ("", 0)
        if subject != self._subject:
            self._subject, self._score = subject, None
            self.comment.clear()
        review = signoff.review if signoff is not None else None
        if review is not None and self.comment.toPlainText() != review.comment:
            self.comment.setPlainText(review.comment)
        self._refresh()

    def _refresh(self) -> None:
        signoff = self._model.state.selected_signoff
        review = signoff.review if signoff is not None else None
        blocked = self._model.why_not_reviewable()
        chosen = review.score if review is not None else self._score
        for score, button in self.buttons.items():
            button.setChecked(score is chosen)
            button.setEnabled(not blocked)
        self.comment.setReadOnly(bool(blocked))
        self.meaning.setText(SCORE_MEANINGS[chosen] if chosen else "")
        self.meaning.setVisible(chosen is not None)
        missing = self._model.why_not_scored(self._score, self.comment.toPlainText())
        self.reason.setText(_recorded(review) if review is not None else missing)
        self.reason.setVisible(bool(self.reason.text()))
        self.record_button.setEnabled(not missing and not self._is_recording)


def _chip(score: RadpeerScore) -> QPushButton:
    button = QPushButton(score.value)
    button.setProperty("role", "chip")
    button.setCheckable(True)
    button.setToolTip(SCORE_MEANINGS[score])
    button.setAccessibleName(f"RADPEER {score.value}: {SCORE_MEANINGS[score]}")
    return button


def _recorded(review: QualityReview) -> str:
    at = review.reviewed_at.astimezone()
    return f"Scored {review.score.value} by {review.reviewer_id} on {at:%Y-%m-%d %H:%M}."

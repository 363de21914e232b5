"""The panel at the right: everything about the selected study, and why it stands where it does."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from readstation.app.worklist.detail_text import DetailText, detail_text
from readstation.app.worklist.find_worklist import StudyDetails
from readstation.app.worklist.row_text import DUE_TONES, Badges, Seen
from readstation.domain.worklist import RankedItem
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.due_bar import DueBar
from readstation.ui.widgets.picture import Picture
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel
from readstation.ui.worklist.prior_card import prior_card

BADGES_PER_LINE = 3


class ConcernEdit(QLineEdit):
    """A line whose Enter sends the concern instead of opening the study."""

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            event.accept()
            return True
        return super().event(event)


class DetailPanel(QWidget):
    """Shows one study; the part that may be typed into is the concern."""

    concern_raised = Signal(str)

    def __init__(self, zone: tzinfo, *, may_raise_concern: bool) -> None:
        super().__init__()
        self._zone = zone
        self.patient = _wrapped("title")
        self.identity, self.study = _wrapped("dim"), _wrapped("value")
        self.clock, self.due = DueBar(), _wrapped("dim")
        self.warnings = _wrapped("warning")
        self.preview = Picture()
        self.why, self.why_sum = _wrapped("digits"), _wrapped("dim")
        self.order, self.indication, self.referrer = _wrapped(), _wrapped(), _wrapped()
        self.concern = _wrapped("warning")
        self.concern_edit = ConcernEdit()
        self.concern_edit.setPlaceholderText("What should a reader look at now?")
        self.concern_edit.returnPressed.connect(self._raise)
        self.concern_button = QPushButton("Raise")
        self.concern_button.clicked.connect(self._raise)
        self._may_raise_concern = may_raise_concern
        self._badges, self._priors = QVBoxLayout(), QVBoxLayout()
        self._shown_badges: Badges | None = None
        self._area = QScrollArea()
        self._place()
        self.clear()

    def _place(self) -> None:
        sheet = QWidget()
        sheet.setProperty("role", "scroll-content")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(16, 16, 14, 16)
        column.setSpacing(5)
        self._badges.setSpacing(4)
        self._priors.setSpacing(6)
        for part in (self.patient, self.identity, self.study):
            column.addWidget(part)
        column.addLayout(self._badges)
        column.addWidget(self.clock)
        column.addWidget(self.due)
        column.addWidget(self.warnings)
        column.addWidget(self.preview)
        _section(column, "Why it stands here", self.why, self.why_sum)
        _section(column, "Indication", self.indication)
        _section(column, "Order", self.order)
        _section(column, "Referrer, then designees", self.referrer)
        _section(column, "Technologist's concern", self.concern)
        if self._may_raise_concern:
            line = QHBoxLayout()
            line.addWidget(self.concern_edit, 1)
            line.addWidget(self.concern_button)
            column.addLayout(line)
        _section(column, "Relevant priors")
        column.addLayout(self._priors)
        column.addStretch(1)
        self._area.setWidget(sheet)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def clear(self) -> None:
        """Show nothing of any patient."""
        self.preview.show_words("")
        self._area.setVisible(False)
        _empty(self._priors)

    def show_study(self, ranked: RankedItem, seen: Seen) -> None:
        """Show one study; its priors follow when they are known."""
        text = detail_text(ranked, seen)
        self._area.setVisible(True)
        for label, words in (
            (self.patient, text.patient_name),
            (self.identity, text.patient_line),
            (self.study, text.study),
            (self.due, text.due),
            (self.warnings, "\n".join(text.warnings)),
            (self.why, text.why),
            (self.why_sum, text.why_sum),
            (self.indication, text.indication or "(none given)"),
            (self.order, text.order),
            (self.referrer, text.referrer),
            (self.concern, text.concern or "None."),
        ):
            label.setText(words)
        self.warnings.setVisible(bool(text.warnings))
        theme.set_role(self.concern, "warning" if text.concern else "dim")
        self._show_clock(text)
        if text.badges != self._shown_badges:
            self._show_badges(text.badges)

    def tick(self, ranked: RankedItem, seen: Seen) -> None:
        """Let the clock go on."""
        self._show_clock(detail_text(ranked, seen))

    def _show_clock(self, text: DetailText) -> None:
        tone = DUE_TONES[text.clock.state]
        self.clock.set_due(text.clock.fraction_used, text.clock.text, tone)

    def _show_badges(self, badges: Badges) -> None:
        self._shown_badges = badges
        _empty(self._badges)
        for start in range(0, len(badges), BADGES_PER_LINE):
            line = QHBoxLayout()
            for word, kind in badges[start : start + BADGES_PER_LINE]:
                line.addWidget(Badge(word, kind))
            line.addStretch(1)
            self._badges.addLayout(line)

    def clear_details(self) -> None:
        """Take image and priors of the study before away, before those of the new one are known."""
        self.preview.show_words("…")
        _empty(self._priors)
        self._priors.addWidget(PlainLabel("Looking for priors", role="dim"))

    def show_details(self, details: StudyDetails) -> None:
        _empty(self._priors)
        for prior in details.priors:
            self._priors.addWidget(prior_card(prior, self._zone))
        if not details.priors:
            self._priors.addWidget(PlainLabel("No earlier study is here.", role="dim"))

    def _raise(self) -> None:
        if self.concern_edit.text().strip():
            self.concern_raised.emit(self.concern_edit.text())


def _wrapped(role: str = "") -> PlainLabel:
    label = PlainLabel(role=role)
    label.setWordWrap(True)
    return label


def _section(column: QVBoxLayout, title: str, *parts: QWidget) -> None:
    column.addSpacing(10)
    column.addWidget(SectionHeader(title))
    for part in parts:
        column.addWidget(part)


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (inner := item.layout()) is not None:
            _empty(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()

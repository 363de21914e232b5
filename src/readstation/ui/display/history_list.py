"""Every check of one display, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.domain.display import CheckKind, DisplayCheck, Grade
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel

MOST_SHOWN = 30
KIND_WORDS = {CheckKind.LUMINANCE: "Luminances", CheckKind.VISUAL: "Look at the pattern"}
NOTHING = "This display was never checked here."


class HistoryList(QWidget):
    """Shows date, person, kind and result of each check."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.sentences: tuple[str, ...] = ()

    def show_checks(self, checks: Sequence[DisplayCheck]) -> None:
        """Show these and forget those before."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = checks[:MOST_SHOWN]
        self.sentences = tuple(check.sentence for check in shown)
        for check in shown:
            self._column.addWidget(_card(check))
        if not shown:
            self._column.addWidget(PlainLabel(NOTHING, role="dim"))
        if len(checks) > len(shown):
            more = f"{len(checks) - len(shown)} older checks are in the audit log."
            self._column.addWidget(PlainLabel(more, role="dim"))


def _card(check: DisplayCheck) -> QWidget:
    card = theme.surface("card")
    card.setProperty("urgency", _tone(check))
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 7, 12, 8)
    column.setSpacing(3)
    head = QHBoxLayout()
    head.setSpacing(8)
    head.addWidget(PlainLabel(f"{check.checked_at.astimezone():%Y-%m-%d %H:%M}", role="digits"))
    head.addWidget(PlainLabel(KIND_WORDS[check.kind]))
    head.addStretch(1)
    head.addWidget(Badge("PASSED" if check.has_passed else "FAILED", _badge(check)))
    column.addLayout(head)
    for text, role in ((check.sentence, ""), (_who(check), "dim")):
        label = PlainLabel(text, role=role)
        label.setWordWrap(True)
        column.addWidget(label)
    return card


def _who(check: DisplayCheck) -> str:
    depth = f"{check.display.bit_depth} bit"
    return " · ".join(p for p in (check.checked_by_name, check.instrument, depth, check.note) if p)


def _tone(check: DisplayCheck) -> str:
    if not check.has_passed:
        return "critical"
    return "significant" if check.grade is Grade.OTHER else "good"


def _badge(check: DisplayCheck) -> str:
    return "good" if check.has_passed else "overdue"

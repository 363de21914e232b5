"""One handoff in the list: type, sight, question, people, due clock."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.critical_result.open_results import countdown
from readstation.app.handoff.handoff_list import HandoffCard
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel


class HandoffCardView(QFrame):
    """Shows one `HandoffCard`; a click or Enter chooses it."""

    chosen = Signal(str)

    def __init__(self, card: HandoffCard, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "card")
        self.setProperty("urgency", "current" if card.waits_for_me else "routine")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{card.handoff.handoff_type.value}, {card.handoff.question}")
        self.due = PlainLabel(role="digits")
        self._place()
        self.show_time(now)

    def show_time(self, now: datetime) -> None:
        """Show the due clock as it is at `now`."""
        handoff = self.card.handoff
        is_running = handoff.is_live and handoff.returned_at is None
        late = is_running and now >= handoff.due_at
        self.due.setText(countdown(handoff.due_at, now) if is_running else handoff.status.value)
        tone = "critical" if late else ""
        if self.due.property("urgency") != tone:
            self.due.setProperty("urgency", tone)
            theme.restyle(self.due)

    def set_selected(self, is_selected: bool) -> None:
        self.setProperty("selected", "true" if is_selected else "")
        theme.restyle(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.card.handoff.handoff_id)
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.card.handoff.handoff_id)
            return
        super().keyPressEvent(event)

    def _place(self) -> None:
        card, handoff = self.card, self.card.handoff
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(PlainLabel(handoff.handoff_type.value.capitalize(), role="value"))
        head.addWidget(Badge("BLIND", "incidental") if handoff.is_blind else Badge("OPEN", "plain"))
        if handoff.opinion is not None and not handoff.is_blind:
            kinds = {"agree": "good", "edit": "current", "disagree": "warning"}
            word = handoff.opinion.value
            head.addWidget(Badge(word.upper(), kinds[word]))
        head.addStretch(1)
        head.addWidget(self.due)
        other = f"from {card.from_name}" if card.is_for_me else f"to {card.to_name}"
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(ElidedLabel(handoff.question, role="heading"))
        column.addWidget(ElidedLabel(f"{card.patient_name}, {card.study_line}"))
        column.addWidget(ElidedLabel(f"{other}  ·  {card.next_step}", role="dim"))

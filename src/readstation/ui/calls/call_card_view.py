"""One result on the call screen: a big clock, the finding, who to call, every attempt."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from readstation.app.critical_result.open_results import CallCard, countdown
from readstation.domain.critical_result import CallAttempt, CallOutcome, CriticalResultStatus
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel

CLOCK_WIDTH_PX = 176


class CallCardView(QFrame):
    """Shows one `CallCard`. A click or Enter asks for its call panel."""

    call_asked = Signal(str)
    study_asked = Signal(str)

    def __init__(self, card: CallCard, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.card = card
        result = card.result
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "card")
        self.setProperty("urgency", result.urgency.value if result.is_open else "good")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{result.urgency.value} result, {card.message}")
        self.clock = PlainLabel(role="clock")
        self.clock_word = PlainLabel(role="dim")
        self.call_button = QPushButton(" Call && log" if result.is_open else " Show the log")
        self.call_button.setIcon(theme.icon("phone", "danger_text" if result.is_open else "text"))
        self.call_button.setProperty("role", "danger" if result.is_open else "")
        self.study_button = QPushButton("Open study")
        self._place()
        self.call_button.clicked.connect(self._ask_call)
        self.study_button.clicked.connect(lambda: self.study_asked.emit(result.study_instance_uid))
        self.show_time(now)

    def show_time(self, now: datetime) -> None:
        """Show the clock as it is at `now`."""
        result = self.card.result
        if not result.is_open:
            self._show_closed()
            return
        overdue = result.is_overdue(now)
        words = countdown(result.due_at, now)
        number = words.removeprefix("OVERDUE by ").removesuffix(" left")
        self.clock.setText(number)
        self.clock_word.setText("OVERDUE" if overdue else "left")
        tone = "critical" if overdue else result.urgency.value
        if self.clock.property("urgency") != tone:
            for label in (self.clock, self.clock_word):
                label.setProperty("urgency", tone)
                theme.restyle(label)

    def set_selected(self, is_selected: bool) -> None:
        self.setProperty("selected", "true" if is_selected else "")
        theme.restyle(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ask_call()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._ask_call()
            return
        super().keyPressEvent(event)

    def _ask_call(self) -> None:
        self.call_asked.emit(self.card.result.critical_result_id)

    def _show_closed(self) -> None:
        result = self.card.result
        if result.closed_at is None:
            self.clock.setText(result.status.value)
            self.clock_word.setText("no call needed")
            return
        minutes = int((result.closed_at - result.discovered_at).total_seconds() // 60)
        self.clock.setText(f"{minutes} min")
        in_time = result.closed_in_time
        self.clock_word.setText("reached in time" if in_time else "reached LATE")
        tone = "" if in_time else "critical"
        for label in (self.clock, self.clock_word):
            label.setProperty("urgency", tone)
            theme.restyle(label)

    def _place(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.clock)
        left.addWidget(self.clock_word)
        left.addStretch(1)
        holder = QWidget()
        holder.setFixedWidth(CLOCK_WIDTH_PX)
        holder.setLayout(left)
        middle = QVBoxLayout()
        middle.setSpacing(3)
        middle.addLayout(self._headline())
        for line in (self._who_and_what(), self._times()):
            middle.addWidget(line)
        call = self._call_line()
        if call is not None:
            middle.addWidget(call)
        for attempt in self.card.result.attempts:
            middle.addWidget(self._attempt(attempt))
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.call_button)
        right.addWidget(self.study_button)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(holder)
        row.addLayout(middle, 1)
        row.addLayout(right)

    def _headline(self) -> QHBoxLayout:
        card, result = self.card, self.card.result
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Badge(result.urgency.value.upper(), result.urgency.value))
        if result.status is CriticalResultStatus.ESCALATED:
            row.addWidget(Badge(f"ESCALATED {result.escalation_level}", "warning"))
        if not card.is_in_report:
            row.addWidget(Badge("NO LONGER IN THE REPORT", "warning"))
        if card.needs_addendum:
            row.addWidget(Badge("ADDENDUM NEEDED", "warning"))
        message = PlainLabel(card.message, role="heading")
        message.setWordWrap(True)
        row.addWidget(message, 1)
        return row

    def _who_and_what(self) -> PlainLabel:
        card = self.card
        return _wrapped(f"{card.patient_name}, {card.patient_line}  ·  {card.study_line}", "value")

    def _times(self) -> PlainLabel:
        result, zone = self.card.result, self.card.zone
        found, due = result.discovered_at.astimezone(zone), result.due_at.astimezone(zone)
        day = "" if due.date() == found.date() else f"{due:%Y-%m-%d} "
        return _wrapped(f"Discovered {found:%H:%M:%S}  ·  due {day}{due:%H:%M:%S %Z}", "dim")

    def _call_line(self) -> PlainLabel | None:
        if not self.card.result.is_open:
            return None
        contact = self.card.call_now
        return _wrapped(
            f"Call now: {contact.name}, {contact.role}, {contact.telephone_number}", "accent"
        )

    def _attempt(self, attempt: CallAttempt) -> QWidget:
        at = attempt.ended_at.astimezone(self.card.zone)
        reached = attempt.outcome is CallOutcome.REACHED
        came_of_it = attempt.read_back.value if reached else attempt.outcome.value
        words = (
            f"{at:%H:%M}  {attempt.caller_name} to {attempt.recipient_name or 'nobody'} "
            f"({attempt.recipient_role.value}) {attempt.telephone_number}, "
            f"{attempt.method.value}: {came_of_it}"
        )
        note = f"  ·  {attempt.note}" if attempt.note else ""
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(6)
        picture = PlainLabel()
        kind, tone = ("phone-call", "good_text") if reached else ("phone-missed", "dim")
        picture.setPixmap(theme.icon(kind, tone).pixmap(16, 16))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(_wrapped(words + note, "dim"), 1)
        return line


def _wrapped(text: str, role: str) -> PlainLabel:
    label = PlainLabel(text, role=role)
    label.setWordWrap(True)
    return label

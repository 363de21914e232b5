"""The sign-off dialog: repeats whose report it is and what is open, then asks for the password."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from readstation.app.report.prepare_sign_off import SignOff
from readstation.domain.errors import ReadStationError
from readstation.domain.patient import shown_name
from readstation.domain.report_text import SIMULATED_MARK, identity_lines, shown_time
from readstation.domain.study import Completeness
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX = 620
MARGIN_PX = 22
MAX_FACTS_PX = 380
"""A long impression scrolls: the buttons stay on the screen."""


class SignView(QDialog):
    """Shows one `SignOff`. A patient-safety decision, hence the one modal dialog."""

    sign_asked = Signal(str, str)
    """Password, and the reason for signing an incomplete study."""

    def __init__(
        self, sign_off: SignOff, display_state: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sign report")
        self.setModal(True)
        self.setMinimumWidth(WIDTH_PX)
        self._sign_off = sign_off
        self._is_waiting = False
        self.reason = QLineEdit(self, placeholderText="Why it is signed without the missing images")
        self.reason.hide()
        self.reason.setAccessibleName("Reason for signing an incomplete study")
        self.password = QLineEdit(placeholderText="Password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("Password")
        self.problem = PlainLabel(role="error")
        self.problem.setObjectName("sign.problem")
        self.problem.setWordWrap(True)
        self.sign_button = QPushButton("Sign report")
        self.sign_button.setProperty("role", "primary")
        self.sign_button.setDefault(True)
        self.keep_button = QPushButton("Keep editing")
        self.keep_button.setAutoDefault(False)
        self._lay_out(display_state)
        self.sign_button.clicked.connect(self._ask)
        self.keep_button.clicked.connect(self.reject)
        self.password.textChanged.connect(self._update)
        self.reason.textChanged.connect(self._update)
        self.password.setFocus()
        self._update()

    def wait(self) -> None:
        """Allow neither signing twice nor leaving while the signature is on its way."""
        self._is_waiting = True
        self._update()

    def refuse(self, error: BaseException) -> None:
        """Say why it was not signed; nothing else changes."""
        self._is_waiting = False
        self.password.clear()
        self._update()
        if isinstance(error, ReadStationError):
            self.problem.setText(f"{error.message} {error.remedy}")
        else:
            self.problem.setText(
                "Not signed, for a reason ReadStation did not expect. Your text is kept."
            )
        self.password.setFocus()

    def reject(self) -> None:
        if not self._is_waiting:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_waiting:
            event.ignore()
        else:
            super().closeEvent(event)

    def _ask(self) -> None:
        if self.sign_button.isEnabled():
            self.sign_asked.emit(self.password.text(), self.reason.text())

    def _update(self) -> None:
        problems = self._sign_off.with_reason(self.reason.text()).problems
        texts = [f"{p.sentence} {p.remedy}" for p in problems]
        self.problem.setText("\n".join(texts))
        ready = not problems and bool(self.password.text()) and not self._is_waiting
        self.sign_button.setEnabled(ready)
        self.sign_button.setText("Signing…" if self._is_waiting else "Sign report")
        self.keep_button.setEnabled(not self._is_waiting)
        self.password.setEnabled(not self._is_waiting)

    def _lay_out(self, display_state: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, 20, MARGIN_PX, 18)
        column.setSpacing(12)
        column.addLayout(self._identity())
        column.addWidget(_bounded(self._facts(display_state)))
        if self._sign_off.open_results:
            column.addWidget(self._open_calls())
        if self._sign_off.facts.study.completeness is Completeness.INCOMPLETE:
            column.addWidget(self.reason)
            self.reason.show()
        column.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.addWidget(self.password, 1)
        buttons.addWidget(self.keep_button)
        buttons.addWidget(self.sign_button)
        column.addLayout(buttons)

    def _identity(self) -> QVBoxLayout:
        study = self._sign_off.facts.study
        column = QVBoxLayout()
        column.setSpacing(3)
        head = QHBoxLayout()
        name = PlainLabel(shown_name(study.patient.patient_name), role="title")
        name.setObjectName("sign.patient")
        head.addWidget(name)
        head.addStretch(1)
        urgency = self._sign_off.facts.draft.content.urgency
        head.addWidget(Badge(urgency.value.upper(), urgency.value))
        column.addLayout(head)
        _, patient_id, born = identity_lines(self._sign_off.subject)
        identity = PlainLabel(f"{patient_id}   {born}")
        identity.setObjectName("sign.identity")
        column.addWidget(identity)
        if study.is_simulated:
            column.addWidget(PlainLabel(SIMULATED_MARK, role="warning"))
        return column

    def _facts(self, display_state: str) -> QWidget:
        frame = theme.surface("raised")
        grid = QGridLayout(frame)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (name, value, role) in enumerate(self._rows(display_state)):
            label = PlainLabel(value, role=role)
            label.setWordWrap(True)
            grid.addWidget(PlainLabel(name, role="dim"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        return frame

    def _rows(self, display_state: str) -> list[tuple[str, str, str]]:
        sign_off = self._sign_off
        study, content = sign_off.facts.study, sign_off.facts.draft.content
        viewed = sign_off.viewed
        rows = [
            ("Study", study.study_description or "not stated", "value"),
            ("Study time", shown_time(study.study_date_time), ""),
            ("Accession", study.accession_number or "not stated", "value"),
            ("Images", viewed.sentence, "" if viewed.is_complete else "warning"),
        ]
        if study.completeness is Completeness.INCOMPLETE:
            arrived = study.number_of_study_related_instances
            text = f"Incomplete: {arrived} of {study.expected_instances} have arrived"
            rows.append(("Completeness", text, "warning"))
        for finding in content.findings:
            if finding.is_incidental:
                follow_up = finding.follow_up
                done = follow_up.sentence() if follow_up and follow_up.is_complete else ""
                reason = finding.no_follow_up_reason
                text = done or (f"No follow-up: {reason}" if reason else "Follow-up is missing")
                rows.append(("Incidental", f"{finding.text} {text}", ""))
        for second in sign_off.second_reads:
            rows.append((second.meaning.value.capitalize(), second.signer_name, ""))
        if sign_off.lines_left_empty:
            rows.append(("Left empty", ", ".join(sign_off.lines_left_empty), "warning"))
        rows.append(("Display", display_state, "dim"))
        rows.append(("Impression", content.impression or "empty", ""))
        return rows

    def _open_calls(self) -> QWidget:
        banner = theme.surface("banner")
        banner.setProperty("urgency", "critical")
        column = QVBoxLayout(banner)
        column.setContentsMargins(14, 8, 14, 8)
        column.addWidget(PlainLabel("Not communicated yet", role="heading"))
        for result in self._sign_off.open_results:
            text = (
                f"{result.urgency.value.upper()}: {result.message} "
                f"Due {shown_time(result.due_at)}, {len(result.attempts)} attempts."
            )
            label = PlainLabel(text)
            label.setObjectName("sign.open_call")
            label.setWordWrap(True)
            column.addWidget(label)
        more = PlainLabel("You may sign now; the call stays open and its clock runs on.")
        more.setWordWrap(True)
        column.addWidget(more)
        return banner


def _bounded(facts: QWidget) -> QScrollArea:
    """Return `facts` as high as it needs to be, and scrolled beyond a limit."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(facts)
    facts.ensurePolished()
    needed_px = facts.heightForWidth(WIDTH_PX - 2 * MARGIN_PX)
    area.setFixedHeight(min(needed_px + 2, MAX_FACTS_PX))
    return area

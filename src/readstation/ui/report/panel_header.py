"""The head of the report panel: template, status, and whether the text is safe."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from readstation.app.report.report_model import ReportState, SaveState
from readstation.domain.report import ReportStatus
from readstation.domain.report_template import ReportTemplate
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel

STATUS_KINDS: dict[ReportStatus, str] = {
    ReportStatus.DRAFT: "plain",
    ReportStatus.PRELIMINARY: "significant",
    ReportStatus.AWAITING_SECOND_READ: "incidental",
    ReportStatus.FINAL: "good",
    ReportStatus.ADDENDED: "good",
    ReportStatus.CORRECTED: "good",
    ReportStatus.AMENDED: "good",
    ReportStatus.CANCELLED: "critical",
    ReportStatus.ENTERED_IN_ERROR: "critical",
}


class PanelHeader(QWidget):
    """Shows one `ReportState`; never says "saved" before the commit has returned."""

    template_chosen = Signal(object)
    retry_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template_button = QToolButton()
        self.template_button.setToolTip("Choose another template")
        self.template_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.status_badge = Badge("DRAFT")
        self.saved_label = PlainLabel(role="dim")
        self.saved_label.setObjectName("report.save_state")
        self.banner = theme.surface("banner")
        self._reason, self._remedy = PlainLabel(role="heading"), PlainLabel()
        self.retry_button = QPushButton("Try again")
        self.retry_button.clicked.connect(self.retry_asked)
        self._lay_out()

    def offer_templates(self, templates: tuple[ReportTemplate, ...]) -> None:
        menu = QMenu(self.template_button)
        for template in templates:
            action = menu.addAction(template.name.replace("&", "&&"))
            action.triggered.connect(
                lambda _=False, template=template: self.template_chosen.emit(template)
            )
        self.template_button.setMenu(menu)

    def show_state(self, state: ReportState, template: ReportTemplate) -> None:
        """Follow the model."""
        self.template_button.setText(f"{template.name} ▾")
        self.template_button.setEnabled(not state.is_read_only)
        status = state.base.status
        self.status_badge.set_badge(status.value.upper(), STATUS_KINDS[status])
        self._show_save_state(state)
        failed = state.save_state is SaveState.NOT_SAVED
        if failed and state.failure is not None:
            self._show_banner("critical", f"NOT SAVED: {state.failure.message}")
            self._remedy.setText(state.failure.remedy)
        elif state.is_read_only:
            self._show_banner("significant", state.why_read_only)
            self._remedy.setText("")
        self.banner.setVisible(failed or state.is_read_only)
        self._remedy.setVisible(bool(self._remedy.text()))
        self.retry_button.setVisible(failed)

    @property
    def banner_text(self) -> str:
        """What the banner says; empty when there is none."""
        return self._reason.text() if self.banner.isVisibleTo(self) else ""

    def _show_save_state(self, state: ReportState) -> None:
        texts = {
            SaveState.TYPING: ("typing…", "dim"),
            SaveState.SAVING: ("saving…", "dim"),
            SaveState.SAVED: (f"saved {local_time(state.saved_at)}", "dim"),
            SaveState.NOT_SAVED: ("NOT SAVED", "error"),
        }
        text, role = texts[state.save_state]
        self.saved_label.setText("" if state.is_read_only else text)
        if self.saved_label.property("role") != role:
            self.saved_label.setProperty("role", role)
            theme.restyle(self.saved_label)

    def _show_banner(self, urgency: str, text: str) -> None:
        self._reason.setText(text)
        if self.banner.property("urgency") != urgency:
            self.banner.setProperty("urgency", urgency)
            theme.restyle(self.banner)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 8, 14, 8)
        head.addWidget(self.template_button)
        head.addStretch(1)
        head.addWidget(self.status_badge)
        head.addSpacing(6)
        head.addWidget(self.saved_label)
        words = QVBoxLayout()
        words.setSpacing(1)
        for label in (self._reason, self._remedy):
            label.setWordWrap(True)
            words.addWidget(label)
        row = QHBoxLayout(self.banner)
        row.setContentsMargins(14, 7, 10, 7)
        row.addLayout(words, 1)
        row.addWidget(self.retry_button)
        line = theme.surface("separator")
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(line)
        self.banner.hide()


def local_time(moment: datetime) -> str:
    """Return a moment on the clock of the wall, with seconds."""
    return f"{moment.astimezone():%H:%M:%S}"

"""Taking a flag back: a link first, then a reason, then the button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.critical_result.flag_critical import withdraw_flag
from readstation.app.jobs import Lane
from readstation.domain.reader import Permission
from readstation.ui.screens import ScreenContext


class WithdrawRow(QWidget):
    """Asks for the reason before it withdraws; the reason goes into the audit log."""

    withdrawn = Signal(object)

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._critical_result_id = ""
        self.link = QPushButton("Nobody has to be called: withdraw the flag")
        self.link.setProperty("role", "link")
        self.reason_field = QLineEdit()
        self.reason_field.setPlaceholderText("Reason, for the audit log")
        self.button = QPushButton("Withdraw the flag")
        self.button.setProperty("role", "danger")
        self._form = QWidget()
        row = QHBoxLayout(self._form)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.reason_field, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        first = QHBoxLayout()
        first.addWidget(self.link)
        first.addStretch(1)
        column.addLayout(first)
        column.addWidget(self._form)
        self.link.clicked.connect(self._open)
        self.reason_field.textChanged.connect(self._enable)
        self.reason_field.returnPressed.connect(self.button.click)
        self.button.clicked.connect(self._withdraw)
        self.show_result("", is_open=False)

    def show_result(self, critical_result_id: str, *, is_open: bool) -> None:
        """Start over for another result."""
        if critical_result_id != self._critical_result_id:
            self._critical_result_id = critical_result_id
            self.reason_field.clear()
            self._form.hide()
        may = self._context.session.user.may(Permission.WRITE_REPORT)
        self.setVisible(is_open and may)
        self._enable()

    def _open(self) -> None:
        self._form.show()
        self.reason_field.setFocus()

    def _enable(self) -> None:
        self.button.setEnabled(bool(self.reason_field.text().strip()))

    def _withdraw(self) -> None:
        station, session = self._context.station, self._context.session
        wanted, reason = self._critical_result_id, self.reason_field.text()
        job = self._context.jobs.start(
            Lane.DATABASE, lambda _job: withdraw_flag(station, session, wanted, reason)
        )
        job.succeeded.connect(self.withdrawn)
        job.failed.connect(self._context.errors.show)

"""Raises and lowers the urgency of a finding together with its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.critical_result.flag_critical import flag_critical, withdraw_flag
from readstation.app.jobs import JobContext, Lane
from readstation.app.report.report_model import ReportModel
from readstation.app.report.running_clocks import running_clocks
from readstation.domain.critical_result import CriticalResult
from readstation.domain.finding import Finding, Urgency
from readstation.ui import theme
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.text import PlainLabel


@dataclass(frozen=True, slots=True)
class _Lowering:
    """A change that leaves a running clock without its finding, waiting for a reason."""

    finding_id: str
    clocks: tuple[CriticalResult, ...]
    then: Callable[[], None]


class UrgencyFlow(QObject):
    """Belongs to one open report. Flagging starts the clock at once; lowering asks why."""

    flagged = Signal(object)
    """The `CriticalResult` whose clock runs."""
    reason_wanted = Signal()
    changed = Signal()
    """A clock was started or stopped: the text should be saved now."""

    def __init__(
        self, context: ScreenContext, model: ReportModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._model = context, model
        self.waiting: _Lowering | None = None

    def choose(self, finding_id: str, urgency: Urgency) -> None:
        """Give a finding another urgency, as far as its clock allows it."""
        finding = self._model.state.finding(finding_id)
        if finding is None or self._model.state.is_read_only:
            return
        order = list(Urgency)
        change = partial(self._set_urgency, finding_id, urgency)
        if order.index(urgency) <= order.index(finding.urgency):
            change()
        else:
            self._unless_clocked(finding, change)

    def remove(self, finding_id: str) -> None:
        """Take a finding out, as far as its clock allows it."""
        finding = self._model.state.finding(finding_id)
        if finding is not None and not self._model.state.is_read_only:
            self._unless_clocked(finding, partial(self._model.remove_finding, finding_id))

    def withdraw(self, reason: str) -> None:
        """Stop the clocks that wait for this reason, then make the change."""
        lowering, self.waiting = self.waiting, None
        if lowering is None:
            return
        job = self._context.jobs.start(
            Lane.DATABASE, partial(self._withdraw, lowering.clocks, reason)
        )
        job.succeeded.connect(lambda _: self._withdrawn(lowering))
        job.failed.connect(self._context.errors.show)

    def keep(self) -> None:
        """Leave everything as it is."""
        self.waiting = None

    def _set_urgency(self, finding_id: str, urgency: Urgency) -> None:
        finding = self._model.state.finding(finding_id)
        if finding is None:
            return
        changed = replace(finding, urgency=urgency)
        self._model.change_finding(changed)
        if urgency is not Urgency.ROUTINE:
            job = self._context.jobs.start(Lane.DATABASE, partial(self._flag, changed))
            job.succeeded.connect(self.flagged)
            job.failed.connect(self._context.errors.show)
        self.changed.emit()

    def _flag(self, finding: Finding, _job: JobContext) -> CriticalResult:
        base = self._model.state.base
        context = self._context
        return flag_critical(
            context.station, context.session, base.study_instance_uid, base.report_id, finding
        )

    def _unless_clocked(self, finding: Finding, change: Callable[[], None]) -> None:
        if finding.urgency is Urgency.ROUTINE:
            change()
            return
        base = self._model.state.base

        def find(_job: JobContext) -> tuple[CriticalResult, ...]:
            context = self._context
            return running_clocks(context.station, context.session, base, finding.finding_id)

        def decide(clocks: tuple[CriticalResult, ...]) -> None:
            if clocks:
                self.waiting = _Lowering(finding.finding_id, clocks, change)
                self.reason_wanted.emit()
            else:
                change()

        job = self._context.jobs.start(Lane.DATABASE, find)
        job.succeeded.connect(decide)
        job.failed.connect(self._context.errors.show)

    def _withdraw(
        self, clocks: tuple[CriticalResult, ...], reason: str, _job: JobContext
    ) -> tuple[CriticalResult, ...]:
        context = self._context
        return tuple(
            withdraw_flag(context.station, context.session, c.critical_result_id, reason)
            for c in clocks
        )

    def _withdrawn(self, lowering: _Lowering) -> None:
        lowering.then()
        self.changed.emit()


class WithdrawBar(QWidget):
    """Asks why nobody has to be called about a finding any more."""

    withdrawn = Signal(str)
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame = theme.surface("notice")
        self.reason = QLineEdit(placeholderText="Reason")
        self.reason.setAccessibleName("Reason for withdrawing the critical flag")
        self.withdraw_button = QPushButton("Withdraw flag")
        self.withdraw_button.setEnabled(False)
        keep = QPushButton("Keep flag")
        self.reason.textChanged.connect(
            lambda text: self.withdraw_button.setEnabled(bool(text.strip()))
        )
        self.reason.returnPressed.connect(self.withdraw_button.click)
        self.withdraw_button.clicked.connect(self._withdraw)
        keep.clicked.connect(self._keep)
        question = PlainLabel("Its clock is running. Why does nobody have to be called?")
        question.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.reason, 1)
        row.addWidget(self.withdraw_button)
        row.addWidget(keep)
        column = QVBoxLayout(frame)
        column.setContentsMargins(10, 7, 10, 8)
        column.addWidget(question)
        column.addLayout(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 6, 8, 2)
        outer.addWidget(frame)
        self.hide()

    def ask(self) -> None:
        self.reason.clear()
        self.show()
        self.reason.setFocus()

    def _withdraw(self) -> None:
        self.hide()
        self.withdrawn.emit(self.reason.text().strip())

    def _keep(self) -> None:
        self.hide()
        self.kept.emit()

"""The login page: who is at the station, or who will be its first administrator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from readstation.app.jobs import JobContext, Lane
from readstation.app.session import Session
from readstation.domain.errors import LoginError, ReadStationError
from readstation.ui import theme
from readstation.ui.errors import where
from readstation.ui.job_runner import JobHandle, JobRunner
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

CARD_WIDTH_PX = 400
NOT_VALIDATED = "Not for diagnostic use without local validation."
FIRST_START = "This workspace has no accounts yet. Create its administrator."


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demo workspace, whose passwords are no secret."""

    user_id: str
    password: str
    full_name: str
    roles: str


@dataclass(frozen=True, slots=True)
class LoginActions:
    """What the page may do; bootstrap fills it with use cases. All of it runs off the GUI thread.

    `create_administrator` takes user id, full name and password, and logs the person in.
    """

    log_in: Callable[[str, str], Session]
    needs_administrator: Callable[[], bool]
    create_administrator: Callable[[str, str, str], Session]
    demo_accounts: tuple[Account, ...] = ()


class LoginView(QWidget):
    """Shows user id and password; on the first start also the name of the new administrator."""

    logged_in = Signal(object)

    def __init__(self, actions: LoginActions, jobs: JobRunner) -> None:
        super().__init__()
        self._actions, self._jobs = actions, jobs
        self._is_first_start = False
        self.setProperty("role", "screen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.user_id, self.full_name = QLineEdit(), QLineEdit()
        self.password, self.repeated = QLineEdit(), QLineEdit()
        for field in (self.password, self.repeated):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self._rows: dict[QLineEdit, QWidget] = {}
        self.note = PlainLabel(role="dim")
        self.error = PlainLabel(role="error")
        self.button = QPushButton("Log in")
        self.button.setProperty("role", "primary")
        self._place()
        self.button.clicked.connect(self.submit)
        for field in self._rows:
            field.returnPressed.connect(self.submit)

    def _place(self) -> None:
        card = theme.surface("raised")
        card.setFixedWidth(CARD_WIDTH_PX)
        column = QVBoxLayout(card)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(10)
        column.addWidget(PlainLabel("ReadStation", role="title"))
        for label in (self.note, self.error):
            label.setWordWrap(True)
        column.addWidget(self.note)
        for title, field in (
            ("User ID", self.user_id),
            ("Full name", self.full_name),
            ("Password", self.password),
            ("Repeat the password", self.repeated),
        ):
            self._rows[field] = _labelled(title, field)
            column.addWidget(self._rows[field])
        column.addWidget(self.error)
        column.addWidget(self.button)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        if self._actions.demo_accounts:
            outer.addSpacing(14)
            outer.addWidget(self._demo_panel(), 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)
        warning = PlainLabel(NOT_VALIDATED, role="warning")
        outer.addWidget(warning, 0, Qt.AlignmentFlag.AlignHCenter)

    def _demo_panel(self) -> QWidget:
        panel = theme.surface("panel")
        panel.setFixedWidth(CARD_WIDTH_PX)
        column = QVBoxLayout(panel)
        column.setContentsMargins(28, 8, 28, 12)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(SectionHeader("Demo accounts"))
        head.addStretch(1)
        head.addWidget(Badge("DEMO", "incidental"))
        column.addLayout(head)
        grid = QGridLayout()
        grid.setVerticalSpacing(1)
        grid.setHorizontalSpacing(14)
        grid.setColumnStretch(2, 1)
        for row, account in enumerate(self._actions.demo_accounts):
            button = QPushButton(account.user_id)
            button.setProperty("role", "link")
            button.setToolTip("Fill in this account")
            button.clicked.connect(partial(self._fill_in, account))
            grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(PlainLabel(account.password), row, 1)
            grid.addWidget(PlainLabel(account.roles, role="dim"), row, 2)
        column.addLayout(grid)
        return panel

    def fill_in_name(self, user_id: str) -> None:
        """Fill in who logs in; the password is still to be typed."""
        self.user_id.setText(user_id)
        self.password.setFocus()

    def _fill_in(self, account: Account) -> None:
        self.user_id.setText(account.user_id)
        self.password.setText(account.password)
        self.password.setFocus()

    def welcome(self, locked_user_id: str = "", note: str = "") -> None:
        """Show the page empty, with a reason; nothing of the session before is kept."""
        for field in self._rows:
            field.clear()
        self.user_id.setText(locked_user_id)
        self._show_form(is_first_start=False, note=note)
        (self.password if locked_user_id else self.user_id).setFocus()
        if not locked_user_id:
            asked = self._jobs.start(Lane.DATABASE, self._ask_first_start)
            asked.succeeded.connect(self._show_first_start)

    def _ask_first_start(self, _job: JobContext) -> bool:
        return self._actions.needs_administrator()

    def _show_first_start(self, needs_administrator: bool) -> None:
        if needs_administrator:
            self._show_form(is_first_start=True, note=FIRST_START)

    def _show_form(self, *, is_first_start: bool, note: str) -> None:
        self._is_first_start = is_first_start
        for field in (self.full_name, self.repeated):
            self._rows[field].setVisible(is_first_start)
        self.button.setText("Create the administrator" if is_first_start else "Log in")
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self._refuse("")

    def submit(self) -> None:
        """Check the fields, then ask the database; the page waits without freezing."""
        user_id, password = self.user_id.text().strip(), self.password.text()
        if not user_id or not password:
            self._refuse("Enter a user ID and a password.")
            return
        if not self._is_first_start:
            self._begin(partial(self._actions.log_in, user_id, password))
            return
        full_name = self.full_name.text().strip()
        if not full_name:
            self._refuse("Enter the full name of the administrator.")
        elif password != self.repeated.text():
            self._refuse("The two passwords differ.")
        else:
            create = self._actions.create_administrator
            self._begin(partial(create, user_id, full_name, password))

    def _begin(self, enter: Callable[[], Session]) -> None:
        if not self.button.isEnabled():
            return
        self._refuse("")
        self.button.setEnabled(False)
        handle: JobHandle = self._jobs.start(Lane.DATABASE, lambda _job: enter())
        handle.succeeded.connect(self._enter)
        handle.failed.connect(self.show_failure)
        handle.ended.connect(lambda: self.button.setEnabled(True))

    def _enter(self, session: Session) -> None:
        for field in self._rows:
            field.clear()
        self.logged_in.emit(session)

    def show_failure(self, failure: BaseException) -> None:
        """Say why nobody was logged in."""
        if isinstance(failure, LoginError):
            self.password.clear()
            self.password.setFocus()
        if isinstance(failure, ReadStationError):
            self._refuse(f"{failure.message} {failure.remedy}".strip())
        else:
            self._refuse(f"ReadStation cannot log you in. Tell support: {where(failure)}")

    def _refuse(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))


def _labelled(title: str, field: QLineEdit) -> QWidget:
    row = QWidget()
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3)
    label = PlainLabel(title, role="dim")
    label.setBuddy(field)
    field.setAccessibleName(title)
    column.addWidget(label)
    column.addWidget(field)
    return row

"""Parts for windows under test: a station without a database, people, screens that only say so."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.errors import LoginError
from readstation.domain.policy import Policy
from readstation.domain.reader import Permission, Role, User
from readstation.resource_files import resources
from readstation.ui.login.login_view import LoginActions
from readstation.ui.screens import Screen

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PASSWORD = "demo-only-reader1"


@dataclass
class FixedClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def a_station(unit_of_work=None, *, clock=None, is_demo=True) -> Station:
    return Station(
        home=Path("workspace"),
        station_name="Station 1",
        unit_of_work=unit_of_work,
        images=None,
        frames=None,
        clock=clock or FixedClock(),
        passwords=None,
        policy=Policy(),
        resources=resources(),
        is_demo=is_demo,
    )


def a_user(user_id="reader1", *roles: Role) -> User:
    return User(user_id, f"Dr. Demo {user_id}", frozenset(roles or {Role.READER}))


def a_session(user_id="reader1", *roles: Role, epoch=1) -> Session:
    return Session(a_user(user_id, *roles), epoch, NOW)


class Accounts:
    """Stands in for the database at login; counts the sessions it gives out."""

    def __init__(self, *, is_empty=False) -> None:
        self.is_empty, self.epoch, self.created = is_empty, 0, []

    def actions(self, demo_accounts=()) -> LoginActions:
        return LoginActions(
            self.log_in, lambda: self.is_empty, self.create_administrator, demo_accounts
        )

    def log_in(self, user_id: str, password: str) -> Session:
        if password != PASSWORD:
            raise LoginError("The user ID or the password is wrong.", "Try again.")
        self.epoch += 1
        return a_session(user_id, epoch=self.epoch)

    def create_administrator(self, user_id: str, full_name: str, password: str) -> Session:
        self.created.append((user_id, full_name, password))
        return a_session(user_id, Role.ADMINISTRATOR)


class BareScreen(QWidget):
    """A screen that remembers what it was built with and whether it was told to end."""

    def __init__(self, context, name="bare") -> None:
        super().__init__()
        self.context, self.name, self.has_ended = context, name, False
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)

    def end_session(self) -> None:
        self.has_ended = True


def bare_screens() -> tuple[Screen, ...]:
    return (
        Screen("list", "List", "list", "Ctrl+1", Permission.SEE_WORKLIST, BareScreen),
        Screen("read", "Read", "columns-2", "Ctrl+2", Permission.OPEN_IMAGES, BareScreen),
        Screen("calls", "Calls", "phone", "Ctrl+3", Permission.LOG_CALL, BareScreen),
        Screen("qa", "QA", "shield-check", "Ctrl+5", Permission.REVIEW_QUALITY, BareScreen),
    )

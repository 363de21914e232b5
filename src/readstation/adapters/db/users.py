"""Accounts, in SQL: they are read before the worklist is."""

from __future__ import annotations

import json
from datetime import datetime

from readstation.adapters.db.plain_statements import PlainRow, PlainStatements
from readstation.app.identity.credentials import Credentials
from readstation.domain.errors import NotFoundError
from readstation.domain.reader import Role, User

ONE = "SELECT * FROM users WHERE user_id = :user_id"
ALL = "SELECT * FROM users ORDER BY user_id"
ADD = """
INSERT INTO users (user_id, full_name, roles, is_active, password_hash, failed_logins)
VALUES (:user_id, :full_name, :roles, :is_active, :password_hash, 0)
"""
CHANGE = """
UPDATE users SET full_name = :full_name, roles = :roles, is_active = :is_active,
password_hash = coalesce(:password_hash, password_hash) WHERE user_id = :user_id
"""
SET_LOGIN_STATE = """
UPDATE users SET failed_logins = :failed_logins, blocked_until = :blocked_until
WHERE user_id = :user_id
"""


class SqlUserRepository:
    def __init__(self, statements: PlainStatements) -> None:
        self._statements = statements

    def put(self, user: User, password_hash: str | None = None) -> None:
        roles = sorted(role.value for role in user.roles)
        values = {
            "user_id": user.user_id,
            "full_name": user.full_name,
            "roles": json.dumps(roles, separators=(",", ":")),
            "is_active": user.is_active,
            "password_hash": password_hash,
        }
        if self._statements.run(CHANGE, values) == 1:
            return
        if password_hash is None:
            raise _unknown()
        self._statements.run(ADD, values)

    def get(self, user_id: str) -> User:
        for user in self._statements.read(_user, ONE, {"user_id": user_id}):
            return user
        raise _unknown()

    def all(self) -> tuple[User, ...]:
        return self._statements.read(_user, ALL)

    def credentials(self, user_id: str) -> Credentials | None:
        for found in self._statements.read(_credentials, ONE, {"user_id": user_id}):
            return found
        return None

    def set_login_state(
        self, user_id: str, failed_logins: int, blocked_until: datetime | None
    ) -> None:
        values = {
            "user_id": user_id,
            "failed_logins": failed_logins,
            "blocked_until": blocked_until,
        }
        self._statements.run(SET_LOGIN_STATE, values)


def _user(row: PlainRow) -> User:
    roles = frozenset(Role(role) for role in json.loads(row.text("roles")))
    return User(row.text("user_id"), row.text("full_name"), roles, row.flag("is_active"))


def _credentials(row: PlainRow) -> Credentials:
    return Credentials(
        _user(row),
        row.text("password_hash"),
        row["failed_logins"],
        row.moment_or_none("blocked_until"),
    )


def _unknown() -> NotFoundError:
    return NotFoundError("There is no such account.", "List the accounts, or add this one.")

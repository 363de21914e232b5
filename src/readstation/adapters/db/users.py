"""Accounts."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from readstation.adapters.db.content_json import to_json
from readstation.adapters.db.schema import users
from readstation.adapters.db.statements import Statements
from readstation.app.ports import Credentials
from readstation.domain.errors import NotFoundError
from readstation.domain.reader import Role, User


class SqlUserRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def put(self, user: User, password_hash: str | None = None) -> None:
        values: dict[str, Any] = {
            "full_name": user.full_name,
            "roles": to_json(sorted(role.value for role in user.roles)),
            "is_active": user.is_active,
        }
        if password_hash is not None:
            values["password_hash"] = password_hash
        changed = update(users).where(users.c.user_id == user.user_id)
        if self._statements.run(changed.values(**values)).rowcount == 1:
            return
        if password_hash is None:
            raise _unknown()
        new = insert(users).values(user_id=user.user_id, failed_logins=0, **values)
        self._statements.run(new)

    def get(self, user_id: str) -> User:
        row = self._statements.row(select(users).where(users.c.user_id == user_id))
        if row is None:
            raise _unknown()
        return _user(row)

    def all(self) -> tuple[User, ...]:
        return tuple(_user(r) for r in self._statements.rows(select(users).order_by("user_id")))

    def credentials(self, user_id: str) -> Credentials | None:
        row = self._statements.row(select(users).where(users.c.user_id == user_id))
        if row is None:
            return None
        return Credentials(
            _user(row), row["password_hash"], row["failed_logins"], row["blocked_until"]
        )

    def set_login_state(
        self, user_id: str, failed_logins: int, blocked_until: datetime | None
    ) -> None:
        changed = update(users).where(users.c.user_id == user_id)
        self._statements.run(
            changed.values(failed_logins=failed_logins, blocked_until=blocked_until)
        )


def _user(row: Any) -> User:
    roles = frozenset(Role(role) for role in json.loads(row["roles"]))
    return User(row["user_id"], row["full_name"], roles, row["is_active"])


def _unknown() -> NotFoundError:
    return NotFoundError("There is no such account.", "List the accounts, or add this one.")

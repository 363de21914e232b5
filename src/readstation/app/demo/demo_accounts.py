"""The accounts of the demo workspace, read from `resources/demo/accounts.toml`."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from readstation.domain.late_dataclass import dataclass
from readstation.domain.reader import Role, User

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account whose password is meant to be known: it is printed when the demo opens."""

    user: User
    password: str


def read_demo_accounts(resources: Traversable) -> tuple[DemoAccount, ...]:
    """Return the accounts; they are wanted at each start, the rest of the demo seldom."""
    text = (resources / "demo" / "accounts.toml").read_text(encoding="utf-8")
    return tuple(_account(row) for row in tomllib.loads(text)["users"])


def _account(row: dict[str, Any]) -> DemoAccount:
    roles = frozenset(Role(name) for name in row["roles"])
    return DemoAccount(User(row["user_id"], row["full_name"], roles), row["password"])

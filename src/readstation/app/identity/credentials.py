"""What is kept of an account to check its password."""

from __future__ import annotations

from datetime import datetime

from readstation.domain.late_dataclass import dataclass
from readstation.domain.reader import User


@dataclass(frozen=True, slots=True)
class Credentials:
    """What login checks; never leaves the login use case."""

    user: User
    password_hash: str
    failed_logins: int
    blocked_until: datetime | None

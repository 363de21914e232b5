"""Password hashes with argon2id; each hash carries the cost it was made with.

The library is loaded by the first password: nobody has typed one when the login page appears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readstation.app.on_first_use import OnFirstUse
from readstation.domain.late_dataclass import dataclass

if TYPE_CHECKING:
    from argon2 import PasswordHasher


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs."""

    memory_kib: int
    time: int
    parallelism: int = 1


SECRET = Cost(64 * 1024, 3)
"""A quarter of a second of one core, and no way around the memory."""
PUBLIC = Cost(8 * 1024, 1)
"""For the accounts of the demo, whose passwords are printed: there is nothing to guess."""


class Argon2Passwords:
    """Implements `app.ports.PasswordHasher`. Costs below SECRET are for tests and the demo only.

    With `has_public_accounts` a hash of cost PUBLIC is left as it is at login; new passwords get
    the full cost there too.
    """

    def __init__(self, cost: Cost = SECRET, *, has_public_accounts: bool = False) -> None:
        self._hasher = OnFirstUse(lambda: _hasher(cost))
        self._has_public_accounts = has_public_accounts

    def hash(self, password: str) -> str:
        return self._hasher.get().hash(_encoded(password))

    def verify(self, password_hash: str, password: str) -> bool:
        """Return whether they belong together; a hash nobody can read belongs to nothing."""
        from argon2.exceptions import Argon2Error, InvalidHashError  # noqa: PLC0415

        try:
            return self._hasher.get().verify(password_hash, _encoded(password))
        except (Argon2Error, InvalidHashError):
            return False

    def needs_rehash(self, password_hash: str) -> bool:
        if self._has_public_accounts and not _hasher(PUBLIC).check_needs_rehash(password_hash):
            return False
        return self._hasher.get().check_needs_rehash(password_hash)


def hash_public_password(password: str) -> str:
    """Hash the password of an account that everybody may use."""
    return Argon2Passwords(PUBLIC).hash(password)


def _hasher(cost: Cost) -> PasswordHasher:
    from argon2 import PasswordHasher, Type  # noqa: PLC0415 - see above

    return PasswordHasher(
        time_cost=cost.time,
        memory_cost=cost.memory_kib,
        parallelism=cost.parallelism,
        type=Type.ID,
    )


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")

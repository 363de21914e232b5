"""Claims: one owner per study and task, held as a lease with a fencing token."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from readstation.domain.errors import ClaimLostError
from readstation.domain.late_dataclass import dataclass

CLAIM_LEASE = timedelta(minutes=15)
"""An owner who is silent this long may be replaced; the station renews every minute."""


class ClaimTask(Enum):
    """What a study is claimed for."""

    READ = "read"
    SECOND_READ = "second read"


@dataclass(frozen=True, slots=True)
class Claim:
    """`token` grows with every change of owner; a write with an old one is refused."""

    study_instance_uid: str
    task: ClaimTask
    owner_id: str
    token: int
    claimed_at: datetime
    expires_at: datetime

    def is_live(self, now: datetime) -> bool:
        return now < self.expires_at

    def require_owner(self, user_id: str) -> None:
        """Refuse whoever acts under a claim that is somebody else's.

        Raises
        ------
        ClaimLostError
        """
        if user_id != self.owner_id:
            raise ClaimLostError(
                "This study is claimed by another reader.", "Open it yourself to claim it."
            )

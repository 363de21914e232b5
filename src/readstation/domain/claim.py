"""Claims: one owner per study and task, held as a lease with a fencing token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

CLAIM_LEASE = timedelta(minutes=15)
"""An owner who is silent this long may be replaced; the station renews every minute."""


class ClaimTask(Enum):
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

"""Who is at the station now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from readstation.domain.reader import User


@dataclass(frozen=True, slots=True)
class Session:
    """One login. `epoch` differs for every login, so a late answer to an earlier one is dropped."""

    user: User
    epoch: int
    started_at: datetime

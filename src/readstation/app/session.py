"""Who is at the station now."""

from __future__ import annotations

from datetime import datetime

from readstation.domain.late_dataclass import dataclass
from readstation.domain.reader import User


@dataclass(frozen=True, slots=True)
class Session:
    """One login. `epoch` differs for every login, so a late answer to an earlier one is dropped."""

    user: User
    epoch: int
    started_at: datetime

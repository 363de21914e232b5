"""A clock that stands where the story of the demo workspace has got to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class StoryClock:
    """Implements `Clock`. Moves only when it is told to, so the past is recorded as the past."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def pass_minutes(self, minutes: float) -> None:
        self.moment += timedelta(minutes=minutes)

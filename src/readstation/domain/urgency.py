"""How urgent a finding is."""

from __future__ import annotations

from enum import Enum


class Urgency(Enum):
    CRITICAL = "critical"
    SIGNIFICANT = "significant"
    ROUTINE = "routine"

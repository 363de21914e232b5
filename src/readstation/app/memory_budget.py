"""How much memory pixels may take: a share of what this machine, or its container, has."""

from __future__ import annotations

from typing import Protocol

from readstation.domain.late_dataclass import dataclass
from readstation.domain.settings import MEMORY_PERCENT, SettingValues

LEAST_BYTES = 256 * 1024**2
"""One mammogram with its half-size copies, and what is being read beside it."""
UNKNOWN_MEMORY_BYTES = 4 * 1024**3


class SystemMemory(Protocol):
    """What the operating system says of memory."""

    def total_bytes(self) -> int | None:
        """Return the machine's memory, None if it cannot be found out."""
        ...

    def limit_bytes(self) -> int | None:
        """Return what this process may take at most; None without such a limit."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryBudget:
    """The budget, and what of its setting is wrong; `problem` is empty if nothing is."""

    size_bytes: int
    percent: int
    problem: str = ""


def memory_budget(settings: SettingValues, memory: SystemMemory) -> MemoryBudget:
    """Return the budget that the settings give.

    With a setting that makes no sense the default holds, and `problem` says so.
    """
    percent = int(settings.of(MEMORY_PERCENT))
    known = [size for size in (memory.total_bytes(), memory.limit_bytes()) if size]
    available = min(known, default=UNKNOWN_MEMORY_BYTES)
    return MemoryBudget(
        max(available * percent // 100, LEAST_BYTES),
        percent,
        settings.problem_of(MEMORY_PERCENT) or settings.failure,
    )


DEFAULT_BUDGET = MemoryBudget(
    UNKNOWN_MEMORY_BYTES * int(MEMORY_PERCENT.default) // 100, int(MEMORY_PERCENT.default)
)

"""How much memory pixels may take: a share of what this machine, or its container, has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from readstation.domain.errors import SettingError

DEFAULT_PERCENT = 40
LEAST_PERCENT, MOST_PERCENT = 5, 80
LEAST_BYTES = 256 * 1024**2
"""One mammogram with its half-size copies, and what is being read beside it."""
UNKNOWN_MEMORY_BYTES = 4 * 1024**3
SETTING = "memory.percent_for_images"
"""Where the value stands in the settings file: table and key."""


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
    percent: int = DEFAULT_PERCENT
    problem: str = ""


DEFAULT_BUDGET = MemoryBudget(UNKNOWN_MEMORY_BYTES * DEFAULT_PERCENT // 100)


def memory_budget(setting: object, memory: SystemMemory) -> MemoryBudget:
    """Return the budget that the stored `setting` gives; None stands for no setting.

    With a setting that makes no sense the default holds, and `problem` says so.
    """
    problem = ""
    try:
        percent = DEFAULT_PERCENT if setting is None else checked_percent(setting)
    except SettingError as error:
        percent = DEFAULT_PERCENT
        problem = f"{error.message} {error.remedy} Until then {DEFAULT_PERCENT} % are used."
    known = [size for size in (memory.total_bytes(), memory.limit_bytes()) if size]
    available = min(known, default=UNKNOWN_MEMORY_BYTES)
    return MemoryBudget(max(available * percent // 100, LEAST_BYTES), percent, problem)


def checked_percent(value: object) -> int:
    """Return the share in percent as a setting gives it.

    Raises
    ------
    SettingError
        If it is not a whole number within the limits.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise SettingError(
            "The share of memory for images is not a whole number.",
            f"Set it between {LEAST_PERCENT} and {MOST_PERCENT} percent.",
        )
    if not LEAST_PERCENT <= value <= MOST_PERCENT:
        raise SettingError(
            f"The share of memory for images is {value} percent, which is out of range.",
            f"Set it between {LEAST_PERCENT} and {MOST_PERCENT} percent.",
        )
    return value

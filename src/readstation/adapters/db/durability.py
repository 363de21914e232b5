"""How hard SQLite works to keep a commit: decided by its version, never tuned.

Below 3.51.3 the write-ahead log can corrupt the file when it is reset in a race; those versions
keep a rollback journal. Each pair loses no acknowledged commit on power loss: WAL needs FULL,
DELETE needs EXTRA, which also syncs the folder after the journal is gone.
"""

from __future__ import annotations

from readstation.domain.late_dataclass import dataclass

WAL_RESET_FIXED = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Durability:
    """A tested pair of journal mode and synchronous level."""

    journal_mode: str
    synchronous: str


WRITE_AHEAD = Durability("WAL", "FULL")
ROLLBACK = Durability("DELETE", "EXTRA")


def durability_for(sqlite_version: tuple[int, ...]) -> Durability:
    """Return the pair that is safe with this SQLite.

    >>> durability_for((3, 40, 1)).journal_mode, durability_for((3, 54, 1)).journal_mode
    ('DELETE', 'WAL')
    """
    return WRITE_AHEAD if sqlite_version >= WAL_RESET_FIXED else ROLLBACK

"""Use cases: make a backup of the database, and bring one back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from readstation.app.administration.accounts import actor_of
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.reader import Permission


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: a folder with the database, the audit key and what they must contain."""

    folder: Path
    made_at: datetime
    generation: int
    """Rows of the audit log in it: a larger number is newer."""


class BackupStore(Protocol):
    """Copies the database while it is in use, and back."""

    def make(self, folder: Path, now: datetime) -> Backup:
        """Write a checked copy into the new folder `folder`.

        Raises
        ------
        StoreError
            If the folder exists, cannot be written, or the copy does not hold what it should.
        """
        ...

    def restore(self, folder: Path, now: datetime, *, accept_older: bool) -> tuple[Backup, Path]:
        """Replace the database by a backup; return it and the folder that keeps what was there.

        Raises
        ------
        RefusedInputError
            If it is no whole backup, or lacks rows that the workspace has and `accept_older`
            is not set.
        """
        ...


def back_up(
    station: Station, backups: BackupStore, session: Session | None, folder: Path
) -> Backup:
    """Record that a backup is made, then make it: the backup contains its own record."""
    actor_id = actor_of(session, Permission.BACK_UP)
    now = station.clock.now()
    with station.unit_of_work() as work:
        work.audit.append(AuditEvent(AuditAction.BACKUP_MADE, actor_id, now))
        work.commit()
    return backups.make(folder, now)


def record_restore(station: Station, backup: Backup, actor_id: str) -> None:
    """Record in the restored database where it came from."""
    detail = json.dumps({"made_at": backup.made_at.isoformat(), "generation": backup.generation})
    now = station.clock.now()
    with station.unit_of_work() as work:
        work.audit.append(AuditEvent(AuditAction.BACKUP_RESTORED, actor_id, now, detail=detail))
        work.commit()

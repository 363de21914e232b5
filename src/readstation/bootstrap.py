"""The composition root: the only module that knows every layer."""

from __future__ import annotations

import platform
from pathlib import Path

from readstation.adapters.db.backup import SqlBackups
from readstation.adapters.db.database import open_database
from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.adapters.store.image_store import LocalImageStore
from readstation.adapters.system.clock import SystemClock
from readstation.adapters.system.passwords import Argon2Passwords
from readstation.adapters.system.policy_file import load_policy
from readstation.app.administration.backups import BackupStore
from readstation.app.ports import Clock
from readstation.app.station import Station
from readstation.resource_files import resources


def open_station(home: Path, *, is_demo: bool = False) -> Station:
    """Open the workspace `home`, making it if it is new. Close `frames` when done."""
    database = open_database(home)
    images = LocalImageStore(home / "images")
    return Station(
        home=home,
        station_name=platform.node() or "this station",
        unit_of_work=database.unit_of_work,
        images=images,
        frames=StoredFrameSource(DecodeWorkers(), images),
        clock=SystemClock(),
        passwords=Argon2Passwords(),
        policy=load_policy(home, resources()),
        resources=resources(),
        is_demo=is_demo,
    )


def system_clock() -> Clock:
    """Return the clock of this machine, for work without an open workspace."""
    return SystemClock()


def backups_of(home: Path) -> BackupStore:
    """Return what copies the database of `home`; works on a damaged one too."""
    return SqlBackups(home)

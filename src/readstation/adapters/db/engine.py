"""SQLAlchemy on the database: everything but accounts, audit log and worklist goes through it."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError

from readstation.adapters.db.connections import open_connection
from readstation.adapters.db.database_file import file_at
from readstation.adapters.db.durability import Durability
from readstation.adapters.db.failures import begin, raw_of

IDLE_CONNECTIONS = 2
"""Kept open: a new one reads the whole schema first, which takes longer than most work."""


def make_engine(path: Path, durability: Durability) -> Engine:
    """Return an engine whose every transaction takes the write lock at its start."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: open_connection(path, durability),
        poolclass=QueuePool,
        pool_size=IDLE_CONNECTIONS,
        max_overflow=-1,
    )
    weakref.finalize(engine, engine.pool.dispose)

    def note_the_file(_connection: Any, record: Any) -> None:
        record.info["file"] = file_at(path)

    def notice_another_file(_connection: Any, record: Any, _proxy: object) -> None:
        if record.info["file"] != file_at(path):
            raise DisconnectionError("a restore has put another file in its place")

    def take_the_lock(connection: Connection) -> None:
        begin(raw_of(connection))

    event.listen(engine, "connect", note_the_file)
    event.listen(engine, "checkout", notice_another_file)
    event.listen(engine, "begin", take_the_lock)
    return engine

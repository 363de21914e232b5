"""Opens the workspace's database: connection rules, file rights, migration to the newest schema."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.database_file import DATABASE_NAME, file_at, prepare_file
from readstation.adapters.db.durability import Durability, durability_for
from readstation.adapters.db.failures import BUSY_TIMEOUT_S, begin, patiently, store_error
from readstation.adapters.db.unit_of_work import SqlUnitOfWork

IDLE_CONNECTIONS = 2
"""Kept open: a new one reads the whole schema first, which takes longer than most work."""
NEWEST_REVISION = "0005"
"""The last of the migrations; a test compares the two."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open workspace database. Safe from any thread: a connection serves one at a time."""

    home: Path
    engine: Engine
    audit_files: AuditFiles
    audit_key: bytes
    durability: Durability

    @property
    def path(self) -> Path:
        return self.home / DATABASE_NAME

    def close(self) -> None:
        """Let go of the file; what is opened later connects again."""
        self.engine.dispose()

    @property
    def unit_of_work(self) -> Callable[[], SqlUnitOfWork]:
        return lambda: SqlUnitOfWork(self.engine, self.audit_key, self.audit_files)


def open_database(home: Path) -> Database:
    """Open, or make, the database of the workspace `home` and bring it to the newest schema.

    Raises
    ------
    StoreError
        If the folder or the file cannot be used, or was written by a newer program.
    """
    is_new = prepare_file(home)
    path = home / DATABASE_NAME
    durability = durability_for(sqlite3.sqlite_version_info)
    engine = make_engine(path, durability)
    try:
        with engine.connect() as connection:
            if is_new or _revision(connection) != NEWEST_REVISION:
                # alembic takes as long to import as everything else here, and is seldom needed
                from readstation.adapters.db.migration import migrate  # noqa: PLC0415

                migrate(connection)
            count = connection.execute(text("SELECT count(*) FROM audit")).scalar_one()
            connection.commit()
    except DBAPIError as error:
        raise store_error(error) from error
    files = AuditFiles(home / "keys")
    return Database(home, engine, files, files.key(may_create=count == 0), durability)


def make_engine(path: Path, durability: Durability) -> Engine:
    """Return an engine whose every transaction takes the write lock at its start."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        ),
        poolclass=QueuePool,
        pool_size=IDLE_CONNECTIONS,
        max_overflow=-1,
    )
    weakref.finalize(engine, engine.pool.dispose)
    rules = f"""
        PRAGMA journal_mode = {durability.journal_mode};
        PRAGMA synchronous = {durability.synchronous};
        PRAGMA foreign_keys = ON;
        PRAGMA recursive_triggers = ON;
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
    """

    def obey(connection: Any, record: Any) -> None:
        record.info["file"] = file_at(path)
        connection.text_factory = damaged_text
        patiently(lambda: connection.executescript(rules).close())

    def notice_another_file(_connection: Any, record: Any, _proxy: object) -> None:
        if record.info["file"] != file_at(path):
            raise DisconnectionError("a restore has put another file in its place")

    event.listen(engine, "connect", obey)
    event.listen(engine, "checkout", notice_another_file)
    event.listen(engine, "begin", begin)
    return engine


def damaged_text(stored: bytes) -> str:
    """Decode text even if bytes of it were damaged: its row hash then says so."""
    return stored.decode("utf-8", "surrogateescape")


def _revision(connection: Connection) -> str | None:
    exists = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.execute(text(exists)).first() is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

"""Opens the workspace's database: file rights, migration to the newest schema, units of work.

SQLAlchemy is loaded by the first unit of work that needs it: not by opening a database of this
program's own schema, and not by what stands before the first worklist.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.connections import Connections
from readstation.adapters.db.database_file import DATABASE_NAME, prepare_file
from readstation.adapters.db.durability import Durability, durability_for
from readstation.adapters.db.failures import begin, store_error
from readstation.adapters.db.first_unit_of_work import FirstUnitOfWork
from readstation.app.on_first_use import OnFirstUse
from readstation.domain.late_dataclass import dataclass

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from readstation.adapters.db.unit_of_work import SqlUnitOfWork

NEWEST_REVISION = "0009"
"""The last of the migrations; a test compares the two."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open workspace database. Safe from any thread: a connection serves one at a time."""

    home: Path
    connections: Connections
    late_engine: OnFirstUse[Engine]
    audit_files: AuditFiles
    audit_key: bytes
    durability: Durability

    @property
    def path(self) -> Path:
        return self.home / DATABASE_NAME

    @property
    def engine(self) -> Engine:
        return self.late_engine.get()

    def close(self) -> None:
        """Let go of the file; what is opened later connects again."""
        self.connections.close()
        if self.late_engine.is_made:
            self.engine.dispose()

    @property
    def unit_of_work(self) -> Callable[[], SqlUnitOfWork]:
        return self._begin

    @property
    def first_work(self) -> Callable[[], FirstUnitOfWork]:
        """As `unit_of_work`, with accounts, audit log and worklist alone: no SQLAlchemy."""
        return lambda: FirstUnitOfWork(self.connections, self.audit_key, self.audit_files)

    def _begin(self) -> SqlUnitOfWork:
        from readstation.adapters.db.unit_of_work import SqlUnitOfWork  # noqa: PLC0415 - 0.25 s

        return SqlUnitOfWork(self.engine, self.audit_key, self.audit_files)


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
    connections = Connections(path, durability)
    try:
        if is_new or _revision(connections) != NEWEST_REVISION:
            _migrate(path, durability)
        is_empty = _is_audit_empty(connections)
    except sqlite3.Error as error:
        raise store_error(error) from error
    files = AuditFiles(home / "keys")
    engine = OnFirstUse(lambda: _engine(path, durability))
    return Database(home, connections, engine, files, files.key(may_create=is_empty), durability)


def _revision(connections: Connections) -> str | None:
    exists = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    with connections.lent() as connection:
        begin(connection)
        if connection.execute(exists).fetchone() is None:
            return None
        found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if found is None else str(found[0])


def _is_audit_empty(connections: Connections) -> bool:
    with connections.lent() as connection:
        begin(connection)
        return connection.execute("SELECT 1 FROM audit LIMIT 1").fetchone() is None


def _engine(path: Path, durability: Durability) -> Engine:
    from readstation.adapters.db.engine import make_engine  # noqa: PLC0415 - 0.25 s

    return make_engine(path, durability)


def _migrate(path: Path, durability: Durability) -> None:
    # alembic takes as long to import as everything else here
    from readstation.adapters.db.migration import migrate_file  # noqa: PLC0415 - seldom needed

    migrate_file(path, durability)

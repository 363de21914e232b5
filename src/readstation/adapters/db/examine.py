"""What SQLite itself says of a workspace's database: for `doctor`, which changes nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from readstation.adapters.db.database_file import DATABASE_NAME
from readstation.adapters.db.durability import durability_for
from readstation.adapters.db.engine import make_engine
from readstation.adapters.db.failures import store_error
from readstation.adapters.db.migration import migrate, newest_revision
from readstation.app.administration.workspace_health import DatabaseFacts

SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
OURS = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
REVISION = "SELECT version_num FROM alembic_version"


def examine_database(home: Path) -> DatabaseFacts:
    """Look at the database of `home` with the very settings that the program uses.

    Raises
    ------
    StoreError
        If it cannot be read at all.
    """
    wanted = durability_for(sqlite3.sqlite_version_info)
    engine = make_engine(home / DATABASE_NAME, wanted)
    try:
        with engine.connect() as connection:
            found = _schema(connection)
            facts = DatabaseFacts(
                sqlite_version=sqlite3.sqlite_version,
                wanted=(wanted.journal_mode, wanted.synchronous),
                in_effect=_in_effect(connection),
                page_faults=_page_faults(connection),
                orphans=len(connection.execute(text("PRAGMA foreign_key_check")).all()),
                revision=str(connection.execute(text(REVISION)).scalar() or ""),
                newest_revision=str(newest_revision() or ""),
                altered=_differences(found, _expected_schema()),
            )
            connection.rollback()
    except DBAPIError as error:
        raise store_error(error) from error
    finally:
        engine.dispose()
    return facts


def _in_effect(connection: Connection) -> tuple[str, str]:
    journal = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    synchronous = connection.execute(text("PRAGMA synchronous")).scalar_one()
    return str(journal).upper(), SYNCHRONOUS.get(synchronous, str(synchronous))


def _page_faults(connection: Connection) -> tuple[str, ...]:
    said = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(10)"))]
    return () if said == ["ok"] else tuple(said)


def _schema(connection: Connection) -> dict[str, str]:
    return {str(name): str(sql) for name, sql in connection.execute(text(OURS))}


def _expected_schema() -> dict[str, str]:
    """Return the tables and triggers that the migrations make, from an empty database."""
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            migrate(connection)
            return _schema(connection)
    finally:
        engine.dispose()


def _differences(found: dict[str, str], expected: dict[str, str]) -> tuple[str, ...]:
    names = sorted(found.keys() | expected.keys())
    return tuple(name for name in names if found.get(name) != expected.get(name))

"""Brings a database to the newest schema, with alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from readstation.adapters.db.durability import Durability
from readstation.adapters.db.engine import make_engine
from readstation.adapters.db.failures import store_error
from readstation.domain.errors import StoreError

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(connection: Connection) -> None:
    """Run all migrations that are missing, in one transaction.

    Raises
    ------
    StoreError
        If the database was written by a newer program.
    """
    config = migration_config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            "The database was written by a newer version of this program.",
            "Start the newer version, or restore a backup made by this one.",
        ) from error
    connection.commit()


def migrate_file(path: Path, durability: Durability) -> None:
    """Run all migrations that are missing on the database in `path`; raises as `migrate` does."""
    engine = make_engine(path, durability)
    try:
        with engine.connect() as connection:
            migrate(connection)
    except DBAPIError as error:
        raise store_error(error) from error
    finally:
        engine.dispose()


def migration_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(migration_config()).get_current_head()

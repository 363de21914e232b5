"""A workspace of the release before keeps its reports and gets the table of display checks."""

import sqlite3

from alembic import command
from sqlalchemy import create_engine

from readstation.adapters.db.database import open_database
from readstation.adapters.db.database_file import DATABASE_NAME
from readstation.adapters.db.migration import migration_config


def test_a_signed_version_of_the_release_before_still_verifies(database, with_version, tmp_path):
    """The row is copied into a database that stops at revision 0003, which is then opened."""
    home = tmp_path / "old"
    home.mkdir(mode=0o700)
    engine = create_engine(f"sqlite:///{home / DATABASE_NAME}")
    config = migration_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.commit()
    engine.dispose()
    old = sqlite3.connect(home / DATABASE_NAME)
    old.execute("ATTACH DATABASE ? AS new", (str(database.path),))
    for table in ("studies", "reports", "report_versions", "signatures"):
        names = ", ".join(row[1] for row in old.execute(f"PRAGMA main.table_info({table})"))
        old.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM new.{table}")
    old.commit()
    assert old.execute("SELECT count(*) FROM report_versions").fetchone() != (0,)
    old.close()
    opened = open_database(home)
    with opened.unit_of_work() as work:
        stored = work.reports.latest_signed()
        assert work.display_checks.all() == ()
    with database.unit_of_work() as work:
        assert stored == work.reports.latest_signed() != ()
    opened.engine.dispose()

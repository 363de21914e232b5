import importlib
import pkgutil
import sqlite3
import stat
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from readstation.adapters import db
from readstation.adapters.db.database import NEWEST_REVISION, open_database
from readstation.adapters.db.durability import ROLLBACK, WRITE_AHEAD, durability_for
from readstation.adapters.db.migration import migration_config, newest_revision
from readstation.adapters.db.schema import studies
from readstation.domain.errors import StoreError


def test_the_newest_migration_makes_exactly_the_tables_the_program_uses(database):
    for module in pkgutil.iter_modules(db.__path__):
        if module.name.endswith("schema"):
            importlib.import_module(f"{db.__name__}.{module.name}")
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, studies.metadata) == []


def test_constraints_of_the_migrations_are_those_of_the_tables(database):
    with database.engine.connect() as connection:
        for table in studies.metadata.sorted_tables:
            made = connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE name = ?", (table.name,)
            ).scalar_one()
            named = {c.name for c in table.constraints if c.name}
            assert {name for name in named if name not in made} == set(), table.name


def test_opening_again_changes_nothing(database):
    before = sqlite3.connect(database.path).execute("SELECT * FROM sqlite_master").fetchall()
    again = open_database(database.home)
    after = sqlite3.connect(database.path).execute("SELECT * FROM sqlite_master").fetchall()
    assert before == after
    assert again.audit_key == database.audit_key


def test_only_the_owner_may_read_the_workspace(database):
    folders = (database.home, database.audit_files.folder)
    files = (database.path, database.audit_files.key_path)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 40, 1), ROLLBACK),
        ((3, 51, 2), ROLLBACK),
        ((3, 51, 3), WRITE_AHEAD),
        ((3, 52, 0), WRITE_AHEAD),
        ((3, 54, 1), WRITE_AHEAD),
    ],
)
def test_durability_follows_the_version_of_sqlite(version, expected):
    assert durability_for(version) == expected
    assert (WRITE_AHEAD.journal_mode, WRITE_AHEAD.synchronous) == ("WAL", "FULL")
    assert (ROLLBACK.journal_mode, ROLLBACK.synchronous) == ("DELETE", "EXTRA")


def test_every_connection_obeys_the_rules(database):
    levels = {"FULL": 2, "EXTRA": 3}
    with database.engine.connect() as connection:

        def pragma(name):
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        assert pragma("journal_mode").upper() == database.durability.journal_mode
        assert pragma("synchronous") == levels[database.durability.synchronous]
        rules = ("foreign_keys", "recursive_triggers", "cell_size_check")
        assert [pragma(rule) for rule in rules] == [1, 1, 1]
        assert pragma("trusted_schema") == 0


def test_a_database_of_a_newer_program_is_refused_with_a_sentence(database):
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version"):
        open_database(database.home)


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "readstation.db").write_bytes(b"not a database, but long enough" * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_database(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="folder cannot be used"):
        open_database(tmp_path / "file" / "home")


def test_a_lost_audit_key_is_not_replaced_once_there_is_a_log(database, an_event):
    with database.unit_of_work() as work:
        work.audit.append(an_event())
        work.commit()
    database.audit_files.key_path.unlink()
    with pytest.raises(StoreError, match="key of the audit log is missing"):
        open_database(database.home)


def test_leaving_without_commit_undoes(database, a_user):
    with database.unit_of_work() as work:
        work.users.put(a_user, "hash")
    with database.unit_of_work() as work:
        assert work.users.all() == ()


def test_a_database_locked_for_long_is_told_in_a_sentence(database, monkeypatch):
    monkeypatch.setattr("readstation.adapters.db.failures.ATTEMPTS", 1)
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"), database.unit_of_work():
        pass
    other.close()
    with database.unit_of_work() as work:
        assert work.users.all() == ()


@pytest.mark.skipif(
    durability_for(sqlite3.sqlite_version_info) == WRITE_AHEAD, reason="readers never block here"
)
def test_a_commit_that_cannot_end_is_never_called_saved(database, a_user, monkeypatch):
    monkeypatch.setattr("readstation.adapters.db.failures.ATTEMPTS", 3)
    reader = sqlite3.connect(database.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM users").fetchall()
    with database.unit_of_work() as work:
        work.users.put(a_user, "hash")
        with pytest.raises(StoreError, match="locked"):
            work.commit()
    reader.execute("ROLLBACK")
    reader.close()
    with database.unit_of_work() as work:
        assert work.users.all() == ()


def test_a_commit_waits_for_somebody_who_is_still_reading(database, a_user):
    reader = sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM users").fetchall()
    done = threading.Timer(0.2, reader.close)
    done.start()
    with database.unit_of_work() as work:
        work.users.put(a_user, "hash")
        work.commit()
    done.join()
    with database.unit_of_work() as work:
        assert work.users.all() == (a_user,)


def test_migrations_are_a_single_line_of_descent():
    assert newest_revision() == NEWEST_REVISION
    assert migration_config().get_main_option("script_location").endswith("migrations")

import shutil
import sqlite3
from datetime import timedelta

import pytest

from readstation.adapters.db.backup import SqlBackups, read_backup
from readstation.adapters.db.database import open_database
from readstation.domain.errors import RefusedInputError, StoreError
from tests.adapters.db.conftest import FIRST, NOW, STUDY, a_draft, a_version


def log(database, an_event, detail="x"):
    with database.unit_of_work() as work:
        work.audit.append(an_event(detail))
        work.commit()


def details(database):
    with database.unit_of_work() as work:
        assert work.audit.verify()[1] is None
        return [event.detail for event in work.audit.of_study(STUDY)]


@pytest.fixture
def backed_up(with_version, an_event, tmp_path):
    """A workspace with a signed report, and a backup of it."""
    log(with_version, an_event, "before")
    SqlBackups(with_version.home).make(tmp_path / "backup", NOW)
    return with_version


def restore(database, tmp_path, *, accept_older=False, later=1):
    now = NOW + timedelta(hours=later)
    return SqlBackups(database.home).restore(tmp_path / "backup", now, accept_older=accept_older)


def test_a_backup_brings_everything_back_into_an_empty_workspace(backed_up, tmp_path):
    home = tmp_path / "new home"
    SqlBackups(home).restore(tmp_path / "backup", NOW, accept_older=False)
    database = open_database(home)
    assert details(database) == ["before"]
    with database.unit_of_work() as work:
        assert work.reports.versions("r1", FIRST) == (a_version(),)
    assert database.audit_key == backed_up.audit_key


def test_a_backup_is_made_while_others_write(with_study, an_event, tmp_path):
    with with_study.unit_of_work() as work:
        work.audit.append(an_event("not yet committed"))
        backup = SqlBackups(with_study.home).make(tmp_path / "backup", NOW)
        work.commit()
    assert backup.generation == 0
    assert details(with_study) == ["not yet committed"]


def test_only_the_owner_may_read_a_backup(backed_up, tmp_path):
    modes = {file.stat().st_mode & 0o777 for file in (tmp_path / "backup").iterdir()}
    assert modes == {0o600}
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700


def test_a_backup_never_goes_over_something(backed_up, tmp_path):
    with pytest.raises(StoreError, match="something at the place"):
        SqlBackups(backed_up.home).make(tmp_path / "backup", NOW)


def test_a_backup_that_lacks_changes_is_refused_unless_told(backed_up, an_event, tmp_path):
    log(backed_up, an_event, "after")
    with pytest.raises(RefusedInputError, match="lacks changes"):
        restore(backed_up, tmp_path)
    assert details(backed_up) == ["before", "after"]
    backup, kept = restore(backed_up, tmp_path, accept_older=True)
    assert backup.generation == 1
    assert details(open_database(backed_up.home)) == ["before"]
    SqlBackups(backed_up.home).restore(kept, NOW + timedelta(hours=2), accept_older=False)
    assert details(open_database(backed_up.home)) == ["before", "after"]


def test_a_backup_of_another_workspace_is_refused_unless_told(backed_up, an_event, tmp_path):
    other = open_database(tmp_path / "other")
    log(other, an_event, "other")
    with pytest.raises(RefusedInputError, match="lacks changes"):
        restore(other, tmp_path)
    restore(other, tmp_path, accept_older=True)
    assert details(open_database(other.home)) == ["before"]


@pytest.mark.parametrize("name", ["readstation.db", "audit.key", "manifest.json"])
def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_touched(backed_up, tmp_path, name):
    file = tmp_path / "backup" / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(RefusedInputError, match="no whole backup"):
        restore(backed_up, tmp_path, accept_older=True)
    file.unlink()
    with pytest.raises(RefusedInputError, match="no whole backup"):
        restore(backed_up, tmp_path, accept_older=True)
    assert details(backed_up) == ["before"]


def test_a_workspace_whose_database_is_damaged_is_restored_and_the_damage_kept(backed_up, tmp_path):
    damaged = b"damaged" * 1000
    backed_up.path.write_bytes(damaged)
    _, kept = restore(backed_up, tmp_path)
    assert details(open_database(backed_up.home)) == ["before"]
    assert details(backed_up) == ["before"], "a program that was open goes on with the new file"
    assert (kept / "damaged.readstation.db").read_bytes() == damaged


def test_a_damaged_workspace_remembers_by_its_anchor_how_new_it_was(backed_up, an_event, tmp_path):
    log(backed_up, an_event, "after")
    backed_up.path.write_bytes(b"damaged" * 1000)
    with pytest.raises(RefusedInputError, match="lacks changes"):
        restore(backed_up, tmp_path)


def test_a_restore_that_fails_leaves_what_was_there(backed_up, tmp_path, monkeypatch):
    damaged = b"damaged" * 1000
    backed_up.path.write_bytes(damaged)

    def full(*_):
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr("readstation.adapters.db.backup._copy", full)
    with pytest.raises(StoreError):
        restore(backed_up, tmp_path)
    assert backed_up.path.read_bytes() == damaged


def test_the_copy_is_checked_for_a_broken_audit_chain(backed_up, an_event, tmp_path):
    with backed_up.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET detail = 'changed'")
    with pytest.raises(StoreError, match="breaks at row 1"):
        SqlBackups(backed_up.home).make(tmp_path / "another", NOW)
    with pytest.raises(RefusedInputError):
        read_backup(tmp_path / "another")


def test_a_backup_can_be_read_from_a_place_that_cannot_be_written(backed_up, tmp_path):
    copy = tmp_path / "read-only"
    shutil.copytree(tmp_path / "backup", copy)
    copy.chmod(0o500)
    try:
        assert read_backup(copy)[0].generation == 1
    finally:
        copy.chmod(0o700)


def test_a_draft_saved_after_the_restore_goes_on(with_draft, tmp_path):
    backups = SqlBackups(with_draft.home)
    backups.make(tmp_path / "backup", NOW)
    restore(with_draft, tmp_path)
    with open_database(with_draft.home).unit_of_work() as work:
        work.reports.save_draft(a_draft(version=2), 1)
        work.commit()
    with open_database(with_draft.home).unit_of_work() as work:
        assert work.reports.draft(a_draft().report_id, FIRST) == a_draft(version=2)

"""What doctor finds in workspaces that are not in order."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.adapters.db.examine import examine_database
from readstation.app.administration.health import Health
from readstation.app.administration.workspace_health import (
    check_audit,
    check_clock,
    check_database,
    check_disk,
    check_records,
    check_resources,
)
from readstation.domain.errors import StoreError
from readstation.resource_files import resources
from tests.app.quality.quality_desk import Day


@pytest.fixture
def day(tmp_path):
    """A workspace in which one report was signed."""
    made = Day(tmp_path / "home")
    made.read_and_sign()
    return made


def change(day, *statements):
    database = sqlite3.connect(day.station.home / "readstation.db")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def database_rows(day):
    return {row.subject: row for row in check_database(examine_database(day.station.home))}


def test_a_good_workspace_is_in_order(day):
    station = day.station
    rows = [
        *database_rows(day).values(),
        check_audit(station),
        check_records(station),
        check_clock(station),
        check_resources(resources()),
    ]
    assert [row.health for row in rows] == [Health.OK] * len(rows)


def test_looking_changes_nothing(day):
    before = day.desk.audit()
    head = sqlite3.connect(day.station.home / "readstation.db")
    count = head.execute("SELECT count(*) FROM audit").fetchone()
    check_audit(day.station)
    database_rows(day)
    assert head.execute("SELECT count(*) FROM audit").fetchone() == count
    head.close()
    assert day.desk.audit() == before


def test_a_missing_trigger_is_named(day):
    change(day, "DROP TRIGGER quality_reviews_not_own")
    row = database_rows(day)["Database rules"]
    assert row.health is Health.FAILED
    assert row.found == "altered: trigger quality_reviews_not_own"
    assert row.remedy


def test_an_older_schema_is_named(day):
    change(day, "UPDATE alembic_version SET version_num = '0001'")
    row = database_rows(day)["Database schema"]
    assert row.health is Health.FAILED
    assert row.found.startswith("revision 0001, newest 000")


def test_a_row_whose_study_is_gone_is_a_fault(day):
    change(
        day,
        "PRAGMA foreign_keys = OFF",
        "DROP TRIGGER instances_reported_no_delete",
        "DROP TRIGGER studies_reported_no_delete",
        "DELETE FROM instances",
        "DELETE FROM series",
        "DELETE FROM studies",
    )
    assert database_rows(day)["Database pages and references"].health is Health.FAILED


def test_a_database_that_is_none_is_refused(day):
    (day.station.home / "readstation.db").write_bytes(b"nothing of the kind" * 300)
    with pytest.raises(StoreError, match="not a database"):
        examine_database(day.station.home)


def test_a_mode_that_is_not_in_effect_fails(day):
    facts = examine_database(day.station.home)
    weaker = replace(facts, in_effect=("DELETE", "NORMAL"))
    (row, *_) = check_database(weaker)
    assert row.health is Health.FAILED
    assert "synchronous NORMAL in effect" in row.found


def test_a_changed_report_is_found_and_not_quoted(day):
    change(
        day,
        "DROP TRIGGER report_versions_no_update",
        "UPDATE report_versions SET text = replace(text, 'haemorrhage', 'fracture')",
    )
    row = check_records(day.station)
    assert row.health is Health.FAILED
    assert row.found.startswith("1 damaged; first: A signed report")
    assert "fracture" not in row.found


def test_a_changed_audit_row_is_found(day):
    change(
        day,
        "DROP TRIGGER audit_no_update",
        "UPDATE audit SET actor_id = 'reader2' WHERE sequence_number = 2",
    )
    row = check_audit(day.station)
    assert row.health is Health.FAILED
    assert row.found == "breaks at row 2: a row was changed after it was written"


def test_a_clock_that_went_back_is_a_warning(day):
    day.wait(hours=-3)
    row = check_clock(day.station)
    assert row.health is Health.WARNING
    assert row.found == "180 minutes behind the newest entry of the audit log"


@pytest.mark.parametrize(
    ("free_mib", "health"),
    [(100, Health.FAILED), (1024, Health.WARNING), (100_000, Health.OK)],
)
def test_disk_space_is_judged(tmp_path, monkeypatch, free_mib, health):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free_mib * 1024**2))
    assert check_disk(tmp_path).health is health


def test_a_missing_resource_is_named(tmp_path):
    row = check_resources(tmp_path)
    assert row.health is Health.FAILED
    assert "fonts/Inter-Regular.ttf" in row.found


def test_the_slack_of_the_clock_is_a_minute(day):
    day.clock.moment -= timedelta(seconds=59)
    assert check_clock(day.station).health is Health.OK

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readstation.adapters.db.audit_files import AuditFiles
from readstation.adapters.db.database import open_database
from readstation.domain.audit import AuditAction, AuditAnchor, AuditEvent
from readstation.domain.errors import RefusedStepError, StoreError, TamperedError
from tests.adapters.db.conftest import NOW, STUDY
from tests.adapters.db.test_reports import drop_triggers

ROWS = 12


def fill(database, an_event, rows=ROWS):
    for number in range(rows):
        with database.unit_of_work() as work:
            work.audit.append(an_event(f'{{"n": {number}}}'))
            work.commit()


def verdict(database):
    with database.unit_of_work() as work:
        return work.audit.verify()


def test_a_log_that_nobody_touched_is_whole(database, an_event):
    assert verdict(database) == (0, None)
    fill(database, an_event)
    assert verdict(database) == (ROWS, None)


def test_events_come_back_as_they_were_in_their_order(database, an_event):
    odd = an_event("text < & \ud800 \0 é")
    local = replace(odd, at=NOW.astimezone(timezone(timedelta(hours=5))))
    with database.unit_of_work() as work:
        work.audit.append(odd)
        work.audit.append(local)
        work.commit()
    with database.unit_of_work() as work:
        assert [row.event for row in work.audit.rows()] == [odd, local]
        assert work.audit.of_study(STUDY) == (odd, local)
        assert work.audit.of_study("other") == ()
    assert verdict(database) == (2, None)


def test_what_is_not_committed_is_not_logged_and_not_anchored(database, an_event):
    fill(database, an_event, 1)
    with database.unit_of_work() as work:
        work.audit.append(an_event())
    assert verdict(database) == (1, None)
    assert database.audit_files.anchor().sequence_number == 1


def test_the_anchor_is_the_head_after_every_commit(database, an_event):
    for number in range(1, 4):
        fill(database, an_event, 1)
        with database.unit_of_work() as work:
            assert database.audit_files.anchor() == work.audit.head()
        assert database.audit_files.anchor().sequence_number == number


def test_a_crash_between_commit_and_anchor_is_no_fault(database, an_event, monkeypatch):
    fill(database, an_event, 2)
    monkeypatch.setattr(AuditFiles, "advance", lambda *_: None)
    fill(database, an_event, 1)
    assert verdict(database) == (3, None)


def test_an_older_head_never_replaces_a_newer_anchor(database, an_event):
    fill(database, an_event, 3)
    newest = database.audit_files.anchor()
    database.audit_files.advance(AuditAnchor(2, "ab"))
    assert database.audit_files.anchor() == newest


FORBIDDEN = [
    "UPDATE audit SET detail = 'x' WHERE sequence_number = 3",
    "UPDATE audit SET sequence_number = 99 WHERE sequence_number = 3",
    "DELETE FROM audit WHERE sequence_number = 12",
    "DELETE FROM audit",
    "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence_number = 3",
    "INSERT INTO audit SELECT 99, action, actor_id, at, study_instance_uid, report_id, detail, "
    "previous_hash, row_hash FROM audit WHERE sequence_number = 3",
    "INSERT INTO audit SELECT -1, action, actor_id, at, study_instance_uid, report_id, detail, "
    "previous_hash, row_hash FROM audit WHERE sequence_number = 3",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_direct_sql_cannot_change_the_log(database, an_event, statement):
    fill(database, an_event)
    connection = sqlite3.connect(database.path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()
    assert verdict(database) == (ROWS, None)


COLUMNS = (
    "action",
    "actor_id",
    "at",
    "study_instance_uid",
    "report_id",
    "detail",
    "previous_hash",
    "row_hash",
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A closed workspace with a log, copied by each example."""
    home = tmp_path_factory.mktemp("filled") / "home"
    database = open_database(home)
    with database.unit_of_work() as work:
        for number in range(ROWS):
            event = AuditEvent(AuditAction.DRAFT_SAVED, "first", NOW, STUDY, "r1", str(number))
            work.audit.append(event)
        work.commit()
    return home


def tampered_copy(filled, folder, *statements):
    """Copy a closed workspace and change it past the triggers."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(filled, folder)
    connection = sqlite3.connect(folder / "readstation.db")
    drop_triggers(connection)
    for statement, values in statements:
        assert connection.execute(statement, values).rowcount > 0
    connection.commit()
    connection.close()
    return open_database(folder)


rows = st.integers(1, ROWS)
examples = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@examples
@given(row=rows, column=st.sampled_from(COLUMNS), value=st.sampled_from(["x", 7, b"\xff", -1.5]))
def test_any_changed_value_is_found_at_its_row(filled, tmp_path, row, column, value):
    change = f"UPDATE audit SET {column} = ? WHERE sequence_number = ?"
    checked, fault = verdict(tampered_copy(filled, tmp_path / "copy", (change, (value, row))))
    assert (checked, fault.sequence_number) == (row - 1, row)


@examples
@given(first=rows, count=st.integers(1, ROWS))
def test_any_removed_rows_are_found(filled, tmp_path, first, count):
    gone = "DELETE FROM audit WHERE sequence_number BETWEEN ? AND ?"
    change = (gone, (first, first + count - 1))
    checked, fault = verdict(tampered_copy(filled, tmp_path / "copy", change))
    assert (checked, fault.sequence_number) == (first - 1, first)


@examples
@given(one=rows, other=rows)
def test_any_two_rows_that_changed_places_are_found(filled, tmp_path, one, other):
    if one == other:
        return
    move = "UPDATE audit SET sequence_number = ? WHERE sequence_number = ?"
    swap = [(move, (99, one)), (move, (one, other)), (move, (other, 99))]
    _, fault = verdict(tampered_copy(filled, tmp_path / "copy", *swap))
    assert fault.sequence_number == min(one, other)


def test_removed_rows_cannot_be_hidden_by_numbering_the_rest_again(filled, tmp_path):
    hidden = [
        ("DELETE FROM audit WHERE sequence_number = ?", (5,)),
        ("UPDATE audit SET sequence_number = -sequence_number WHERE sequence_number > ?", (5,)),
        ("UPDATE audit SET sequence_number = -sequence_number - ? WHERE sequence_number < 0", (1,)),
    ]
    checked, fault = verdict(tampered_copy(filled, tmp_path / "copy", *hidden))
    assert (checked, fault.sequence_number) == (4, 5)


def test_a_row_added_without_the_key_is_found(filled, tmp_path):
    forged = (
        "INSERT INTO audit SELECT ?, action, actor_id, at, study_instance_uid, report_id, detail, "
        "row_hash, 'ab' FROM audit WHERE sequence_number = 12",
        (13,),
    )
    checked, fault = verdict(tampered_copy(filled, tmp_path / "copy", forged))
    assert (checked, fault.sequence_number) == (12, 13)


def test_a_damaged_byte_inside_a_text_is_found_at_its_row(filled, tmp_path):
    damage = ("UPDATE audit SET actor_id = CAST(x'66ff' AS TEXT) WHERE sequence_number = ?", (7,))
    checked, fault = verdict(tampered_copy(filled, tmp_path / "copy", damage))
    assert (checked, fault.sequence_number) == (6, 7)


def test_a_missing_anchor_is_a_fault(filled, tmp_path):
    database = tampered_copy(filled, tmp_path / "copy")
    database.audit_files.anchor_path.unlink()
    assert "anchor" in verdict(database)[1].reason


def test_a_damaged_anchor_is_a_fault_and_is_not_repaired_silently(filled, tmp_path, an_event):
    database = tampered_copy(filled, tmp_path / "copy")
    database.audit_files.anchor_path.write_text("{", encoding="ascii")
    fill(database, an_event, 1)
    assert verdict(database)[1] is not None
    with pytest.raises(TamperedError):
        database.audit_files.anchor()


def test_another_key_is_a_fault_at_the_first_row(filled, tmp_path):
    database = tampered_copy(filled, tmp_path / "copy")
    verdict_ = verdict(replace(database, audit_key=b"other"))
    assert (verdict_[0], verdict_[1].sequence_number) == (0, 1)


def test_an_unreadable_key_is_refused_with_a_sentence(filled, tmp_path):
    shutil.copytree(filled, tmp_path / "copy")
    (tmp_path / "copy" / "keys" / "audit.key").write_text("no hex", encoding="ascii")
    with pytest.raises(StoreError, match="key of the audit log cannot be read"):
        open_database(tmp_path / "copy")


def test_two_programs_that_append_at_once_make_one_chain(database, an_event):
    with database.unit_of_work() as work:
        work.audit.append(an_event("one"))
        head = work.audit.head()
        work.commit()
    other = open_database(database.home)
    with other.unit_of_work() as work:
        assert work.audit.head() == head
        work.audit.append(an_event("two"))
        work.commit()
    assert verdict(database) == (2, None)


def test_the_database_refuses_a_row_out_of_sequence(database, an_event, monkeypatch):
    fill(database, an_event, 1)
    with database.unit_of_work() as work:
        monkeypatch.setattr(work.audit, "head", lambda: AuditAnchor(7, "ab"))
        with pytest.raises(RefusedStepError, match="only ever added"):
            work.audit.append(an_event())

"""Log-in and worklist without SQLAlchemy: the same rows, the same promises."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.adapters.db.database import open_database
from readstation.adapters.db.database_file import DATABASE_NAME
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import RefusedStepError, StoreError, TamperedError
from readstation.domain.handoff import HandoffStatus
from readstation.domain.reader import Role, User
from readstation.domain.report import ReportStatus
from tests.adapters.db.conftest import (
    FIRST,
    NOW,
    SECOND,
    STUDY,
    a_critical_result,
    a_draft,
    a_handoff,
    a_series,
    a_study,
    an_instance,
    an_order,
)

SURROGATE = "D\ud800MO"


@pytest.fixture
def with_order(with_study):
    with with_study.unit_of_work() as work:
        work.orders.put(an_order(technologist_concern=SURROGATE))
        work.commit()
    return with_study


def test_a_listed_study_and_its_order_are_those_of_their_own_repositories(with_order):
    saved = AuditEvent(AuditAction.VIEW_SAVED, FIRST, NOW, STUDY)
    with with_order.unit_of_work() as work:
        other = a_series(modality="SR")
        other = replace(other, series_instance_uid="1.2.3.9")
        work.studies.add_instance(
            a_study(), other, replace(an_instance(number=2), series_instance_uid="1.2.3.9"), NOW
        )
        work.audit.append(saved)
        work.commit()
    with with_order.unit_of_work() as work:
        study, order = work.studies.get(STUDY), work.orders.of_study(STUDY)
    with with_order.first_work() as work:
        (item,) = work.worklist.items(NOW)
    assert item.study == study
    assert item.order == order
    assert study.modalities_in_study == ("CT", "SR")
    assert order.technologist_concern == SURROGATE


def test_a_readers_lists_hold_drafts_second_reads_and_calls_that_are_not_ended(with_order):
    with with_order.unit_of_work() as work:
        work.reports.add_draft(a_draft())
        work.handoffs.add(a_handoff())
        work.critical_results.add(a_critical_result())
        work.commit()
        for reader in (FIRST, SECOND):
            drafts = {d.study_instance_uid for d in work.reports.drafts_by(reader)}
            asked = {h.study_instance_uid for h in work.handoffs.to_reader(reader)}
            calls = work.critical_results.all(open_only=True, viewer_id=reader)
            mine = {c.study_instance_uid for c in calls if c.discovered_by == reader}
            facts = work.worklist.facts(reader)
            assert (facts.draft_uids, facts.second_read_uids, facts.call_uids) == (
                drafts,
                asked,
                mine,
            )
    with with_order.first_work() as work:
        assert work.worklist.facts(FIRST).draft_uids == {STUDY}
        assert work.worklist.facts(SECOND).second_read_uids == {STUDY}


def test_a_handoff_that_was_answered_leaves_the_list_of_second_reads(with_order):
    given = a_handoff()
    ended = replace(given, status=HandoffStatus.DECLINED, version=given.version + 1)
    with with_order.unit_of_work() as work:
        work.reports.add_draft(a_draft(status=ReportStatus.AWAITING_SECOND_READ))
        work.handoffs.add(given)
        work.handoffs.save(ended, given.version)
        work.commit()
    with with_order.first_work() as work:
        assert work.worklist.facts(SECOND).second_read_uids == frozenset()


def test_what_is_not_committed_did_not_happen(database):
    with database.first_work() as work:
        work.users.put(User("new", SURROGATE, frozenset({Role.READER})), "hash")
    with database.first_work() as work:
        assert work.users.credentials("new") is None
        work.users.put(User("new", SURROGATE, frozenset({Role.READER})), "hash")
        work.users.set_login_state("new", 3, NOW + timedelta(seconds=30))
        work.audit.append(AuditEvent(AuditAction.LOGGED_IN, "new", NOW))
        work.commit()
    with database.unit_of_work() as work:
        known = work.users.credentials("new")
        assert known.user.full_name == SURROGATE
        assert (known.failed_logins, known.blocked_until) == (3, NOW + timedelta(seconds=30))
        assert work.audit.verify() == (1, None)


def test_a_row_that_this_program_never_writes_is_told_as_damage(with_order):
    with sqlite3.connect(with_order.path) as connection:
        connection.execute("UPDATE studies SET patient_birth_date = '19x0-02-30'")
    connection.close()
    with with_order.first_work() as work, pytest.raises(TamperedError, match="cannot be read"):
        work.worklist.items(NOW)


def test_a_rule_of_the_database_holds_here_too(database):
    with database.first_work() as work:
        work.audit.append(AuditEvent(AuditAction.LOGGED_IN, "new", NOW))
        with pytest.raises(RefusedStepError):
            work.users._statements.run("DELETE FROM audit")


def test_a_file_that_a_restore_put_in_its_place_is_noticed(database, tmp_path):
    copy = tmp_path / "copy.db"
    with database.first_work() as work:
        work.users.put(User("new", "New", frozenset()), "hash")
        work.commit()
    database.close()
    shutil.copy(database.path, copy)
    with database.first_work() as work:
        work.users.put(User("newer", "Newer", frozenset()), "hash")
        work.commit()
    copy.replace(database.path)
    with database.first_work() as work:
        assert [user.user_id for user in work.users.all()] == ["new"]


def test_a_damaged_database_is_refused_before_anything_is_asked_of_it(database):
    home = database.home
    database.close()
    whole = (home / DATABASE_NAME).read_bytes()
    (home / DATABASE_NAME).write_bytes(b"\0" * 100 + whole[100:])
    with pytest.raises(StoreError, match="not a database"):
        open_database(home)

"""What a reviewer is told about a sign-off, from the database the readers wrote."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.app.handoff.answer_handoff import OpinionEntry, open_handoff, return_opinion
from readstation.app.handoff.request_handoff import HandoffRequest, request_handoff
from readstation.app.handoff.take_back import Decision, complete_handoff
from readstation.app.quality.flags import flags_of
from readstation.domain.audit import AuditAction
from readstation.domain.critical_result import CallOutcome
from readstation.domain.errors import NotPermittedError
from readstation.domain.finding import Urgency
from readstation.domain.handoff import (
    Handoff,
    HandoffStatus,
    HandoffType,
    Opinion,
    Reconciliation,
)
from readstation.domain.reader import Role, User
from readstation.domain.report import text_sha256
from tests.app.quality.quality_desk import BLEEDING, PLAIN
from tests.app.report.report_station import OTHER, READER, TECHNOLOGIST, UID

ADMINISTRATOR = User("admin", "Admin", frozenset({Role.ADMINISTRATOR}))


def texts(day):
    return [flag.text for flag in flags_of(day.one(), day.clock.now())]


def flag(day, part):
    (found,) = [f for f in flags_of(day.one(), day.clock.now()) if part in f.text]
    return found


def test_a_report_read_whole_and_in_time_has_no_flag(day):
    day.read_and_sign()
    assert texts(day) == []
    row = day.one()
    assert row.signature_is_valid
    assert (row.reader_name, row.second_reader_name) == ("Dr. One", "")
    assert row.turnaround == timedelta(minutes=10)


def test_images_that_no_signer_displayed_are_counted(day):
    day.open()
    day.display(1)
    day.display(2, user=OTHER)
    written = day.write()
    day.wait(minutes=5)
    day.sign(written)
    assert flag(day, "never").text == "1 of 2 images never displayed"
    assert flag(day, "never").urgency is Urgency.SIGNIFICANT


def test_images_that_were_only_shown_small_are_counted(day):
    day.open()
    day.display(1)
    day.display(2, is_diagnostic=False)
    written = day.write()
    day.wait(minutes=5)
    day.sign(written)
    assert flag(day, "scale").text == "1 of 2 images not at diagnostic scale"
    assert flag(day, "scale").urgency is Urgency.ROUTINE


def test_an_image_displayed_only_after_signing_was_never_displayed(day):
    day.open()
    day.display(1)
    written = day.write()
    day.wait(minutes=5)
    day.sign(written)
    day.wait(minutes=1)
    day.open()
    day.display(2)
    assert "1 of 2 images never displayed" in texts(day)


@pytest.mark.parametrize(("seconds", "is_hasty"), [(0, True), (59, True), (60, False)])
def test_signing_within_a_minute_of_opening_is_flagged(day, seconds, is_hasty):
    day.open()
    day.display(1, 2)
    written = day.write()
    day.wait(seconds=seconds)
    day.sign(written)
    assert texts(day) == ([f"signed {seconds} s after opening"] if is_hasty else [])


def test_opening_early_and_leaving_does_not_hide_haste(day):
    day.open()
    day.wait(seconds=5)
    day.record(AuditAction.STUDY_RELEASED)
    day.wait(minutes=40)
    day.open()
    day.display(1, 2)
    written = day.write()
    day.wait(seconds=15)
    day.sign(written)
    assert texts(day) == ["signed 20 s after opening"]


def test_coming_back_to_sign_after_a_long_reading_is_not_haste(day):
    day.open()
    day.display(1, 2)
    day.wait(minutes=8)
    day.record(AuditAction.STUDY_RELEASED)
    day.wait(minutes=20)
    day.open()
    written = day.write()
    day.wait(seconds=15)
    day.sign(written)
    assert day.one().open_to_sign == timedelta(minutes=8, seconds=15)
    assert texts(day) == []


def test_an_opening_that_a_crash_cut_off_ends_with_the_last_sign_of_life(day):
    day.open()
    day.wait(seconds=30)
    day.display(1, 2)
    day.wait(hours=5)
    day.open()
    written = day.write()
    day.wait(seconds=10)
    day.sign(written)
    assert day.one().open_to_sign == timedelta(seconds=40)


def test_looking_at_it_as_a_prior_or_by_somebody_else_is_not_opening_it(day):
    day.open(detail='{"as":"prior"}')
    day.open(OTHER)
    day.display(1, 2)
    written = day.write()
    day.wait(minutes=9)
    day.sign(written)
    assert texts(day) == ["signed without opening the images"]


def test_a_call_in_time_is_said_quietly(day):
    day.open()
    day.display(1, 2)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=12)
    day.call(written, result)
    day.sign(written)
    assert flag(day, "called").text == "called in 12 min"
    assert flag(day, "called").urgency is Urgency.ROUTINE


def test_a_late_call_is_critical_and_stands_first(day):
    day.open()
    day.display(1)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=61)
    day.call(written, result)
    day.sign(written)
    assert texts(day)[0] == "called late, after 61 min"
    assert flag(day, "called").urgency is Urgency.CRITICAL


def test_an_open_result_counts_down_and_becomes_overdue(day):
    day.open()
    day.display(1, 2)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=10)
    day.call(written, result, CallOutcome.MESSAGE_LEFT)
    day.sign(written)
    assert texts(day) == ["critical result not called yet, 50 min left"]
    day.wait(minutes=50)
    assert texts(day) == ["critical result not called, overdue 0 min"]
    assert flag(day, "overdue").urgency is Urgency.CRITICAL


def test_a_report_signed_after_its_due_time_is_flagged(day):
    day.wait(minutes=70)
    day.read_and_sign(minutes=5)
    assert texts(day) == ["report late by 15 min"]


def test_an_addendum_is_flagged_and_leaves_the_sign_off_as_it_was(day):
    first = day.read_and_sign()
    before = day.one()
    day.wait(days=2)
    day.add(first, OTHER)
    after = day.one()
    assert texts(day) == ["addendum"]
    assert (after.signed_at, after.reader_name) == (before.signed_at, "Dr. One")
    assert after.open_to_sign == before.open_to_sign
    assert after.signature_is_valid
    assert after.reader_ids == {READER.user_id, OTHER.user_id}


def second_read(day, opinion, *, is_blind=False):
    day.open()
    day.display(1, 2)
    session, claim, draft = day.write()
    day.wait(minutes=5)
    kind = HandoffType.BLIND_SECOND_READ if is_blind else HandoffType.OVER_READ
    due = day.clock.now() + timedelta(hours=1)
    request = HandoffRequest(draft.report_id, kind, "Bleed?", OTHER.user_id, is_blind, due)
    handoff = request_handoff(day.station, session, claim, request)
    second = day.desk.session(OTHER)
    open_handoff(day.station, second, handoff.handoff_id)
    content = replace(PLAIN, impression="A small bleed.")
    entry = OpinionEntry(opinion, "There is one.", content)
    return_opinion(day.station, second, handoff.handoff_id, entry)
    decision = Decision(Reconciliation.KEEP_FIRST, "Artefact.")
    complete_handoff(day.station, session, handoff.handoff_id, decision)
    claim = day.desk.claim(READER)
    return day.sign((session, claim, draft))


def test_a_second_reader_who_disagreed_is_named_and_flagged(day):
    second_read(day, Opinion.DISAGREE)
    row = day.one()
    assert (row.second_reader_name, row.second_opinion) == ("Dr. Two", Opinion.DISAGREE)
    assert "second reader disagreed" in texts(day)


def test_a_blind_second_reader_counts_neither_as_agreeing_nor_as_disagreeing(day):
    second_read(day, Opinion.EDIT, is_blind=True)
    row = day.one()
    assert (row.second_reader_name, row.second_opinion) == ("Dr. Two", None)


def test_a_blind_question_to_the_reviewer_hides_nothing_of_a_signed_report(day):
    day.open()
    day.display(1, 2)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=2)
    version = day.sign(written)
    now, reviewer = day.clock.now(), day.review.user.user_id
    asked = Handoff(
        "h1", UID, version.report_id, HandoffType.BLIND_SECOND_READ, "Bleed?", READER.user_id,
        reviewer, True, now, now + timedelta(hours=1), "", HandoffStatus.REQUESTED, 1,
    )  # fmt: skip
    with day.station.unit_of_work() as work:
        work.handoffs.add(asked)
        work.commit()
        assert work.critical_results.of_study(UID, reviewer) == ()
    assert [r.critical_result_id for r in day.one().critical_results] == [result.critical_result_id]


def tamper(day, *statements):
    database = sqlite3.connect(day.station.home / "readstation.db")
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        database.execute(f"DROP TRIGGER {name}")
    for statement, values in statements:
        database.execute(statement, values)
    database.commit()
    database.close()


def test_a_text_rewritten_with_all_its_hashes_is_still_not_what_was_signed(day, monkeypatch):
    version = day.read_and_sign()
    forged = version.text.replace("No haemorrhage", "Haemorrhage")
    # as if the forger had computed every unkeyed hash anew
    monkeypatch.setattr(
        "readstation.adapters.db.reports.require_intact", lambda *_args, **_more: None
    )
    update = "UPDATE report_versions SET text = ?, text_sha256 = ?"
    tamper(day, (update, (forged, text_sha256(forged))))
    row = day.one()
    assert row.version.text == forged
    assert not row.signature_is_valid
    assert flag(day, "does not match").urgency is Urgency.CRITICAL


def test_only_reports_of_the_period_are_listed(day):
    day.read_and_sign()
    signed_at = day.one().signed_at
    assert day.all(since=signed_at) != ()
    assert day.all(since=signed_at + timedelta(seconds=1)) == ()


def test_a_settled_row_is_not_read_again_but_an_open_result_is(day, monkeypatch):
    day.read_and_sign()
    day.wait(minutes=6)
    known = day.all()
    reads = []
    original = type(day.station.unit_of_work())
    monkeypatch.setattr(
        original, "__enter__", lambda self, enter=original.__enter__: reads.append(1) or enter(self)
    )
    assert day.all(known=known) == known
    assert len(reads) == 1


def test_an_open_result_is_read_again_although_the_row_is_known(day):
    day.open()
    day.display(1, 2)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=3)
    day.sign(written)
    day.wait(minutes=20)
    known = day.all()
    day.call(written, result)
    (row,) = day.all(known=known)
    assert row.critical_results[0].closed_in_time


@pytest.mark.parametrize("user", [READER, TECHNOLOGIST, ADMINISTRATOR])
def test_only_reviewers_see_sign_offs(day, user):
    day.review = day.desk.session(user)
    with pytest.raises(NotPermittedError, match="may not review signed reports"):
        day.all()


def test_two_reports_are_newest_first(day):
    day.read_and_sign()
    study = day.add_second_study()
    day.wait(minutes=1)
    uid = study.study_instance_uid
    day.open(uid=uid)
    written = day.write(uid=uid)
    day.wait(minutes=3)
    day.sign(written, study)
    assert [s.version.study_instance_uid for s in day.all()] == [uid, UID]

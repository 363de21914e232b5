"""From flag to read-back, through the real database."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.app.critical_result.escalate import escalate_due
from readstation.app.critical_result.flag_critical import flag_critical, withdraw_flag
from readstation.app.critical_result.open_results import (
    all_call_cards,
    call_card,
    call_cards,
    count_calls,
)
from readstation.domain.audit import AuditAction
from readstation.domain.critical_result import (
    CallMethod,
    CallOutcome,
    CriticalResult,
    CriticalResultStatus,
    ReadBack,
)
from readstation.domain.errors import NotFoundError, NotPermittedError, RefusedStepError
from readstation.domain.finding import Urgency
from readstation.domain.report import ReportStatus
from tests.reading_room import BLEED, CONTENT, NOON, SIGNIFICANT, STUDY, open_room

S = CriticalResultStatus


@pytest.fixture
def room(tmp_path):
    return open_room(tmp_path / "home")


def actions(room):
    return [event.action for event in room.audit()]


def test_flagging_starts_the_clock_at_that_moment(room):
    room.clock.turn(seconds=40)
    result = room.flag()
    assert result.discovered_at == NOON + timedelta(seconds=40)
    assert result.due_at == result.discovered_at + timedelta(minutes=60)
    assert result.message == "Right convexity: Acute subdural haematoma, 11.4 mm."
    assert actions(room) == [AuditAction.CRITICAL_FLAGGED]


def test_a_significant_finding_has_a_day(room):
    result = room.flag(SIGNIFICANT)
    assert result.due_at - result.discovered_at == timedelta(hours=24)


def test_flagging_twice_is_one_obligation_and_one_event(room):
    first = room.flag()
    room.clock.turn(minutes=5)
    assert room.flag() == first
    assert len(room.audit()) == 1


def test_withdrawing_needs_a_reason_and_flagging_again_goes_on_with_the_first_clock(room):
    flagged = room.flag()
    session = room.session("first")
    with pytest.raises(RefusedStepError, match="reason"):
        withdraw_flag(room.station, session, flagged.critical_result_id, " ")
    withdrawn = withdraw_flag(room.station, session, flagged.critical_result_id, "known bleed")
    assert withdrawn.status is S.WITHDRAWN
    assert call_cards(room.station, session, open_only=True) == ()
    room.clock.turn(minutes=50)
    again = room.flag()
    assert (again.discovered_at, again.due_at) == (flagged.discovered_at, flagged.due_at)
    assert again.is_open
    assert actions(room) == [
        AuditAction.CRITICAL_FLAGGED,
        AuditAction.CRITICAL_WITHDRAWN,
        AuditAction.CRITICAL_FLAGGED,
    ]
    assert json.loads(room.audit()[1].detail)["reason"] == "known bleed"


def test_raising_a_finding_to_critical_leaves_one_obligation(room):
    lesser = room.flag(SIGNIFICANT)
    room.clock.turn(minutes=3)
    raised = room.flag(replace(SIGNIFICANT, urgency=Urgency.CRITICAL))
    assert raised.due_at == NOON + timedelta(minutes=63)
    assert room.result(lesser.critical_result_id).status is S.WITHDRAWN
    (card,) = call_cards(room.station, room.session("first"), open_only=True)
    assert card.result == raised


def test_a_finding_deleted_from_the_report_still_has_to_be_called(room):
    result = room.flag()
    room.set_draft(content=replace(CONTENT, findings=()))
    (card,) = call_cards(room.station, room.session("first"), open_only=True)
    assert card.result == result
    assert not card.is_in_report
    assert card.message == "Right convexity: Acute subdural haematoma, 11.4 mm."


def test_the_caller_reads_out_the_finding_as_the_report_says_it_now(room):
    result = room.flag(replace(BLEED, text=""))
    card = call_card(room.station, room.session("first"), result.critical_result_id)
    assert card.read_this == (
        "DEMO, ALPHA, born 1959-03-14, ID ID1.2.3. CT Head of 2026-11-22 11:00, accession A1.2.3. "
        "Right convexity: Acute subdural haematoma, 11.4 mm. Please read this back to me."
    )


def test_a_flag_on_a_report_of_another_study_is_refused(room):
    with pytest.raises(NotFoundError, match="another study"):
        flag_critical(room.station, room.session("first"), "1.2.4", "r1", BLEED)
    assert room.audit() == []


def test_a_reviewer_neither_flags_nor_calls(room):
    result = room.flag()
    with pytest.raises(NotPermittedError):
        room.flag(user_id="quality")
    with pytest.raises(NotPermittedError):
        room.call(result, user_id="quality")


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": CallOutcome.MESSAGE_LEFT},
        {"outcome": CallOutcome.NO_ANSWER},
        {"outcome": CallOutcome.WRONG_NUMBER},
        {"outcome": CallOutcome.DECLINED},
        {"read_back": ReadBack.NOT_ASKED},
        {"read_back": ReadBack.DECLINED},
        {"method": CallMethod.FAX},
        {"method": CallMethod.PAGER},
        {"method": CallMethod.SECURE_MESSAGE},
    ],
    ids=str,
)
def test_what_is_not_a_read_back_by_voice_never_closes_a_critical_result(room, changes):
    result = room.flag()
    logged = room.call(result, **changes)
    assert logged.result.status is S.ATTEMPTED
    assert logged.statement == ""
    assert room.draft().content.communications == ()
    assert actions(room)[-1] is AuditAction.CALL_LOGGED
    assert call_cards(room.station, room.session("first"), open_only=True)


def test_an_acknowledged_message_documents_a_significant_result(room):
    logged = room.call(room.flag(SIGNIFICANT), method=CallMethod.SECURE_MESSAGE)
    assert logged.result.status is S.DOCUMENTED


def test_reaching_a_person_who_reads_it_back_closes_and_writes_the_statement(room):
    result = room.flag()
    room.call(result, outcome=CallOutcome.NO_ANSWER)
    room.clock.turn(minutes=9)
    before = room.draft()
    logged = room.call(result, user_id="second")
    assert logged.result.status is S.COMMUNICATED
    assert logged.result.closed_in_time
    assert [a.caller_id for a in logged.result.attempts] == ["first", "second"]
    after = room.draft()
    assert after.content.communications == (logged.statement,)
    assert after.version == before.version + 1
    assert logged.statement == (
        "Critical result (Right convexity: Acute subdural haematoma, 11.4 mm): discussed by "
        "telephone by Dr. Demo Second with Dr. Ordering (ordering provider) on 2026-11-22 at "
        "12:09 UTC; read back correctly."
    )
    assert not logged.needs_addendum
    assert call_cards(room.station, room.session("first"), open_only=True) == ()
    with pytest.raises(RefusedStepError):
        room.call(result)


def test_a_call_after_the_signature_asks_for_an_addendum(room):
    result = room.flag()
    room.set_draft(status=ReportStatus.FINAL)
    logged = room.call(result)
    assert logged.result.status is S.COMMUNICATED
    assert logged.needs_addendum
    assert room.draft().content.communications == ()
    cards = call_cards(room.station, room.session("first"), open_only=False)
    assert [card.needs_addendum for card in cards] == [True]
    assert count_calls(cards, room.clock.now()).needs_addendum == 1


def test_a_call_logged_late_is_closed_but_not_in_time(room):
    result = room.flag()
    room.clock.turn(minutes=61)
    logged = room.call(result)
    assert logged.result.closed_in_time is False
    assert json.loads(room.audit()[-1].detail)["in_time"] is False


def test_nothing_is_kept_of_a_call_that_contradicts_itself(room):
    result = room.flag()
    with pytest.raises(RefusedStepError):
        room.call(result, recipient_name="")
    assert room.result(result.critical_result_id).attempts == ()
    assert len(room.audit()) == 1


def test_silence_moves_the_call_to_the_next_contact(room):
    result = room.flag()
    session = room.session("first")
    expected = ["Dr. Ordering", "ED charge desk", "Dr. On Call", "Dr. On Call", "Dr. On Call"]
    for quarter, name in enumerate(expected):
        escalate_due(room.station)
        card = call_card(room.station, session, result.critical_result_id)
        assert (card.call_now.name, card.result.escalation_level) == (name, quarter)
        room.clock.turn(minutes=15)
    escalations = [e for e in room.audit() if e.action is AuditAction.CRITICAL_ESCALATED]
    assert len(escalations) == 4
    assert {e.actor_id for e in escalations} == {"station"}
    assert json.loads(escalations[-1].detail)["is_overdue"] is True


def test_escalating_often_is_one_event_per_level(room):
    room.flag()
    room.clock.turn(minutes=16)
    assert len(escalate_due(room.station)) == 1
    assert escalate_due(room.station) == ()
    assert actions(room).count(AuditAction.CRITICAL_ESCALATED) == 1


@pytest.mark.parametrize("hours", [1, 25, -1, -25])
def test_a_clock_that_jumps_neither_closes_nor_hides(room, hours):
    result = room.flag()
    room.clock.turn(minutes=61)
    escalate_due(room.station)
    room.clock.turn(hours=hours)
    escalate_due(room.station)
    (card,) = call_cards(room.station, room.session("second"), open_only=True)
    assert card.result.critical_result_id == result.critical_result_id
    assert card.result.status is S.ESCALATED
    assert card.result.escalation_level == 4
    assert card.result.due_at == result.due_at


def test_overdue_comes_first_then_what_is_due_next_then_what_is_closed(room):
    day = room.flag(SIGNIFICANT)
    closed = room.flag(replace(BLEED, finding_id="f3"))
    room.call(closed)
    room.clock.turn(minutes=5)
    later = room.flag(replace(BLEED, finding_id="f4"))
    first = room.flag(BLEED)
    room.clock.turn(hours=30)
    fresh = room.flag(replace(BLEED, finding_id="f5"))
    cards = call_cards(room.station, room.session("first"), open_only=False)
    ids = [card.result.critical_result_id for card in cards]
    overdue = sorted([later, first], key=lambda r: r.critical_result_id)
    expected = [*overdue, day, fresh, closed]
    assert ids == [r.critical_result_id for r in expected]


def test_counts_say_what_is_open_and_what_was_reached_today(room):
    room.flag(SIGNIFICANT)
    room.call(room.flag())
    room.flag(replace(BLEED, finding_id="f3"))
    room.clock.turn(minutes=61)
    cards = call_cards(room.station, room.session("first"), open_only=False)
    counts = count_calls(cards, room.clock.now())
    assert (counts.open_critical, counts.open_significant, counts.overdue) == (1, 1, 1)
    assert (counts.closed_today, counts.in_time_percent) == (1, 100)
    tomorrow = count_calls(cards, room.clock.now() + timedelta(days=1))
    assert tomorrow.closed_today == 0


def test_open_results_survive_a_report_that_is_gone(room):
    """A card shows even where the report cannot be read: the obligation does not depend on it."""
    with room.station.unit_of_work() as work:
        result = replace(room_result(), report_id="unknown")
        work.critical_results.add(result)
        work.commit()
    (card,) = call_cards(room.station, room.session("first"), open_only=True)
    assert card.message == "Free air."
    assert room.call(card.result).needs_addendum


def room_result():
    return CriticalResult(
        "c9", STUDY, "r1", "f9", Urgency.CRITICAL, "Free air.", "first", NOON,
        NOON + timedelta(minutes=60), S.OPEN,
    )  # fmt: skip


def test_closed_results_leave_the_list_after_a_month_and_open_ones_never(room):
    room.call(room.flag(replace(BLEED, finding_id="f3")))
    still_open = room.flag()
    room.clock.turn(days=31)
    cards = call_cards(room.station, room.session("first"), open_only=False)
    assert [card.result.critical_result_id for card in cards] == [still_open.critical_result_id]
    assert len(all_call_cards(room.station, open_only=False)) == 2

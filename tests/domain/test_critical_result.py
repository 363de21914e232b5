"""Critical results: every step of the table, what closes one, and clocks that jump."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.critical_result import (
    CLOSED_STATUSES,
    TRANSITIONS,
    CallAttempt,
    CallMethod,
    CallOutcome,
    CriticalResult,
    CriticalResultStatus,
    CriticalStep,
    ReadBack,
    RecipientRole,
    due_at,
    escalation_level_at,
    escalation_times,
    next_status,
    statement,
    status_after_attempt,
    why_it_stays_open,
)
from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Urgency
from readstation.domain.policy import Policy

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
POLICY = Policy()
S, P = CriticalResultStatus, CriticalStep

STILL_OPEN = (S.OPEN, S.ATTEMPTED, S.ESCALATED)
LEGAL = {
    **{(s, P.COMMUNICATE): S.COMMUNICATED for s in STILL_OPEN},
    **{(s, P.DOCUMENT): S.DOCUMENTED for s in STILL_OPEN},
    **{(s, P.ESCALATE): S.ESCALATED for s in STILL_OPEN},
    **{(s, P.WITHDRAW): S.WITHDRAWN for s in STILL_OPEN},
    (S.OPEN, P.LOG_ATTEMPT): S.ATTEMPTED,
    (S.ATTEMPTED, P.LOG_ATTEMPT): S.ATTEMPTED,
    (S.ESCALATED, P.LOG_ATTEMPT): S.ESCALATED,
    (S.WITHDRAWN, P.FLAG_AGAIN): S.OPEN,
}


def a_result(urgency=Urgency.CRITICAL, status=S.OPEN, level=0):
    return CriticalResult(
        "c1", "1.2", "r1", "f1", urgency, "Acute subdural haematoma.", "reader1", NOON,
        due_at(urgency, NOON, POLICY), status, level,
    )  # fmt: skip


def an_attempt(outcome=CallOutcome.REACHED, read_back=ReadBack.CONFIRMED, **changes):
    attempt = CallAttempt(
        "c1", 1, "reader1", "Dr. One", "Dr. Ordering", RecipientRole.ORDERING_PROVIDER,
        "(403) 555-0142", CallMethod.TELEPHONE, NOON, NOON + timedelta(minutes=2), outcome,
        read_back,
    )  # fmt: skip
    return replace(attempt, **changes)


attempts = st.builds(
    an_attempt,
    outcome=st.sampled_from(CallOutcome),
    read_back=st.sampled_from(ReadBack),
    method=st.sampled_from(CallMethod),
    recipient_role=st.sampled_from(RecipientRole),
    recipient_name=st.sampled_from(["", "Dr. Ordering"]),
)


@pytest.mark.parametrize(("status", "step"), [*product(S, P)], ids=lambda e: e.value)
def test_a_step_is_in_the_table_or_refused(status, step):
    if (status, step) in LEGAL:
        assert next_status(status, step) is LEGAL[status, step]
        return
    assert (status, step) not in TRANSITIONS
    with pytest.raises(RefusedStepError) as refused:
        next_status(status, step)
    assert refused.value.remedy


@given(
    st.sampled_from(STILL_OPEN), st.sampled_from((Urgency.CRITICAL, Urgency.SIGNIFICANT)), attempts
)
def test_nothing_but_a_person_who_read_it_back_closes(status, urgency, attempt):
    try:
        after = status_after_attempt(a_result(urgency, status), attempt)
    except RefusedStepError:
        return
    understood = attempt.read_back in (ReadBack.CONFIRMED, ReadBack.CORRECTED)
    reached = attempt.outcome is CallOutcome.REACHED and bool(attempt.recipient_name)
    by_voice = attempt.method in (CallMethod.TELEPHONE, CallMethod.IN_PERSON)
    acknowledged = urgency is Urgency.SIGNIFICANT and attempt.method is CallMethod.SECURE_MESSAGE
    assert (after in CLOSED_STATUSES) == (understood and reached and (by_voice or acknowledged))
    assert (why_it_stays_open(urgency, attempt) == "") == (after in CLOSED_STATUSES)


@pytest.mark.parametrize(
    ("urgency", "changes", "why"),
    [
        (Urgency.CRITICAL, {"outcome": CallOutcome.MESSAGE_LEFT}, "A message left is not contact"),
        (Urgency.CRITICAL, {"outcome": CallOutcome.NO_ANSWER}, "Nobody was reached"),
        (Urgency.CRITICAL, {"read_back": ReadBack.NOT_ASKED}, "Without a read-back nobody knows"),
        (Urgency.SIGNIFICANT, {"read_back": ReadBack.DECLINED}, "Without a read-back nobody knows"),
        (Urgency.CRITICAL, {"method": CallMethod.SECURE_MESSAGE}, "is closed by voice only"),
    ],
)
def test_what_keeps_a_result_open_is_said_in_its_own_words(urgency, changes, why):
    said = why_it_stays_open(urgency, an_attempt(**changes))
    assert why in said
    assert why_it_stays_open(urgency, an_attempt()) == ""


@given(st.lists(attempts.filter(lambda a: a.outcome is not CallOutcome.REACHED), max_size=8))
def test_no_number_of_calls_that_reach_nobody_closes(tries):
    result = a_result()
    for attempt in tries:
        try:
            result = replace(result, status=status_after_attempt(result, attempt))
        except RefusedStepError:
            continue
    assert result.is_open


@pytest.mark.parametrize(
    "attempt",
    [
        an_attempt(recipient_name=" "),
        an_attempt(recipient_role=RecipientRole.NOBODY),
        an_attempt(CallOutcome.NO_ANSWER, ReadBack.CONFIRMED),
        an_attempt(ended_at=NOON - timedelta(seconds=1)),
    ],
    ids=["no name", "nobody", "read back by nobody", "ends before it starts"],
)
def test_a_record_that_contradicts_itself_is_refused(attempt):
    with pytest.raises(RefusedStepError):
        status_after_attempt(a_result(), attempt)


def test_a_routine_finding_has_no_clock():
    with pytest.raises(RefusedStepError, match="no communication clock"):
        due_at(Urgency.ROUTINE, NOON, POLICY)


def test_the_next_contact_is_due_after_15_30_45_and_60_minutes():
    minutes = [(at - NOON) // timedelta(minutes=1) for at in escalation_times(a_result(), POLICY)]
    assert minutes == [15, 30, 45, 60]


def test_a_significant_result_escalates_only_when_overdue():
    result = a_result(Urgency.SIGNIFICANT)
    assert escalation_level_at(result, POLICY, NOON + timedelta(hours=23, minutes=59)) == 0
    assert escalation_level_at(result, POLICY, NOON + timedelta(hours=24)) == 1


@given(
    st.lists(st.timedeltas(timedelta(hours=-30), timedelta(hours=30)), min_size=1, max_size=10),
    st.sampled_from((Urgency.CRITICAL, Urgency.SIGNIFICANT)),
)
def test_a_jumping_clock_neither_closes_nor_hides_nor_calms(jumps, urgency):
    result, now = a_result(urgency), NOON
    for jump in jumps:
        now += jump
        level = escalation_level_at(result, POLICY, now)
        assert level >= result.escalation_level
        if level > result.escalation_level:
            status = next_status(result.status, P.ESCALATE)
            result = replace(result, escalation_level=level, status=status)
        assert result.is_open
        assert result.is_overdue(now) == (now >= NOON + POLICY.communication_limits[urgency])
        assert result.due_at == NOON + POLICY.communication_limits[urgency]


@pytest.mark.parametrize(
    "local",
    [datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 2, 30)],
    ids=["clocks go forward", "clocks go back"],
)
def test_sixty_minutes_stay_sixty_when_the_clocks_change(local):
    zone = ZoneInfo("Europe/Berlin")
    discovered = local.replace(tzinfo=zone).astimezone(UTC)
    due = due_at(Urgency.CRITICAL, discovered, POLICY)
    assert due - discovered == timedelta(minutes=60)
    assert due.astimezone(zone).hour != (local + timedelta(minutes=60)).hour


def test_the_statement_names_finding_people_time_with_zone_and_read_back():
    attempt = an_attempt(ended_at=datetime(2026, 3, 29, 1, 30, tzinfo=UTC))
    assert statement(a_result(), attempt, ZoneInfo("Europe/Berlin")) == (
        "Critical result (Acute subdural haematoma): discussed by telephone by Dr. One with "
        "Dr. Ordering (ordering provider) on 2026-03-29 at 03:30 CEST; read back correctly."
    )

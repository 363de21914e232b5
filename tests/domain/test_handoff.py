"""Handoffs: every step of the two tables, who may take it, and what an answer needs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from readstation.domain.errors import NotPermittedError, RefusedStepError
from readstation.domain.handoff import (
    ENDED_STATUSES,
    Handoff,
    HandoffStatus,
    HandoffStep,
    HandoffType,
    Opinion,
    Reconciliation,
    is_blind_type,
    next_status,
    require_opinion,
    require_party,
    require_reconciliation,
    require_request,
)
from readstation.domain.report import ReportContent

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
S, P = HandoffStatus, HandoffStep
WAITING = (S.REQUESTED, S.ACCEPTED, S.IN_PROGRESS)
LEGAL = {
    (S.REQUESTED, P.ACCEPT): S.ACCEPTED,
    (S.ACCEPTED, P.OPEN): S.IN_PROGRESS,
    (S.IN_PROGRESS, P.OPEN): S.IN_PROGRESS,
    (S.IN_PROGRESS, P.RETURN): S.RETURNED,
    (S.RETURNED, P.COMPLETE): S.COMPLETED,
    **{(s, P.DECLINE): S.DECLINED for s in WAITING},
    **{(s, P.RECALL): S.RECALLED for s in WAITING},
    **{(s, P.EXPIRE): S.EXPIRED for s in WAITING},
}
LEGAL_FOR_SHIFT = {
    (S.REQUESTED, P.ACCEPT): S.COMPLETED,
    (S.REQUESTED, P.DECLINE): S.DECLINED,
    (S.REQUESTED, P.RECALL): S.RECALLED,
    (S.REQUESTED, P.EXPIRE): S.EXPIRED,
}


def a_handoff(opinion=None, content=None, is_blind=False):
    return Handoff(
        "h1", "1.2", "r1", HandoffType.OVER_READ, "Agree?", "first", "second", is_blind, NOON,
        NOON + timedelta(hours=1), "", S.RETURNED, 1, opinion, "", content,
    )  # fmt: skip


@pytest.mark.parametrize("status", HandoffStatus, ids=lambda e: e.value)
@pytest.mark.parametrize("opinion", [None, Opinion.AGREE], ids=["unanswered", "answered"])
@pytest.mark.parametrize("is_blind", [True, False], ids=["blind", "open"])
def test_only_a_blind_read_that_is_still_unanswered_hides_the_first(is_blind, opinion, status):
    handoff = replace(a_handoff(opinion, is_blind=is_blind), status=status)
    has_ended = status in {S.COMPLETED, S.DECLINED, S.RECALLED, S.EXPIRED}
    is_waiting = not has_ended and opinion is None
    assert handoff.is_live is not has_ended
    assert handoff.hides_first_read == (is_blind and is_waiting)


@pytest.mark.parametrize(
    ("handoff_type", "status", "step"), [*product(HandoffType, S, P)], ids=lambda e: e.value
)
def test_a_step_is_in_the_table_or_refused(handoff_type, status, step):
    legal = LEGAL_FOR_SHIFT if handoff_type is HandoffType.SHIFT_HANDOVER else LEGAL
    if (status, step) in legal:
        assert next_status(status, step, handoff_type) is legal[status, step]
        return
    with pytest.raises(RefusedStepError) as refused:
        next_status(status, step, handoff_type)
    assert status.value in refused.value.message
    assert refused.value.remedy


def test_nothing_leaves_an_ended_handoff():
    assert not [pair for pair in LEGAL | LEGAL_FOR_SHIFT if pair[0] in ENDED_STATUSES]


@pytest.mark.parametrize("step", [P.ACCEPT, P.OPEN, P.RETURN, P.DECLINE])
def test_only_the_reader_who_was_asked_answers(step):
    require_party(a_handoff(), step, "second")
    for other in ("first", "third"):
        with pytest.raises(NotPermittedError):
            require_party(a_handoff(), step, other)


@pytest.mark.parametrize("step", [P.COMPLETE, P.RECALL])
def test_only_the_reader_who_asked_takes_back(step):
    require_party(a_handoff(), step, "first")
    for other in ("second", "third"):
        with pytest.raises(NotPermittedError):
            require_party(a_handoff(), step, other)


def test_a_blind_second_read_is_always_blind_and_a_shift_handover_never():
    assert is_blind_type(HandoffType.BLIND_SECOND_READ, wished=False)
    assert not is_blind_type(HandoffType.SHIFT_HANDOVER, wished=True)
    assert [is_blind_type(HandoffType.OVER_READ, wished=w) for w in (True, False)] == [True, False]


def test_a_request_needs_a_question_and_time():
    require_request(HandoffType.CONSULT, "Is this a fracture?", NOON + timedelta(hours=1), NOON)
    with pytest.raises(RefusedStepError, match="question"):
        require_request(HandoffType.CONSULT, " ", NOON + timedelta(hours=1), NOON)
    with pytest.raises(RefusedStepError, match="passed"):
        require_request(HandoffType.CONSULT, "Is this a fracture?", NOON, NOON)


OWN_READ = ReportContent(impression="No fracture.")


@pytest.mark.parametrize(
    ("is_blind", "opinion", "text", "content"),
    [
        (True, Opinion.AGREE, "", None),
        (True, Opinion.DISAGREE, "it is not", OWN_READ),
        (True, Opinion.EDIT, "", None),
        (False, Opinion.EDIT, "see mine", ReportContent(impression=" ")),
        (False, Opinion.DISAGREE, " ", None),
    ],
)
def test_an_opinion_that_helps_nobody_is_refused(is_blind, opinion, text, content):
    with pytest.raises(RefusedStepError):
        require_opinion(is_blind, opinion, text, content)


@pytest.mark.parametrize(
    ("is_blind", "opinion", "text", "content"),
    [
        (True, Opinion.EDIT, "", OWN_READ),
        (False, Opinion.AGREE, "", None),
        (False, Opinion.EDIT, "", OWN_READ),
        (False, Opinion.DISAGREE, "the line is a vessel", None),
    ],
)
def test_a_complete_opinion_is_taken(is_blind, opinion, text, content):
    require_opinion(is_blind, opinion, text, content)


def test_a_disagreement_is_not_overruled_silently():
    disagreed = a_handoff(Opinion.DISAGREE)
    with pytest.raises(RefusedStepError, match="needs a reason"):
        require_reconciliation(disagreed, Reconciliation.KEEP_FIRST, " ")
    require_reconciliation(disagreed, Reconciliation.KEEP_FIRST, "seen again with the prior")
    require_reconciliation(disagreed, Reconciliation.ARBITRATED, "")
    require_reconciliation(a_handoff(Opinion.AGREE), Reconciliation.KEEP_FIRST, "")


def test_only_what_was_offered_can_be_adopted():
    with pytest.raises(RefusedStepError, match="no version"):
        require_reconciliation(a_handoff(Opinion.DISAGREE), Reconciliation.ADOPT_SECOND, "")
    offered = a_handoff(Opinion.EDIT, OWN_READ)
    require_reconciliation(offered, Reconciliation.ADOPT_SECOND, "")

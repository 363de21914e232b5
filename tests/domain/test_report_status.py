import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.errors import RefusedStepError
from readstation.domain.report import (
    OPEN_STATUSES,
    SIGNED_STATUSES,
    TRANSITIONS,
    ReportStatus,
    ReportStep,
    next_status,
)

S, P = ReportStatus, ReportStep
PAIRS = [(status, step) for status in S for step in P]

# Written out by hand from product.md section 2, so that the table is checked and not repeated.
WRITING = {P.REQUEST_SECOND_READ: S.AWAITING_SECOND_READ, P.SIGN: S.FINAL}
SIGNED = {P.ADD_ADDENDUM: S.ADDENDED, P.MARK_ENTERED_IN_ERROR: S.ENTERED_IN_ERROR}
CORRECT, AMEND = {P.CORRECT: S.CORRECTED}, {P.AMEND: S.AMENDED}
LEGAL = {
    S.DRAFT: {**WRITING, P.EDIT: S.DRAFT, P.SEND_PRELIMINARY: S.PRELIMINARY, P.CANCEL: S.CANCELLED},
    S.PRELIMINARY: {**WRITING, P.EDIT: S.PRELIMINARY, P.CANCEL: S.CANCELLED},
    S.AWAITING_SECOND_READ: {P.RETURN_FROM_SECOND_READ: S.PRELIMINARY},
    S.FINAL: SIGNED | CORRECT | AMEND,
    S.ADDENDED: SIGNED | CORRECT | AMEND,
    S.CORRECTED: SIGNED | CORRECT,
    S.AMENDED: SIGNED | AMEND,
    S.CANCELLED: {},
    S.ENTERED_IN_ERROR: {},
}


@pytest.mark.parametrize(("status", "step"), PAIRS, ids=lambda v: v.name)
def test_every_step_from_every_status_is_taken_or_refused_with_a_remedy(status, step):
    if step in LEGAL[status]:
        assert next_status(status, step) is LEGAL[status][step]
        return
    with pytest.raises(RefusedStepError) as refused:
        next_status(status, step)
    assert refused.value.message == f"You cannot {step.value} a report that is {status.value}."
    assert refused.value.remedy.endswith(".")


def test_a_report_is_open_signed_or_taken_out():
    assert {S.DRAFT, S.PRELIMINARY, S.AWAITING_SECOND_READ} == OPEN_STATUSES
    assert {S.FINAL, S.ADDENDED, S.CORRECTED, S.AMENDED} == SIGNED_STATUSES


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (S.AWAITING_SECOND_READ, "recall the handoff"),
        *((status, "never changed") for status in sorted(SIGNED_STATUSES, key=lambda s: s.value)),
        (S.CANCELLED, "start a new report"),
        (S.ENTERED_IN_ERROR, "start a new report"),
    ],
)
def test_who_may_not_edit_is_told_what_to_do_instead(status, remedy):
    with pytest.raises(RefusedStepError) as refused:
        next_status(status, P.EDIT)
    assert remedy in refused.value.remedy


@given(st.lists(st.sampled_from(P), max_size=12))
def test_a_signed_report_never_becomes_editable_again(steps):
    status, was_signed = S.DRAFT, False
    for step in steps:
        try:
            status = next_status(status, step)
        except RefusedStepError:
            continue
        was_signed = was_signed or status in SIGNED_STATUSES
        if was_signed:
            assert (status, P.EDIT) not in TRANSITIONS


@given(st.lists(st.sampled_from(P), max_size=12))
def test_only_signing_makes_a_report_final(steps):
    status, signed = S.DRAFT, False
    for step in steps:
        try:
            status = next_status(status, step)
        except RefusedStepError:
            continue
        signed = signed or step is P.SIGN
    assert (status in SIGNED_STATUSES) <= signed

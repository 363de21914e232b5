import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.errors import RefusedStepError
from readstation.domain.report import (
    SIGNED_STATUSES,
    TRANSITIONS,
    ReportStatus,
    ReportStep,
    next_status,
)

S, P = ReportStatus, ReportStep
PAIRS = [(status, step) for status in S for step in P]

# Written out by hand from product.md section 2, so that the table is checked and not repeated.
LEGAL = {
    S.DRAFT: {P.EDIT, P.SEND_PRELIMINARY, P.REQUEST_SECOND_READ, P.SIGN, P.CANCEL},
    S.PRELIMINARY: {P.EDIT, P.REQUEST_SECOND_READ, P.SIGN, P.CANCEL},
    S.AWAITING_SECOND_READ: {P.RETURN_FROM_SECOND_READ},
    S.FINAL: {P.ADD_ADDENDUM, P.CORRECT, P.AMEND, P.MARK_ENTERED_IN_ERROR},
    S.ADDENDED: {P.ADD_ADDENDUM, P.CORRECT, P.AMEND, P.MARK_ENTERED_IN_ERROR},
    S.CORRECTED: {P.ADD_ADDENDUM, P.CORRECT, P.MARK_ENTERED_IN_ERROR},
    S.AMENDED: {P.ADD_ADDENDUM, P.AMEND, P.MARK_ENTERED_IN_ERROR},
    S.CANCELLED: set(),
    S.ENTERED_IN_ERROR: set(),
}


@pytest.mark.parametrize(("status", "step"), PAIRS, ids=lambda v: v.name)
def test_every_step_from_every_status_is_taken_or_refused_with_a_remedy(status, step):
    if step in LEGAL[status]:
        assert next_status(status, step) is TRANSITIONS[status, step]
        return
    with pytest.raises(RefusedStepError) as refused:
        next_status(status, step)
    assert refused.value.message == f"You cannot {step.value} a report that is {status.value}."
    assert refused.value.remedy.endswith(".")


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

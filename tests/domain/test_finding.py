"""Findings: an incidental one never leaves its follow-up open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.errors import RefusedStepError
from readstation.domain.finding import Finding, FollowUp, interval_in_words, require_follow_up

COMPLETE = FollowUp("CT", 84, "chest")


@pytest.mark.parametrize(
    ("finding", "is_complete"),
    [
        (Finding("f", "Nodule."), True),
        (Finding("f", "Nodule.", is_incidental=True), False),
        (Finding("f", "Nodule.", is_incidental=True, follow_up=COMPLETE), True),
        (Finding("f", "Nodule.", is_incidental=True, follow_up=FollowUp("", 84)), False),
        (Finding("f", "Nodule.", is_incidental=True, follow_up=FollowUp("CT", 0)), False),
        (Finding("f", "Nodule.", is_incidental=True, follow_up=FollowUp(" ", 84)), False),
        (Finding("f", "Cyst.", is_incidental=True, no_follow_up_reason="Benign."), True),
        (Finding("f", "Cyst.", is_incidental=True, no_follow_up_reason="  "), False),
    ],
)
def test_an_incidental_finding_has_modality_and_interval_or_a_reason_for_none(
    finding, is_complete
) -> None:
    if is_complete:
        require_follow_up(finding)
        return
    with pytest.raises(RefusedStepError, match="follow-up") as refused:
        require_follow_up(finding)
    assert "modality and an interval" in refused.value.remedy


def test_a_recommendation_is_a_sentence() -> None:
    follow_up = FollowUp("MR", 28, "pituitary", with_contrast=True, guideline="local 2026")
    assert follow_up.sentence() == (
        "Follow-up: MR pituitary with contrast in 4 weeks (local 2026)."
    )


@given(st.integers(1, 4000))
def test_an_interval_in_words_is_exact(days) -> None:
    count, unit = interval_in_words(days).split()
    sizes = {"day": 1, "week": 7, "month": 30, "year": 365}
    assert int(count) * sizes[unit.removesuffix("s")] == days

"""Peer review: whose reads, which scores need words."""

import pytest

from readstation.domain.errors import RefusedStepError
from readstation.domain.quality import SCORE_MEANINGS, RadpeerScore, require_reviewable

NEEDS_COMMENT = {"1": False, "2a": False, "2b": True, "3a": True, "3b": True}


@pytest.mark.parametrize("score", list(RadpeerScore))
def test_scores_of_2b_and_up_need_a_comment(score) -> None:
    assert score.needs_comment is NEEDS_COMMENT[score.value]
    if not score.needs_comment:
        require_reviewable("qa1", ["reader1"], score, "")
        return
    with pytest.raises(RefusedStepError, match="needs a comment"):
        require_reviewable("qa1", ["reader1"], score, "  ")
    require_reviewable("qa1", ["reader1"], score, "Missed nodule.")


@pytest.mark.parametrize("score", list(RadpeerScore))
def test_nobody_reviews_what_they_signed_first_or_second(score) -> None:
    for signers in (["qa1"], ["reader1", "qa1"]):
        with pytest.raises(RefusedStepError, match="that you signed"):
            require_reviewable("qa1", signers, score, "A comment.")


def test_every_score_has_its_meaning_in_words() -> None:
    assert set(SCORE_MEANINGS) == set(RadpeerScore)
    assert len(set(SCORE_MEANINGS.values())) == len(RadpeerScore)

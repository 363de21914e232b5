"""One owner per study and task; every change of owner is one audited event."""

from datetime import timedelta

import pytest

from readstation.app.worklist.claim_study import claim_study, renew_claim
from readstation.app.worklist.find_worklist import find_worklist
from readstation.app.worklist.raise_concern import raise_concern
from readstation.app.worklist.release_study import release_study
from readstation.domain.claim import CLAIM_LEASE, ClaimTask
from readstation.domain.errors import (
    ClaimLostError,
    NotFoundError,
    NotPermittedError,
    RefusedStepError,
)
from readstation.domain.handoff import HandoffStatus

READ, SECOND = ClaimTask.READ, ClaimTask.SECOND_READ


@pytest.fixture
def one(department):
    department.add_study("1.1")
    return department.session("reader1")


@pytest.fixture
def two(department):
    return department.session("reader2")


def test_a_claimed_study_is_refused_to_the_next_reader_with_the_owners_name(department, one, two):
    claim_study(department.station, one, "1.1", READ)
    with pytest.raises(ClaimLostError, match=r"Dr\. Demo One"):
        claim_study(department.station, two, "1.1", READ)
    assert department.audited() == ["study claimed"]


def test_claiming_again_renews_without_a_second_event(department, one):
    first = claim_study(department.station, one, "1.1", READ)
    department.clock.moment += timedelta(minutes=10)
    again = claim_study(department.station, one, "1.1", READ)
    assert again.token == first.token
    assert again.expires_at - first.expires_at == timedelta(minutes=10)
    assert department.audited() == ["study claimed"]


def test_a_renewed_claim_outlives_its_lease(department, one, two):
    claim = claim_study(department.station, one, "1.1", READ)
    for _ in range(3):
        department.clock.moment += CLAIM_LEASE - timedelta(minutes=1)
        claim = renew_claim(department.station, one, claim)
    with pytest.raises(ClaimLostError):
        claim_study(department.station, two, "1.1", READ)


def test_a_silent_owner_is_replaced_and_cannot_renew_or_release_any_more(department, one, two):
    old = claim_study(department.station, one, "1.1", READ)
    department.clock.moment += CLAIM_LEASE
    new = claim_study(department.station, two, "1.1", READ)
    assert new.token > old.token
    with pytest.raises(ClaimLostError):
        renew_claim(department.station, one, old)
    release_study(department.station, one, old)
    with department.database.unit_of_work() as work:
        work.claims.require(new, department.clock.now())
    assert department.audited() == ["study claimed", "study claimed"]


def test_a_released_study_can_be_claimed_by_the_next_reader(department, one, two):
    release_study(department.station, one, claim_study(department.station, one, "1.1", READ))
    assert claim_study(department.station, two, "1.1", READ).owner_id == "reader2"
    assert department.audited() == ["study claimed", "study released", "study claimed"]


def test_nobody_releases_the_claim_of_another(department, one, two):
    claim = claim_study(department.station, one, "1.1", READ)
    release_study(department.station, two, claim)
    with pytest.raises(ClaimLostError):
        claim_study(department.station, two, "1.1", READ)


def test_a_technologist_claims_nothing(department, one):
    with pytest.raises(NotPermittedError):
        claim_study(department.station, department.session("tech1"), "1.1", READ)
    assert department.audited() == []


def test_a_second_read_is_claimed_only_by_the_reader_who_was_asked(department, one, two):
    with pytest.raises(RefusedStepError, match="Nobody has asked you"):
        claim_study(department.station, two, "1.1", SECOND)
    department.add_draft("1.1", "reader1")
    department.ask_second_read("1.1")
    with pytest.raises(RefusedStepError):
        claim_study(department.station, one, "1.1", SECOND)
    with pytest.raises(ClaimLostError, match="waits for"):
        claim_study(department.station, one, "1.1", READ)
    assert claim_study(department.station, two, "1.1", SECOND).owner_id == "reader2"


def test_a_recalled_second_read_cannot_be_claimed(department, one, two):
    department.add_draft("1.1", "reader1")
    department.ask_second_read("1.1", status=HandoffStatus.RECALLED)
    with pytest.raises(RefusedStepError):
        claim_study(department.station, two, "1.1", SECOND)


def test_a_concern_lifts_the_study_and_is_audited(department, one):
    technologist = department.session("tech1")
    raise_concern(department.station, technologist, "1.1", "  Free air?  ")
    (ranked,) = find_worklist(department.station, one).ranked
    assert ranked.item.order.technologist_concern == "Free air?"
    assert "technologist's concern" in ranked.why
    assert ranked.tier_reason.startswith("Group: STAT")
    assert department.audited() == ["concern raised"]


@pytest.mark.parametrize("concern", ["", "  \n", "x" * 401])
def test_a_concern_is_a_few_words(department, one, concern):
    with pytest.raises(RefusedStepError):
        raise_concern(department.station, one, "1.1", concern)
    assert department.audited() == []


def test_a_concern_needs_an_order_and_the_permission(department, one):
    with pytest.raises(NotFoundError):
        raise_concern(department.station, one, "9.9", "Look")
    with pytest.raises(NotPermittedError):
        raise_concern(department.station, department.session("admin1"), "1.1", "Look")

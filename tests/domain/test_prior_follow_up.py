"""A recommendation belongs to the next study that fits it, and to no later one."""

from datetime import timedelta

import pytest

from readstation.domain.finding import FollowUp
from readstation.domain.prior_follow_up import answered_follow_ups
from tests.domain.anatomy_tables import shipped_anatomy
from tests.domain.worklist_items import NOW, a_patient, a_study

CURRENT = a_study("1.1", at=NOW)


def before(uid, days, **changes):
    return a_study(uid, at=NOW - timedelta(days=days), **changes)


def answered(follow_up, *others):
    recommended = {"2.1": (follow_up,)}
    return answered_follow_ups(CURRENT, others, recommended, shipped_anatomy())


@pytest.mark.parametrize(
    ("follow_up", "words"),
    [
        (FollowUp("CT", 84, "chest"), "CT chest in 12 weeks"),
        (FollowUp("CT", 90), "CT in 3 months"),
        (FollowUp("CT", 365, "lung"), "CT lung in 1 year"),
        (FollowUp("MRI", 84, "chest"), None),
        (FollowUp("CT", 84, "head"), None),
        (FollowUp("CT", 0, "chest"), None),
        (FollowUp("", 84, "chest"), None),
    ],
)
def test_the_modality_and_the_region_have_to_fit(follow_up, words):
    found = answered(follow_up, before("2.1", 84))
    assert found == ({} if words is None else {"2.1": words})


def test_a_study_in_between_has_answered_it():
    follow_up = FollowUp("CT", 84, "chest")
    between = before("2.2", 20)
    elsewhere = before("2.3", 20, body_part_examined="HEAD")
    assert answered(follow_up, before("2.1", 84), between) == {}
    assert answered(follow_up, before("2.1", 84), elsewhere) == {"2.1": "CT chest in 12 weeks"}


def test_a_study_of_an_unknown_day_has_answered_nothing():
    follow_up = FollowUp("CT", 84, "chest")
    recommending, undated = before("2.1", 84), a_study("2.2", at=None)
    open_still = {"2.1": "CT chest in 12 weeks"}
    assert answered(follow_up, recommending, undated) == open_still
    assert answered(follow_up, a_study("2.1", at=None), before("2.2", 20)) == open_still
    now_undated = a_study("1.1", at=None)
    found = answered_follow_ups(
        now_undated, (recommending, before("2.2", 20)), {"2.1": (follow_up,)}, shipped_anatomy()
    )
    assert found == open_still


def test_a_possible_match_recommends_nothing():
    doubtful = before("2.1", 84, patient=a_patient(issuer=""))
    assert answered(FollowUp("CT", 84, "chest"), doubtful) == {}

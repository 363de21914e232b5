"""What the screens say of priors: the suggested in front, everything in a word or two."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from readstation.app.reading.prior_words import (
    full_line,
    role_list,
    short_line,
    shown_first,
    why_lines,
)
from readstation.domain.prior import PriorFacts, rank_priors
from tests.domain.anatomy_tables import shipped_anatomy
from tests.domain.worklist_items import NOW, a_patient, a_study

CURRENT = a_study("1.1", at=NOW)


def ranked(*others, **facts):
    return rank_priors(CURRENT, others, shipped_anatomy(), PriorFacts(**facts))


def prior(uid, days, **changes):
    return a_study(uid, at=NOW - timedelta(days=days), **changes)


SEVERAL = (
    *(prior(f"2.{n}", 100 * n) for n in range(1, 6)),
    prior("2.9", 4000),
    prior("2.8", 30, patient=a_patient(issuer="")),
)


def test_the_oldest_and_the_recommending_study_stand_in_front_of_better_ones():
    found = ranked(*SEVERAL, follow_ups={"2.4": "CT chest in 1 year"})
    shown = shown_first(found, 3)
    assert [p.study.study_instance_uid for p in shown] == ["2.4", "2.1", "2.9"]


@given(st.lists(st.integers(1, 4000), max_size=9, unique=True), st.integers(1, 5))
def test_the_best_is_always_in_front_and_a_possible_match_never(ages, most):
    found = ranked(*(prior(f"2.{days}", days) for days in ages), SEVERAL[-1])
    shown = shown_first(found, most)
    assert len(shown) == min(most, len(ages))
    assert all(one.may_be_hung for one in shown)
    assert list(shown) == [one for one in found if one in shown]
    if ages:
        assert shown[0] is found[0]


def test_a_chip_says_what_its_date_does_not_tell():
    found = {p.study.study_instance_uid: p for p in ranked(*SEVERAL)}
    assert short_line(found["2.1"], CURRENT) == "CT 2026-08-12 (−3 mo)"
    assert short_line(found["2.9"], CURRENT) == "CT 2015-12-08 (−11 y) · oldest"
    undated = ranked(a_study("3.1", at=None, is_simulated=True))[0]
    assert short_line(undated, CURRENT) == "CT · SIMULATED"


def test_every_part_of_a_score_is_said_with_its_points():
    (found,) = ranked(prior("2.1", 1460), reported=frozenset({"2.1"}))
    assert why_lines(found) == (
        "Suggested: newest, same region and modality",
        "+50  same region: chest (by body part)",
        "+20  same modality: CT",
        "+4  4.0 years earlier",
        "+10  has a report",
        "= 99 points",
    )
    assert role_list(found) == ("newest",)
    assert full_line(found, CURRENT) == (
        "CT 2022-11-21 (−4 y) · CT CHEST · newest · same region: chest (by body part)"
    )

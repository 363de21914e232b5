"""Priors: only of this patient, the most relevant first, each with its reasons."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.patient import PatientMatch
from readstation.domain.prior import rank_priors, regions_of, side_of
from tests.domain.worklist_items import NOW, a_patient, a_study

YEAR = timedelta(days=365)
CURRENT = a_study("1.1", at=NOW)


def prior(uid, *, age=YEAR, **changes):
    return a_study(uid, at=None if age is None else NOW - age, **changes)


def uids(found):
    return [ranked.study.study_instance_uid for ranked in found]


def test_same_region_and_modality_come_before_other_ones():
    head = prior("2.1", body_part_examined="HEAD", study_description="CT HEAD")
    radiograph = prior("2.2", modalities_in_study=("DX",))
    same = prior("2.3")
    abdomen = prior("2.4", body_part_examined="ABDOMEN")
    assert uids(rank_priors(CURRENT, [head, radiograph, same, abdomen])) == [
        "2.3",
        "2.2",
        "2.4",
        "2.1",
    ]


def test_of_two_alike_the_newer_comes_first_and_the_oldest_stays():
    found = rank_priors(CURRENT, [prior("2.1", age=9 * YEAR), prior("2.2", age=0.1 * YEAR)])
    assert uids(found) == ["2.2", "2.1"]
    assert found[1].score > 80


def test_reasons_are_words():
    (found,) = rank_priors(CURRENT, [prior("2.1", age=timedelta(days=20))])
    assert found.reasons == ("same region: chest", "same modality: CT", "20 days earlier")
    assert found.may_be_hung


def test_the_same_id_from_another_issuer_is_another_patient():
    assert not rank_priors(CURRENT, [prior("2.1", patient=a_patient(issuer="OTHER"))])


@pytest.mark.parametrize(
    "patient",
    [
        a_patient(name="DEMO^Alfa"),
        a_patient(born=date(1961, 3, 14)),
        a_patient(issuer=""),
    ],
)
def test_a_possible_match_is_shown_last_and_never_hung(patient):
    possible = prior("2.1", patient=patient)
    worse = prior("2.2", body_part_examined="KNEE", modalities_in_study=("US",), age=20 * YEAR)
    found = rank_priors(CURRENT, [possible, worse])
    assert uids(found) == ["2.2", "2.1"]
    assert found[1].match is PatientMatch.POSSIBLE
    assert not found[1].may_be_hung
    assert found[1].reasons[0].startswith("possible match, not hung")


def test_the_study_itself_and_later_ones_are_no_priors():
    assert not rank_priors(CURRENT, [CURRENT, prior("2.1", age=-YEAR), prior("2.2", age=0 * YEAR)])


def test_a_study_without_a_date_is_kept_and_says_so():
    (found,) = rank_priors(CURRENT, [prior("2.1", age=None)])
    assert "date unknown" in found.reasons


def test_the_opposite_side_counts_less_than_the_same():
    current = a_study("1.1", at=NOW, study_description="XR KNEE LEFT", body_part_examined="KNEE")
    left = prior("2.1", study_description="XR KNEE LEFT", body_part_examined="KNEE")
    right = prior("2.2", study_description="XR KNEE RIGHT", body_part_examined="KNEE")
    found = rank_priors(current, [right, left])
    assert uids(found) == ["2.1", "2.2"]
    assert "opposite side: right" in found[1].reasons


@pytest.mark.parametrize(
    ("body_part", "description", "regions"),
    [
        ("CHEST", "", {"chest"}),
        ("", "CT CAP WITH CONTRAST", {"chest", "abdomen", "pelvis"}),
        ("", "CT ABDOMEN PELVIS", {"abdomen", "pelvis"}),
        ("", "Capsule", set()),
        ("BREAST", "MG SCREENING", {"breast"}),
        ("", "", set()),
    ],
)
def test_regions_come_from_the_body_part_or_else_the_description(body_part, description, regions):
    study = a_study(body_part_examined=body_part, study_description=description)
    assert regions_of(study) == regions


@pytest.mark.parametrize(
    ("description", "side"),
    [("MR KNEE LEFT", "left"), ("Rt. hand", "right"), ("LEFT AND RIGHT HANDS", ""), ("BRIGHT", "")],
)
def test_a_side_is_a_whole_word_and_only_one(description, side):
    assert side_of(a_study(study_description=description)) == side


@given(st.permutations([prior(f"2.{n}", age=n * YEAR / 3) for n in range(1, 6)]))
def test_the_order_does_not_depend_on_how_priors_arrive(others):
    assert uids(rank_priors(CURRENT, others)) == ["2.1", "2.2", "2.3", "2.4", "2.5"]

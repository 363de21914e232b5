"""Priors: only of this patient, the most relevant first, each with its reasons."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.patient import Patient, PatientIdentity, PatientMatch
from readstation.domain.prior import PriorFacts, PriorRole, rank_priors
from tests.domain.anatomy_tables import shipped_anatomy
from tests.domain.worklist_items import NOW, a_patient, a_study
from tests.tables.prior_cases import PAIR_CASES, code

YEAR = timedelta(days=365)
TWO_HALF_LIVES = timedelta(days=1460)
CURRENT = a_study("1.1", at=NOW)
FOLLOW_UP = "CT chest in 12 weeks"


def prior(uid, *, age=YEAR, **changes):
    return a_study(uid, at=None if age is None else NOW - age, **changes)


def ranked(current, others, **facts):
    return rank_priors(current, others, shipped_anatomy(), PriorFacts(**facts))


def uids(found):
    return [one.study.study_instance_uid for one in found]


def roles(found):
    return {one.study.study_instance_uid: one.roles for one in found if one.roles}


@pytest.mark.parametrize("case", PAIR_CASES.values(), ids=PAIR_CASES.keys())
def test_a_prior_is_scored_by_the_rule_and_says_why(case):
    current = a_study("1.1", at=NOW, **case.current)
    other = prior("2.1", age=TWO_HALF_LIVES, **case.prior)
    (found,) = ranked(
        current,
        [other],
        reported=frozenset({"2.1"} if "report" in case.facts else ()),
        follow_ups={"2.1": FOLLOW_UP} if "follow-up" in case.facts else {},
    )
    said = [reason for reason in found.reasons if reason != "4.0 years earlier"]
    assert (found.score, tuple(said)) == (case.score, case.reasons)
    assert "4.0 years earlier" in found.reasons
    assert round(sum(part.points for part in found.parts)) == found.score


def test_what_was_ordered_tells_the_region_where_the_images_do_not():
    chest, head = code("24627-2"), code("24725-4")
    current = a_study("1.1", at=NOW, study_description="HEAD", ordered_codes=chest)
    ordered = prior("2.1", body_part_examined="HEAD", ordered_codes=chest)
    done = prior("2.2", procedure_codes=head, ordered_codes=chest)
    unknown = prior("2.3", procedure_codes=code("LOCAL1", "99SITE"), ordered_codes=chest)
    found = {one.study.study_instance_uid: one.reasons[0] for one in ranked(
        current, [ordered, done, unknown]
    )}  # fmt: skip
    assert found == {
        "2.1": "same region: chest (by ordered procedure code)",
        "2.2": "other region: head (by procedure code)",
        "2.3": "same region: chest (by ordered procedure code)",
    }


@pytest.mark.parametrize(
    ("days", "points", "words"),
    [
        (0, 15, "less than a day earlier"),
        (1, 14.986, "1 day earlier"),
        (60, 14.169, "60 days earlier"),
        (365, 10.607, "12 months earlier"),
        (730, 7.5, "2.0 years earlier"),
        (1460, 3.75, "4.0 years earlier"),
        (1700, 3, "4.7 years earlier"),  # the floor: 0.2 of 15
        (9000, 3, "24.6 years earlier"),
        (None, 3, "date unknown"),
    ],
)
def test_what_is_recent_counts_more_and_the_oldest_never_nothing(days, points, words):
    age = None if days is None else timedelta(days=days, seconds=1)
    (found,) = ranked(CURRENT, [prior("2.1", age=age)])
    (recency,) = [part for part in found.parts if part.reason == words]
    assert recency.points == pytest.approx(points, abs=0.001)


def test_same_region_and_modality_come_before_other_ones():
    head = prior("2.1", body_part_examined="HEAD", study_description="CT HEAD")
    radiograph = prior("2.2", modalities_in_study=("DX",))
    same = prior("2.3")
    abdomen = prior("2.4", body_part_examined="ABDOMEN")
    found = ranked(CURRENT, [head, radiograph, same, abdomen])
    assert uids(found) == ["2.3", "2.2", "2.4", "2.1"]
    assert [one.reasons[0] for one in found] == [
        "same region: chest (by body part)",
        "same region: chest (by body part)",
        "adjacent region: abdomen (by body part)",
        "other region: head (by body part)",
    ]


def test_of_two_alike_the_newer_comes_first_and_the_oldest_stays():
    found = ranked(CURRENT, [prior("2.1", age=9 * YEAR), prior("2.2", age=0.1 * YEAR)])
    assert uids(found) == ["2.2", "2.1"]
    assert found[1].score == 88
    assert found[1].reasons[-1] == "9.0 years earlier"


def test_a_report_brings_an_older_prior_before_a_newer_one():
    others = [prior("2.1", age=2 * YEAR), prior("2.2", age=YEAR)]
    assert uids(ranked(CURRENT, others)) == ["2.2", "2.1"]
    found = ranked(CURRENT, others, reported=frozenset({"2.1"}))
    assert uids(found) == ["2.1", "2.2"]
    assert "has a report" in found[0].reasons
    assert "has a report" not in found[1].reasons


@pytest.mark.parametrize(
    ("current", "others", "order", "suggested"),
    [
        pytest.param(
            {},
            {"2.1": {"age": YEAR}, "2.2": {"age": 5 * YEAR}, "2.3": {"age": 9 * YEAR}},
            ["2.1", "2.2", "2.3"],  # beyond the floor both score alike, and the newer leads
            {"2.1": [PriorRole.NEWEST_SAME], "2.3": [PriorRole.OLDEST_SAME]},
            id="three of a kind: newest and oldest",
        ),
        pytest.param(
            {},
            {"2.1": {}},
            ["2.1"],
            {"2.1": [PriorRole.NEWEST_SAME]},
            id="one alone is the newest, not the oldest too",
        ),
        pytest.param(
            {},
            {
                "2.1": {"age": YEAR},
                "2.2": {"modalities_in_study": ("MR",), "age": 3 * YEAR},
                "2.3": {"modalities_in_study": ("DX",), "age": YEAR / 12},
            },
            ["2.1", "2.3", "2.2"],
            {"2.1": [PriorRole.NEWEST_SAME], "2.3": [PriorRole.OTHER_MODALITY]},
            id="the newest of another modality",
        ),
        pytest.param(
            {},
            {"2.1": {"body_part_examined": "HEAD"}, "2.2": {"body_part_examined": "ABDOMEN"}},
            ["2.2", "2.1"],
            {},
            id="elsewhere is suggested for nothing",
        ),
        pytest.param(
            {"body_part_examined": "", "study_description": "CT CAP"},
            {"2.1": {}, "2.2": {"body_part_examined": "HEAD"}},
            ["2.1", "2.2"],
            {"2.1": [PriorRole.NEWEST_SAME]},
            id="a part of the region is enough",
        ),
        pytest.param(
            {"body_part_examined": "", "study_description": "CT LEFT FEMUR"},
            {
                "2.1": {"body_part_examined": "", "study_description": "CT RIGHT FEMUR"},
                "2.2": {"body_part_examined": "", "study_description": "CT LEFT FEMUR"},
            },
            ["2.2", "2.1"],
            {"2.2": [PriorRole.NEWEST_SAME]},
            id="the other thigh is listed and not suggested",
        ),
        pytest.param(
            {"body_part_examined": "KNEE", "study_description": "CT LEFT KNEE"},
            {"2.1": {"body_part_examined": "KNEE", "study_description": "CT RIGHT KNEE"}},
            ["2.1"],
            {"2.1": [PriorRole.NEWEST_SAME]},
            id="the other knee is kept for comparison",
        ),
        pytest.param(
            {"body_part_examined": "BREAST", "study_description": "MG LEFT"},
            {"2.1": {"body_part_examined": "BREAST", "study_description": "MG RIGHT"}},
            ["2.1"],
            {"2.1": [PriorRole.NEWEST_SAME]},
            id="the other breast is kept for comparison",
        ),
        pytest.param(
            {},
            {"2.1": {"age": None}, "2.2": {"age": 3 * YEAR}, "2.3": {"age": 4 * YEAR}},
            ["2.2", "2.3", "2.1"],
            {"2.2": [PriorRole.NEWEST_SAME], "2.3": [PriorRole.OLDEST_SAME]},
            id="without a date it is neither newest nor oldest",
        ),
        pytest.param(
            {},
            {"2.1": {"patient": a_patient(issuer=""), "age": YEAR / 12}, "2.2": {}},
            ["2.2", "2.1"],
            {"2.2": [PriorRole.NEWEST_SAME]},
            id="a possible match is suggested for nothing",
        ),
    ],
)
def test_priors_are_ordered_and_suggested(current, others, order, suggested):
    given_uids = {uid: prior(uid, **values) for uid, values in others.items()}
    found = ranked(a_study("1.1", at=NOW, **current), given_uids.values())
    assert uids(found) == order
    assert {uid: list(r) for uid, r in roles(found).items()} == suggested
    assert all(one.reasons for one in found)


def test_the_study_that_recommended_this_one_is_suggested_wherever_it_ranks():
    others = [prior("2.1"), prior("2.2", modalities_in_study=("US",), study_description="US NECK")]
    found = ranked(CURRENT, others, follow_ups={"2.2": FOLLOW_UP})
    assert roles(found)["2.2"][-1] is PriorRole.FOLLOW_UP
    (said,) = [one.reasons for one in found if one.study.study_instance_uid == "2.2"]
    assert "recommended this follow-up: CT chest in 12 weeks" in said


def test_the_same_id_from_another_issuer_is_another_patient():
    assert not ranked(CURRENT, [prior("2.1", patient=a_patient(issuer="OTHER"))])


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
    found = ranked(CURRENT, [possible, worse])
    assert uids(found) == ["2.2", "2.1"]
    assert found[1].match is PatientMatch.POSSIBLE
    assert not found[1].may_be_hung
    assert found[1].reasons[0].startswith("possible match, not hung")


IDS = ("DEMO-1", "DEMO-2")
ISSUERS = ("DEMO", "", "OTHER")
NAMES = ("DEMO^Alpha", "demo^alpha^^ ", "DEMO^Alpha^B", "")
BIRTHS = (date(1960, 3, 14), None, date(1960, 4, 13))
SEXES = ("M", "", "F")
AGREED = {("DEMO-1", "DEMO", name, BIRTHS[0], "M") for name in NAMES[:2]}


@pytest.mark.parametrize("identity", list(product(IDS, ISSUERS, NAMES, BIRTHS, SEXES)))
def test_only_where_everything_agrees_is_a_prior_hung(identity):
    patient_id, issuer, name, born, sex = identity
    other = Patient(PatientIdentity(patient_id, issuer), name, born, sex)
    found = ranked(CURRENT, [prior("2.1", patient=other)])
    if patient_id != "DEMO-1" or issuer == "OTHER":
        assert not found
        return
    (one,) = found
    assert one.may_be_hung is (identity in AGREED)
    assert one.reasons[0].startswith("possible match") is not one.may_be_hung
    assert not (one.roles and not one.may_be_hung)


def test_the_study_itself_and_later_ones_are_no_priors():
    assert not ranked(CURRENT, [CURRENT, prior("2.1", age=-YEAR), prior("2.2", age=0 * YEAR)])


MODALITIES = st.sampled_from([("CT",), ("MR",), ("DX",), ("US",), ("PT", "CT"), ("NM",), ()])
TEXTS = st.sampled_from(
    ["", "CT CHEST", "CAP", "XR KNEE LEFT", "KNEE RT", "MG R", "HEAD NECK", "skull base to thigh"]
)
AGES = st.one_of(st.none(), st.integers(1, 9000).map(lambda days: timedelta(days=days)))
PATIENTS = st.sampled_from([a_patient(), a_patient(issuer=""), a_patient("OTHER")])


@st.composite
def studies(draw):
    count = draw(st.integers(0, 7))
    return [
        prior(
            f"2.{number}",
            age=draw(AGES),
            patient=draw(PATIENTS),
            modalities_in_study=draw(MODALITIES),
            study_description=draw(TEXTS),
            body_part_examined=draw(st.sampled_from(["", "CHEST", "KNEE"])),
        )
        for number in range(count)
    ]


@given(studies(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_priors_arrive(others, chance):
    found = ranked(CURRENT, others)
    shuffled = chance.sample(others, len(others))
    assert ranked(CURRENT, shuffled) == found
    assert len(set(uids(found))) == len(found)


@given(studies(), studies())
def test_another_prior_hides_none_and_changes_no_score(others, more):
    more = [
        a_study(f"3.{n}", at=s.study_date_time, patient=s.patient) for n, s in enumerate(more, 1)
    ]
    before = {one.study.study_instance_uid: one.score for one in ranked(CURRENT, others)}
    after = {one.study.study_instance_uid: one.score for one in ranked(CURRENT, others + more)}
    assert before.items() <= after.items()
    same = [one for one in others if one.patient == CURRENT.patient]
    assert {one.study_instance_uid for one in same} <= before.keys()


@given(studies())
def test_scores_fall_and_every_result_explains_itself(others):
    found = ranked(CURRENT, others)
    assert all(one.reasons for one in found)
    sure = [one.score for one in found if one.may_be_hung]
    assert sure == sorted(sure, reverse=True)
    assert [one.may_be_hung for one in found] == sorted(
        (one.may_be_hung for one in found), reverse=True
    )
    assert all(0 <= one.score <= 120 for one in found)

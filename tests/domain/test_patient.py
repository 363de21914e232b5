"""Who is the same person: never by an ID alone."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.patient import (
    Patient,
    PatientIdentity,
    PatientMatch,
    match_patients,
    mismatches,
    shown_name,
)

BORN = date(1959, 3, 14)
HERE = Patient(PatientIdentity("4471902", "NORTHGATE"), "DEMO^ALPHA", BORN, "F")

IDS = {"same": "4471902", "other": "4471903"}
ISSUERS = {"same": "NORTHGATE", "absent": "", "other": "SOUTHGATE"}
NAMES = {"same": "DEMO^ALPHA", "padded": "demo^alpha^^ ", "other": "DEMO^BRAVO"}
BIRTHS = {"same": BORN, "absent": None, "other": date(1960, 3, 14)}


@pytest.mark.parametrize(
    ("patient_id", "issuer", "name", "birth"), list(product(IDS, ISSUERS, NAMES, BIRTHS))
)
def test_patients_are_linked_only_where_everything_agrees(patient_id, issuer, name, birth) -> None:
    other = Patient(
        PatientIdentity(IDS[patient_id], ISSUERS[issuer]), NAMES[name], BIRTHS[birth], "F"
    )
    if patient_id == "other" or issuer == "other":
        expected = PatientMatch.DIFFERENT
    elif issuer == "same" and name != "other" and birth == "same":
        expected = PatientMatch.SAME
    else:
        expected = PatientMatch.POSSIBLE
    assert match_patients(HERE, other) is expected
    assert match_patients(other, HERE) is expected
    if expected is not PatientMatch.DIFFERENT:
        assert bool(mismatches(HERE, other)) is (expected is PatientMatch.POSSIBLE)


def test_another_sex_is_at_most_a_possible_match() -> None:
    other = Patient(HERE.identity, HERE.patient_name, BORN, "M")
    assert match_patients(HERE, other) is PatientMatch.POSSIBLE


def test_what_does_not_agree_is_named() -> None:
    other = Patient(PatientIdentity("4471902"), "DEMO^BRAVO", None, "M")
    assert mismatches(HERE, other) == (
        "issuer of the ID missing in one",
        "name differs",
        "birth date missing in one",
        "sex differs",
    )
    assert mismatches(other, HERE) == mismatches(HERE, other)
    assert mismatches(HERE, HERE) == ()


def test_two_patients_without_an_id_are_never_linked() -> None:
    nobody = Patient(PatientIdentity(""), "DEMO^ALPHA", BORN, "F")
    assert match_patients(nobody, nobody) is PatientMatch.DIFFERENT


@given(st.text(), st.text(), st.text())
def test_the_same_id_of_two_issuers_is_two_people(patient_id, issuer, other_issuer) -> None:
    one = Patient(PatientIdentity(patient_id, issuer), "A^B", BORN, "F")
    other = Patient(PatientIdentity(patient_id, other_issuer), "A^B", BORN, "F")
    if issuer and other_issuer and issuer != other_issuer:
        assert match_patients(one, other) is PatientMatch.DIFFERENT


@pytest.mark.parametrize(
    ("patient_name", "shown"),
    [
        ("DEMO^Alpha^B", "DEMO, Alpha B"),
        ("DEMO", "DEMO"),
        ("", "(no name)"),
        ("^^^", "(no name)"),
        ("DEMO^Delta=デモ^デルタ", "デモ デルタ (DEMO, Delta)"),
        ("SMITH^<b>", "SMITH, <b>"),
    ],
)
def test_a_name_is_shown_as_a_reader_writes_it(patient_name, shown) -> None:
    assert shown_name(patient_name) == shown


@given(st.text())
def test_any_name_can_be_shown(patient_name) -> None:
    assert shown_name(patient_name)


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 3, 13), 66), (date(2026, 3, 14), 67), (date(1959, 3, 14), 0)],
)
def test_age_changes_on_the_birthday(day, age) -> None:
    assert HERE.age_on(day) == age

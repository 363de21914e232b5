"""Patient identity: what makes two studies one person's."""

from __future__ import annotations

from datetime import date
from enum import Enum

from readstation.domain.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """Patient ID (0010,0020) with its Issuer (0010,0021).

    The same ID from another issuer is another person until a human links them.
    """

    patient_id: str
    issuer_of_patient_id: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the images belong to, as the study itself says."""

    identity: PatientIdentity
    patient_name: str
    patient_birth_date: date | None = None
    patient_sex: str = ""

    def age_on(self, day: date) -> int | None:
        """Return whole years of age on `day`, or None without a birth date."""
        born = self.patient_birth_date
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class PatientMatch(Enum):
    """How sure it is that two records are one person."""

    SAME = "same patient"
    POSSIBLE = "possible match"
    DIFFERENT = "different patient"


def match_patients(one: Patient, other: Patient) -> PatientMatch:
    """Compare two patients: linked only where ID, issuer, name, birth date and sex agree.

    Anything less is at best possible and waits for a human; an ID alone never links.
    """
    if one.identity.patient_id != other.identity.patient_id or not one.identity.patient_id:
        return PatientMatch.DIFFERENT
    one_issuer, other_issuer = (
        one.identity.issuer_of_patient_id,
        other.identity.issuer_of_patient_id,
    )
    if one_issuer and other_issuer and one_issuer != other_issuer:
        return PatientMatch.DIFFERENT
    agrees = (
        one_issuer == other_issuer
        and comparable_name(one.patient_name) == comparable_name(other.patient_name)
        and one.patient_birth_date == other.patient_birth_date
        and one.patient_sex == other.patient_sex
    )
    return PatientMatch.SAME if agrees else PatientMatch.POSSIBLE


def mismatches(one: Patient, other: Patient) -> tuple[str, ...]:
    """Return what keeps two records of one ID from being surely one person, in words."""
    pairs = (
        (
            "issuer of the ID",
            one.identity.issuer_of_patient_id,
            other.identity.issuer_of_patient_id,
        ),
        ("name", comparable_name(one.patient_name), comparable_name(other.patient_name)),
        ("birth date", one.patient_birth_date, other.patient_birth_date),
        ("sex", one.patient_sex, other.patient_sex),
    )
    return tuple(
        f"{name} differs" if mine and theirs else f"{name} missing in one"
        for name, mine, theirs in pairs
        if mine != theirs
    )


def comparable_name(patient_name: str) -> str:
    """Return a person name without empty trailing components and padding (PS3.5 6.2.1.1).

    >>> comparable_name("DEMO^ALPHA^^ ")
    'demo^alpha'
    """
    return patient_name.casefold().rstrip("^= ").strip()


def shown_name(patient_name: str) -> str:
    """Return a person name as a reader writes it: family name, then the rest (PS3.5 6.2).

    >>> shown_name("DEMO^Alpha^B")
    'DEMO, Alpha B'
    """
    alphabetic, *other_groups = patient_name.split("=")
    shown = ", ".join(_family_and_given(alphabetic))
    extra = next((" ".join(g.split("^")).strip() for g in other_groups if g.strip("^ ")), "")
    if extra and shown:
        return f"{extra} ({shown})"
    return extra or shown or "(no name)"


def _family_and_given(group: str) -> list[str]:
    family, *rest = group.split("^")
    return [part for part in (family.strip(), " ".join(p for p in rest if p.strip())) if part]

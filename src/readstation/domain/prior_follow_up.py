"""Which earlier study asked for the examination that is read now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from readstation.domain.anatomy import Anatomy
from readstation.domain.finding import FollowUp
from readstation.domain.patient import PatientMatch, match_patients
from readstation.domain.prior_modality import ModalityLikeness, compare_modalities
from readstation.domain.study import Study

_SPOKEN = {
    "MRI": ("MR",),
    "XR": ("DX",),
    "X-RAY": ("DX",),
    "RADIOGRAPH": ("DX",),
    "PET": ("PT",),
    "PET/CT": ("PT",),
    "PET-CT": ("PT",),
    "MAMMOGRAPHY": ("MG",),
    "ULTRASOUND": ("US",),
}
"""Modalities as reports call them."""


def answered_follow_ups(
    current: Study,
    others: Iterable[Study],
    recommended: Mapping[str, Sequence[FollowUp]],
    anatomy: Anatomy,
) -> dict[str, str]:
    """Return the studies that recommended `current`, by UID, with the recommendation in words.

    Parameters
    ----------
    recommended : Mapping[str, Sequence[FollowUp]]
        What the signed reports of earlier studies recommend, by Study Instance UID.

    Notes
    -----
    A recommendation is open until the first later study that fits it, by modality and by region
    where it names one. Only studies of surely the same patient count.
    """
    same = [o for o in others if match_patients(current.patient, o.patient) is PatientMatch.SAME]
    found: dict[str, str] = {}
    for study in same:
        for follow_up in recommended.get(study.study_instance_uid, ()):
            between = [other for other in same if _is_between(study, other, current)]
            if not follow_up.is_complete or not fits(follow_up, current, anatomy):
                continue
            if not any(fits(follow_up, other, anatomy) for other in between):
                found.setdefault(study.study_instance_uid, _in_words(follow_up))
    return found


def fits(follow_up: FollowUp, study: Study, anatomy: Anatomy) -> bool:
    """Return True if a study is of the modality and, where one is named, the region asked for."""
    name = follow_up.modality.strip().upper()
    asked = _SPOKEN.get(name, tuple(name.split("/")))
    if compare_modalities(asked, study.modalities_in_study) is not ModalityLikeness.SAME:
        return False
    regions = anatomy.of_text(follow_up.body_part)
    return not regions or anatomy.overlap(regions, anatomy.find(study).regions).is_same_place


def _is_between(first: Study, other: Study, last: Study) -> bool:
    a, b, c = first.study_date_time, other.study_date_time, last.study_date_time
    return a is not None and b is not None and c is not None and a < b < c


def _in_words(follow_up: FollowUp) -> str:
    return follow_up.sentence().removeprefix("Follow-up: ").rstrip(".")

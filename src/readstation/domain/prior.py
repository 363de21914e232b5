"""Which earlier studies matter for this one, in order, with reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from readstation.domain.patient import PatientMatch, match_patients
from readstation.domain.study import Study

REGION_POINTS, MODALITY_POINTS, LATERALITY_POINTS, RECENCY_POINTS = 50, 20, 15, 15
HALF_LIFE_DAYS = 730.0
OLDEST_SHARE = 0.2
"""Even the oldest prior keeps this share of the points for recency."""
DAYS_PER_YEAR = 365.25

_REGION_WORDS: dict[str, tuple[str, ...]] = {
    "head": ("head", "brain", "skull", "sella", "orbit", "cranial"),
    "neck": ("neck", "thyroid", "carotid", "larynx"),
    "chest": ("chest", "thorax", "lung", "rib", "cap"),
    "heart": ("heart", "cardiac", "coronary", "echocardiogra"),
    "breast": ("breast", "mammo"),
    "abdomen": ("abdomen", "liver", "kidney", "renal", "pancreas", "bowel", "cap"),
    "pelvis": ("pelvis", "prostate", "uterus", "bladder", "cap"),
    "spine": ("spine", "cspine", "tspine", "lspine", "lumbar", "cervical"),
    "shoulder": ("shoulder", "clavicle"),
    "arm": ("arm", "elbow", "humerus", "forearm"),
    "hand": ("hand", "wrist", "finger"),
    "hip": ("hip",),
    "leg": ("leg", "femur", "tibia", "thigh"),
    "knee": ("knee", "patella"),
    "foot": ("foot", "ankle", "toe", "calcaneus"),
    "whole body": ("whole body", "wholebody", "skull base to thigh"),
}
_ADJACENT: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        ("head", "neck"),
        ("neck", "chest"),
        ("neck", "spine"),
        ("chest", "heart"),
        ("chest", "abdomen"),
        ("chest", "breast"),
        ("abdomen", "pelvis"),
        ("abdomen", "spine"),
        ("pelvis", "spine"),
        ("pelvis", "hip"),
        ("hip", "leg"),
        ("leg", "knee"),
        ("shoulder", "arm"),
        ("arm", "hand"),
    )
)
_RADIOGRAPHY = frozenset({"CR", "DX", "RG", "RF"})
_MODALITY_SHARES: tuple[tuple[frozenset[str], frozenset[str], float], ...] = (
    (frozenset({"CT"}), frozenset({"MR", "PT"}), 0.7),
    (frozenset({"MR"}), frozenset({"CT", "PT"}), 0.7),
    (frozenset({"PT"}), frozenset({"CT", "MR"}), 0.7),
    (_RADIOGRAPHY, frozenset({"CT"}), 0.5),
    (frozenset({"CT"}), _RADIOGRAPHY, 0.5),
    (frozenset({"MG"}), frozenset({"US", "MR"}), 0.7),
)
_OTHER_MODALITY_SHARE = 0.2
_LEFT_WORDS, _RIGHT_WORDS = frozenset({"left", "lt"}), frozenset({"right", "rt"})


@dataclass(frozen=True, slots=True)
class RankedPrior:
    """An earlier study with how relevant it is and why.

    Only one of the same patient is ever hung; a possible match is shown for a human to judge.
    """

    study: Study
    match: PatientMatch
    score: int
    reasons: tuple[str, ...]

    @property
    def may_be_hung(self) -> bool:
        return self.match is PatientMatch.SAME


def rank_priors(current: Study, others: Iterable[Study]) -> tuple[RankedPrior, ...]:
    """Return the earlier studies of this patient, the most relevant first.

    Studies of other patients and later ones are left out; one without a date is kept and says so.
    """
    ranked = [_rank(current, other) for other in others if _may_be_prior(current, other)]
    return tuple(sorted(ranked, key=_sort_key))


def _may_be_prior(current: Study, other: Study) -> bool:
    if other.study_instance_uid == current.study_instance_uid:
        return False
    if match_patients(current.patient, other.patient) is PatientMatch.DIFFERENT:
        return False
    if current.study_date_time is None or other.study_date_time is None:
        return True
    return other.study_date_time < current.study_date_time


def _rank(current: Study, other: Study) -> RankedPrior:
    match = match_patients(current.patient, other.patient)
    parts = (
        _region(current, other),
        _modality(current, other),
        _laterality(current, other),
        _recency(current, other),
    )
    reasons = tuple(reason for _, reason in parts if reason)
    if match is PatientMatch.POSSIBLE:
        reasons = ("possible match, not hung: compare name, birth date and sex", *reasons)
    return RankedPrior(other, match, round(sum(points for points, _ in parts)), reasons)


def _sort_key(prior: RankedPrior) -> tuple[bool, int, float, str]:
    at = prior.study.study_date_time
    newest_first = -at.timestamp() if at is not None else 0.0
    return (not prior.may_be_hung, -prior.score, newest_first, prior.study.study_instance_uid)


def regions_of(study: Study) -> frozenset[str]:
    """Return the body regions a study shows, from its body part, else from its description."""
    for text in (study.body_part_examined, study.study_description):
        words = text.casefold()
        found = frozenset(
            region
            for region, names in _REGION_WORDS.items()
            if any(name in words if len(name) > 3 else name in _words(words) for name in names)
        )
        if found:
            return found
    return frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset("".join(c if c.isalnum() else " " for c in text).split())


def _region(current: Study, other: Study) -> tuple[float, str]:
    ours, theirs = regions_of(current), regions_of(other)
    if not ours or not theirs:
        return 0.0, "body region unknown"
    if ours == theirs:
        return float(REGION_POINTS), f"same region: {', '.join(sorted(ours))}"
    if ours & theirs:
        return 0.8 * REGION_POINTS, f"shares region: {', '.join(sorted(ours & theirs))}"
    if any(frozenset((a, b)) in _ADJACENT for a in ours for b in theirs):
        return 0.4 * REGION_POINTS, f"adjacent region: {', '.join(sorted(theirs))}"
    return 0.0, f"other region: {', '.join(sorted(theirs))}"


def _modality(current: Study, other: Study) -> tuple[float, str]:
    ours, theirs = frozenset(current.modalities_in_study), frozenset(other.modalities_in_study)
    name = "/".join(sorted(theirs)) or "modality unknown"
    if ours & theirs or (ours & _RADIOGRAPHY and theirs & _RADIOGRAPHY):
        return float(MODALITY_POINTS), f"same modality: {name}"
    shares = [share for a, b, share in _MODALITY_SHARES if ours & a and theirs & b]
    return max(shares, default=_OTHER_MODALITY_SHARE) * MODALITY_POINTS, f"other modality: {name}"


def _laterality(current: Study, other: Study) -> tuple[float, str]:
    ours, theirs = side_of(current), side_of(other)
    if ours and theirs and ours != theirs:
        return 0.2 * LATERALITY_POINTS, f"opposite side: {theirs}"
    return float(LATERALITY_POINTS), f"same side: {ours}" if ours and ours == theirs else ""


def side_of(study: Study) -> str:
    """Return "left" or "right" if the description names exactly one side, else empty."""
    words = _words(study.study_description.casefold())
    is_left, is_right = bool(words & _LEFT_WORDS), bool(words & _RIGHT_WORDS)
    if is_left == is_right:
        return ""
    return "left" if is_left else "right"


def _recency(current: Study, other: Study) -> tuple[float, str]:
    if current.study_date_time is None or other.study_date_time is None:
        return OLDEST_SHARE * RECENCY_POINTS, "date unknown"
    days = max((current.study_date_time - other.study_date_time).days, 0)
    share = max(0.5 ** (days / HALF_LIFE_DAYS), OLDEST_SHARE)
    return share * RECENCY_POINTS, f"{_age_text(days)} earlier"


def _age_text(days: int) -> str:
    """Return an age as a reader says it.

    >>> [_age_text(d) for d in (0, 1, 20, 61, 800)]
    ['less than a day', '1 day', '20 days', '2 months', '2.2 years']
    """
    if days < 1:
        return "less than a day"
    if days < 61:
        return f"{days} day" + ("s" if days != 1 else "")
    if days < 730:
        return f"{round(days / 30.44)} months"
    return f"{days / DAYS_PER_YEAR:.1f} years"

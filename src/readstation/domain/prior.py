"""Which earlier studies matter for this one, in order, with reasons.

The weights are those of the site's rule: 50 for the region, 20 for the modality, 15 for the side,
15 for recency, 10 for a report, 10 if the study recommended the one that is read now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from readstation.domain.anatomy import Anatomy, FoundRegions, Overlap, Side
from readstation.domain.patient import PatientMatch, match_patients, mismatches
from readstation.domain.prior_modality import ModalityLikeness, compare_modalities
from readstation.domain.study import Study

REGION_POINTS, MODALITY_POINTS, LATERALITY_POINTS, RECENCY_POINTS = 50, 20, 15, 15
REPORT_POINTS, FOLLOW_UP_POINTS = 10, 10
OPPOSITE_SIDE_SHARE = 0.2
UNKNOWN_SIDE_SHARE = 0.6
"""One of the two does not say its side: midway between the same and the opposite one."""
HALF_LIFE_DAYS = 730.0
OLDEST_SHARE = 0.2
"""Even the oldest prior keeps this share of the points for recency."""
DAYS_PER_YEAR = 365.25
POSSIBLE = "possible match, not hung: "


class PriorRole(Enum):
    """Why a prior is suggested, in the words of the screen."""

    NEWEST_SAME = "newest, same region and modality"
    OLDEST_SAME = "oldest, same region and modality"
    OTHER_MODALITY = "newest of another modality, same region"
    FOLLOW_UP = "recommended this follow-up"


@dataclass(frozen=True, slots=True)
class PriorPoints:
    """What one part of the rule gave, and why; `reason` is empty where nothing is to be said."""

    points: float
    reason: str


@dataclass(frozen=True, slots=True)
class RankedPrior:
    """An earlier study with how relevant it is and why.

    Only one of the same patient is ever hung; a possible match is shown for a human to judge.
    """

    study: Study
    match: PatientMatch
    score: int
    reasons: tuple[str, ...]
    parts: tuple[PriorPoints, ...] = ()
    """What the score is made of, before rounding."""
    roles: tuple[PriorRole, ...] = ()
    """Why it is suggested; empty for most."""
    overlap: Overlap = Overlap.NONE
    modality: ModalityLikeness = ModalityLikeness.OTHER

    @property
    def may_be_hung(self) -> bool:
        return self.match is PatientMatch.SAME

    @property
    def is_suggested(self) -> bool:
        return bool(self.roles)


@dataclass(frozen=True, slots=True)
class PriorFacts:
    """What else is known of earlier studies, by Study Instance UID."""

    reported: frozenset[str] = frozenset()
    """Those whose signed report the reader may see."""
    follow_ups: Mapping[str, str] = field(default_factory=dict)
    """Those that recommended what is read now, with the recommendation."""


NO_FACTS = PriorFacts()


def rank_priors(
    current: Study, others: Iterable[Study], anatomy: Anatomy, facts: PriorFacts = NO_FACTS
) -> tuple[RankedPrior, ...]:
    """Return the earlier studies of this patient, the most relevant first.

    Studies of other patients and later ones are left out; one without a date is kept and says so.
    """
    rule = _Rule(current, anatomy, facts)
    ranked = (rule.rank(other) for other in others if _may_be_prior(current, other))
    return _with_roles(sorted(ranked, key=_sort_key), rule)


def _may_be_prior(current: Study, other: Study) -> bool:
    if other.study_instance_uid == current.study_instance_uid:
        return False
    if match_patients(current.patient, other.patient) is PatientMatch.DIFFERENT:
        return False
    if current.study_date_time is None or other.study_date_time is None:
        return True
    return other.study_date_time < current.study_date_time


def _sort_key(prior: RankedPrior) -> tuple[bool, int, float, str]:
    return (not prior.may_be_hung, -prior.score, -_moment(prior), prior.study.study_instance_uid)


def _moment(prior: RankedPrior) -> float:
    at = prior.study.study_date_time
    return at.timestamp() if at is not None else 0.0


class _Rule:
    """Compares other studies with the current one, whose regions and side are found once."""

    def __init__(self, current: Study, anatomy: Anatomy, facts: PriorFacts) -> None:
        self._current, self._anatomy, self._facts = current, anatomy, facts
        self._regions = anatomy.find(current)
        self._side = anatomy.side_of(current)

    def rank(self, other: Study) -> RankedPrior:
        theirs = self._anatomy.find(other)
        overlap = self._anatomy.overlap(self._regions.regions, theirs.regions)
        likeness = compare_modalities(self._current.modalities_in_study, other.modalities_in_study)
        parts = (
            _region(self._regions, theirs, overlap),
            _modality(other, likeness, overlap),
            self._laterality(other, theirs),
            _recency(self._current, other),
            self._report(other),
            self._follow_up(other),
        )
        match = match_patients(self._current.patient, other.patient)
        reasons = tuple(part.reason for part in parts if part.reason)
        if match is PatientMatch.POSSIBLE:
            doubts = ", ".join(mismatches(self._current.patient, other.patient))
            reasons = (f"{POSSIBLE}{doubts}", *reasons)
        score = round(sum(part.points for part in parts))
        return RankedPrior(other, match, score, reasons, parts, (), overlap, likeness)

    def is_other_side(self, other: Study) -> bool:
        """Return True if a prior shows the other side, where that is nothing to compare with."""
        theirs = self._anatomy.find(other).regions
        if not self._is_opposite(self._anatomy.side_of(other), theirs):
            return False
        return not self._anatomy.compares_sides(theirs & self._regions.regions)

    def is_followed(self, other: Study) -> bool:
        return other.study_instance_uid in self._facts.follow_ups

    def _laterality(self, other: Study, theirs: FoundRegions) -> PriorPoints:
        side, full = self._anatomy.side_of(other), float(LATERALITY_POINTS)
        if not self._anatomy.is_paired(self._regions.regions | theirs.regions):
            return PriorPoints(full, "")
        if self._is_opposite(side, theirs.regions):
            return PriorPoints(full * OPPOSITE_SIDE_SHARE, f"opposite side: {side.value}")
        if (side is Side.UNKNOWN) != (self._side is Side.UNKNOWN):
            return PriorPoints(full * UNKNOWN_SIDE_SHARE, "side not stated in one of the two")
        if side is Side.UNKNOWN:
            return PriorPoints(full, "")
        word = "same side" if side is self._side else "side"
        return PriorPoints(full, f"{word}: {side.value}")

    def _is_opposite(self, side: Side, theirs: frozenset[str]) -> bool:
        one_each = {side, self._side} == {Side.LEFT, Side.RIGHT}
        return one_each and self._anatomy.is_paired(self._regions.regions | theirs)

    def _report(self, other: Study) -> PriorPoints:
        has_report = other.study_instance_uid in self._facts.reported
        return PriorPoints(REPORT_POINTS, "has a report") if has_report else PriorPoints(0.0, "")

    def _follow_up(self, other: Study) -> PriorPoints:
        asked = self._facts.follow_ups.get(other.study_instance_uid)
        if asked is None:
            return PriorPoints(0.0, "")
        return PriorPoints(FOLLOW_UP_POINTS, f"recommended this follow-up: {asked}")


def _region(ours: FoundRegions, theirs: FoundRegions, overlap: Overlap) -> PriorPoints:
    points = overlap.value * REGION_POINTS
    if not ours.regions or not theirs.regions:
        return PriorPoints(points, "body region unknown")
    words = {
        Overlap.SAME: "same region",
        Overlap.SHARED: "shares region",
        Overlap.ADJACENT: "adjacent region",
        Overlap.NONE: "other region",
    }[overlap]
    shared = sorted(ours.regions & theirs.regions) if overlap is Overlap.SHARED else []
    named = ", ".join(shared) or theirs.words
    return PriorPoints(points, f"{words}: {named} (by {theirs.source.value})")


def _modality(other: Study, likeness: ModalityLikeness, overlap: Overlap) -> PriorPoints:
    name = "/".join(sorted(other.modalities_in_study)) or "unknown"
    points = likeness.share(is_same_place=overlap.is_same_place) * MODALITY_POINTS
    word = "same" if likeness is ModalityLikeness.SAME else "other"
    return PriorPoints(points, f"{word} modality: {name}")


def _recency(current: Study, other: Study) -> PriorPoints:
    if current.study_date_time is None or other.study_date_time is None:
        return PriorPoints(OLDEST_SHARE * RECENCY_POINTS, "date unknown")
    days = max((current.study_date_time - other.study_date_time).days, 0)
    share = max(0.5 ** (days / HALF_LIFE_DAYS), OLDEST_SHARE)
    return PriorPoints(share * RECENCY_POINTS, f"{_age_text(days)} earlier")


def _with_roles(ranked: list[RankedPrior], rule: _Rule) -> tuple[RankedPrior, ...]:
    """Say which of them are suggested, and as what; none is left out."""
    sure = [p for p in ranked if p.may_be_hung]
    near = [p for p in sure if p.overlap.is_same_place and not rule.is_other_side(p.study)]
    dated = [p for p in near if p.study.study_date_time is not None]
    same = [p for p in dated if p.modality is ModalityLikeness.SAME]
    unlike = [p for p in dated if p.modality is not ModalityLikeness.SAME]
    newest, oldest = max(same, key=_age_key, default=None), min(same, key=_age_key, default=None)
    chosen: tuple[tuple[PriorRole, list[RankedPrior | None]], ...] = (
        (PriorRole.NEWEST_SAME, [newest]),
        (PriorRole.OLDEST_SAME, [oldest] if oldest is not newest else []),
        (PriorRole.OTHER_MODALITY, [max(unlike, key=_age_key, default=None)]),
        (PriorRole.FOLLOW_UP, [p for p in sure if rule.is_followed(p.study)]),
    )

    def roles_of(prior: RankedPrior) -> tuple[PriorRole, ...]:
        return tuple(role for role, priors in chosen if any(p is prior for p in priors))

    return tuple(replace(prior, roles=roles_of(prior)) for prior in ranked)


def _age_key(prior: RankedPrior) -> tuple[float, str]:
    return (_moment(prior), prior.study.study_instance_uid)


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

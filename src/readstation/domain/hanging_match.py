"""Which protocol fits a study and how well; which display set fits a box best.

The score of a protocol is the sum of the points below for each criterion it states and the study
meets; a criterion that is stated and not met rules it out. Among equal scores the protocol whose
identifier comes first in the alphabet wins, so the same study always hangs the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from readstation.domain.hanging import (
    HangingCase,
    HangingProtocol,
    ImageBox,
    SetFacts,
    SetSelector,
    StudyFacts,
    StudySelector,
)
from readstation.domain.hanging_words import first_match, words_of

MODALITY_POINTS = 10
"""For one of the modalities."""
ALSO_POINTS = 30
"""For each modality that has to be there besides: a PET/CT of the chest is no CT of the chest."""
REGION_POINTS = 20
LATERALITY_POINTS = 10
DESCRIPTION_POINTS = 30
VIEW_POINTS = 3
"""For each view that the protocol asks for."""
PRIOR_POINTS = 5
OWN_POINTS = 100
"""What a reader saved for such studies goes before what comes with the program."""
FILLED_POINTS = 9
"""If every box of the first stage is filled; in proportion otherwise."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a protocol fits: points with reasons, or why it does not."""

    score: int = 0
    reasons: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def is_fit(self) -> bool:
        return not self.refusal


def fit_of(protocol: HangingProtocol, case: HangingCase) -> Fit:
    """Return the points of the criteria of a protocol for a study, or the first one not met."""
    points: list[tuple[int, str]] = [(OWN_POINTS, "saved in this workspace")]
    if not protocol.is_own:
        points.clear()
    for worth, words in _criteria(protocol.study, case):
        if not worth:
            return Fit(refusal=words)
        points.append((worth, words))
    reasons = tuple(f"{words} (+{worth})" for worth, words in points)
    return Fit(sum(worth for worth, _ in points), reasons)


def _criteria(wanted: StudySelector, case: HangingCase) -> Iterator[tuple[int, str]]:
    """Yield each criterion that is stated with its points, 0 where it is not met."""
    study = case.current
    if wanted.modalities:
        yield _one_of(wanted.modalities, study.modalities, MODALITY_POINTS)
    for modality in sorted(wanted.also):
        yield _one_of({modality}, study.modalities, ALSO_POINTS)
    if wanted.regions:
        yield _one_of(wanted.regions, study.regions, REGION_POINTS)
    if wanted.laterality:
        is_met = wanted.laterality == study.laterality
        yield (LATERALITY_POINTS if is_met else 0, f"side {wanted.laterality}")
    yield from _by_description(wanted, study)
    if wanted.views:
        missing = [v for v in sorted(wanted.views) if not _has_view(study, v)]
        count = len(wanted.views)
        words = ", ".join(sorted(wanted.views))
        yield (0, f"no {', '.join(missing)}") if missing else (VIEW_POINTS * count, words)
    if wanted.needs_prior:
        yield (PRIOR_POINTS, "has a prior") if case.priors else (0, "no prior")


def _one_of(wanted: Set[str], there: Set[str], worth: int) -> tuple[int, str]:
    met = sorted(wanted & there)
    return (worth, ", ".join(met)) if met else (0, f"not {' or '.join(sorted(wanted))}")


def _by_description(wanted: StudySelector, study: StudyFacts) -> Iterator[tuple[int, str]]:
    if wanted.description:
        found = first_match(wanted.description, study.study_description)
        yield (DESCRIPTION_POINTS, f"“{found}”") if found else (0, "description says otherwise")
    unwanted = first_match(wanted.description_without, study.study_description)
    if unwanted:
        yield (0, f"description says “{unwanted}”")


def _has_view(study: StudyFacts, view: str) -> bool:
    return view in study.views or any(f"{side} {view}" in study.views for side in "RLB")


def is_wanted(selector: SetSelector, facts: SetFacts) -> bool:
    """Return True if a display set meets everything that a selector states."""
    stated = (
        (selector.modalities, facts.modality),
        (selector.views, facts.view),
        (selector.planes, facts.plane),
    )
    if any(wanted and value not in wanted for wanted, value in stated):
        return False
    exact = ((selector.laterality, facts.laterality), (selector.kernel, facts.kernel))
    if any(wanted and value != wanted for wanted, value in exact):
        return False
    most = selector.most_images or facts.image_count
    return (
        selector.least_images <= facts.image_count <= most
        and (not selector.regions or bool(selector.regions & facts.regions))
        and _is_of_type(selector, facts.image_type)
        and _is_described(selector, facts.series_description)
    )


def _is_described(selector: SetSelector, text: str) -> bool:
    if selector.description and not first_match(selector.description, text):
        return False
    return not first_match(selector.description_without, text)


def _is_of_type(selector: SetSelector, image_type: frozenset[str]) -> bool:
    return selector.image_type <= image_type and not selector.image_type_without & image_type


def best_for(
    box: ImageBox, among: Sequence[SetFacts], example: SetFacts | None = None
) -> SetFacts | None:
    """Return the display set that a box asks for; the best if there are several.

    `example` is what the images are to resemble. Order: made for looking at, the earliest
    preference, likeness, most images, lowest series number, strip order.
    """
    wanted = [facts for facts in among if is_wanted(box.wants, facts)]
    return min(wanted, key=lambda facts: _rank(box, facts, example), default=None)


def _rank(box: ImageBox, facts: SetFacts, example: SetFacts | None) -> tuple[object, ...]:
    met = (place for place, s in enumerate(box.prefers) if is_wanted(s, facts))
    alike = likeness(example, facts) if example is not None else ()
    number = facts.series_number if facts.series_number is not None else 1 << 31
    return (
        facts.is_for_processing,
        next(met, len(box.prefers)),
        tuple(-points for points in alike),
        -facts.image_count,
        number,
    )


def likeness(a: SetFacts, b: SetFacts) -> tuple[int, ...]:
    """Return how much two display sets show the same, most telling first."""
    shared = words_of(a.series_description) & words_of(b.series_description)
    return (
        int(a.modality == b.modality),
        int(bool(a.plane) and a.plane == b.plane),
        int(a.view == b.view),
        int(a.laterality == b.laterality),
        int(bool(a.kernel) and a.kernel == b.kernel),
        len(shared),
    )

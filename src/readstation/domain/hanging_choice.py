"""From protocols and what is open to image boxes: which protocol, why, and what hangs where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from readstation.domain.hanging import (
    HangingCase,
    HangingProtocol,
    ImageBox,
    Scope,
    SetFacts,
    SetSelector,
    Stage,
    StudyFacts,
    StudySelector,
)
from readstation.domain.hanging_match import FILLED_POINTS, best_for, fit_of

OTHER_IMAGES = "Other images"
OTHERS_ON_A_PAGE = 4
GRIDS = ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (2, 4), (3, 3), (3, 4))
"""Rows and columns, each for as many boxes as it has and fewer than the one before cannot hold."""
LAST_RESORT = HangingProtocol(
    "last_resort",
    "Plain",
    StudySelector(),
    (
        Stage("Current and prior", 1, 2, (ImageBox(), ImageBox(Scope.PRIOR, like=1))),
        Stage("One series", 1, 1, (ImageBox(),)),
    ),
)
"""For the day on which no protocol can be read: a study always hangs."""
NOTHING_FILLS = "no images here for its boxes"


@dataclass(frozen=True, slots=True)
class HungBox:
    """A box and the display set in it; both identifiers are empty where nothing was found."""

    box: ImageBox
    set_id: str = ""
    study_instance_uid: str = ""


@dataclass(frozen=True, slots=True)
class HungStage:
    """Boxes row by row, as they are to be shown."""

    title: str
    rows: int
    columns: int
    boxes: tuple[HungBox, ...]
    is_other_images: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A protocol, its points and reasons; `refusal` says why it does not fit."""

    protocol: HangingProtocol
    score: int = 0
    reasons: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ChosenHanging:
    """The protocol in force, how it hangs, and what else could be chosen, the best first."""

    chosen: Candidate
    stages: tuple[HungStage, ...] = ()
    candidates: tuple[Candidate, ...] = field(default=(), repr=False)

    @property
    def protocol(self) -> HangingProtocol:
        return self.chosen.protocol


def choose(
    protocols: Iterable[HangingProtocol],
    case: HangingCase,
    *,
    asked_for: str = "",
    is_prior_below: bool = True,
) -> ChosenHanging:
    """Return the protocol with most points, or the one `asked_for` by identifier.

    The result depends on the arguments alone.
    """
    weighed = sorted((_weigh(p, case) for p in protocols), key=_rank)
    fitting = [c for c in weighed if not c.refusal]
    chosen = next((c for c in weighed if c.protocol.protocol_id == asked_for), None)
    chosen = chosen or next(iter(fitting), Candidate(LAST_RESORT, reasons=("nothing else fits",)))
    stages = hang(chosen.protocol, case, is_prior_below=is_prior_below)
    return ChosenHanging(chosen, stages, tuple(weighed))


def hang(
    protocol: HangingProtocol, case: HangingCase, *, is_prior_below: bool = True
) -> tuple[HungStage, ...]:
    """Return the stages of a protocol for a study, then the images that none of them shows."""
    stages = _stages(protocol, case, is_prior_below=is_prior_below)
    shown = {hung.set_id for stage in stages for hung in stage.boxes}
    return (*stages, *_other_images(case, shown))


def grid_for(count: int) -> tuple[int, int]:
    """Return rows and columns of the smallest grid with room for `count` boxes."""
    return next((grid for grid in GRIDS if grid[0] * grid[1] >= count), GRIDS[-1])


def _weigh(protocol: HangingProtocol, case: HangingCase) -> Candidate:
    fit = fit_of(protocol, case)
    if not fit.is_fit:
        return Candidate(protocol, refusal=fit.refusal)
    if not _stages(protocol, case, is_prior_below=True):
        return Candidate(protocol, refusal=NOTHING_FILLS)
    filled, count = _filled(protocol.stages[0], case, relevant_priors(protocol, case))
    worth = FILLED_POINTS * filled // count
    words = f"{filled} of {count} boxes filled (+{worth})"
    return Candidate(protocol, fit.score + worth, (*fit.reasons, words))


def _rank(candidate: Candidate) -> tuple[bool, int, str]:
    return (bool(candidate.refusal), -candidate.score, candidate.protocol.protocol_id)


def relevant_priors(protocol: HangingProtocol, case: HangingCase) -> tuple[StudyFacts, ...]:
    """Return the priors that have something for a box of the protocol, the best one first.

    The best one is hung whatever it shows; further ones only where they show the same region.
    """
    asked = [b for stage in protocol.stages for b in stage.boxes if b.scope is not Scope.CURRENT]
    fitting = [p for p in case.priors if any(best_for(box, p.sets) for box in asked)]
    further = [p for p in fitting[1:] if shares_region(case.current.regions, p.regions)]
    return (*fitting[:1], *further)


def shares_region(a: frozenset[str], b: frozenset[str]) -> bool:
    """Return False only where it is known that two studies show different parts of the body."""
    return not a or not b or bool(a & b)


def _stages(
    protocol: HangingProtocol, case: HangingCase, *, is_prior_below: bool
) -> tuple[HungStage, ...]:
    priors = relevant_priors(protocol, case)
    offered: list[HungStage] = []
    for stage in protocol.stages:
        boxes = _fill(stage, case, priors)
        if _is_offered(stage, boxes):
            laid_out = _laid_out(stage, boxes, is_prior_below=is_prior_below)
            if all(_shown(laid_out) != _shown(before) for before in offered):
                offered.append(laid_out)
    return tuple(offered)


def _shown(stage: HungStage) -> tuple[object, ...]:
    """Return what a reader would see: a stage that looks like an earlier one is none."""
    boxes = tuple((hung.set_id, hung.box.look) for hung in stage.boxes)
    return (stage.rows, stage.columns, boxes)


def _filled(stage: Stage, case: HangingCase, priors: Sequence[StudyFacts]) -> tuple[int, int]:
    boxes = _fill(stage, case, priors)
    filled = sum(1 for hung in boxes if hung.set_id)
    return (filled, len(boxes) if stage.rows else max(filled, 1))


def _fill(stage: Stage, case: HangingCase, priors: Sequence[StudyFacts]) -> tuple[HungBox, ...]:
    hung: list[HungBox] = []
    found: list[SetFacts | None] = []
    for box in stage.boxes:
        study = _study_for(box, stage, case, priors)
        facts = _set_for(box, study, found) if study is not None else None
        found.append(facts)
        if study is None or facts is None:
            hung.append(HungBox(box))
        else:
            hung.append(HungBox(box, facts.set_id, study.study_instance_uid))
    return tuple(hung)


def _set_for(
    box: ImageBox, study: StudyFacts, before: Sequence[SetFacts | None]
) -> SetFacts | None:
    example = before[box.like - 1] if box.like else None
    if box.like and example is None:
        return None
    if example is not None and not box.wants.modalities:
        modality = frozenset({example.modality})
        box = replace(box, wants=replace(box.wants, modalities=modality))
    used = {facts.set_id for facts in before if facts is not None}
    free = [facts for facts in study.sets if box.is_again or facts.set_id not in used]
    return best_for(box, free, example)


def _study_for(
    box: ImageBox, stage: Stage, case: HangingCase, priors: Sequence[StudyFacts]
) -> StudyFacts | None:
    if box.scope is Scope.CURRENT:
        return case.current
    if box.scope is Scope.PRIOR:
        return priors[box.prior_number - 1] if len(priors) >= box.prior_number else None
    dated = [prior for prior in priors if prior.taken_at is not None]
    oldest = min(dated, key=lambda p: (p.taken_at, p.study_instance_uid), default=None)
    asked = {b.prior_number for b in stage.boxes if b.scope is Scope.PRIOR}
    taken = [priors[number - 1] for number in asked if number <= len(priors)]
    return None if oldest in taken else oldest


def _is_offered(stage: Stage, boxes: Sequence[HungBox]) -> bool:
    """Return False for a stage that shows nothing, or no prior where it is there to compare."""
    if stage.needs_all:
        return all(hung.set_id for hung in boxes)
    for of_current in (True, False):
        asked = [h for h in boxes if (h.box.scope is Scope.CURRENT) is of_current]
        if asked and not any(hung.set_id for hung in asked):
            return False
    return bool(boxes)


def _laid_out(stage: Stage, boxes: tuple[HungBox, ...], *, is_prior_below: bool) -> HungStage:
    if not stage.rows:
        boxes = tuple(hung for hung in boxes if hung.set_id)
        return HungStage(stage.title, *grid_for(len(boxes)), boxes)
    if stage.swaps_prior_rows:
        width = stage.columns
        rows = [boxes[start : start + width] for start in range(0, len(boxes), width)]
        rows.sort(key=lambda row: _is_of_prior(row) is is_prior_below)
        boxes = tuple(hung for row in rows for hung in row)
    return HungStage(stage.title, stage.rows, stage.columns, boxes)


def _is_of_prior(row: Sequence[HungBox]) -> bool:
    return any(hung.box.scope is not Scope.CURRENT for hung in row)


def _other_images(case: HangingCase, shown: set[str]) -> tuple[HungStage, ...]:
    """Return pages of what no stage shows: of the current study first, a prior on its own pages."""
    pages: list[tuple[HungBox, ...]] = []
    for study in (case.current, *case.priors):
        scope = Scope.CURRENT if study is case.current else Scope.PRIOR
        left = [
            HungBox(_exactly(scope, facts), facts.set_id, study.study_instance_uid)
            for facts in study.sets
            if facts.set_id not in shown
        ]
        starts = range(0, len(left), OTHERS_ON_A_PAGE)
        pages += [tuple(left[at : at + OTHERS_ON_A_PAGE]) for at in starts]
    count = len(pages)
    return tuple(
        HungStage(
            f"{OTHER_IMAGES} {number} of {count}" if count > 1 else OTHER_IMAGES,
            *grid_for(len(page)),
            page,
            is_other_images=True,
        )
        for number, page in enumerate(pages, start=1)
    )


def _exactly(scope: Scope, facts: SetFacts) -> ImageBox:
    return ImageBox(scope, wants=SetSelector(modalities=frozenset({facts.modality})))

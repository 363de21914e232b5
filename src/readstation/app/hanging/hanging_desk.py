"""Which protocol hangs the open study, and at which of its stages the reader is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from readstation.app.hanging.hanging_facts import hanging_case, set_id
from readstation.app.hanging.hanging_library import HangingLibrary
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.layout import Layout
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.anatomy import Anatomy
from readstation.domain.hanging import PLAIN_LOOK, BoxLook, HangingCase, Scope, SetFacts
from readstation.domain.hanging_choice import (
    ChosenHanging,
    HungStage,
    choose,
    shares_region,
)
from readstation.domain.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class HungSet:
    """A display set in a box, and how it is shown."""

    display_set: DisplaySet
    facts: SetFacts
    look: BoxLook = PLAIN_LOOK


@dataclass(frozen=True, slots=True, eq=False)
class HangingPlan:
    """One stage with the images themselves; None leaves a box empty."""

    layout: Layout
    boxes: tuple[HungSet | None, ...]

    @property
    def sets(self) -> tuple[DisplaySet | None, ...]:
        return tuple(hung.display_set if hung is not None else None for hung in self.boxes)

    def dressed(
        self, boxes: Sequence[ViewportModel]
    ) -> list[tuple[ViewportModel, BoxLook, SetFacts]]:
        """Return the boxes that are filled, with the look of each."""
        both = zip(boxes, self.boxes, strict=True)
        return [(box, hung.look, hung.facts) for box, hung in both if hung is not None]


NOTHING_OPEN = HangingPlan(Layout.ONE, (None,))


class HangingDesk:
    """Chooses once all is described; then the reader steps, or asks for another protocol.

    Everything it hangs comes from the opened study and its accepted priors (H01).
    """

    def __init__(
        self,
        load: Callable[[], HangingLibrary] = HangingLibrary,
        anatomy: Callable[[], Anatomy] = Anatomy,
    ) -> None:
        self._load, self._anatomy = load, anatomy
        self._library: HangingLibrary | None = None
        self.is_prior_below = False
        self.clear()

    def clear(self) -> None:
        """Forget the study."""
        self.chosen: ChosenHanging | None = None
        self.case: HangingCase | None = None
        self.stage_index = 0
        self._asked_for = self._first_prior = ""
        self._sets: dict[str, DisplaySet] = {}
        self._facts: dict[str, SetFacts] = {}

    @property
    def library(self) -> HangingLibrary:
        """The protocols; read when they are first wanted."""
        if self._library is None:
            self._library = self._load()
        return self._library

    def take(self, library: HangingLibrary) -> None:
        """Take protocols that have just been read; the study hangs by them when asked to."""
        self._library = library

    @property
    def stages(self) -> tuple[HungStage, ...]:
        return self.chosen.stages if self.chosen is not None else ()

    @property
    def stage(self) -> HungStage | None:
        return self.stages[self.stage_index] if self.stages else None

    @property
    def words(self) -> str:
        """Which protocol, and where in it; empty while nothing hangs."""
        if self.chosen is None or self.stage is None:
            return ""
        place = f"{self.stage_index + 1}/{len(self.stages)}"
        return f"{self.chosen.protocol.title} · {place} {self.stage.title}"

    def choose(self, opened: OpenedStudy, sets: Sequence[DisplaySet]) -> HangingPlan:
        """Choose the protocol for what is described by now; its first stage comes first."""
        self._weigh(opened, sets)
        self.stage_index = 0
        return self.plan

    def lead(self, opened: OpenedStudy, sets: Sequence[DisplaySet]) -> DisplaySet | None:
        """Return what the first box is going to show, going by what is described so far."""
        plan = self.choose(opened, sets)
        is_current = self.stage is not None and self.stage.boxes[0].box.scope is Scope.CURRENT
        return plan.sets[0] if is_current else None

    def refresh(self, opened: OpenedStudy, sets: Sequence[DisplaySet]) -> None:
        """Take what was described since; protocol and stage stay as they are."""
        title = self.stage.title if self.stage is not None else ""
        if self.chosen is not None:
            self._asked_for = self.chosen.protocol.protocol_id
        self._weigh(opened, sets)
        titles = [stage.title for stage in self.stages]
        self.stage_index = titles.index(title) if title in titles else 0

    def wanted_priors(self, opened: OpenedStudy) -> tuple[Study, ...]:
        """Return the accepted priors that boxes of the protocol ask for, described or not."""
        if self.chosen is None or self.case is None:
            return ()
        asked = [box for stage in self.chosen.protocol.stages for box in stage.boxes]
        asked = [box for box in asked if box.scope is not Scope.CURRENT]
        stated = frozenset(m for box in asked for m in box.wants.modalities)
        modalities, regions = stated or self.case.current.modalities, self.case.current.regions
        fitting = [
            prior.study
            for prior in opened.priors
            if prior.may_be_hung
            and modalities.intersection(prior.study.modalities_in_study)
            and shares_region(regions, self._anatomy().find(prior.study).regions)
        ]
        most = max((box.prior_number for box in asked if box.scope is Scope.PRIOR), default=0)
        dated = [study for study in fitting if study.study_date_time is not None]
        oldest = min(dated, key=lambda study: str(study.study_date_time), default=None)
        is_oldest_asked = any(box.scope is Scope.OLDEST_PRIOR for box in asked)
        return (*fitting[:most], *((oldest,) if oldest is not None and is_oldest_asked else ()))

    def step(self, steps: int) -> bool:
        """Go to another stage; returns False at either end."""
        index = min(max(self.stage_index + steps, 0), max(len(self.stages) - 1, 0))
        has_moved = index != self.stage_index
        self.stage_index = index
        return has_moved

    def use(self, opened: OpenedStudy, sets: Sequence[DisplaySet], protocol_id: str) -> None:
        """Hang by a protocol that the reader asks for, well fitting or not."""
        self._asked_for = protocol_id
        self.choose(opened, sets)

    def compare_with(self, opened: OpenedStudy, sets: Sequence[DisplaySet], prior_uid: str) -> bool:
        """Take a prior before the others; False if no stage of the protocol shows it."""
        self._first_prior = prior_uid
        title = self.stage.title if self.stage is not None else ""
        self._asked_for = self.chosen.protocol.protocol_id if self.chosen is not None else ""
        self._weigh(opened, sets)
        showing = [
            index
            for index, stage in enumerate(self.stages)
            if not stage.is_other_images
            and any(hung.study_instance_uid == prior_uid for hung in stage.boxes)
        ]
        here = [index for index in showing if self.stages[index].title == title]
        self.stage_index = next(iter(here or showing), 0)
        return bool(showing)

    @property
    def plan(self) -> HangingPlan:
        """Return the stage the reader is at, with its images."""
        stage = self.stage
        if stage is None:
            return NOTHING_OPEN
        boxes = tuple(
            HungSet(self._sets[hung.set_id], self._facts[hung.set_id], hung.box.look)
            if hung.set_id
            else None
            for hung in stage.boxes
        )
        layout = Layout(stage.rows, stage.columns)
        return HangingPlan(layout, boxes + (None,) * (layout.box_count - len(boxes)))

    def facts_of(self, display_set: DisplaySet) -> SetFacts | None:
        return self._facts.get(set_id(display_set))

    def _weigh(self, opened: OpenedStudy, sets: Sequence[DisplaySet]) -> None:
        of_study: dict[str, list[DisplaySet]] = {}
        for display_set in sets:
            of_study.setdefault(display_set.study_instance_uid, []).append(display_set)
        accepted = [p.study for p in opened.priors if p.may_be_hung]
        accepted.sort(key=lambda study: study.study_instance_uid != self._first_prior)
        priors = [(study, of_study.get(study.study_instance_uid, [])) for study in accepted]
        current = of_study.get(opened.study.study_instance_uid, [])
        self.case = hanging_case(opened.study, current, priors, self._anatomy())
        hangable = {set_id(s): s for s in sets}
        studies = (self.case.current, *self.case.priors)
        self._facts = {facts.set_id: facts for study in studies for facts in study.sets}
        self._sets = {key: hangable[key] for key in self._facts}
        self.chosen = None
        if current:
            self.chosen = choose(
                self.library.protocols,
                self.case,
                asked_for=self._asked_for,
                is_prior_below=self.is_prior_below,
            )
        self.stage_index = min(self.stage_index, max(len(self.stages) - 1, 0))

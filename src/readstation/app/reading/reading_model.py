"""What the reading screen shows: one study, its priors, image boxes. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from readstation.app.hanging.hanging_desk import HangingDesk, HangingPlan
from readstation.app.hanging.hung_looks import HungLooks
from readstation.app.image_ports import FrameScratch
from readstation.app.reading.display_set import DisplaySet, in_strip_order
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.frame_supply import FrameSupply
from readstation.app.reading.held_frames import name_of
from readstation.app.reading.key_image_book import KeyImageBook
from readstation.app.reading.layout import Layout, best_match, leading_set
from readstation.app.reading.link_words import link_where_positions_agree
from readstation.app.reading.no_scratch import NO_SCRATCH
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.presentation_book import PresentationBook
from readstation.app.reading.seen_images import SeenImages
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.measurement_book import MeasurementBook
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import DisplayedFrame, Role
from readstation.app.viewport.window.window_presets import WindowPresets
from readstation.domain.hanging import MAX_BOXES
from readstation.domain.study import FrameKey, Series, Study
from readstation.domain.viewing import DEFAULT_SCALE, DiagnosticScale


@dataclass(frozen=True, slots=True, eq=False)
class ReadingState:
    """Replaced as a whole. `sets` holds the display sets of the current study, then of priors."""

    opened: OpenedStudy | None = None
    sets: tuple[DisplaySet, ...] = ()
    layout: Layout = Layout.ONE
    shown: tuple[DisplaySet | None, ...] = (None,) * MAX_BOXES
    active_box: int = 0
    is_complete: bool = False
    """Every series of the study and of the hung prior has been described."""
    prior: Study | None = None
    refusals: tuple[str, ...] = ()
    """One sentence for each image that could not be described and is missing here."""


class ReadingModel:
    """Holds the state, places display sets in image boxes, and notes what was looked at.

    Pixels are the business of `supply`.
    """

    def __init__(
        self,
        presets: WindowPresets,
        cache: FrameCache,
        scratch: FrameScratch = NO_SCRATCH,
        *,
        hanging: HangingDesk | None = None,
        scale: DiagnosticScale = DEFAULT_SCALE,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.presets, self.state = presets, ReadingState()
        self.boxes = tuple(ViewportModel(presets) for _ in range(MAX_BOXES))
        self.memory = cache
        self.supply = FrameSupply(self.boxes, cache, scratch)
        self.links = LinkGroup()
        self.measurements = MeasurementBook()
        self.presentations = PresentationBook()
        self.key_images = KeyImageBook()
        self.hanging = hanging or HangingDesk()
        self.looks = HungLooks(self.boxes)
        self._has_hung = False
        self._before_enlarging: tuple[Layout, tuple[DisplaySet | None, ...]] | None = None
        self.seen = SeenImages(scale, now_s)
        self._closed = self.state
        self._is_quiet = False
        self._listeners: list[Callable[[ReadingState], None]] = []
        for index, box in enumerate(self.boxes):
            self.links.add(box)
            box.measurements = self.measurements  # one book: a frame may hang in two boxes
            box.on_displayed(partial(self._note_displayed, index))
            box.on_frame_wanted(partial(self._note_gone, index))

    def on_change(self, listener: Callable[[ReadingState], None]) -> Callable[[], None]:
        """Call `listener` with each new state; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # Opening and closing

    def open(self, opened: OpenedStudy) -> None:
        """Begin a study: whatever was there before is gone first (H01)."""
        self.close()
        self.seen.begin(opened.series, opened.seen)
        self.supply.add_series(opened.series)
        self._set(ReadingState(opened=opened))

    def close(self) -> None:
        """Empty every image box; pixels still on their way are refused from here on.

        The boxes stay where they are: what comes next is hung in them or in others at once.
        """
        if self.state is self._closed:
            return
        self.links.clear()
        self.looks.clear()
        self.hanging.clear()
        for box in self.boxes:
            if box.display_set or box.state.notice:
                box.clear()
        self.supply.clear()
        self.seen.end()
        self.presentations.clear()
        self.key_images.clear()
        self._has_hung = False
        self._before_enlarging = None
        self._closed = ReadingState(layout=self.state.layout)
        self._set(self._closed)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Tell listeners once, at the end, of everything that changes within."""
        if self._is_quiet:
            yield
            return
        self._is_quiet = True
        try:
            yield
        finally:
            self._is_quiet = False
            self._tell()

    def open_prior(self, prior: Study, series: Sequence[Series]) -> None:
        self.supply.add_series(series)
        self._set(replace(self.state, prior=prior))

    def add_sets(self, sets: Sequence[DisplaySet], refusals: Sequence[str] = ()) -> None:
        """Take one described series, and why images of it are missing."""
        every = in_strip_order((*self.state.sets, *sets))
        self._set(replace(self.state, sets=every, refusals=(*self.state.refusals, *refusals)))
        self.supply.add_sets(sets)
        self.supply.mark_seen(name_of(i) for s in sets for i in self.seen.among(s.images))

    def show_lead(self) -> None:
        """Show the leading images already, while the prior is still being read."""
        opened, sets = self.state.opened, self.state.sets
        if opened is not None and sets and not self._has_hung and self.state.shown[0] is None:
            self._place(0, self.hanging.lead(opened, sets) or leading_set(sets))

    def finish(self) -> None:
        """Everything is described: hang it, unless the reader has already chosen."""
        self._set(replace(self.state, is_complete=True))
        self.hang()

    def hang(self) -> None:
        """Hang what is described, unless the reader has chosen; all images are there by now."""
        if not self._has_hung:
            self._hang()
        elif self.state.opened is not None:
            self.hanging.refresh(self.state.opened, self.state.sets)

    def hang_prior(self, prior: Study) -> None:
        """Hang `prior` where the protocol has a place for one, else beside the current study."""
        uid, lead = prior.study_instance_uid, self.state.shown[0]
        opened, sets = self.state.opened, self.sets_of(uid)
        if opened is None or not sets:
            return
        self._set(replace(self.state, prior=prior))
        if self.hanging.compare_with(opened, self.state.sets, uid):
            self.show_stage()
            return
        if self.state.layout == Layout.ONE:
            self.set_layout(Layout.TWO)
        match = best_match(lead, sets) if lead is not None else None
        self.assign(1, match or sets[0])

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why images are missing or cannot be shown, one sentence for each that is known."""
        return (*self.state.refusals, *self.supply.refusals)

    def sets_of(self, study_instance_uid: str) -> tuple[DisplaySet, ...]:
        return tuple(s for s in self.state.sets if s.study_instance_uid == study_instance_uid)

    def role_of(self, display_set: DisplaySet) -> Role:
        opened = self.state.opened
        is_current = (
            opened is not None and display_set.study_instance_uid == opened.study.study_instance_uid
        )
        return Role.CURRENT if is_current else Role.PRIOR

    # Boxes

    @property
    def active(self) -> ViewportModel:
        return self.boxes[self.state.active_box]

    @property
    def visible_boxes(self) -> tuple[ViewportModel, ...]:
        return self.boxes[: self.state.layout.box_count]

    def set_layout(self, layout: Layout) -> None:
        """Show more or fewer boxes; a box that disappears is emptied."""
        if layout == self.state.layout:
            return
        for index in range(layout.box_count, self.state.layout.box_count):
            self._place(index, None)
        active = min(self.state.active_box, layout.box_count - 1)
        self._set(replace(self.state, layout=layout))
        self.activate(active)
        free = [s for s in self.state.sets if s not in self.state.shown]
        for index in range(layout.box_count):
            if self.state.shown[index] is None and free:
                self.assign(index, free.pop(0))

    def assign(self, box_index: int, display_set: DisplaySet) -> None:
        """Show a display set in a box; a box that was linked scrolls on its own again."""
        self._has_hung = True
        self.boxes[box_index].change(is_linked=False)
        self._place(box_index, display_set)

    def toggle_enlarged(self, box_index: int) -> None:
        """Show one box alone, or go back to the boxes that were there before."""
        if self.state.layout == Layout.ONE:
            layout, shown = self._before_enlarging or (Layout.TWO, self.state.shown)
            self._before_enlarging = None
            plan = self.hanging.plan
            if (plan.layout, plan.sets) == (layout, shown[: layout.box_count]):
                self.show_stage()
                return
            self.set_layout(layout)
            for index, display_set in enumerate(shown[: layout.box_count]):
                if display_set is not self.state.shown[index] and display_set is not None:
                    self.assign(index, display_set)
            return
        shown = self.state.shown
        chosen = shown[box_index]
        if chosen is not None:
            look, facts = self.looks.look_of(self.boxes[box_index]), self.hanging.facts_of(chosen)
            self._before_enlarging = (self.state.layout, shown)
            if box_index:
                self.assign(0, chosen)
            self.set_layout(Layout.ONE)
            if look is not None and facts is not None:
                self.looks.dress([(self.boxes[0], look, facts)])

    def activate(self, box_index: int) -> None:
        self._set(replace(self.state, active_box=box_index))

    def step_box(self, steps: int) -> None:
        self.activate((self.state.active_box + steps) % self.state.layout.box_count)

    def step_series(self, steps: int) -> None:
        """Show the next or previous display set of the same study in the active box."""
        shown = self.state.shown[self.state.active_box]
        if shown is None:
            free = [s for s in self.state.sets if s not in self.state.shown]
            for display_set in (*free, *self.state.sets)[:1]:
                self.assign(self.state.active_box, display_set)
            return
        sets = self.sets_of(shown.study_instance_uid)
        index = min(max(sets.index(shown) + steps, 0), len(sets) - 1)
        if sets[index] is not shown:
            self.assign(self.state.active_box, sets[index])

    def go_to_frame(self, frame: FrameKey) -> bool:
        """Show the image a measurement was made on, in the box that has it or in the active one."""
        uid, number = frame.sop_instance_uid, frame.frame_number
        for index, box in enumerate(self.visible_boxes):
            if box.go_to_frame(uid, number):
                self.activate(index)
                return True
        for display_set in self.state.sets:
            shown = ((image.sop_instance_uid, image.frame_number) for image in display_set.images)
            if (uid, number) in shown:
                self.assign(self.state.active_box, display_set)
                return self.active.go_to_frame(uid, number)
        return False

    def _note_gone(self, box_index: int, *_wanted: object) -> None:
        self.seen.leave(box_index)  # its pixels were dropped, whenever the next ones come

    def _note_displayed(self, box_index: int, shown: DisplayedFrame) -> None:
        image = self.boxes[box_index].description
        if image is not None and self.seen.look(box_index, shown, image.modality):
            uids = (shown.series_instance_uid, shown.sop_instance_uid)
            self.supply.mark_seen([(*uids, shown.frame_number)])
            self._tell()

    def show_stage(self) -> None:
        """Show the stage the reader is at as its protocol says."""
        for box in self.visible_boxes:
            box.change(is_linked=False)
            if box.display_set:
                box.reset()
        self._show_plan(self.hanging.plan)

    def _hang(self) -> None:
        opened = self.state.opened
        if opened is not None:
            self._show_plan(self.hanging.choose(opened, self.state.sets))

    def _show_plan(self, plan: HangingPlan) -> None:
        self._before_enlarging = None
        for index in range(plan.layout.box_count, self.state.layout.box_count):
            self._place(index, None)
        self._set(replace(self.state, layout=plan.layout))
        for index, display_set in enumerate(plan.sets):
            if display_set is None or display_set is not self.state.shown[index]:
                self._place(index, display_set)
        self._has_hung = True
        self.activate(0)
        dressed = plan.dressed(self.visible_boxes)
        self.looks.dress(dressed)
        link_where_positions_agree([box for box, look, _ in dressed if look.link], self.links)
        for box, look, _ in dressed:
            box.change(is_linked=box.state.is_linked and look.link)

    def _place(self, box_index: int, display_set: DisplaySet | None) -> None:
        box = self.boxes[box_index]
        role = self.role_of(display_set) if display_set is not None else Role.NONE
        shown = list(self.state.shown)
        shown[box_index] = display_set
        self.supply.begin_box(box_index)
        self.seen.leave(box_index)
        self.state = replace(self.state, shown=tuple(shown))
        self._follow(self.state)
        box.change(role=role)
        if display_set is None:
            box.set_display_set(())
        else:
            box.set_display_set(display_set.images, stack=display_set.stack)
        self._tell()

    def _set(self, state: ReadingState) -> None:
        self.state = state
        self._follow(state)
        self._tell()

    def _follow(self, state: ReadingState) -> None:
        boxes = state.layout.box_count
        self.supply.follow(state.sets, state.shown, state.active_box, boxes)

    def _tell(self) -> None:
        if self._is_quiet:
            return
        for listener in list(self._listeners):
            listener(self.state)

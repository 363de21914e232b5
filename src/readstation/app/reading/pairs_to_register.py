"""Which two display sets on the screen are to be registered next, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.link_words import link_where_positions_agree
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.register_series import (
    NOTHING_FOUND,
    NeededSlice,
    Stack,
    can_be_registered,
    slices_to_register,
)
from readstation.app.viewport.link_book import Pair, are_in_one_space, pair_of
from readstation.imaging.registration import Registration


@dataclass(frozen=True, slots=True)
class PairToRegister:
    """Two stacks of slices, the first of the study that is read, and what they are filed under."""

    pair: Pair
    fixed: Stack
    moving: Stack


class PairsToRegister:
    """Looks for stacks side by side that do not share a frame of reference."""

    def __init__(self, model: ReadingModel) -> None:
        self._model = model
        self._asked: set[tuple[DisplaySet, DisplaySet]] = set()

    def next(self) -> PairToRegister | None:
        """Return what to register now; None if nothing is to be, or its pixels still come."""
        shown = [s for s in self._model.state.shown if s is not None]
        for other in shown[1:]:
            if self._is_wanted(shown[0], other) and self._is_there(shown[0], other):
                return self._begin(shown[0], other)
        return None

    def take(self, pair: Pair, registration: Registration) -> None:
        """Keep what was found, and link what can be linked now."""
        self._model.links.book.take(pair, registration)
        self._link()
        for box in self._model.visible_boxes:
            box.touch()

    def give_up(self, pair: Pair) -> None:
        """Note that the work was stopped; another time it may be asked for again."""
        self._model.links.book.end(pair)

    def _link(self) -> None:
        """Link what hangs side by side, save for boxes that their protocol lets scroll alone."""
        visible = self._model.visible_boxes
        plan = self._model.hanging.plan.boxes
        hung = plan if len(plan) == len(visible) else (None,) * len(visible)
        chosen = [
            box for box, each in zip(visible, hung, strict=True) if each is None or each.look.link
        ]
        link_where_positions_agree(chosen, self._model.links)

    def _is_wanted(self, lead: DisplaySet, other: DisplaySet) -> bool:
        if lead.study_instance_uid == other.study_instance_uid:
            return False
        if are_in_one_space(lead.first, other.first):
            return False
        pair, book = pair_of(lead.first, other.first), self._model.links.book
        found = book.registration(pair)
        if book.is_running(pair) or (found is not None and found.transform is not None):
            return False
        return (lead, other) not in self._asked

    def _is_there(self, *sets: DisplaySet) -> bool:
        return all(self._model.supply.progress(s).is_complete for s in sets)

    def _begin(self, lead: DisplaySet, other: DisplaySet) -> PairToRegister | None:
        self._asked.add((lead, other))
        pair, book = pair_of(lead.first, other.first), self._model.links.book
        if not can_be_registered(lead, other):
            if book.registration(pair) is None and lead.first.modality == other.first.modality:
                book.take(pair, NOTHING_FOUND)
            return None
        book.begin(pair)
        for box in self._model.visible_boxes:
            box.touch()
        return PairToRegister(pair, self._stack(lead), self._stack(other))

    def _stack(self, display_set: DisplaySet) -> Stack:
        return tuple(
            NeededSlice(wanted, wanted.image.plane, held)
            for wanted, held in self._model.supply.held(slices_to_register(display_set))
            if wanted.image.plane is not None
        )

"""The state of the worklist screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from readstation.app.station import no_anatomy
from readstation.app.worklist.find_worklist import WorklistPage
from readstation.domain.claim import ClaimTask
from readstation.domain.late_dataclass import dataclass
from readstation.domain.worklist import RankedItem
from readstation.domain.worklist_lists import (
    LISTS,
    ReaderFacts,
    WorklistFilter,
    WorklistList,
    is_held_by_other,
    is_unfinished,
)

if TYPE_CHECKING:
    from readstation.domain.anatomy import Anatomy


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be opened, and for which task."""

    study_instance_uid: str
    task: ClaimTask


class WorklistModel:
    """State: the newest page, the chosen list, the filter, the selected study.

    A refresh keeps the selection by study, not by row. Nothing is ever left out silently:
    `hidden_count` is what the filter hides of the chosen list.
    """

    def __init__(self, reader_id: str, anatomy: Callable[[], Anatomy] = no_anatomy) -> None:
        self.page: WorklistPage | None = None
        self.list: WorklistList = LISTS[0]
        self._unfiltered = WorklistFilter(regions_of=lambda study: anatomy().find(study).regions)
        self.filter = self._unfiltered
        self.selected_uid = ""
        self.rows: tuple[RankedItem, ...] = ()
        self.hidden_count = 0
        self._row_of_open = 0
        self._facts = ReaderFacts(reader_id)
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change of the state."""
        self._listeners.append(listener)

    @property
    def as_of(self) -> datetime | None:
        """When the list was read; None before the first time."""
        return None if self.page is None else self.page.at

    @property
    def selected(self) -> RankedItem | None:
        return next((r for r in self.rows if r.study_instance_uid == self.selected_uid), None)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Modalities that the filter can offer."""
        found = {m for r in self._ranked for m in r.item.study.modalities_in_study}
        return tuple(sorted(found | self.filter.modalities))

    def count(self, one: WorklistList) -> int:
        """Return how many studies a list holds, whatever the filter hides."""
        return 0 if self.page is None else self.page.counts[one.id]

    def replace_page(self, page: WorklistPage) -> None:
        """Take over a newer page."""
        self.page, self._facts = page, page.facts
        self._update()

    def choose_list(self, list_id: str) -> None:
        self.list = next(one for one in LISTS if one.id == list_id)
        self.selected_uid = ""
        self._update()

    def set_filter(self, wanted: WorklistFilter) -> None:
        self.filter = wanted
        self._update()

    def search(self, text: str) -> None:
        self.set_filter(replace(self.filter, text=text))

    def clear_filter(self) -> None:
        self.set_filter(self._unfiltered)

    def select(self, study_instance_uid: str) -> None:
        if study_instance_uid != self.selected_uid:
            self.selected_uid = study_instance_uid
            self._tell()

    def selected_opening(self) -> Opening | None:
        """Return how to open the selected study, None if none is selected."""
        chosen = self.selected
        return None if chosen is None else self._opening(chosen)

    def next_opening(self) -> Opening | None:
        """Return the first study of the list that this reader can take, None if there is none."""
        return next(self._to_take(self.rows), None)

    def openings_after(self, study_instance_uid: str, most: int) -> tuple[Opening, ...]:
        """Return what comes after a study in the list, in its order, from the top after the end.

        A study that left the list (signed, given away) is followed by what stood below it.
        """
        uids = [ranked.study_instance_uid for ranked in self.rows]
        if study_instance_uid in uids:
            self._row_of_open = uids.index(study_instance_uid)
            row = self._row_of_open + 1
        else:
            row = self._row_of_open
        in_order = (*self.rows[row:], *self.rows[:row])
        others = (row for row in in_order if row.study_instance_uid != study_instance_uid)
        return tuple(islice(self._to_take(others), most))

    def _to_take(self, rows: Iterable[RankedItem]) -> Iterator[Opening]:
        for ranked in rows:
            is_free = is_unfinished(ranked) and not is_held_by_other(ranked, self._facts)
            if is_free or self.is_second_read(ranked):
                yield self._opening(ranked)

    def is_second_read(self, ranked: RankedItem) -> bool:
        """Whether this reader has been asked for a second read of the study."""
        return ranked.study_instance_uid in self._facts.second_read_uids

    def is_held_by_other(self, ranked: RankedItem) -> bool:
        return is_held_by_other(ranked, self._facts)

    def _opening(self, ranked: RankedItem) -> Opening:
        task = ClaimTask.SECOND_READ if self.is_second_read(ranked) else ClaimTask.READ
        return Opening(ranked.study_instance_uid, task)

    @property
    def _ranked(self) -> tuple[RankedItem, ...]:
        return () if self.page is None else self.page.ranked

    def _update(self) -> None:
        row_before = self._row_of_selected()
        listed = [r for r in self._ranked if self.list.includes(r, self._facts)]
        self.rows = tuple(r for r in listed if self.filter.shows(r))
        self.hidden_count = len(listed) - len(self.rows)
        if self.selected is None:  # it was read or filtered away: its neighbour takes its place
            row = min(row_before, len(self.rows) - 1)
            self.selected_uid = self.rows[row].study_instance_uid if self.rows else ""
        self._tell()

    def _row_of_selected(self) -> int:
        uids = [r.study_instance_uid for r in self.rows]
        return uids.index(self.selected_uid) if self.selected_uid in uids else 0

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()

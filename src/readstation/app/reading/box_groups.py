"""Which image boxes of a layout go to which monitor, where several show images."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from readstation.app.reading.layout import Layout

Lane = tuple[int, ...]
"""The image boxes of one row or column of a layout."""


@dataclass(frozen=True, slots=True)
class BoxPlace:
    """Where an image box stands within its group."""

    box_index: int
    row: int
    column: int


def box_groups(
    layout: Layout, studies: Sequence[Hashable], count: int
) -> tuple[tuple[BoxPlace, ...], ...]:
    """Return `count` groups of neighbouring boxes; a layout of few boxes leaves groups empty.

    `studies` names the study that each box was hung for: the layout is cut between studies first,
    so that current and prior come to different monitors, and then where that leaves the groups
    most alike. Each box is in exactly one group, and neighbours of a group were neighbours before.
    """
    if count == 1:
        every = range(layout.box_count)
        return (tuple(BoxPlace(i, *divmod(i, layout.columns)) for i in every),)
    columns = [tuple(range(i, layout.box_count, layout.columns)) for i in range(layout.columns)]
    rows = [tuple(range(i, i + layout.columns)) for i in range(0, layout.box_count, layout.columns)]
    by_row = len(columns) == 1 or (not _are_apart(columns, studies) and _are_apart(rows, studies))
    groups = _cut(rows if by_row else columns, studies, count)
    placed = [_places(group, by_row=by_row) for group in groups]
    return (*placed, *((),) * (count - len(placed)))


def with_one_alone(group: tuple[BoxPlace, ...], alone: frozenset[int]) -> tuple[BoxPlace, ...]:
    """Return the group of one monitor with nothing but the box that fills it, if one does.

    >>> with_one_alone((BoxPlace(1, 0, 0), BoxPlace(3, 1, 0)), frozenset({3}))
    (BoxPlace(box_index=3, row=0, column=0),)
    """
    chosen = [place.box_index for place in group if place.box_index in alone]
    return (BoxPlace(chosen[0], 0, 0),) if chosen else group


def _are_apart(lanes: Sequence[Lane], studies: Sequence[Hashable]) -> bool:
    """Return True if no lane mixes studies and not all lanes show the same one."""
    shown = [{studies[index] for index in lane} for lane in lanes]
    return all(len(each) == 1 for each in shown) and len(set().union(*shown)) > 1


def _cut(lanes: Sequence[Lane], studies: Sequence[Hashable], count: int) -> list[list[Lane]]:
    groups = [[lanes[0]]]
    for before, lane in pairwise(lanes):
        is_other = [studies[i] for i in before] != [studies[i] for i in lane]
        if is_other and _are_apart(lanes, studies) and len(groups) < count:
            groups.append([lane])
        else:
            groups[-1].append(lane)
    while len(groups) < count:
        largest = max(groups, key=len)
        if len(largest) == 1:
            break
        half = (len(largest) + 1) // 2
        at = groups.index(largest)
        groups[at : at + 1] = [largest[:half], largest[half:]]
    return groups


def _places(lanes: Sequence[Lane], *, by_row: bool) -> tuple[BoxPlace, ...]:
    return tuple(
        BoxPlace(box_index, *((across, along) if by_row else (along, across)))
        for across, lane in enumerate(lanes)
        for along, box_index in enumerate(lane)
    )

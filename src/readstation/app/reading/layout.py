"""Layouts of image boxes, and what is hung where when a study opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from readstation.app.reading.display_set import MAMMOGRAPHY_ORDER, DisplaySet


class Layout(Enum):
    """Rows by columns of image boxes."""

    ONE = (1, 1)
    TWO = (1, 2)
    FOUR = (2, 2)

    @property
    def box_count(self) -> int:
        return self.value[0] * self.value[1]

    @property
    def title(self) -> str:
        return f"{self.value[0]}×{self.value[1]}"


MAX_BOXES = 4

CURRENT_BESIDE_PRIOR = frozenset({"CT", "MR", "PT", "NM", "CR", "DX", "MG"})
"""Modalities that are read against their prior from the first second."""


@dataclass(frozen=True, slots=True, eq=False)
class Hanging:
    """Which display set starts in which image box; None leaves a box empty."""

    layout: Layout
    boxes: tuple[DisplaySet | None, ...]


def hang(current: Sequence[DisplaySet], prior: Sequence[DisplaySet]) -> Hanging:
    """Choose the first layout: current beside its best prior, else the views of the study."""
    if not current:
        return Hanging(Layout.ONE, (None,))
    lead = leading_set(current)
    match = best_match(lead, prior) if prior else None
    if match is not None and lead.first.modality in CURRENT_BESIDE_PRIOR:
        return Hanging(Layout.TWO, (lead, match))
    if lead.first.modality == "MG":
        return _views(sorted(current, key=_mammography_rank))
    if lead.first.modality in {"CR", "DX"}:
        return _views(current)
    return Hanging(Layout.ONE, (lead,))


def leading_set(current: Sequence[DisplaySet]) -> DisplaySet:
    """Return the set with most images; the lower series number wins a tie."""
    return min(current, key=lambda s: (-len(s.images), s.first.series_number or 0))


def best_match(wanted: DisplaySet, among: Sequence[DisplaySet]) -> DisplaySet | None:
    """Return the set most like `wanted`: same modality, plane, view, kernel, thickness."""
    same = [s for s in among if s.first.modality == wanted.first.modality]
    return max(same, key=lambda s: _likeness(wanted, s), default=None)


def _likeness(wanted: DisplaySet, other: DisplaySet) -> tuple[int, int, int, int, int]:
    a, b = wanted.first, other.first
    parallel = a.plane is not None and b.plane is not None and a.plane.is_parallel_to(b.plane)
    same_view = (a.laterality, a.view_position) == (b.laterality, b.view_position)
    words = set(a.series_description.casefold().split())
    shared = len(words & set(b.series_description.casefold().split()))
    same_kernel = bool(a.convolution_kernel) and a.convolution_kernel == b.convolution_kernel
    return (int(parallel), int(same_view), int(same_kernel), shared, len(other.images))


def _views(sets: Sequence[DisplaySet]) -> Hanging:
    layout = next((x for x in (Layout.ONE, Layout.TWO) if x.box_count >= len(sets)), Layout.FOUR)
    shown = tuple(sets[: layout.box_count])
    return Hanging(layout, shown + (None,) * (layout.box_count - len(shown)))


def _mammography_rank(display_set: DisplaySet) -> int:
    view = (display_set.first.laterality, display_set.first.view_position)
    return MAMMOGRAPHY_ORDER.index(view) if view in MAMMOGRAPHY_ORDER else len(MAMMOGRAPHY_ORDER)

"""Layouts of image boxes, and which images go together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from readstation.app.reading.display_set import DisplaySet
from readstation.domain.hanging import MAX_BOXES, MAX_COLUMNS, MAX_ROWS

GRID = re.compile(r"([1-9])x([1-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows by columns of image boxes."""

    rows: int
    columns: int

    ONE: ClassVar[Layout]
    TWO: ClassVar[Layout]
    FOUR: ClassVar[Layout]

    def __post_init__(self) -> None:
        is_usable = 1 <= self.rows <= MAX_ROWS and 1 <= self.columns <= MAX_COLUMNS
        if not is_usable or self.box_count > MAX_BOXES:
            raise ValueError(f"a layout has at most {MAX_BOXES} boxes")

    @property
    def box_count(self) -> int:
        return self.rows * self.columns

    @property
    def title(self) -> str:
        return f"{self.rows}×{self.columns}"

    @property
    def code(self) -> str:
        """Return what `of_code` reads."""
        return f"{self.rows}x{self.columns}"

    @classmethod
    def of_code(cls, code: str) -> Layout:
        """Return a layout from its code; the names of an earlier format are understood too.

        Raises
        ------
        ValueError
            If it is neither.
        """
        earlier = {"ONE": cls.ONE, "TWO": cls.TWO, "FOUR": cls.FOUR}
        stated = GRID.fullmatch(code)
        if stated is None and code not in earlier:
            raise ValueError(code)
        return cls(int(stated[1]), int(stated[2])) if stated else earlier[code]


Layout.ONE, Layout.TWO, Layout.FOUR = Layout(1, 1), Layout(1, 2), Layout(2, 2)


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

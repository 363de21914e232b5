"""Marks: the value of one pixel, words beside a place, and the name of a vertebra."""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.domain.measurement.drawn import Drawn, ImagePoint
from readstation.domain.measurement.value_unit import shown_in

VERTEBRAE = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    *(f"S{n}" for n in range(1, 6)),
)
MAX_WORDS = 200


class _Words:
    """What is said in words and is no number."""

    __slots__ = ()
    words: str

    @property
    def value(self) -> float:
        return math.nan

    @property
    def unit(self) -> str:
        return ""

    @property
    def text(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Probe(Drawn):
    """The modality value of one pixel."""

    point: ImagePoint
    value: float
    value_unit: str

    @property
    def unit(self) -> str:
        return self.value_unit

    @property
    def text(self) -> str:
        return f"{shown_in(self.value, self.value_unit)} {self.value_unit}"

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.point,)


@dataclass(frozen=True, slots=True)
class Arrow(_Words, Drawn):
    """An arrow whose tip is its first point, with the reader's words at its tail."""

    tip: ImagePoint
    tail: ImagePoint
    words: str = ""

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.tip, self.tail)


@dataclass(frozen=True, slots=True)
class TextMark(_Words, Drawn):
    """The reader's words at a place."""

    point: ImagePoint
    words: str

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return (self.point,)


@dataclass(frozen=True, slots=True)
class SpineLabel(TextMark):
    """The name of a vertebra, counted by the reader."""


@dataclass(frozen=True, slots=True)
class Quoted(_Words, Drawn):
    """What other software measured: its lines and its words, not computed anew."""

    lines: tuple[tuple[ImagePoint, ...], ...]
    words: str

    @property
    def points(self) -> tuple[ImagePoint, ...]:
        return tuple(point for line in self.lines for point in line)


def next_vertebra(before: str, last: str) -> str:
    """Return the vertebra that follows `last`, in the direction that led there from `before`.

    >>> next_vertebra("", "L1")
    'L2'
    >>> next_vertebra("L5", "L4")
    'L3'
    """
    if last not in VERTEBRAE:
        return VERTEBRAE[0]
    index = VERTEBRAE.index(last)
    is_upwards = before in VERTEBRAE and VERTEBRAE.index(before) > index
    return VERTEBRAE[min(max(index + (-1 if is_upwards else 1), 0), len(VERTEBRAE) - 1)]

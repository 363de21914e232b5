"""Which part of the body a study shows, by tables that a site can edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, lru_cache
from typing import TypeVar

from readstation.domain.study import CodedConcept, Study

ANY_ENDING = "*"
MOST_KEPT = 4096
Words = tuple[str, ...]
Key = TypeVar("Key")
Value = TypeVar("Value")


class RegionSource(Enum):
    """What told the region of a study; the value completes "known by its ...". Best first."""

    PROCEDURE_CODE = "procedure code"
    ORDERED_CODE = "ordered procedure code"
    ANATOMIC_REGION = "anatomic region"
    BODY_PART = "body part"
    DESCRIPTION = "description"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class FoundRegions:
    """The regions a study shows, and which of its attributes says so."""

    regions: frozenset[str] = frozenset()
    source: RegionSource = RegionSource.NOTHING

    @property
    def words(self) -> str:
        return ", ".join(sorted(self.regions))


class Overlap(Enum):
    """How the regions of two studies lie to each other; the value is the share of the points."""

    SAME = 1.0
    SHARED = 0.8
    ADJACENT = 0.4
    NONE = 0.0

    @property
    def is_same_place(self) -> bool:
        """Return True if one study shows what the other does, or a part of it."""
        return self in {Overlap.SAME, Overlap.SHARED}


class Side(Enum):
    LEFT = "left"
    RIGHT = "right"
    BOTH = "both sides"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class BodyRegion:
    """One region of the tables; `id` is what the reader sees."""

    id: str
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """`SCHEME:VALUE`, of procedures and of anatomy."""
    parts: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    is_paired: bool = False
    compare_sides: bool = False


@dataclass(frozen=True, slots=True)
class SideWords:
    """Words that name a side, and those that only look so."""

    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    not_a_side: tuple[str, ...] = ()


_SIDE_CODES = {
    "L": Side.LEFT,
    "R": Side.RIGHT,
    "B": Side.BOTH,
}
"""Laterality (0020,0060) and Image Laterality (0020,0062)."""


@dataclass(frozen=True)
class Anatomy:
    """The tables, and what they say of a study."""

    regions: tuple[BodyRegion, ...] = ()
    sides: SideWords = SideWords()
    schemes: Mapping[str, str] = field(default_factory=dict)
    """Other names of coding schemes."""

    def find(self, study: Study) -> FoundRegions:
        """Return the regions of a study, from the first of its attributes that names any."""
        described = (
            (RegionSource.PROCEDURE_CODE, self._of_codes(study.procedure_codes)),
            (RegionSource.ORDERED_CODE, self._of_codes(study.ordered_codes)),
            (RegionSource.ANATOMIC_REGION, self._of_codes(study.anatomic_regions)),
            (RegionSource.BODY_PART, self.of_text(study.body_part_examined)),
            (RegionSource.DESCRIPTION, self.of_text(study.study_description)),
        )
        return next(
            (FoundRegions(found, source) for source, found in described if found), FoundRegions()
        )

    def of_text(self, text: str) -> frozenset[str]:
        """Return the regions that a text names."""
        return self._kept_of_text(text)

    def overlap(self, ours: frozenset[str], theirs: frozenset[str]) -> Overlap:
        """Return how two sets of regions lie to each other."""
        if not ours or not theirs:
            return Overlap.NONE
        if ours == theirs:
            return Overlap.SAME
        our_parts, their_parts = self._with_parts(ours), self._with_parts(theirs)
        if our_parts & theirs or their_parts & ours:
            return Overlap.SHARED
        is_beside = any(self._neighbours.get(one, frozenset()) & their_parts for one in our_parts)
        return Overlap.ADJACENT if is_beside else Overlap.NONE

    def side_of(self, study: Study) -> Side:
        """Return the side that the images name, else the one that the description names."""
        codes = (code.strip().upper() for code in study.lateralities)
        stated = {_SIDE_CODES[code] for code in codes if code in _SIDE_CODES}
        if len(stated) > 1:
            return Side.BOTH
        return stated.pop() if stated else self._side_of_text(study.study_description)

    def is_paired(self, regions: Iterable[str]) -> bool:
        """Return True if any of the regions has a left and a right."""
        return any(self._by_id[one].is_paired for one in regions if one in self._by_id)

    def compares_sides(self, regions: Iterable[str]) -> bool:
        """Return True if the other side is worth comparing with, as in breasts and joints."""
        return any(self._by_id[one].compare_sides for one in regions if one in self._by_id)

    def _of_codes(self, codes: Iterable[CodedConcept]) -> frozenset[str]:
        """Return the regions of the codes that the tables know, else of what the codes mean."""
        known = [self._by_code.get(self._key(code), frozenset()) for code in codes]
        found = frozenset[str]().union(*known)
        return found or frozenset().union(*(self.of_text(code.code_meaning) for code in codes))

    def _key(self, code: CodedConcept) -> str:
        scheme = code.coding_scheme_designator.strip().upper()
        return f"{self.schemes.get(scheme, scheme)}:{code.code_value.strip()}"

    def _side_of_text(self, text: str) -> Side:
        named: set[Side] = set()
        for found, words in self._phrases.read(text):
            if not found:
                named |= self._side_phrases.get(words, frozenset())
        if {Side.LEFT, Side.RIGHT} <= named:
            return Side.BOTH
        return next(iter(named)) if len(named) == 1 else Side.UNKNOWN

    @cached_property
    def _kept_of_text(self) -> Callable[[str], frozenset[str]]:
        """Hospitals describe thousands of studies in a few hundred words."""
        return lru_cache(maxsize=MOST_KEPT)(self._regions_in)

    def _regions_in(self, text: str) -> frozenset[str]:
        return frozenset().union(*(found for found, _ in self._phrases.read(text)))

    def _with_parts(self, regions: frozenset[str]) -> frozenset[str]:
        return regions.union(*(self._parts.get(one, frozenset()) for one in regions))

    @cached_property
    def _by_id(self) -> dict[str, BodyRegion]:
        return {region.id: region for region in self.regions}

    @cached_property
    def _by_code(self) -> dict[str, frozenset[str]]:
        return _together((code, region.id) for region in self.regions for code in region.codes)

    @cached_property
    def _phrases(self) -> _Phrases:
        named = ((_words(word), region.id) for region in self.regions for word in region.words)
        return _Phrases(_together(named), {_words(w) for w in self.sides.not_a_side})

    @cached_property
    def _side_phrases(self) -> dict[Words, frozenset[Side]]:
        sides = ((Side.LEFT, self.sides.left), (Side.RIGHT, self.sides.right))
        every = (*sides, (Side.BOTH, self.sides.both))
        return _together((_words(word), side) for side, words in every for word in words)

    @cached_property
    def _neighbours(self) -> dict[str, frozenset[str]]:
        pairs = [(region.id, other) for region in self.regions for other in region.neighbours]
        return _together((*pairs, *((other, one) for one, other in pairs)))

    @cached_property
    def _parts(self) -> dict[str, frozenset[str]]:
        """All parts, and the parts of these."""
        found: dict[str, frozenset[str]] = {}
        for region in self.regions:
            waiting, parts = list(region.parts), set[str]()
            while waiting:
                part = waiting.pop()
                if part not in parts and part in self._by_id:
                    parts.add(part)
                    waiting += self._by_id[part].parts
            found[region.id] = frozenset(parts)
        return found


class _Phrases:
    """Finds phrases in a text, the longest first; each word belongs to one phrase only."""

    def __init__(self, phrases: Mapping[Words, frozenset[str]], ignored: set[Words]) -> None:
        self._phrases = {**dict.fromkeys(ignored, frozenset[str]()), **phrases}
        self._ignored = ignored
        self._longest = max((len(phrase) for phrase in self._phrases), default=0)
        self._stems = {
            phrase[0].removesuffix(ANY_ENDING): regions
            for phrase, regions in phrases.items()
            if len(phrase) == 1 and phrase[0].endswith(ANY_ENDING)
        }

    def read(self, text: str) -> list[tuple[frozenset[str], Words]]:
        """Return each phrase with its regions, and each other word with none, in any order."""
        words = list(_words(text))
        found: list[tuple[frozenset[str], Words]] = []
        for length in range(min(self._longest, len(words)), 0, -1):
            place = 0
            while place + length <= len(words):
                phrase = tuple(words[place : place + length])
                regions = self._regions_of(phrase)
                if regions is None:
                    place += 1
                    continue
                if phrase not in self._ignored:
                    found.append((regions, phrase))
                words[place : place + length] = [""]
        return [*found, *((frozenset[str](), (word,)) for word in words if word)]

    def _regions_of(self, phrase: Words) -> frozenset[str] | None:
        known = self._phrases.get(phrase)
        if known is not None or len(phrase) > 1 or not phrase[0]:
            return known
        return next((r for stem, r in self._stems.items() if phrase[0].startswith(stem)), None)


def _words(text: str) -> Words:
    kept = "".join(c if c.isalnum() or c == ANY_ENDING else " " for c in text.casefold())
    return tuple(kept.split())


def _together(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, frozenset[Value]]:
    found: dict[Key, set[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return {key: frozenset(values) for key, values in found.items()}

"""The numbered mutated files: which seed, which damage, which random numbers. Always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from tests.hostile import damage_encoding, damage_pixels, damage_values
from tests.hostile.draft import Draft
from tests.hostile.seeds import Seed, all_seeds

CORPUS = Path(__file__).parents[1] / "data" / "fuzz_corpus.txt"
"""Files that once showed a defect, one per line: seed, damage and random seed, by tabulators."""

PER_RUN = 60_000
"""How many numbered trials every run of the tests judges."""

DAMAGES = {
    damage.__name__: damage
    for damage in (*damage_encoding.DAMAGES, *damage_values.DAMAGES, *damage_pixels.DAMAGES)
}
ENCAPSULATED_ONLY = {
    damage.__name__
    for damage in damage_pixels.DAMAGES
    if damage.__name__
    not in {"flip_pixel_bytes", "wrong_number_of_pixel_bytes", "extended_offset_table"}
}


@dataclass(frozen=True)
class Trial:
    """One mutated file that can be made again."""

    seed: str
    damage: str
    number: int

    def __str__(self) -> str:
        return f"{self.seed}\t{self.damage}\t{self.number}"

    def make(self) -> Draft:
        """Damage the seed."""
        seeds = seeds_by_name()
        draft = Draft(seeds[self.seed], tuple(seeds.values()), random.Random(self.number))
        DAMAGES[self.damage](draft)
        return draft


@cache
def seeds_by_name() -> dict[str, Seed]:
    return {seed.name: seed for seed in all_seeds()}


def numbered(number: int) -> Trial:
    """Return the trial of a number. Seeds that take long to read come up less often."""
    rng = random.Random(number)
    names, weights = _weighted()
    name = rng.choices(names, cum_weights=weights)[0]
    is_encapsulated = seeds_by_name()[name].is_encapsulated
    damages = [d for d in DAMAGES if is_encapsulated or d not in ENCAPSULATED_ONLY]
    return Trial(name, rng.choice(damages), number)


def corpus() -> Iterator[Trial]:
    """Yield what once failed, as far as its seeds are here."""
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            seed, damage, number = line.split("\t")
            if seed in seeds_by_name():
                yield Trial(seed, damage, int(number))


@cache
def _weighted() -> tuple[list[str], list[float]]:
    seeds = seeds_by_name()
    costs = {name: 1 + len(s.parts) / 40 + len(s.body) / 10_000 for name, s in seeds.items()}
    return list(seeds), list(accumulate(1 / cost for cost in costs.values()))

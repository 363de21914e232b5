"""Positron emitters: how a file names them, and how long half of one lasts."""

from __future__ import annotations

import re
from dataclasses import dataclass

HALF_LIFE_TOLERANCE = 0.02  # scanners round: 109.8 min, 6586.2 s and 6588 s all mean fluorine-18
MINUTE_S, HOUR_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Radionuclide:
    """One isotope: its codes in CID 4020 (SNOMED CT, then the retired SRT) and its half-life."""

    element: str
    symbol: str
    mass_number: int
    codes: frozenset[str]
    half_life_s: float

    @property
    def name(self) -> str:
        return f"{self.element}-{self.mass_number}"

    def has_half_life(self, half_life_s: float) -> bool:
        return abs(half_life_s / self.half_life_s - 1) <= HALF_LIFE_TOLERANCE


def _nuclide(name: str, symbol: str, codes: str, half_life_s: float) -> Radionuclide:
    element, mass = name.split("-")
    return Radionuclide(element, symbol, int(mass), frozenset(codes.split()), half_life_s)


# PS3.16 CID 4020; half-lives as in the nuclear data tables.
RADIONUCLIDES: tuple[Radionuclide, ...] = (
    _nuclide("Fluorine-18", "F", "77004003 C-111A1", 6586.2),
    _nuclide("Carbon-11", "C", "40565003 C-105A1", 1223.4),
    _nuclide("Nitrogen-13", "N", "21576001 C-107A1", 597.9),
    _nuclide("Oxygen-15", "O", "129504001 C-B1038", 122.24),
    _nuclide("Gallium-68", "Ga", "35337001 C-131A3", 67.71 * MINUTE_S),
    _nuclide("Rubidium-82", "Rb", "79197006 C-159A2", 76.4),
    _nuclide("Copper-64", "Cu", "3932008 C-127A2", 12.701 * HOUR_S),
    _nuclide("Zirconium-89", "Zr", "63360001 C-168A4", 78.41 * HOUR_S),
    _nuclide("Iodine-124", "I", "40937006 C-114A5", 100.2 * HOUR_S),
    _nuclide("Copper-62", "Cu", "422934004 C-127A5", 9.67 * MINUTE_S),
    _nuclide("Copper-61", "Cu", "71425003 C-127A1", 3.339 * HOUR_S),
    _nuclide("Copper-60", "Cu", "425364008 C-127A4", 23.7 * MINUTE_S),
    _nuclide("Gallium-66", "Ga", "79477007 C-131A1", 9.49 * HOUR_S),
    _nuclide("Bromine-76", "Br", "79523006 C-113A2", 16.2 * HOUR_S),
    _nuclide("Yttrium-86", "Y", "10738001 C-162A3", 14.74 * HOUR_S),
    _nuclide("Yttrium-90", "Y", "14691008 C-162A7", 64.05 * HOUR_S),
    _nuclide("Potassium-38", "K", "423764008 C-135A4", 7.636 * MINUTE_S),
    _nuclide("Scandium-44", "Sc", "126600", 4.042 * HOUR_S),
    _nuclide("Germanium-68", "Ge", "53315004 C-128A2", 270.9 * 24 * HOUR_S),
    _nuclide("Sodium-22", "Na", "71633006 C-155A1", 950.6 * 24 * HOUR_S),
)


def radionuclide_of(code_value: str, meaning: str) -> Radionuclide | None:
    """Return the isotope that a code, or else its plain name, stands for.

    Examples
    --------
    >>> radionuclide_of("C-111A1", "").name
    'Fluorine-18'
    >>> radionuclide_of("", "^68^Gallium").name, radionuclide_of("", "F-18").name
    ('Gallium-68', 'Fluorine-18')
    """
    code = code_value.strip().upper()
    for nuclide in RADIONUCLIDES:
        if code in nuclide.codes:
            return nuclide
    return _by_name(meaning) or _by_name(code_value)


def radionuclides_with(half_life_s: float) -> tuple[Radionuclide, ...]:
    """Return every known isotope of this half-life."""
    return tuple(n for n in RADIONUCLIDES if n.has_half_life(half_life_s))


def _by_name(text: str) -> Radionuclide | None:
    masses = set(re.findall(r"\d+", text))
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", text)}
    for nuclide in RADIONUCLIDES:
        named = {nuclide.element.lower(), nuclide.symbol.lower()} & words
        if named and masses == {str(nuclide.mass_number)}:
            return nuclide
    return None

"""The grayscale pipeline of PS3.3 C.11 for one stored value at a time, in plain Python.

Written from the standard and from how DCMTK's renderer rounds, without arrays or tables built
ahead. `ends` are the levels of the lowest and of the highest display value, swapped for inversion.
"""

from __future__ import annotations

import math
from fractions import Fraction

Ends = tuple[int, int]


def stored_value(code: int, bits_stored: int, high_bit: int, *, is_signed: bool) -> int:
    """Return the stored value in a pixel cell (PS3.5 8.1.1)."""
    value = code >> (high_bit + 1 - bits_stored) & ((1 << bits_stored) - 1)
    if is_signed and value >= 1 << (bits_stored - 1):
        value -= 1 << bits_stored
    return value


def entry_for(value: float, first: int, data: tuple[int, ...]) -> int:
    """Return the entry of a LUT; its ends hold below and above (C.11.1.1, C.11.2.1.1)."""
    position = math.floor(value) - first
    if position < 0:
        return data[0]
    if position >= len(data):
        return data[-1]
    return data[position]


def linear(value: float, center: float, width: float, ends: Ends) -> int:
    """C.11.2.1.2.1: from c - 0.5 - (w - 1) / 2 to c - 0.5 + (w - 1) / 2."""
    low, high = ends
    if value <= center - 0.5 - (width - 1) / 2:
        return low
    if value > center - 0.5 + (width - 1) / 2:
        return high
    offset = high - ((center - 0.5) / (width - 1) + 0.5) * (high - low)
    return math.floor(value * ((high - low) / (width - 1)) + offset)


def linear_exact(value: float, center: float, width: float, ends: Ends) -> int:
    """C.11.2.1.3.2: from c - w / 2 to c + w / 2."""
    low, high = ends
    if value <= center - width / 2:
        return low
    if value > center + width / 2:
        return high
    offset = high - (center / width + 0.5) * (high - low)
    return math.floor(value * ((high - low) / width) + offset)


def sigmoid(value: float, center: float, width: float, ends: Ends) -> int:
    """C.11.2.1.3.1."""
    low, high = ends
    exponent = -4.0 * (value - center) / width
    if exponent > 700:  # beyond what a float can hold: nothing is left of the fraction
        return low
    return math.floor(low + (high - low) / (1.0 + math.exp(exponent)))


def table_level(output: int, bits: int, ends: Ends) -> int:
    """Spread 2**bits outputs over as many levels as there are."""
    low, high = ends
    return math.floor(low + Fraction(output * (high - low + 1), 1 << bits))


def voi_table(value: float, first: int, bits: int, data: tuple[int, ...], ends: Ends) -> int:
    """C.11.2.1.1."""
    return table_level(entry_for(value, first, data), bits, ends)


def exact_line(value: float, middle: Fraction, rise: Fraction, ends: Ends) -> Fraction:
    """Return a straight window's level before it is rounded down, in rational numbers."""
    low, high = ends
    level = low + ((Fraction(value) - middle) / rise + Fraction(1, 2)) * (high - low)
    return min(max(level, Fraction(min(ends))), Fraction(max(ends)))

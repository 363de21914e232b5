"""Palette Color Lookup Tables: segmented ones expanded, colours looked up (PS3.3 C.7.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DISCRETE, LINEAR, INDIRECT = 0, 1, 2


class PaletteError(ValueError):
    """A palette contradicts itself; the text says how, in the middle of a sentence."""


@dataclass(frozen=True, slots=True)
class ColourPalette:
    """Colours for the range that a window opens, as 0xRRGGBB, from its lowest value on."""

    colours: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.colours:
            raise PaletteError("it has no colours")


@dataclass(frozen=True, slots=True)
class _Segment:
    """One segment: where it begins, what it says, and where the next one begins."""

    start: int
    opcode: int
    length: int
    end: int


def palette_colours(
    values: NDArray[Any], palette: NDArray[np.uint8], first: int
) -> NDArray[np.uint8]:
    """Look indices up in a palette.

    Parameters
    ----------
    values : ndarray, shape (rows, columns), integer
        Stored values. Not modified.
    palette : ndarray, shape (entries, 3), uint8
        Red, green and blue of each entry.
    first : int
        The stored value that the first entry belongs to.

    Returns
    -------
    ndarray, shape (rows, columns, 3), uint8
        Values below `first` take the first entry, values beyond the table the last one.

    References
    ----------
    DICOM PS3.3 C.7.6.3.1.5 (Palette Color Lookup Table Descriptor).
    """
    index = np.clip(values.astype(np.int64) - first, 0, len(palette) - 1)
    return palette[index]


def expand_segments(data: Sequence[int], entries: int, *, words_per_offset: int) -> list[int]:
    """Expand Segmented Palette Color Lookup Table Data to its entries.

    Parameters
    ----------
    data : sequence of int
        The segments as numbers of the entries' own size. One trailing number may be padding.
    entries : int
        How many entries the descriptor promises; never exceeded.
    words_per_offset : int
        Of how many numbers the byte offset of an indirect segment is made, lowest first: 2 of
        16 bit or 4 of 8 bit.

    Returns
    -------
    list of int
        Exactly `entries` numbers.

    Raises
    ------
    PaletteError
        Where segments are cut off, unknown, empty or too long, begin with nothing to go on from,
        point outside the segments before them or at another indirect one, or do not add up.

    Notes
    -----
    A linear segment rises from the entry before it, which it does not repeat, to its own value.
    The standard leaves the rounding open: to the nearest number, a half to the even one.

    References
    ----------
    DICOM PS3.3 C.7.9.2 (Segmented Palette Color Lookup Table Data).

    Examples
    --------
    >>> expand_segments([0, 1, 10, 1, 4, 18], 5, words_per_offset=2)
    [10, 12, 14, 16, 18]
    """
    found: list[int] = []
    segments: dict[int, _Segment] = {}
    position = 0
    while position < len(data) and len(found) < entries:
        segment = _segment(data, position, words_per_offset)
        if segment.opcode == INDIRECT:
            _repeat(data, segment, segments, found, entries)
        else:
            _expand(data, segment, found, entries)
        segments[position] = segment
        position = segment.end
    if len(found) != entries:
        raise PaletteError(f"its segments make {len(found)} entries, not {entries}")
    if len(data) - position > 1:
        raise PaletteError("its segments make more entries than it has")
    return found


def _segment(data: Sequence[int], position: int, words_per_offset: int) -> _Segment:
    if position + 2 > len(data):
        raise PaletteError("a segment is cut off")
    opcode, length = data[position], data[position + 1]
    if opcode not in {DISCRETE, LINEAR, INDIRECT}:
        raise PaletteError(f"a segment has the unknown type {opcode}")
    if length == 0:
        raise PaletteError("a segment is empty")
    content = {DISCRETE: length, LINEAR: 1, INDIRECT: words_per_offset}[opcode]
    end = position + 2 + content
    if end > len(data):
        raise PaletteError("a segment is cut off")
    return _Segment(position, opcode, length, end)


def _expand(data: Sequence[int], segment: _Segment, found: list[int], entries: int) -> None:
    if segment.length > entries - len(found):
        raise PaletteError("its segments make more entries than it has")
    content = data[segment.start + 2 : segment.end]
    if segment.opcode == DISCRETE:
        found.extend(content)
        return
    if not found:
        raise PaletteError("it begins with a linear segment")
    before, last = found[-1], content[0]
    step = (last - before) / segment.length
    line = np.rint(np.linspace(before + step, last, segment.length))
    found.extend(int(value) for value in line)


def _repeat(
    data: Sequence[int],
    segment: _Segment,
    segments: dict[int, _Segment],
    found: list[int],
    entries: int,
) -> None:
    """Expand segments before this one again; it may not copy itself or another copy."""
    words = data[segment.start + 2 : segment.end]
    bits = 32 // len(words)
    offset = sum(word << bits * index for index, word in enumerate(words))
    start, rest = divmod(offset, bits // 8)
    for _ in range(segment.length):
        source = None if rest else segments.get(start)
        if source is None or source.opcode == INDIRECT:
            raise PaletteError("a segment points at none before it")
        _expand(data, source, found, entries)
        start = source.end

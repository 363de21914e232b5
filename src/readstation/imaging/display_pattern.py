"""ReadStation's own test pattern for displays, drawn pixel by pixel in P-values.

It goes through the same correction as an image. It is no copy of any published pattern: only what
the eye is asked for (PS3.14, AAPM TG18 and TG270 name the tasks) is the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.display_function import P_VALUES

SMALLEST_PX = 480
TOP = P_VALUES - 1
BACKGROUND, GRID = 0.20, 0.45
STEPS = 18
INSETS = (0.05, 0.95)
LETTER_FIELDS = (0.10, 0.50, 0.90)
LETTER_STEPS = (8, 6, 5, 4)
"""How many 255ths of the P-value range R, E, A and D stand out from their field."""
LETTERS = {
    "R": ("11110", "10001", "10001", "11110", "10100", "10010", "10001"),
    "E": ("11111", "10000", "10000", "11110", "10000", "10000", "11111"),
    "A": ("01110", "10001", "10001", "11111", "10001", "10001", "10001"),
    "D": ("11110", "10001", "10001", "10001", "10001", "10001", "11110"),
}
PAIRS_PX, GAP_PX = 24, 4

Pattern = NDArray[np.uint16]


def display_pattern(width: int, height: int) -> Pattern:
    """Draw the pattern for a box of this many device pixels.

    Parameters
    ----------
    width, height : int
        At least 480 each; a smaller box gives the pattern of 480.

    Returns
    -------
    ndarray, shape (height, width), uint16
        P-values, 0 to 65535.
    """
    width, height = max(width, SMALLEST_PX), max(height, SMALLEST_PX)
    pattern = np.full((height, width), _p(BACKGROUND), np.uint16)
    _draw_grid(pattern)
    _draw_insets(pattern)
    _draw_steps(pattern)
    _draw_ramp(pattern)
    _draw_letters(pattern)
    for y, x in _pair_places(height, width):
        _draw_pairs(pattern, y, x)
    return pattern


def level_patch(width: int, height: int, bit_depth: int, driving_level: int) -> NDArray[np.uint16]:
    """Return raw driving levels to be measured, shape (height, width).

    A square over a tenth of the box, a fifth of the highest driving level around it.
    """
    patch = np.full((height, width), ((1 << bit_depth) - 1) // 5, np.uint16)
    side = round((0.1 * width * height) ** 0.5)
    top, left = (height - side) // 2, (width - side) // 2
    patch[top : top + side, left : left + side] = driving_level
    return patch


def measured_levels(bit_depth: int) -> tuple[int, ...]:
    """Return the 18 driving levels to measure, from black to white.

    >>> measured_levels(8)[:3], measured_levels(10)[-1]
    ((0, 15, 30), 1023)
    """
    top = (1 << bit_depth) - 1
    return tuple(round(i * top / (STEPS - 1)) for i in range(STEPS))


def _p(fraction: float) -> int:
    return round(fraction * TOP)


def _draw_grid(pattern: Pattern) -> None:
    """Draw lines one pixel wide, square meshes, and a border on the very edge."""
    height, width = pattern.shape
    mesh = max(round(min(height, width) / 10), 16)
    for size, axis in ((height, 0), (width, 1)):
        places = np.arange((size // 2) % mesh, size, mesh)
        lines = pattern if axis == 0 else pattern.T
        lines[places] = _p(GRID)
    for edge in (pattern[0], pattern[-1], pattern[:, 0], pattern[:, -1]):
        edge[:] = TOP


def _draw_insets(pattern: Pattern) -> None:
    """Draw a black and a white field, each with a square that differs by 5 %."""
    height, width = pattern.shape
    side = round(min(height, width) * 0.18)
    middle = round(height * 0.22)
    for centre, field, inset in ((0.25, 0.0, INSETS[0]), (0.75, 1.0, INSETS[1])):
        x = round(width * centre)
        _square(pattern, middle, x, side, _p(field))
        _square(pattern, middle, x, side // 3, _p(inset))


def _square(pattern: Pattern, y: int, x: int, side: int, value: int) -> None:
    half = side // 2
    pattern[y - half : y - half + side, x - half : x - half + side] = value


def _draw_steps(pattern: Pattern) -> None:
    """Draw 18 fields from black to white, evenly spaced in P-values."""
    height, width = pattern.shape
    top, bottom = round(height * 0.35), round(height * 0.44)
    ends = np.linspace(width * 0.06, width * 0.94, STEPS + 1).round().astype(int)
    for step in range(STEPS):
        pattern[top:bottom, ends[step] : ends[step + 1]] = _p(step / (STEPS - 1))


def _draw_ramp(pattern: Pattern) -> None:
    height, width = pattern.shape
    top, bottom = round(height * 0.58), round(height * 0.66)
    left, right = round(width * 0.06), round(width * 0.94)
    ramp = np.linspace(0, TOP, right - left).round().astype(np.uint16)
    pattern[top:bottom, left:right] = ramp


def _draw_letters(pattern: Pattern) -> None:
    """Draw READ in a dark, a middle and a bright field; every letter fainter than the last."""
    height, width = pattern.shape
    dot = max(min(round(height * 0.010), round(width * 0.008)), 2)
    top, bottom = round(height * 0.71), round(height * 0.71) + 11 * dot
    for place, fraction in enumerate(LETTER_FIELDS):
        left, right = (round(width * (0.06 + 0.88 * (place + end) / 3)) for end in (0.03, 0.97))
        pattern[top:bottom, left:right] = _p(fraction)
        x = (left + right) // 2 - 12 * dot
        for letter, steps in zip(LETTERS, LETTER_STEPS, strict=True):
            value = _p(fraction + steps / 255)
            _draw_letter(pattern, (top + 2 * dot, x), dot, letter, value)
            x += 6 * dot


def _draw_letter(
    pattern: Pattern, place: tuple[int, int], dot: int, letter: str, value: int
) -> None:
    shape = np.array([[int(bit) for bit in row] for row in LETTERS[letter]], bool)
    y, x = place
    is_on = np.kron(shape, np.ones((dot, dot), bool))
    rows, columns = is_on.shape
    pattern[y : y + rows, x : x + columns][is_on] = value


def _pair_places(height: int, width: int) -> list[tuple[int, int]]:
    edge = PAIRS_PX // 2 + 8
    group = 2 * PAIRS_PX + GAP_PX
    bottom, right = height - edge - group, width - edge - group
    centre = (round(height * 0.51) - group // 2, width // 2 - group // 2)
    return [(edge, edge), (edge, right), (bottom, edge), (bottom, right), centre]


def _draw_pairs(pattern: Pattern, y: int, x: int) -> None:
    """Draw single black and white lines, standing and lying, at full and at low contrast."""
    stripes = np.arange(PAIRS_PX) % 2 == 1
    for column, (dark, bright) in enumerate(((0.0, 1.0), (0.46, 0.54))):
        row = np.where(stripes, _p(bright), _p(dark)).astype(np.uint16)
        left = x + column * (PAIRS_PX + GAP_PX)
        box = pattern[y : y + PAIRS_PX, left : left + PAIRS_PX]
        box[:] = row[: box.shape[1]]
        below = y + PAIRS_PX + GAP_PX
        box = pattern[below : below + PAIRS_PX, left : left + PAIRS_PX]
        box[:] = row[: box.shape[0], np.newaxis]

"""Modality values to gray levels (PS3.3 C.11.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.domain.errors import ReadStationError

WINDOW_LIMIT = 1e30
NEARLY_ALL_PERCENT = (0.1, 99.9)
"""What an automatic window leaves out at either end: a speck of metal takes no contrast away."""
"""No level or width beyond this, and no width below its inverse: they are errors in a file."""


class WindowError(ReadStationError):
    """A VOI window is outside what PS3.3 C.11.2 permits."""


class VoiLutFunction(Enum):
    """Values of VOI LUT Function (0028,1056), PS3.3 C.11.2.1.3."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class VoiWindow:
    """Window Center (0028,1050) and Width (0028,1051), in modality values."""

    center: float
    width: float
    function: VoiLutFunction = VoiLutFunction.LINEAR
    explanation: str = ""

    def __post_init__(self) -> None:
        lowest = 1.0 if self.function is VoiLutFunction.LINEAR else 1 / WINDOW_LIMIT
        is_plausible = lowest <= self.width <= WINDOW_LIMIT and abs(self.center) <= WINDOW_LIMIT
        if not is_plausible:
            raise WindowError(
                f"A window of width {self.width:g} and level {self.center:g} cannot be displayed.",
                remedy="Use a finite level and a width of at least 1.",
            )


@dataclass(frozen=True, slots=True)
class VoiLut:
    """One item of VOI LUT Sequence (0028,3010)."""

    first_value_mapped: int
    bits: int
    data: tuple[int, ...]
    explanation: str = ""

    def __post_init__(self) -> None:
        if not (1 <= self.bits <= 16 and self.data):
            raise ValueError("a VOI LUT has entries of 1 to 16 bits")

    @property
    def outputs(self) -> NDArray[np.float64]:
        """Return the entries, none above what their number of bits can state."""
        return np.clip(np.asarray(self.data, dtype=np.float64), 0, (1 << self.bits) - 1)

    def positions(self, modality: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return which entry each modality value takes, in their shape, from 0 (C.11.2.1.1).

        The first and the last entry hold beyond the ends.
        """
        index = np.floor(modality) - self.first_value_mapped
        taken: NDArray[np.int64] = np.clip(index, 0, len(self.data) - 1).astype(np.int64)
        return taken


Voi = VoiWindow | VoiLut


@dataclass(frozen=True, slots=True)
class GrayRange:
    """The gray level of the lowest and of the highest display value; swapped for inversion."""

    low: int = 0
    high: int = 255

    @property
    def inverted(self) -> GrayRange:
        return GrayRange(self.high, self.low)


def gray_levels(
    modality: NDArray[np.float64], voi: Voi, gray: GrayRange = GrayRange()
) -> NDArray[np.float64]:
    """Map modality values through a VOI window or LUT to whole gray levels.

    Parameters
    ----------
    modality : ndarray, any shape, float64
        Modality values. Not modified.
    voi : VoiWindow or VoiLut
        In the unit of `modality`.
    gray : GrayRange
        Levels to map to. `low` above `high` shows the lowest value white.

    Returns
    -------
    ndarray, same shape, float64
        Whole numbers between `gray.low` and `gray.high`.

    Notes
    -----
    LINEAR divides by ``width - 1`` and is shifted by half a unit; LINEAR_EXACT does neither.
    The standard leaves the rounding open. Levels are rounded down, with the terms grouped as in
    DCMTK's renderer, which this equals bit for bit on all 65,536 stored values as long as slope
    and intercept are whole numbers (DCMTK rounds modality values, we do not). Swapping the range
    before rounding, not after, belongs to that. A VOI LUT is addressed with the modality value
    rounded down; its output range is the one its descriptor states, see `table_levels`.

    References
    ----------
    DICOM PS3.3 C.11.2.1.1 (VOI LUT), C.11.2.1.2 (window), C.11.2.1.3 (function).

    Examples
    --------
    >>> gray_levels(np.array([-20.0, 59.5, 200.0]), VoiWindow(60.0, 160.0)).tolist()
    [0.0, 127.0, 255.0]
    """
    if isinstance(voi, VoiLut):
        return _through_lut(modality, voi, gray)
    if voi.function is VoiLutFunction.SIGMOID:
        falling = _falling_exponential(modality, voi)
        return np.floor(gray.low + (gray.high - gray.low) / (1.0 + falling))
    return _through_ramp(modality, voi, gray)


def _through_ramp(
    modality: NDArray[np.float64], window: VoiWindow, gray: GrayRange
) -> NDArray[np.float64]:
    center, width = _ramp(window)
    left, right = ramp_edges(window)
    span = gray.high - gray.low
    if width == 0:
        return np.where(modality > center, float(gray.high), float(gray.low))
    gradient = span / width
    offset = gray.high - (center / width + 0.5) * span
    levels = modality * gradient
    levels += offset
    np.floor(levels, out=levels)
    np.clip(levels, min(gray.low, gray.high), max(gray.low, gray.high), out=levels)
    levels[modality <= left] = gray.low
    levels[modality > right] = gray.high
    return levels


def _through_lut(
    modality: NDArray[np.float64], lut: VoiLut, gray: GrayRange
) -> NDArray[np.float64]:
    levels = table_levels(lut.outputs, lut.bits, gray)
    taken: NDArray[np.float64] = levels[lut.positions(modality)]
    return taken


def table_levels(outputs: NDArray[np.float64], bits: int, gray: GrayRange) -> NDArray[np.float64]:
    """Spread table outputs of 0 to ``2**bits - 1`` over gray levels, rounded down.

    2**bits steps are put on as many levels as there are: 12 bits lose their last four on a screen
    of 8, and nothing is stretched. Inverted, DCMTK leaves out both ends, so that black is level 1.
    """
    levels: NDArray[np.float64] = gray.low + outputs * ((gray.high - gray.low + 1) / (1 << bits))
    return np.floor(levels)


def table_positions(modality: NDArray[np.float64], voi: Voi, entries: int) -> NDArray[np.int64]:
    """Return which of `entries` of a following table each modality value is mapped to by a VOI.

    As `gray_levels`, rounded down, but with the terms grouped as DCMTK does for this purpose.
    """
    if isinstance(voi, VoiLut):
        return (voi.outputs * (entries / (1 << voi.bits))).astype(np.int64)[voi.positions(modality)]
    last = entries - 1
    if voi.function is VoiLutFunction.SIGMOID:
        return (last / (1.0 + _falling_exponential(modality, voi))).astype(np.int64)
    _, width = _ramp(voi)
    left, right = ramp_edges(voi)
    positions = (modality - left) * (last / width if width else 0.0)
    positions = np.clip(positions, 0, last)
    positions[modality <= left] = 0
    positions[modality > right] = last
    return positions.astype(np.int64)


def _falling_exponential(modality: NDArray[np.float64], window: VoiWindow) -> NDArray[np.float64]:
    """Return exp(-4z) of the sigmoid, capped where the sigmoid is 0 anyway."""
    return np.exp(np.minimum(-4.0 * (modality - window.center) / window.width, 700.0))


def _ramp(window: VoiWindow) -> tuple[float, float]:
    """Return middle and width of the part that rises."""
    if window.function is VoiLutFunction.LINEAR:
        return window.center - 0.5, window.width - 1
    return window.center, window.width


def ramp_edges(window: VoiWindow) -> tuple[float, float]:
    """Return the modality values up to which, and above which, the gray level is an end."""
    center, width = _ramp(window)
    return center - width / 2, center + width / 2


def full_range_window(bits_stored: int, *, is_signed: bool) -> VoiWindow:
    """Return the window that shows every possible stored value, without a rescale."""
    levels = 1 << bits_stored
    center = 0.0 if is_signed else levels / 2
    return VoiWindow(center, float(levels), explanation="full range")


def percentile_window(modality: NDArray[Any]) -> VoiWindow | None:
    """Return the LINEAR_EXACT window over nearly all values; None without values.

    Pixel padding must already be left out of `modality`.
    """
    if modality.size == 0:
        return None
    bottom, top = percentiles(modality, NEARLY_ALL_PERCENT)
    width = top - bottom if top > bottom else 1.0
    return VoiWindow((top + bottom) / 2, width, VoiLutFunction.LINEAR_EXACT, "auto")


def percentiles(values: NDArray[np.float64], percents: Sequence[float]) -> tuple[float, ...]:
    """Return what `np.percentile` returns for finite values, bit for bit.

    That function loads `numpy.ma` when it is first called, and there a reader waits for a window.

    >>> percentiles(np.array([1.0, 2.0, 4.0]), (50, 75))
    (2.0, 3.0)
    """
    last = values.size - 1
    places = [last * (percent / 100) for percent in percents]
    lower = [math.floor(place) for place in places]
    upper = [min(place + 1, last) for place in lower]
    ordered = np.partition(values, sorted({*lower, *upper}), axis=None)
    return tuple(
        _between(float(ordered[below]), float(ordered[above]), place - below)
        for place, below, above in zip(places, lower, upper, strict=True)
    )


def _between(low: float, high: float, share: float) -> float:
    """Interpolate from the nearer end, as numpy does."""
    difference = high - low
    return high - difference * (1 - share) if share >= 0.5 else low + difference * share

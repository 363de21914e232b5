"""Modality values to display fractions (PS3.3 C.11.2)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.domain.errors import ReadStationError


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
        lowest = 1.0 if self.function is VoiLutFunction.LINEAR else 0.0
        too_narrow = self.width < lowest or self.width <= 0
        if not (math.isfinite(self.center) and math.isfinite(self.width)) or too_narrow:
            raise WindowError(
                f"A window of width {self.width:g} and level {self.center:g} cannot be displayed.",
                remedy="Use a width of at least 1.",
            )


@dataclass(frozen=True, slots=True)
class VoiLut:
    """One item of VOI LUT Sequence (0028,3010)."""

    first_value_mapped: int
    bits: int
    data: tuple[int, ...]
    explanation: str = ""


Voi = VoiWindow | VoiLut


def display_fractions(modality: NDArray[np.float64], voi: Voi) -> NDArray[np.float64]:
    """Map modality values through a VOI window or LUT to display fractions.

    Parameters
    ----------
    modality : ndarray, any shape, float64
        Modality values. Not modified.
    voi : VoiWindow or VoiLut
        In the unit of `modality`.

    Returns
    -------
    ndarray, same shape, float64
        0.0 (lowest) to 1.0 (highest). MONOCHROME1 and inversion: see `presentation.py`.

    Notes
    -----
    LINEAR divides by ``width - 1`` and is shifted by half a unit; LINEAR_EXACT does neither.
    A VOI LUT is addressed with the modality value rounded down; its output range is the one its
    descriptor states, even if the data do not use it.

    References
    ----------
    DICOM PS3.3 C.11.2.1.1 (VOI LUT), C.11.2.1.2 (window), C.11.2.1.3 (function).

    Examples
    --------
    >>> display_fractions(np.array([-20.0, 59.5, 200.0]), VoiWindow(60.0, 160.0)).tolist()
    [0.0, 0.5, 1.0]
    """
    if isinstance(voi, VoiLut):
        return _through_lut(modality, voi)
    x, c, w = modality, voi.center, voi.width
    match voi.function:
        case VoiLutFunction.LINEAR if w == 1:
            return (x > c - 0.5).astype(np.float64)
        case VoiLutFunction.LINEAR:
            y = (x - (c - 0.5)) / (w - 1) + 0.5
        case VoiLutFunction.LINEAR_EXACT:
            y = (x - c) / w + 0.5
        case VoiLutFunction.SIGMOID:
            # 1 / (1 + exp(-4z)), written so that it cannot overflow
            y = 0.5 * (1.0 + np.tanh(2.0 * (x - c) / w))
    return np.clip(y, 0.0, 1.0)


def _through_lut(modality: NDArray[np.float64], lut: VoiLut) -> NDArray[np.float64]:
    table = np.asarray(lut.data, dtype=np.float64) / ((1 << lut.bits) - 1)
    index = np.floor(modality) - lut.first_value_mapped
    taken: NDArray[np.float64] = table[np.clip(index, 0, len(table) - 1).astype(np.int64)]
    return np.clip(taken, 0.0, 1.0)


def full_range_window(bits_stored: int, *, is_signed: bool) -> VoiWindow:
    """Return the window that shows every possible stored value, without a rescale."""
    levels = 1 << bits_stored
    center = 0.0 if is_signed else levels / 2
    return VoiWindow(center, float(levels), explanation="full range")


def percentile_window(
    modality: NDArray[Any], *, low: float = 0.1, high: float = 99.9
) -> VoiWindow | None:
    """Return the LINEAR window from the `low` to the `high` percentile; None without values.

    Pixel padding must already be left out of `modality`.
    """
    if modality.size == 0:
        return None
    # LINEAR is black up to c - 0.5 - (w-1)/2 and white above c - 0.5 + (w-1)/2
    bottom, top = (float(v) for v in np.percentile(modality, (low, high)))
    width = max(top - bottom + 1.0, 1.0)
    return VoiWindow((top + bottom) / 2 + 0.5, width, explanation="auto")

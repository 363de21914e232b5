"""Stored values to modality values (PS3.3 C.11.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ModalityLut:
    """Modality LUT Sequence (0028,3000): the first two LUT Descriptor values and LUT Data."""

    first_value_mapped: int
    data: tuple[int, ...]
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ModalityTransform:
    """Rescale Slope and Intercept, or a Modality LUT, with the type of the result.

    `is_stated` is False where the file has neither: then modality values are stored values.
    """

    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    rescale_type: str = ""
    lut: ModalityLut | None = None
    is_stated: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rescale_slope) and math.isfinite(self.rescale_intercept)):
            raise ValueError("rescale slope and intercept are finite numbers")

    @property
    def is_identity(self) -> bool:
        return self.lut is None and self.rescale_slope == 1.0 and self.rescale_intercept == 0.0


IDENTITY = ModalityTransform()


def modality_values(
    stored_values: NDArray[Any], transform: ModalityTransform
) -> NDArray[np.float64]:
    """Map stored values through the Modality LUT to modality values.

    Parameters
    ----------
    stored_values : ndarray, shape (..., rows, columns), integer or float
        Sign-extended stored values. Not modified.
    transform : ModalityTransform
        Slope and intercept, or a LUT (then slope and intercept are not used).

    Returns
    -------
    ndarray, shape (..., rows, columns), float64
        HU for CT, otherwise the unit of Rescale Type (0028,1054). New array.

    Notes
    -----
    Stored values below and above a LUT take its first and last entry.

    References
    ----------
    DICOM PS3.3 C.11.1.1 (Modality LUT), Rescale Slope (0028,1053).

    Examples
    --------
    >>> modality_values(np.array([0, 1024]), ModalityTransform(1.0, -1024.0)).tolist()
    [-1024.0, 0.0]
    """
    if transform.lut is None:
        x = stored_values.astype(np.float64)
        if transform.is_identity:
            return x
        with np.errstate(over="ignore"):  # the largest floats become endless, which can be shown
            return x * transform.rescale_slope + transform.rescale_intercept
    table = np.asarray(transform.lut.data, dtype=np.float64)
    index = np.nan_to_num(stored_values.astype(np.float64)) - transform.lut.first_value_mapped
    return table[np.clip(index, 0, len(table) - 1).astype(np.int64)]

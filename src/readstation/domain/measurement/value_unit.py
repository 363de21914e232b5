"""Units of modality values as the reader knows them, and numbers with the digits they deserve."""

from __future__ import annotations

import math

STORED_VALUE = "stored value"
HOUNSFIELD = "HU"
# Units (0054,1001) as the reader knows them, C.8.9.1.1.3
PET_UNITS = {
    "CNTS": "counts",
    "NONE": "no unit",
    "CM2": "cm²",
    "PCNT": "%",
    "CPS": "counts/s",
    "BQML": "Bq/ml",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "µmol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "1CM": "1/cm",
    "UMOLML": "µmol/ml",
    "PROPCNTS": "proportional to counts",
    "PROPCPS": "proportional to counts/s",
    "MLMINML": "ml/min/ml",
    "MLML": "ml/ml",
    "GML": "g/ml",
    "STDDEV": "standard deviations",
    "CM2ML": "cm²/ml",
}
# Rescale Type (0028,1054), C.11.1.1.2
RESCALE_TYPES = {"HU": "HU", "OD": "10⁻³ OD", "Z_EFF": "Zeff", "ED": "10²³ e⁻/ml"}
UPTAKE = "SUV"  # how the units of standardized uptake values begin
UNKNOWN_RESCALE_TYPES = frozenset({"", "US"})  # US: unspecified


def modality_value_unit(
    modality: str, *, rescale_type: str, units: str = "", is_rescaled: bool = True
) -> str:
    """Name the unit of modality values, `stored value` unless the file says it.

    Only CT may leave Rescale Type out and still mean Hounsfield units (C.8.2.1.1, C.11.1.1.2).

    Examples
    --------
    >>> modality_value_unit("CT", rescale_type="")
    'HU'
    >>> modality_value_unit("MR", rescale_type="")
    'stored value'
    """
    if not is_rescaled:
        return STORED_VALUE
    if units.strip():
        return PET_UNITS.get(units.strip().upper(), units.strip())
    stated = rescale_type.strip().upper()
    if stated not in UNKNOWN_RESCALE_TYPES:
        return RESCALE_TYPES.get(stated, rescale_type.strip())
    return HOUNSFIELD if modality == "CT" and not stated else STORED_VALUE


def shown_in(value: float, unit: str) -> str:
    """Return a value with the digits its unit asks for: uptake values have two decimals."""
    is_uptake = unit.startswith(UPTAKE) and math.isfinite(value)
    return f"{value:.2f}" if is_uptake else shown(value)


def shown(value: float) -> str:
    """Return a number with the digits a reader can use: one decimal below 1000, none above."""
    if not math.isfinite(value):
        return "–"
    if abs(value) < 1 and value:
        return f"{value:.2f}"
    return f"{value:.1f}" if abs(value) < 1000 else f"{value:.0f}"

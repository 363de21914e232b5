"""What a standardized uptake value is made from, as the file states it, and what each may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from readstation.domain.errors import RefusedInputError


class CannotStateSuvError(RefusedInputError):
    """A standardized uptake value of these inputs would be a guess; `code` names the reason."""


@dataclass(frozen=True, slots=True)
class SuvInputs:
    """The attributes the SUV of one PET frame depends on; None, 0 or empty where absent.

    Datetimes without a zone are the scanner's clock, `timezone_offset_min` east of UTC where the
    file says so. A Radiopharmaceutical Start DateTime may carry an offset of its own.
    """

    units: str = ""
    suv_type: str = ""
    corrected_image: tuple[str, ...] = ()
    decay_correction: str = ""
    patient_weight_kg: float | None = None
    patient_size_m: float | None = None
    patient_sex: str = ""
    number_of_injections: int = 0
    radionuclide_total_dose_bq: float | None = None
    radionuclide_half_life_s: float | None = None
    radionuclide_code_value: str = ""
    radionuclide_code_meaning: str = ""
    radiopharmaceutical_start_time_s: float | None = None  # seconds since midnight
    radiopharmaceutical_start_datetime: datetime | None = None
    radiopharmaceutical_start_offset_min: int | None = None
    series_datetime: datetime | None = None
    acquisition_datetime: datetime | None = None
    timezone_offset_min: int | None = None
    frame_reference_time_ms: float | None = None
    actual_frame_duration_ms: float | None = None
    decay_factor: float | None = None
    ge_scan_datetime: datetime | None = None  # (0009,xx0d) of GEMS_PETD_01
    philips_suv_factor: float | None = None  # (7053,xx00) of Philips PET Private Group
    philips_activity_factor: float | None = None  # (7053,xx09), counts to Bq/ml
    decay_corrected_to: datetime | None = None  # Decay Correction DateTime (0018,9701)
    is_gated: bool = False
    is_legacy_converted: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """Between what an input is believed, and what is said when it is absent or outside."""

    name: str
    lowest: float
    highest: float
    unit: str
    missing_code: str
    implausible_code: str
    suspicion: str


WEIGHT = Limit(
    "body weight", 0.5, 500.0, "kg", "WEIGHT_MISSING", "WEIGHT_IMPLAUSIBLE", "it may be in grams"
)
SIZE = Limit(
    "body height", 0.3, 2.6, "m", "SIZE_MISSING", "SIZE_IMPLAUSIBLE", "it may be in centimetres"
)
DOSE = Limit(
    "injected dose", 1e6, 1e10, "Bq", "DOSE_MISSING", "DOSE_IMPLAUSIBLE", "it may be in MBq or mCi"
)
HALF_LIFE = Limit(
    "half-life",
    60.0,
    1e8,
    "s",
    "HALF_LIFE_MISSING",
    "HALF_LIFE_IMPLAUSIBLE",
    "it may be in minutes or hours",
)
SCAN_AFTER_INJECTION_HALF_LIVES = 10.0
DAY_IS_CERTAIN_UP_TO_HALF_LIFE_S = 12 * 3600.0
DECAY_FACTOR_TOLERANCE = 0.01
GATED_DECAY_FACTOR_TOLERANCE = 0.05  # the factor of the whole bed, the duration of one gate


def checked(value: float | None, limit: Limit) -> float:
    """Return the value if it is there and believable.

    Raises
    ------
    CannotStateSuvError
        If it is absent (0 counts as absent) or outside the limits.
    """
    if value is None or value == 0 or not math.isfinite(value):
        raise refused(limit.missing_code, f"The file does not state the {limit.name}.")
    if not limit.lowest <= value <= limit.highest:
        raise refused(
            limit.implausible_code,
            f"The file states a {limit.name} of {value:.6g} {limit.unit}; {limit.suspicion}.",
        )
    return value


def refused(code: str, reason: str, remedy: str = "") -> CannotStateSuvError:
    """Return the refusal to raise; without a remedy of its own it points to the scanner."""
    return CannotStateSuvError(
        code,
        reason,
        remedy or "Read the stored unit, or have the series corrected at the scanner.",
    )

"""When the dose was injected, to which moment the image is decay corrected, and what is between.

Follows the vendor-neutral rules of QIBA's FDG-PET/CT profile (appendix G), and refuses where
those rules would guess.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from readstation.domain.suv_inputs import (
    DAY_IS_CERTAIN_UP_TO_HALF_LIFE_S,
    DECAY_FACTOR_TOLERANCE,
    GATED_DECAY_FACTOR_TOLERANCE,
    SCAN_AFTER_INJECTION_HALF_LIVES,
    SuvInputs,
    refused,
)

DAY_S = 86400.0
SAME_TIME_S = 60.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A time on the scanner's clock and the attribute it was taken from."""

    at: datetime
    source: str


def scan_start(inputs: SuvInputs, half_life_s: float) -> Moment:
    """Return the moment the image is decay corrected to when Decay Correction is START.

    Series Time is it only if no image was acquired before: series made later carry the time of
    their making. Then the scanner's own record is used, or the moment is computed back from
    the frame's reference time.

    Raises
    ------
    CannotStateSuvError
        If none of these is in the file.
    """
    if inputs.decay_corrected_to is not None:
        return Moment(inputs.decay_corrected_to, "Decay Correction DateTime")
    series, acquired = inputs.series_datetime, inputs.acquisition_datetime
    if series is not None and acquired is not None and series <= acquired:
        return Moment(series, "Series Time")
    ge = inputs.ge_scan_datetime
    if ge is not None and (acquired is None or ge <= acquired):
        return Moment(ge, "GE scan date and time")
    reference, duration = inputs.frame_reference_time_ms, inputs.actual_frame_duration_ms
    if acquired is None or not reference or not duration or reference < 0 or duration < 0:
        raise refused(
            "SCAN_TIME_UNKNOWN",
            "The start of the scan cannot be told: Series Time is missing or later than the "
            "acquisition, and nothing else states it.",
        )
    mean_s = mean_count_rate_time_s(duration / 1000, half_life_s)
    start = acquired + timedelta(seconds=mean_s - reference / 1000)
    return Moment(start, "Frame Reference Time")


def mean_count_rate_time_s(frame_duration_s: float, half_life_s: float) -> float:
    """Return when within a frame the activity equals the frame's average."""
    decay_constant = math.log(2) / half_life_s
    decay = decay_constant * frame_duration_s
    return math.log(decay / -math.expm1(-decay)) / decay_constant


def injection(inputs: SuvInputs, scan: datetime, half_life_s: float) -> Moment:
    """Return when the dose was injected, on the scanner's clock.

    Raises
    ------
    CannotStateSuvError
        If it is not stated, stated twice and differently, or its day or zone is open.
    """
    stated = inputs.radiopharmaceutical_start_datetime
    if stated is not None:
        return Moment(_on_scanner_clock(inputs, stated), "Radiopharmaceutical Start DateTime")
    seconds = inputs.radiopharmaceutical_start_time_s
    if seconds is None:
        raise refused("INJECTION_TIME_MISSING", "The file does not state the time of injection.")
    if half_life_s > DAY_IS_CERTAIN_UP_TO_HALF_LIFE_S:
        raise refused(
            "INJECTION_DAY_UNKNOWN",
            "The file states no day of injection, and this radionuclide is imaged for days.",
        )
    at = datetime(scan.year, scan.month, scan.day) + timedelta(seconds=seconds)
    if at > scan:
        return Moment(at - timedelta(days=1), "Radiopharmaceutical Start Time, the day before")
    return Moment(at, "Radiopharmaceutical Start Time")


def _on_scanner_clock(inputs: SuvInputs, stated: datetime) -> datetime:
    own, scanner = inputs.radiopharmaceutical_start_offset_min, inputs.timezone_offset_min
    seconds = inputs.radiopharmaceutical_start_time_s
    if own is not None and scanner is not None:
        stated += timedelta(minutes=scanner - own)
    elif own is not None and seconds is None:
        raise refused(
            "INJECTION_ZONE_UNKNOWN",
            "The injection is stated in a time zone, the scan is not: they cannot be compared.",
        )
    if seconds is not None and not _is_same_time_of_day(stated, seconds):
        raise refused(
            "INJECTION_TIMES_DISAGREE",
            "The file states two different times of injection.",
        )
    return stated


def _is_same_time_of_day(at: datetime, seconds: float) -> bool:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    apart = abs((at - midnight).total_seconds() - seconds)
    return min(apart, DAY_S - apart) <= SAME_TIME_S


def decay_time_s(injected: datetime, scan: datetime, half_life_s: float) -> float:
    """Return the seconds from injection to scan.

    Raises
    ------
    CannotStateSuvError
        If the scan is before the injection, or so long after it that one of them must be wrong.
    """
    elapsed = (scan - injected).total_seconds()
    if elapsed < 0:
        raise refused("INJECTION_AFTER_SCAN", "The stated injection is after the scan.")
    if elapsed > SCAN_AFTER_INJECTION_HALF_LIVES * half_life_s:
        raise refused(
            "INJECTION_TOO_EARLY",
            f"The stated injection is {elapsed / 3600:.1f} hours before the scan: "
            f"more than {SCAN_AFTER_INJECTION_HALF_LIVES:.0f} half-lives.",
        )
    return elapsed


def check_decay_factor(inputs: SuvInputs, corrected_to: datetime, half_life_s: float) -> None:
    """Check Decay Factor (0054,1321) against the moment the image is said to be corrected to.

    Raises
    ------
    CannotStateSuvError
        If the scanner's own factor shows that it corrected to another moment.
    """
    stated, acquired = inputs.decay_factor, inputs.acquisition_datetime
    if stated is None or stated <= 1 or acquired is None:
        return
    at_frame_start = 2 ** ((acquired - corrected_to).total_seconds() / half_life_s)
    decay = math.log(2) * max(inputs.actual_frame_duration_ms or 0, 0) / 1000 / half_life_s
    over_frame = at_frame_start * (decay / -math.expm1(-decay) if decay else 1)
    at_middle = at_frame_start * math.exp(decay / 2)
    tolerance = GATED_DECAY_FACTOR_TOLERANCE if inputs.is_gated else DECAY_FACTOR_TOLERANCE
    expected = (at_frame_start, over_frame, at_middle)  # scanners differ
    if any(abs(stated / factor - 1) <= tolerance for factor in expected):
        return
    raise refused(
        "DECAY_FACTOR_DISAGREES",
        f"The scanner's decay factor is {stated:.4g}, but the stated times make it "
        f"{over_frame:.4g}.",
    )

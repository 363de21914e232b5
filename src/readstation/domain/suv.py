"""Standardized uptake values: one factor per kind, with its reasons, or a refusal with its own.

What is divided is a concentration in Bq/ml; what divides it is the dose left at the moment the
image is decay corrected to. Every number of both is shown to the reader (PS3.3 C.8.9.1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from readstation.domain.body_measure import MEASURES, SuvKind, numerator_of
from readstation.domain.radionuclide import (
    Radionuclide,
    radionuclide_of,
    radionuclides_with,
)
from readstation.domain.suv_inputs import (
    DOSE,
    HALF_LIFE,
    CannotStateSuvError,
    SuvInputs,
    checked,
    refused,
)
from readstation.domain.suv_times import (
    Moment,
    check_decay_factor,
    decay_time_s,
    injection,
    scan_start,
)

MBQ = 1e6
# Units (0054,1001) that are an SUV already, with the kind meant where SUV Type is absent
STORED_KIND_BY_UNITS = {"GML": SuvKind.BW, "CM2ML": SuvKind.BSA}
KIND_BY_SUV_TYPE = {kind.value: kind for kind in SuvKind}


@dataclass(frozen=True, slots=True)
class SuvFactor:
    """SUV = factor x modality value. `lines` are the formula and every input, for the reader."""

    kind: SuvKind
    factor: float
    lines: tuple[str, ...]

    @property
    def label(self) -> str:
        return MEASURES[self.kind].label

    @property
    def unit(self) -> str:
        """Return the unit with its kind, for example `SUVbw g/ml`."""
        measure = MEASURES[self.kind]
        return f"{measure.label} {measure.unit}"


@dataclass(frozen=True, slots=True)
class _Dose:
    """The dose left when the image's decay correction begins."""

    value_bq: float
    lines: tuple[str, ...]


def suv_factor(inputs: SuvInputs, kind: SuvKind) -> SuvFactor:
    """Return what modality values are multiplied with to give this kind of SUV.

    Raises
    ------
    CannotStateSuvError
        With the first reason found, where any input is absent, implausible or contradictory.
    """
    try:
        found = _factor(inputs, kind)
    except (OverflowError, ZeroDivisionError) as problem:
        raise _not_computable() from problem
    if not (math.isfinite(found.factor) and found.factor > 0):
        raise _not_computable()
    return found


def _not_computable() -> CannotStateSuvError:
    return refused(
        "NUMBERS_IMPLAUSIBLE", "The stated times and factors are too far apart to compute with."
    )


def _factor(inputs: SuvInputs, kind: SuvKind) -> SuvFactor:
    units = inputs.units.strip().upper()
    if inputs.is_legacy_converted:
        raise refused(
            "LEGACY_CONVERTED_PET", "SUV of converted multi-frame PET objects is not supported."
        )
    _require(inputs, "ATTN", "NOT_ATTENUATION_CORRECTED", "attenuation")
    if units in STORED_KIND_BY_UNITS:
        return _from_stored_suv(inputs, kind, units)
    if units not in {"BQML", "CNTS"}:
        raise refused(
            "UNITS_NOT_CONVERTIBLE",
            f"Values in {units or 'an unstated unit'} cannot be turned into SUV.",
        )
    _require(inputs, "DECY", "NOT_DECAY_CORRECTED", "decay")
    _check_decay_correction(inputs)
    if units == "CNTS":
        return _from_counts(inputs, kind)
    return _from_activity(inputs, kind, 1.0, ())


def suv_or_refusal(inputs: SuvInputs, kind: SuvKind) -> SuvFactor | CannotStateSuvError:
    """Return the factor, or the refusal as a value."""
    try:
        return suv_factor(inputs, kind)
    except CannotStateSuvError as refusal:
        return refusal


def _require(inputs: SuvInputs, term: str, code: str, name: str) -> None:
    if term not in {c.strip().upper() for c in inputs.corrected_image}:
        raise refused(
            code,
            f"The image is not marked as corrected for {name}.",
            remedy=f"Open the series corrected for {name}.",
        )


def _check_decay_correction(inputs: SuvInputs) -> None:
    stated = inputs.decay_correction.strip().upper()
    if stated == "NONE":
        raise refused(
            "DECAY_CORRECTION_NONE", "The file says both that decay is corrected and that not."
        )
    if stated not in {"START", "ADMIN"}:
        raise refused(
            "DECAY_CORRECTION_UNKNOWN",
            "The file does not say to which moment the decay is corrected.",
        )


def _from_stored_suv(inputs: SuvInputs, kind: SuvKind, units: str) -> SuvFactor:
    """Return 1 for the kind that is stored, else the ratio of the two body measures."""
    suv_type = inputs.suv_type.strip().upper()
    stored = KIND_BY_SUV_TYPE.get(suv_type) if suv_type else STORED_KIND_BY_UNITS[units]
    if stored is None or (stored is SuvKind.BSA) != (units == "CM2ML"):
        raise refused(
            "SUV_TYPE_UNKNOWN",
            f"Values in {units} with SUV Type {suv_type} have no certain meaning.",
        )
    stated = f"Stored values are {MEASURES[stored].label} (Units {units})"
    if kind is stored:
        return SuvFactor(kind, 1.0, (stated,))
    wanted, given = numerator_of(kind, inputs), numerator_of(stored, inputs)
    lines = (stated, _ratio_formula(kind, stored), *_joined(wanted.lines, given.lines))
    return _result(kind, wanted.value / given.value, lines)


def _from_counts(inputs: SuvInputs, kind: SuvKind) -> SuvFactor:
    """Return the factor of counts by Philips' private scale factors, the only known ones."""
    to_suv, to_activity = inputs.philips_suv_factor, inputs.philips_activity_factor
    if _is_factor(to_suv):
        stated = f"SUV scale factor of the scanner (7053,xx00): {to_suv:.6g} g/ml per count"
        if kind is SuvKind.BW:
            return _result(kind, to_suv or 0.0, (stated,))
        wanted, given = numerator_of(kind, inputs), numerator_of(SuvKind.BW, inputs)
        lines = (stated, _ratio_formula(kind, SuvKind.BW), *_joined(wanted.lines, given.lines))
        return _result(kind, (to_suv or 0.0) * wanted.value / given.value, lines)
    if _is_factor(to_activity):
        stated = f"Activity scale factor of the scanner (7053,xx09): {to_activity:.6g} Bq/ml"
        return _from_activity(inputs, kind, to_activity or 0.0, (stated,))
    raise refused(
        "COUNTS_WITHOUT_FACTOR", "Values are counts, and the scanner's scale factor is not there."
    )


def _is_factor(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value > 0


def _from_activity(
    inputs: SuvInputs, kind: SuvKind, bqml_per_value: float, before: tuple[str, ...]
) -> SuvFactor:
    numerator = numerator_of(kind, inputs)
    dose = _dose(inputs)
    measure = MEASURES[kind]
    formula = f"{measure.label} = activity in Bq/ml x {measure.measure_name} / dose"
    factor = bqml_per_value * numerator.value / dose.value_bq
    return _result(kind, factor, (formula, *before, *numerator.lines, *dose.lines))


def _dose(inputs: SuvInputs) -> _Dose:
    if inputs.number_of_injections != 1:
        code = "SEVERAL_INJECTIONS" if inputs.number_of_injections else "NO_RADIOPHARMACEUTICAL"
        raise refused(code, f"The file states {inputs.number_of_injections} injections, not one.")
    dose_bq = checked(inputs.radionuclide_total_dose_bq, DOSE)
    half_life_s = checked(inputs.radionuclide_half_life_s, HALF_LIFE)
    nuclide = _nuclide(inputs, half_life_s)
    is_start = inputs.decay_correction.strip().upper() == "START"
    injected_line = f"Injected dose: {dose_bq / MBQ:.6g} MBq"
    nuclide_line = f"{nuclide}, half-life {half_life_s:.6g} s"
    if not is_start:
        _check_administration(inputs, half_life_s)
        line = "Decay corrected to the injection (ADMIN): the dose does not decay"
        return _Dose(dose_bq, (injected_line, nuclide_line, line))
    scan = scan_start(inputs, half_life_s)
    injected = injection(inputs, scan.at, half_life_s)
    elapsed_s = decay_time_s(injected.at, scan.at, half_life_s)
    check_decay_factor(inputs, scan.at, half_life_s)
    left_bq = dose_bq * 2 ** (-elapsed_s / half_life_s)
    return _Dose(
        left_bq,
        (
            injected_line,
            nuclide_line,
            f"Injected: {_shown(injected)}",
            f"Decay corrected to the start of the scan (START): {_shown(scan)}",
            f"Dose after {elapsed_s:.6g} s: {left_bq / MBQ:.6g} MBq",
        ),
    )


def _check_administration(inputs: SuvInputs, half_life_s: float) -> None:
    """Check the scanner's decay factor against the injection, where its time is stated."""
    acquired = inputs.acquisition_datetime
    seconds = inputs.radiopharmaceutical_start_time_s
    stated = inputs.radiopharmaceutical_start_datetime
    if acquired is None or (seconds is None and stated is None):
        return
    injected = injection(inputs, acquired, half_life_s)
    decay_time_s(injected.at, acquired, half_life_s)
    check_decay_factor(inputs, injected.at, half_life_s)


def _nuclide(inputs: SuvInputs, half_life_s: float) -> str:
    """Return the radionuclide's name once its half-life is the stated one."""
    code, meaning = inputs.radionuclide_code_value, inputs.radionuclide_code_meaning
    named = radionuclide_of(code, meaning)
    if named is not None and not named.has_half_life(half_life_s):
        raise refused(
            "HALF_LIFE_WRONG",
            f"The file states a half-life of {half_life_s:.6g} s for {named.name}, "
            f"which has {named.half_life_s:.6g} s.",
        )
    possible: tuple[Radionuclide, ...] = (named,) if named else radionuclides_with(half_life_s)
    if not possible:
        raise refused(
            "HALF_LIFE_UNKNOWN",
            f"No known radionuclide has the stated half-life of {half_life_s:.6g} s.",
        )
    how = "" if named else " (by its half-life; the file does not name it)"
    return f"Radionuclide: {possible[0].name}{how}"


def _result(kind: SuvKind, factor: float, lines: tuple[str, ...]) -> SuvFactor:
    measure = MEASURES[kind]
    last = f"{measure.label} in {measure.unit} = {factor:.6g} x modality value"
    return SuvFactor(kind, factor, (*lines, last))


def _ratio_formula(kind: SuvKind, given: SuvKind) -> str:
    wanted = MEASURES[kind]
    return f"{wanted.label} = {MEASURES[given].label} x {wanted.measure_name} / body measure"


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _shown(moment: Moment) -> str:
    return f"{moment.at:%Y-%m-%d %H:%M:%S} ({moment.source})"

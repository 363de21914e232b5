"""What an uptake is set in relation to: body weight, lean mass, ideal weight or body surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from readstation.domain.suv_inputs import SIZE, WEIGHT, SuvInputs, checked, refused

CM_PER_M = 100.0
G_PER_KG = 1000.0
CM2_PER_M2 = 10000.0


class SuvKind(Enum):
    """The value is the term of SUV Type (0054,1006)."""

    BW = "BW"
    LBM_JANMAHASATIAN = "LBMJANMA"
    LBM_JAMES = "LBMJAMES128"
    BSA = "BSA"
    IBW = "IBW"


@dataclass(frozen=True, slots=True)
class BodyMeasure:
    """A kind of SUV: its names, and the body measure in the unit that gives its unit."""

    kind: SuvKind
    label: str
    unit: str
    measure_name: str
    measure_unit: str
    formulas: dict[str, tuple[Callable[[float, float], float], str]]
    to_numerator: float
    at_most_weight: bool = False


def _janmahasatian(constant: float, slope: float) -> Callable[[float, float], float]:
    return lambda w, h: 9270 * w / (constant + slope * w / h**2)


def _james(linear: float, quadratic: float) -> Callable[[float, float], float]:
    return lambda w, h: linear * w - quadratic * (w / (CM_PER_M * h)) ** 2


def _ideal(base_kg: float, kg_per_cm: float) -> Callable[[float, float], float]:
    return lambda _, h: base_kg + kg_per_cm * (CM_PER_M * h - 152)


ANY_SEX = ""
MEASURES: dict[SuvKind, BodyMeasure] = {
    m.kind: m
    for m in (
        BodyMeasure(
            SuvKind.BW,
            "SUVbw",
            "g/ml",
            "body weight",
            "kg",
            {ANY_SEX: (lambda w, _: w, "W")},
            G_PER_KG,
        ),
        # Janmahasatian 2005, as recommended by the image biomarker standardisation initiative
        BodyMeasure(
            SuvKind.LBM_JANMAHASATIAN,
            "SUVlbm (Janmahasatian)",
            "g/ml",
            "lean body mass",
            "kg",
            {
                "M": (_janmahasatian(6680, 216), "9270 W / (6680 + 216 W/H²)"),
                "F": (_janmahasatian(8780, 244), "9270 W / (8780 + 244 W/H²)"),
            },
            G_PER_KG,
            at_most_weight=True,
        ),
        # James 1976 with 128 for men; with 120 it would be SUV Type LBM, which is not offered
        BodyMeasure(
            SuvKind.LBM_JAMES,
            "SUVlbm (James)",
            "g/ml",
            "lean body mass",
            "kg",
            {
                "M": (_james(1.10, 128), "1.10 W - 128 (W/100H)²"),
                "F": (_james(1.07, 148), "1.07 W - 148 (W/100H)²"),
            },
            G_PER_KG,
            at_most_weight=True,
        ),
        BodyMeasure(
            SuvKind.BSA,
            "SUVbsa",
            "cm²/ml",
            "body surface (Du Bois)",
            "m²",
            {
                ANY_SEX: (
                    lambda w, h: 0.007184 * w**0.425 * (CM_PER_M * h) ** 0.725,
                    "0.007184 W^0.425 (100H)^0.725",
                )
            },
            CM2_PER_M2,
        ),
        BodyMeasure(
            SuvKind.IBW,
            "SUVibw",
            "g/ml",
            "ideal body weight",
            "kg",
            {
                "M": (_ideal(48.0, 1.06), "48.0 + 1.06 (100H - 152)"),
                "F": (_ideal(45.5, 0.91), "45.5 + 0.91 (100H - 152)"),
            },
            G_PER_KG,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Numerator:
    """What stands above the dose: in g or cm², with the lines that say how it came about."""

    value: float
    lines: tuple[str, ...]


def numerator_of(kind: SuvKind, inputs: SuvInputs) -> Numerator:
    """Return the body measure of a kind of SUV.

    Raises
    ------
    CannotStateSuvError
        If weight, height or sex is needed and missing or not believable.
    """
    measure = MEASURES[kind]
    weight_kg = checked(inputs.patient_weight_kg, WEIGHT)
    lines = [f"Body weight W: {weight_kg:.6g} kg"]
    if kind is SuvKind.BW:
        return Numerator(weight_kg * measure.to_numerator, tuple(lines))
    size_m = checked(inputs.patient_size_m, SIZE)
    sex = inputs.patient_sex.strip().upper()
    found = measure.formulas.get(ANY_SEX) or measure.formulas.get(sex)
    if found is None:
        raise refused(
            "SEX_MISSING",
            f"The {measure.measure_name} depends on the sex, which the file does not state.",
        )
    formula, text = found
    result = formula(weight_kg, size_m)
    if result <= 0 or (measure.at_most_weight and result > weight_kg):
        raise refused(
            "BODY_MEASURE_IMPLAUSIBLE",
            f"The formula gives a {measure.measure_name} of {result:.3g} {measure.measure_unit} "
            f"for a weight of {weight_kg:.4g} kg and a height of {size_m:.4g} m.",
        )
    lines.append(f"Body height H: {size_m:.6g} m")
    if ANY_SEX not in measure.formulas:
        lines.append(f"Sex: {sex}")
    name = measure.measure_name[:1].upper() + measure.measure_name[1:]
    lines.append(f"{name} = {text} = {result:.6g} {measure.measure_unit}")
    return Numerator(result * measure.to_numerator, tuple(lines))

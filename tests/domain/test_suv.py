"""Uptake for whatever a header may hold: a finite positive factor or a typed refusal."""

import math
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.body_measure import MEASURES, SuvKind
from readstation.domain.radionuclide import RADIONUCLIDES, radionuclide_of
from readstation.domain.suv import SuvFactor, suv_factor, suv_or_refusal
from readstation.domain.suv_inputs import CannotStateSuvError, SuvInputs

SCAN = datetime(2026, 3, 2, 9)
GOOD = SuvInputs(
    units="BQML",
    corrected_image=("ATTN", "DECY"),
    decay_correction="START",
    patient_weight_kg=70.0,
    patient_size_m=1.75,
    patient_sex="F",
    number_of_injections=1,
    radionuclide_total_dose_bq=370e6,
    radionuclide_half_life_s=6586.2,
    radionuclide_code_value="C-111A1",
    radiopharmaceutical_start_datetime=SCAN - timedelta(hours=1),
    series_datetime=SCAN,
    acquisition_datetime=SCAN,
)
any_number = st.one_of(st.none(), st.floats(), st.sampled_from([0.0, 70.0, 1e6, 370e6, 6586.2]))
any_moment = st.one_of(st.none(), st.datetimes())
any_offset = st.one_of(st.none(), st.integers(-840, 840))
any_inputs = st.builds(
    SuvInputs,
    units=st.sampled_from(["BQML", "CNTS", "GML", "CM2ML", "PROPCNTS", ""]),
    suv_type=st.sampled_from(["", "BW", "LBM", "LBMJANMA", "LBMJAMES128", "BSA", "IBW", "?"]),
    corrected_image=st.sampled_from([("ATTN", "DECY"), ("ATTN",), ()]),
    decay_correction=st.sampled_from(["START", "ADMIN", "NONE", ""]),
    patient_weight_kg=any_number,
    patient_size_m=any_number,
    patient_sex=st.sampled_from(["M", "F", "O", ""]),
    number_of_injections=st.integers(0, 2),
    radionuclide_total_dose_bq=any_number,
    radionuclide_half_life_s=any_number,
    radionuclide_code_value=st.sampled_from(["C-111A1", "C-168A4", ""]),
    radionuclide_code_meaning=st.text(max_size=8),
    radiopharmaceutical_start_time_s=st.one_of(st.none(), st.floats(0, 86_399)),
    radiopharmaceutical_start_datetime=any_moment,
    radiopharmaceutical_start_offset_min=any_offset,
    series_datetime=any_moment,
    acquisition_datetime=any_moment,
    timezone_offset_min=any_offset,
    frame_reference_time_ms=any_number,
    actual_frame_duration_ms=any_number,
    decay_factor=any_number,
    ge_scan_datetime=any_moment,
    philips_suv_factor=any_number,
    philips_activity_factor=any_number,
    decay_corrected_to=any_moment,
    is_gated=st.booleans(),
    is_legacy_converted=st.booleans(),
)


@given(any_inputs, st.sampled_from(SuvKind))
def test_any_header_gives_a_positive_factor_or_a_refusal(inputs, kind):
    found = suv_or_refusal(inputs, kind)
    if isinstance(found, CannotStateSuvError):
        assert found.code
        assert found.message
        assert found.remedy
    else:
        assert math.isfinite(found.factor)
        assert found.factor > 0
        assert found.lines


@pytest.mark.parametrize("years", [-2000, 7000])
def test_years_beyond_the_calendar_are_refused_and_no_crash(years):
    moment = datetime(SCAN.year + years, 1, 1)
    inputs = replace(GOOD, series_datetime=None, acquisition_datetime=moment)
    inputs = replace(inputs, actual_frame_duration_ms=1e300, frame_reference_time_ms=1e300)
    with pytest.raises(CannotStateSuvError) as refusal:
        suv_factor(inputs, SuvKind.BW)
    assert refusal.value.code == "NUMBERS_IMPLAUSIBLE"


@given(
    st.floats(0.5, 500),
    st.floats(1e6, 1e10),
    st.floats(0, 10 * 6586.2),
)
def test_uptake_grows_with_weight_and_decay_and_falls_with_dose(weight_kg, dose_bq, elapsed_s):
    start = SCAN - timedelta(seconds=elapsed_s)
    inputs = replace(
        GOOD,
        patient_weight_kg=weight_kg,
        radionuclide_total_dose_bq=dose_bq,
        radiopharmaceutical_start_datetime=start,
    )
    exact_s = (SCAN - start).total_seconds()
    expected = weight_kg * 1000 / dose_bq * math.exp(math.log(2) * exact_s / 6586.2)
    found = suv_or_refusal(inputs, SuvKind.BW)
    if isinstance(found, SuvFactor):
        assert found.factor == pytest.approx(expected, rel=1e-9)
    else:
        assert exact_s > 10 * 6586.2  # only rounding up to whole microseconds goes too far


@pytest.mark.parametrize(
    ("kind", "sex", "grams"),
    [
        (SuvKind.BW, "F", 70_000),
        (SuvKind.LBM_JANMAHASATIAN, "M", 9270 * 70 / (6680 + 216 * 22.857142857142858) * 1000),
        (SuvKind.LBM_JANMAHASATIAN, "F", 9270 * 70 / (8780 + 244 * 22.857142857142858) * 1000),
        (SuvKind.LBM_JAMES, "M", (77 - 128 * 0.16) * 1000),
        (SuvKind.LBM_JAMES, "F", (74.9 - 148 * 0.16) * 1000),
        (SuvKind.IBW, "M", (48.0 + 1.06 * 23) * 1000),
        (SuvKind.IBW, "F", (45.5 + 0.91 * 23) * 1000),
        (SuvKind.BSA, "", 71.84 * math.exp(0.425 * math.log(70) + 0.725 * math.log(175))),
    ],
)  # fmt: skip
def test_each_kind_is_in_proportion_to_its_body_measure(kind, sex, grams):
    whole = suv_factor(GOOD, SuvKind.BW)
    found = suv_factor(replace(GOOD, patient_sex=sex), kind)
    assert found.factor / whole.factor == pytest.approx(grams / 70_000, rel=1e-12)
    assert found.unit.endswith("cm²/ml" if kind is SuvKind.BSA else "g/ml")


def test_a_lean_mass_above_the_weight_or_below_zero_is_refused():
    heavy = replace(GOOD, patient_weight_kg=300.0, patient_size_m=1.5)
    with pytest.raises(CannotStateSuvError, match="lean body mass of") as refusal:
        suv_factor(heavy, SuvKind.LBM_JAMES)
    assert refusal.value.code == "BODY_MEASURE_IMPLAUSIBLE"
    assert suv_factor(heavy, SuvKind.LBM_JANMAHASATIAN).factor > 0
    child = replace(GOOD, patient_weight_kg=4.0, patient_size_m=0.5)
    with pytest.raises(CannotStateSuvError, match="ideal body weight of"):
        suv_factor(child, SuvKind.IBW)


def test_every_kind_has_a_measure_with_a_name_of_its_own():
    assert set(MEASURES) == set(SuvKind)
    assert len({measure.label for measure in MEASURES.values()}) == len(SuvKind)


def test_radionuclides_are_known_by_codes_of_their_own():
    codes = [code for nuclide in RADIONUCLIDES for code in nuclide.codes]
    assert len(codes) == len(set(codes))
    for nuclide in RADIONUCLIDES:
        assert radionuclide_of("", nuclide.name) is nuclide
        assert radionuclide_of("", f"^{nuclide.mass_number}^{nuclide.element}") is nuclide
    assert radionuclide_of("X", "Fluorine") is None
    assert radionuclide_of("", "18F and 11C") is None

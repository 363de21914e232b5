"""A digital reference object of PET headers: the exact SUV through the whole path, or a refusal.

Every variant is written as a file, described and decoded by a worker, and probed. What it must
give is computed here from the numbers in its row, not with the product's code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.app.viewport.measuring import Subject, make_probe
from readstation.app.viewport.value_scale import ValueScale, refusal_of, suv_lines
from readstation.domain.measurement import ImagePoint
from tests.pet_files import STORED, save_pet

DOSE, HALF_LIFE, WEIGHT_G, SLOPE = 370e6, 6586.2, 70_000.0, 12.5
BW, LBM, BSA = ValueScale.SUVBW, ValueScale.SUVLBM, ValueScale.SUVBSA
POINT, STORED_AT_POINT = ImagePoint(3.5, 2.5), 119
MALE_LBM_G = 9270 * 70 / (6680 + 216 * 70 / 1.75**2) * 1000
FEMALE_LBM_G = 9270 * 70 / (8780 + 244 * 70 / 1.75**2) * 1000
BSA_CM2 = 0.007184 * 70**0.425 * 175**0.725 * 10_000
PHILIPS = "Philips PET Private Group"
GE = "GEMS_PETD_01"


def suv(seconds=3600.0, *, body=WEIGHT_G, dose=DOSE, half_life=HALF_LIFE, slope=SLOPE):
    """Return the uptake of the probed pixel from first principles."""
    left = dose * math.exp(-math.log(2) * seconds / half_life)
    return STORED_AT_POINT * slope * body / left


@dataclass(frozen=True)
class Variant:
    """A header change and what must come of it: a number, or a reason."""

    name: str
    changes: dict[str, Any] = field(default_factory=dict)
    expected: float | str = ""
    scale: ValueScale = BW


def v(name, expected, scale=BW, **changes):
    return Variant(name, changes, expected, scale)


def philips(offset, value):
    return (0x7053, PHILIPS, offset, "DS", value)


def ge_scan(value):
    return (0x0009, GE, 0x0D, "DT", value)


def mean_time_s(duration_s, half_life=HALF_LIFE):
    """Return when in a frame the activity is the frame's mean, found by bisection."""
    k = math.log(2) / half_life
    mean = (1 - math.exp(-k * duration_s)) / (k * duration_s)
    low, high = 0.0, duration_s
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if math.exp(-k * middle) > mean else (low, middle)
    return low


NEXT_DAY = {"SeriesDate": "20260303", "AcquisitionDate": "20260303"}
DYNAMIC = {"SeriesType": ["DYNAMIC", "IMAGE"]}
LATE_SERIES = {"SeriesTime": "160000", "AcquisitionTime": "090500"}
F18, C11, GA68 = ("77004003", "SCT", "F18"), ("C-105A1", "SRT", "C11"), ("C-131A3", "SRT", "Ga68")
O15, RB82, ZR89 = ("C-B1038", "SRT", "O15"), ("C-159A2", "SRT", "Rb82"), ("C-168A4", "SRT", "Zr89")


def groups_of_frame(real_slope, unit):
    """Return functional groups whose rescale and real world mapping may differ."""
    measured, mapping, rescale, found = Dataset(), Dataset(), Dataset(), Dataset()
    measured.CodeValue, measured.CodingSchemeDesignator, measured.CodeMeaning = unit, "UCUM", unit
    mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept = real_slope, 0.0
    mapping.MeasurementUnitsCodeSequence = [measured]
    rescale.RescaleSlope, rescale.RescaleIntercept = SLOPE, 0
    found.RealWorldValueMappingSequence = [mapping]
    found.PixelValueTransformationSequence = [rescale]
    return found


def enhanced(*, real_slope=SLOPE, unit="Bq/ml"):
    """Return what makes the header an enhanced PET object of one frame."""
    return {
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.130",
        "NumberOfFrames": 1,
        "SharedFunctionalGroupsSequence": [groups_of_frame(real_slope, unit)],
        "DecayCorrected": "YES",
        "AttenuationCorrected": "YES",
        "DecayCorrectionDateTime": "20260302090000",
        "RadiopharmaceuticalStartDateTime": "20260302080000",
        "RadiopharmaceuticalStartTime": None,
        "RadionuclideTotalDose": DOSE / 1e6,
        "Units": None,
        "CorrectedImage": None,
        "DecayCorrection": None,
        "RescaleSlope": None,
        "RescaleIntercept": None,
    }


ENHANCED = enhanced()
VARIANTS = (
    v("as it should be", suv()),
    v("lean body mass of a man", suv(body=MALE_LBM_G), LBM),
    v("lean body mass of a woman", suv(body=FEMALE_LBM_G), LBM, PatientSex="F"),
    v("body surface", suv(body=BSA_CM2), BSA),
    v("body surface needs no sex", suv(body=BSA_CM2), BSA, PatientSex="O"),
    # Decay
    v("decay corrected to the injection", suv(0), DecayCorrection="ADMIN"),
    v("to the injection, time of it unknown", suv(0), DecayCorrection="ADMIN",
      RadiopharmaceuticalStartTime=None),
    v("decay not corrected", "DECAY_CORRECTION_NONE", DecayCorrection="NONE"),
    v("decay correction not stated", "DECAY_CORRECTION_UNKNOWN", DecayCorrection=None),
    v("decay not among the corrections", "NOT_DECAY_CORRECTED", CorrectedImage=["ATTN"]),
    v("not attenuation corrected", "NOT_ATTENUATION_CORRECTED", CorrectedImage=["DECY", "NORM"]),
    v("no corrections stated", "NOT_ATTENUATION_CORRECTED", CorrectedImage=None),
    v("decay factor of the first bed", suv(), DecayFactor=1.0063),
    v("decay factor of the fifth bed", suv(), AcquisitionTime="091000", DecayFactor=1.0718),
    v("decay factor says to the injection", "DECAY_FACTOR_DISAGREES", DecayFactor=1.47),
    v("decay factor says to the start", "DECAY_FACTOR_DISAGREES", DecayCorrection="ADMIN",
      DecayFactor=1.0063),
    # Weight, height, sex
    v("weight missing", "WEIGHT_MISSING", PatientWeight=None),
    v("weight zero", "WEIGHT_MISSING", PatientWeight=0),
    v("weight negative", "WEIGHT_IMPLAUSIBLE", PatientWeight=-70),
    v("weight in grams", "WEIGHT_IMPLAUSIBLE", PatientWeight=70_000),
    v("weight of a newborn", suv(body=3_100.0), PatientWeight=3.1),
    v("height missing for lean mass", "SIZE_MISSING", LBM, PatientSize=None),
    v("height missing does not matter for weight", suv(), PatientSize=None),
    v("height zero", "SIZE_MISSING", BSA, PatientSize=0),
    v("height in centimetres", "SIZE_IMPLAUSIBLE", LBM, PatientSize=175),
    v("sex other for lean mass", "SEX_MISSING", LBM, PatientSex="O"),
    v("sex missing for lean mass", "SEX_MISSING", LBM, PatientSex=None),
    # Dose
    v("dose in MBq", "DOSE_IMPLAUSIBLE", RadionuclideTotalDose=370),
    v("dose in kBq", "DOSE_IMPLAUSIBLE", RadionuclideTotalDose=370_000),
    v("dose in mCi", "DOSE_IMPLAUSIBLE", RadionuclideTotalDose=10),
    v("dose missing", "DOSE_MISSING", RadionuclideTotalDose=None),
    v("dose zero", "DOSE_MISSING", RadionuclideTotalDose=0),
    v("dose too large", "DOSE_IMPLAUSIBLE", RadionuclideTotalDose=3.7e11),
    v("two injections", "SEVERAL_INJECTIONS", injections=2),
    v("no radiopharmaceutical", "NO_RADIOPHARMACEUTICAL", injections=0),
    # Radionuclide
    v("fluorine by its newer code", suv(), RadionuclideCodeSequence=F18),
    v("half-life of another scanner", suv(half_life=6588.0), RadionuclideHalfLife=6588),
    v("half-life in minutes", "HALF_LIFE_WRONG", RadionuclideHalfLife=109.77),
    v("half-life missing", "HALF_LIFE_MISSING", RadionuclideHalfLife=None),
    v("half-life of another nuclide", "HALF_LIFE_WRONG", RadionuclideHalfLife=4062.6),
    v("nuclide not named, half-life known", suv(), RadionuclideCodeSequence=None),
    v("nuclide not named, half-life unknown", "HALF_LIFE_UNKNOWN", RadionuclideCodeSequence=None,
      RadionuclideHalfLife=5000),
    v("carbon, twenty minutes", suv(1200, half_life=1223.4), RadionuclideCodeSequence=C11,
      RadionuclideHalfLife=1223.4, RadiopharmaceuticalStartTime="084000"),
    v("gallium", suv(half_life=4062.6), RadionuclideCodeSequence=GA68,
      RadionuclideHalfLife=4062.6),
    v("oxygen, an hour is too long", "INJECTION_TOO_EARLY", RadionuclideCodeSequence=O15,
      RadionuclideHalfLife=122.24),
    v("rubidium, dynamic", suv(0, half_life=76.4), RadionuclideCodeSequence=RB82,
      RadionuclideHalfLife=76.4, RadiopharmaceuticalStartTime="090000", **DYNAMIC),
    v("zirconium, the day not stated", "INJECTION_DAY_UNKNOWN", RadionuclideCodeSequence=ZR89,
      RadionuclideHalfLife=282_276),
    v("zirconium, four days", suv(4 * 86_400 + 3600, half_life=282_276.0),
      RadionuclideCodeSequence=ZR89, RadionuclideHalfLife=282_276,
      RadiopharmaceuticalStartDateTime="20260226080000"),
    # Times
    v("injection over midnight, time only", suv(3600), SeriesTime="003000",
      AcquisitionTime="003000", RadiopharmaceuticalStartTime="233000"),
    v("injection over midnight, with its date", suv(5400), **NEXT_DAY, SeriesTime="003000",
      AcquisitionTime="003000", RadiopharmaceuticalStartTime="230000",
      RadiopharmaceuticalStartDateTime="20260302230000"),
    v("scan over midnight", suv(3600), AcquisitionDate="20260303", SeriesTime="235500",
      AcquisitionTime="000500", RadiopharmaceuticalStartTime="225500"),
    v("injection time missing", "INJECTION_TIME_MISSING", RadiopharmaceuticalStartTime=None),
    v("injection after the scan, time only", "INJECTION_TOO_EARLY",
      RadiopharmaceuticalStartTime="093000"),
    v("injection after the scan, with its date", "INJECTION_AFTER_SCAN",
      RadiopharmaceuticalStartTime=None, RadiopharmaceuticalStartDateTime="20260302093000"),
    v("injection date shifted by an anonymiser", "INJECTION_TOO_EARLY",
      RadiopharmaceuticalStartDateTime="20200302080000"),
    v("time and datetime of injection disagree", "INJECTION_TIMES_DISAGREE",
      RadiopharmaceuticalStartDateTime="20260302070000"),
    v("time and datetime of injection disagree, zones stated", "INJECTION_TIMES_DISAGREE",
      TimezoneOffsetFromUTC="+0200", RadiopharmaceuticalStartTime="080000",
      RadiopharmaceuticalStartDateTime="20260302050000+0000"),
    v("datetime and time of injection agree", suv(),
      RadiopharmaceuticalStartDateTime="20260302080000"),
    v("fractions of seconds", suv(3599.5), RadiopharmaceuticalStartTime="080000.500000"),
    v("injection in another zone", suv(), TimezoneOffsetFromUTC="+0200",
      RadiopharmaceuticalStartTime=None, RadiopharmaceuticalStartDateTime="20260302060000+0000"),
    v("zone of the scan unknown", "INJECTION_ZONE_UNKNOWN", RadiopharmaceuticalStartTime=None,
      RadiopharmaceuticalStartDateTime="20260302060000+0000"),
    v("zone unknown, but the clock times agree", suv(),
      RadiopharmaceuticalStartDateTime="20260302080000+0100"),
    v("summer time began between", suv(3600), SeriesDate="20260329", AcquisitionDate="20260329",
      SeriesTime="033000", AcquisitionTime="033000", TimezoneOffsetFromUTC="+0200",
      RadiopharmaceuticalStartTime=None, RadiopharmaceuticalStartDateTime="20260329013000+0100"),
    v("winter time began between", suv(7200), SeriesDate="20261025", AcquisitionDate="20261025",
      SeriesTime="023000", AcquisitionTime="023000", TimezoneOffsetFromUTC="+0100",
      RadiopharmaceuticalStartTime=None, RadiopharmaceuticalStartDateTime="20261025013000+0200"),
    # Which time the image is corrected to
    v("later bed of a whole body scan", suv(), AcquisitionTime="092100"),
    v("series made later, nothing else", "SCAN_TIME_UNKNOWN", **LATE_SERIES),
    v("series made later, GE scan time", suv(3600), **LATE_SERIES,
      private=[ge_scan("20260302090000.00")]),
    v("series made later, reference time", suv(3900 + mean_time_s(120) - 360), **LATE_SERIES,
      FrameReferenceTime=360_000),
    v("GE scan time after the acquisition", "SCAN_TIME_UNKNOWN", **LATE_SERIES,
      private=[ge_scan("20260302170000.00")]),
    v("series time missing", "SCAN_TIME_UNKNOWN", SeriesTime=None),
    v("series time missing, reference time", suv(3600 + mean_time_s(120) - 60), SeriesTime=None,
      FrameReferenceTime=60_000),
    v("acquisition time missing", "SCAN_TIME_UNKNOWN", AcquisitionTime=None),
    v("acquisition stated as one datetime", suv(), AcquisitionDate=None, AcquisitionTime=None,
      AcquisitionDateTime="20260302091500"),
    v("gated", suv(), SeriesType=["GATED", "IMAGE"], ActualFrameDuration=600),
    # Units
    v("counts with Philips' SUV factor", STORED_AT_POINT * SLOPE * 0.000551, Units="CNTS",
      private=[philips(0, "0.000551")]),
    v("counts, lean mass by Philips' factor",
      STORED_AT_POINT * SLOPE * 0.000551 * MALE_LBM_G / WEIGHT_G, LBM, Units="CNTS",
      private=[philips(0, "0.000551"), philips(9, "1.9")]),
    v("counts with Philips' activity factor", suv(slope=SLOPE * 1.9), Units="CNTS",
      private=[philips(9, "1.9")]),
    v("counts, Philips' SUV factor zero", suv(slope=SLOPE * 1.9), Units="CNTS",
      private=[philips(0, "0"), philips(9, "1.9")]),
    v("counts without a factor", "COUNTS_WITHOUT_FACTOR", Units="CNTS"),
    v("counts, factor of another creator", "COUNTS_WITHOUT_FACTOR", Units="CNTS",
      private=[(0x7053, "SOMEBODY ELSE", 0, "DS", "0.000551")]),
    v("counts not decay corrected", "DECAY_CORRECTION_NONE", Units="CNTS", DecayCorrection="NONE",
      private=[philips(0, "0.000551")]),
    v("stored as SUV", STORED_AT_POINT * 0.05, Units="GML", RescaleSlope=0.05, PatientWeight=None),
    v("stored as SUV, wanted by surface", STORED_AT_POINT * 0.05 * BSA_CM2 / WEIGHT_G, BSA,
      Units="GML", RescaleSlope=0.05),
    v("stored as lean mass SUV", STORED_AT_POINT * 0.05, LBM, Units="GML", SUVType="LBMJANMA",
      RescaleSlope=0.05),
    v("stored as lean mass SUV, wanted by weight", STORED_AT_POINT * 0.05 * WEIGHT_G / MALE_LBM_G,
      Units="GML", SUVType="LBMJANMA", RescaleSlope=0.05),
    v("stored with an ambiguous type", "SUV_TYPE_UNKNOWN", Units="GML", SUVType="LBM"),
    v("stored by surface", STORED_AT_POINT * 0.05, BSA, Units="CM2ML", RescaleSlope=0.05),
    v("stored SUV not attenuation corrected", "NOT_ATTENUATION_CORRECTED", Units="GML",
      CorrectedImage=["DECY"]),
    v("proportional counts", "UNITS_NOT_CONVERTIBLE", Units="PROPCNTS"),
    v("no unit", "UNITS_NOT_CONVERTIBLE", Units=None),
    v("another slope in this slice", suv(slope=3.25), RescaleSlope=3.25),
    v("no rescale", "NO_RESCALE", RescaleSlope=None, RescaleIntercept=None),
    v("decay factor three minutes off", "DECAY_FACTOR_DISAGREES", DecayFactor=1.0255),
    v("decay factor of the middle of a long frame", suv(), ActualFrameDuration=7_200_000,
      DecayFactor=1.4606),
    v("gated, decay factor of the whole bed", suv(), SeriesType=["GATED", "IMAGE"],
      ActualFrameDuration=600, DecayFactor=1.0320),
    v("converted multi-frame object", "LEGACY_CONVERTED_PET",
      SOPClassUID="1.2.840.10008.5.1.4.1.1.128.1"),
    # Enhanced PET: flags, datetimes, dose in MBq
    v("enhanced, corrected to the scan", suv(), **ENHANCED),
    v("enhanced, corrected to the injection", suv(0), **ENHANCED
      | {"DecayCorrectionDateTime": "20260302080000"}),
    v("enhanced, datetimes in their own zones", suv(), **ENHANCED
      | {"DecayCorrectionDateTime": "20260302100000+0200",
         "RadiopharmaceuticalStartDateTime": "20260302070000+0000"}),
    v("enhanced, three zones", suv(), TimezoneOffsetFromUTC="+0100", **ENHANCED
      | {"DecayCorrectionDateTime": "20260302100000+0200",
         "RadiopharmaceuticalStartDateTime": "20260302070000+0000"}),
    v("enhanced, dose in Bq by mistake", "DOSE_IMPLAUSIBLE", **ENHANCED
      | {"RadionuclideTotalDose": DOSE}),
    v("enhanced, not attenuation corrected", "NOT_ATTENUATION_CORRECTED", **ENHANCED
      | {"AttenuationCorrected": "NO"}),
    v("enhanced, not decay corrected", "NOT_DECAY_CORRECTED", **ENHANCED
      | {"DecayCorrected": "NO"}),
    v("enhanced, moment of the correction missing", "DECAY_CORRECTION_UNKNOWN", **ENHANCED
      | {"DecayCorrectionDateTime": None}),
    v("enhanced, in SUV", STORED_AT_POINT * SLOPE, **enhanced(unit="g/ml")),
    v("enhanced, another unit", "UNITS_NOT_CONVERTIBLE", **enhanced(unit="{counts}")),
    v("enhanced, two different slopes", "UNITS_NOT_CONVERTIBLE", **enhanced(real_slope=3.0)),
)  # fmt: skip


@pytest.fixture(scope="module")
def source():
    workers = DecodeWorkers(1)
    yield FileFrames(workers)
    workers.close()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_the_uptake_is_exact_or_refused_with_its_reason(variant, source, tmp_path):
    path = save_pet(tmp_path / "a.dcm", **variant.changes)
    frame, description = source.frame(path, 1)
    refusal = refusal_of([description], variant.scale)
    if isinstance(variant.expected, str):
        assert refusal is not None
        assert refusal.code == variant.expected
        assert refusal.message.endswith(".")
        assert refusal.remedy.endswith(".")
        return
    assert refusal is None, refusal
    probe = make_probe(Subject(description, frame, variant.scale), (POINT,), "uid")
    assert probe.value == pytest.approx(variant.expected, rel=1e-6)
    unit = "cm²/ml" if variant.scale is BSA else "g/ml"
    assert probe.unit == f"{variant.scale.value} {unit}"


def test_the_object_has_sixty_variants_with_names_of_their_own():
    assert len(VARIANTS) >= 60
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)
    assert STORED[2, 3] == STORED_AT_POINT


def test_the_lines_name_every_input_and_the_formula(source, tmp_path):
    _, description = source.frame(save_pet(tmp_path / "a.dcm"), 1)
    text = "\n".join(suv_lines(description))
    for part in ("Body weight W: 70 kg", "Injected dose: 370 MBq", "Fluorine-18", "6586.2 s",
                 "2026-03-02 08:00:00", "2026-03-02 09:00:00 (Series Time)", "START",
                 "Dose after 3600 s: 253.314 MBq", "activity in Bq/ml x body weight / dose",
                 "SUVlbm (James) =", "SUVibw ="):  # fmt: skip
        assert part in text


def test_the_lines_say_what_is_missing(source, tmp_path):
    _, description = source.frame(save_pet(tmp_path / "a.dcm", PatientSize=None), 1)
    lines = suv_lines(description)
    assert "No SUVbsa: The file does not state the body height." in lines
    assert np.any([line.startswith("SUVbw in g/ml = ") for line in lines])


@pytest.mark.parametrize(
    ("name", "weight_kg", "dose", "half_life", "seconds"),
    [
        ("1.dcm", 69.7344, 178340011.59668, 6586.2, 66 * 60 + 16.921),
        ("GH184.dcm", 90, 474592928, 6588, 88 * 60 + 36),
    ],
)
def test_real_images_have_the_uptake_of_their_headers(
    name, weight_kg, dose, half_life, seconds, source, shared_data
):
    frame, description = source.frame(shared_data / "07_pet_nm" / name, 1)
    row, column = np.unravel_index(frame.stored_values.argmax(), frame.stored_values.shape)
    point = ImagePoint(float(column), float(row))
    activity = make_probe(Subject(description, frame), (point,), "uid").value
    uptake = make_probe(Subject(description, frame, BW), (point,), "uid").value
    left = dose * math.exp(-math.log(2) * seconds / half_life)
    assert uptake == pytest.approx(activity * weight_kg * 1000 / left, rel=1e-6)
    assert 1 < uptake < 30

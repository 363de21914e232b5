"""Pixel spacing by PS3.3 10.7 (hazard H06): value to 1e-9 and label exact."""

import math

import pytest

from readstation.domain.calibration import (
    SpacingAttributes,
    UltrasoundRegion,
    calibrate,
    region_at,
)

NAN = math.nan
A, B, ANISO = (0.2, 0.2), (0.14, 0.14), (0.30, 0.25)

# modality, pixel, imager, film, calibration type, magnification -> spacing, label
CASES = [
    ("CT", A, None, None, "", None, A, "mm"),
    ("CT", ANISO, None, None, "", None, ANISO, "mm"),
    ("MR", A, B, None, "", None, A, "mm"),
    ("PT", (4.0, 4.0), None, None, "", None, (4.0, 4.0), "mm"),
    ("CT", None, None, None, "", None, None, "px"),
    ("CT", (0.0, 0.2), None, None, "", None, None, "px"),
    ("CT", (-0.2, 0.2), None, None, "", None, None, "px"),
    ("CT", (NAN, 0.2), None, None, "", None, None, "px"),
    ("CT", (math.inf, 0.2), None, None, "", None, None, "px"),
    ("CT", (0.2,), None, None, "", None, None, "px"),
    ("CT", (0.2, 0.2, 0.2), None, None, "", None, None, "px"),
    ("CT", (), None, None, "", None, None, "px"),
    ("DX", None, B, None, "", None, B, "mm (detector)"),
    ("CR", A, None, None, "", None, A, "mm (detector)"),
    ("DX", B, B, None, "", None, B, "mm (detector)"),
    ("DX", A, B, None, "", None, A, "mm (calibrated)"),
    ("DX", A, B, None, "GEOMETRY", None, A, "mm (geometry)"),
    ("DX", A, B, None, "FIDUCIAL", None, A, "mm (fiducial)"),
    ("DX", A, None, None, "GEOMETRY", None, A, "mm (geometry)"),
    ("DX", A, None, None, "fiducial ", None, A, "mm (fiducial)"),
    ("DX", B, B, None, "GEOMETRY", None, B, "mm (geometry)"),
    ("DX", None, B, None, "GEOMETRY", None, B, "mm (detector)"),
    ("DX", None, B, None, "FIDUCIAL", None, B, "mm (detector)"),
    ("MG", None, (0.1, 0.1), None, "", 1.25, (0.08, 0.08), "mm (geometry)"),
    ("MG", (0.1, 0.1), (0.1, 0.1), None, "", 1.25, (0.08, 0.08), "mm (geometry)"),
    ("MG", None, (0.1, 0.1), None, "", 1.0, (0.1, 0.1), "mm (detector)"),
    ("MG", None, (0.1, 0.1), None, "", 0.0, (0.1, 0.1), "mm (detector)"),
    ("MG", None, (0.1, 0.1), None, "", -1.5, (0.1, 0.1), "mm (detector)"),
    ("MG", None, (0.1, 0.1), None, "", NAN, (0.1, 0.1), "mm (detector)"),
    ("MG", None, (0.1, 0.1), None, "", 0.8, (0.1, 0.1), "mm (detector)"),
    ("DX", A, B, None, "", 1.4, A, "mm (calibrated)"),
    ("XA", A, B, None, "GEOMETRY", 1.4, A, "mm (geometry)"),
    ("XA", None, ANISO, None, "", 2.0, (0.15, 0.125), "mm (geometry)"),
    ("CR", A, None, None, "", 1.5, A, "mm (detector)"),
    ("DX", None, ANISO, None, "", None, ANISO, "mm (detector)"),
    ("DX", (0, 0), B, None, "FIDUCIAL", None, B, "mm (detector)"),
    ("DX", A, (0.0, 0.1), None, "", None, A, "mm (detector)"),
    ("OT", None, None, (0.17, 0.17), "", None, (0.17, 0.17), "mm (film)"),
    ("CR", (0.17, 0.17), None, (0.17, 0.17), "", None, (0.17, 0.17), "mm (film)"),
    ("CT", (0.17, 0.17), None, (0.17, 0.17), "", None, (0.17, 0.17), "mm (film)"),
    ("OT", A, None, (0.17, 0.17), "FIDUCIAL", None, A, "mm (fiducial)"),
    ("OT", A, None, (0.17, 0.17), "", None, A, "mm"),
    ("CR", (0.14, 0.14 * (1 + 1e-9)), B, None, "", None, B, "mm (detector)"),
    ("DX", A, None, None, "SOMETHING", None, A, "mm (detector)"),
    ("US", None, None, None, "", None, None, "px"),
]


# Imager spacing, magnification, source to detector, source to patient or isocenter, center of
# beam -> spacing, label
XA_CASES = [
    ("XA", ANISO, None, 1000.0, 500.0, None, (0.15, 0.125), "mm (isocenter)"),
    ("XA", ANISO, None, 1200.0, 800.0, None, (0.20, 0.25 / 1.5), "mm (isocenter)"),
    ("XA", ANISO, 1.5, 1000.0, 500.0, None, (0.20, 0.25 / 1.5), "mm (geometry)"),
    ("XA", ANISO, None, 1000.0, 1000.0, None, ANISO, "mm (isocenter)"),
    ("XA", ANISO, None, 500.0, 1000.0, None, ANISO, "mm (detector)"),
    ("XA", ANISO, None, 1000.0, None, None, ANISO, "mm (detector)"),
    ("XA", ANISO, None, None, 800.0, None, ANISO, "mm (detector)"),
    ("XA", ANISO, None, 0.0, 800.0, None, ANISO, "mm (detector)"),
    ("XA", ANISO, None, 1000.0, 0.0, None, ANISO, "mm (detector)"),
    ("XA", ANISO, None, -1000.0, -800.0, None, ANISO, "mm (detector)"),
    ("XA", ANISO, None, NAN, 800.0, None, ANISO, "mm (detector)"),
    ("XA", None, None, 1000.0, 800.0, None, None, "px"),
    ("RF", ANISO, None, 1000.0, 500.0, None, ANISO, "mm (detector)"),
    ("DX", ANISO, None, 1800.0, 1600.0, None, ANISO, "mm (detector)"),
    ("MG", ANISO, None, 660.0, 600.0, None, ANISO, "mm (detector)"),
    ("XA", ANISO, None, 1000.0, 500.0, (0.11, 0.12), (0.11, 0.12), "mm (center of beam)"),
    ("XA", ANISO, None, None, None, (0.0, 0.12), ANISO, "mm (detector)"),
    ("XA", None, None, None, None, (0.11, 0.12), (0.11, 0.12), "mm (center of beam)"),
]


@pytest.mark.parametrize("case", XA_CASES, ids=range(len(XA_CASES)))
def test_angiography_is_brought_to_the_isocenter_only_where_both_distances_are_stated(case):
    modality, imager, magnification, to_detector, to_patient, beam, expected, label = case
    calibration = calibrate(
        SpacingAttributes(
            modality,
            imager_pixel_spacing=imager,
            estimated_radiographic_magnification_factor=magnification,
            distance_source_to_detector_mm=to_detector,
            distance_source_to_patient_mm=to_patient,
            object_pixel_spacing_in_center_of_beam=beam,
        )
    )
    assert calibration.unit == label
    spacing = (calibration.row_spacing_mm, calibration.column_spacing_mm)
    assert spacing == (pytest.approx(expected, abs=1e-9) if expected else (None, None))


@pytest.mark.parametrize(
    ("kind", "described", "label"),
    [
        ("FIDUCIAL", "25 mm steel ball", "mm (fiducial: 25 mm steel ball)"),
        ("GEOMETRY", "SID/SOD", "mm (geometry: SID/SOD)"),
        ("", "by hand", "mm (calibrated: by hand)"),
        ("FIDUCIAL", "two\nlines  here", "mm (fiducial: two lines here)"),
        ("FIDUCIAL", "turn\u202ed", "mm (fiducial: turn\ufffdd)"),
        ("FIDUCIAL", "x" * 200, f"mm (fiducial: {'x' * 48})"),
        ("FIDUCIAL", "", "mm (fiducial)"),
    ],
)
def test_the_scanners_description_of_a_calibration_stands_with_its_source(kind, described, label):
    calibration = calibrate(
        SpacingAttributes("DX", A, B, None, kind, pixel_spacing_calibration_description=described)
    )
    assert calibration.unit == label
    assert calibration.area_unit == label.replace("mm (", "mm² (", 1)


def test_a_description_without_a_calibration_is_left_out():
    attributes = SpacingAttributes("DX", None, B, pixel_spacing_calibration_description="ball")
    assert calibrate(attributes).unit == "mm (detector)"


def test_the_tables_have_forty_rows_and_more():
    assert len(CASES) >= 40
    assert len(set(map(str, CASES))) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_a_length_says_how_far_it_can_be_trusted(case):
    modality, pixel, imager, film, kind, magnification, expected, label = case
    calibration = calibrate(SpacingAttributes(modality, pixel, imager, film, kind, magnification))
    assert calibration.unit == label
    if expected is None:
        assert not calibration.is_known
        assert calibration.length(3, 4) == 5
    else:
        assert calibration.row_spacing_mm == pytest.approx(expected[0], abs=1e-9)
        assert calibration.column_spacing_mm == pytest.approx(expected[1], rel=1e-8)


def test_anisotropic_spacing_measures_rows_and_columns_each_with_its_own():
    calibration = calibrate(SpacingAttributes("CT", ANISO))
    assert calibration.length(columns=100, rows=0) == pytest.approx(25)
    assert calibration.length(columns=0, rows=100) == pytest.approx(30)


def region(*, x0=0, y0=0, x1=99, y1=99, units=(3, 3), delta=(0.05, 0.04), spatial=1):
    return UltrasoundRegion(x0, y0, x1, y1, *units, *delta, region_spatial_format=spatial)


def test_an_ultrasound_region_measures_in_mm_from_cm():
    calibration = region().calibration
    assert (calibration.row_spacing_mm, calibration.column_spacing_mm) == pytest.approx((0.4, 0.5))
    assert calibration.unit == "mm (US region)"


@pytest.mark.parametrize(
    "bad",
    [
        region(units=(4, 3)),
        region(units=(3, 5)),
        region(delta=(0, 0.1)),
        region(delta=(NAN, 0.1)),
        region(spatial=3),
    ],
)
def test_regions_that_are_not_2d_in_cm_stay_pixels(bad):
    assert bad.calibration.unit == "px"
    assert region_at([bad], [(10, 10)]) is None


def test_a_negative_delta_has_a_positive_length():
    assert region(delta=(-0.05, -0.04)).calibration.length(2, 0) == pytest.approx(1.0)


def test_a_measurement_across_regions_has_no_calibration():
    left, right = region(x1=49), region(x0=50)
    assert region_at([left, right], [(10, 10), (20, 20)]) is left
    assert region_at([left, right], [(10, 10), (70, 20)]) is None
    assert region_at([left, right], [(10, 150)]) is None


def test_the_last_pixel_of_a_region_belongs_to_it_as_a_whole():
    only = region(x1=49, y1=49)
    assert region_at([only], [(0, 0), (50, 50)]) is only
    assert region_at([only], [(50.1, 10)]) is None
    assert region_at([only], [(10, 50.1)]) is None


@pytest.mark.parametrize("claim", [region(units=(4, 3)), region(delta=(0, 0.1))])
def test_a_region_that_overlaps_one_without_a_spacing_measures_nothing(claim):
    assert region_at([region(), claim], [(1, 1)]) is None
    assert region_at([claim, region()], [(1, 1)]) is None


def test_overlapping_regions_that_disagree_give_none():
    assert region_at([region(), region(delta=(0.1, 0.1))], [(1, 1)]) is None
    assert region_at([region(), region(x1=199)], [(1, 1)]) == region()

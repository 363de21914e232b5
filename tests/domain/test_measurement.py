"""Measurements state value, unit and source; units are never guessed."""

import math

import pytest

from readstation.domain.calibration import UNCALIBRATED, Calibration, SpacingSource
from readstation.domain.measurement import (
    EllipseRoi,
    ImagePoint,
    Length,
    Probe,
    RoiStatistics,
    modality_value_unit,
)
from readstation.domain.study import FrameKey

FRAME = FrameKey("1.2.3", 1, "9.9")
UNEVEN = Calibration(row_spacing_mm=0.30, column_spacing_mm=0.25, source=SpacingSource.DETECTOR)
ORIGIN = ImagePoint(0, 0)


def length(column, row, calibration=UNEVEN):
    return Length("u", FRAME, ORIGIN, ImagePoint(column, row), calibration)


@pytest.mark.parametrize(
    ("column", "row", "text"),
    [
        (100, 0, "25.0 mm (detector)"),
        (0, 100, "30.0 mm (detector)"),
        (12, 10, "4.2 mm (detector)"),
        (1, 0, "0.25 mm (detector)"),
        (0, 0, "0.0 mm (detector)"),
        (40000, 0, "10000 mm (detector)"),
    ],
)
def test_rows_and_columns_each_count_with_their_own_spacing(column, row, text):
    assert length(column, row).text == text


def test_without_a_spacing_lengths_and_areas_are_in_pixels():
    assert length(3, 4, UNCALIBRATED).text == "5.0 px"
    roi = EllipseRoi("u", FRAME, ORIGIN, ImagePoint(4, 2), UNCALIBRATED, None, "HU")
    assert roi.text == "no values, area 6.3 px²"
    assert math.isnan(roi.value)


def test_an_ellipse_has_its_area_and_statistics():
    statistics = RoiStatistics(9, 41.25, 3.5, -1200, 88)
    roi = EllipseRoi("u", FRAME, ImagePoint(40, 20), ORIGIN, UNEVEN, statistics, "HU")
    assert roi.area == pytest.approx(math.pi * 10 * 6 / 4)
    assert roi.text == "mean 41.2 SD 3.5 min -1200 max 88.0 HU, area 47.1 mm² (detector), n 9 px"


def test_a_probe_states_its_unit():
    assert Probe("u", FRAME, ORIGIN, -614.96, "HU").text == "-615.0 HU"


@pytest.mark.parametrize(
    ("modality", "rescale_type", "units", "is_rescaled", "unit"),
    [
        ("CT", "", "", True, "HU"),
        ("CT", "HU", "", True, "HU"),
        ("CT", "US", "", True, "stored value"),
        ("CT", "", "", False, "stored value"),
        ("CT", "OD", "", True, "10⁻³ OD"),
        ("MR", "", "", True, "stored value"),
        ("MR", "HU", "", True, "HU"),
        ("PT", "", "BQML", True, "Bq/ml"),
        ("PT", "", "cnts", True, "counts"),
        ("PT", "US", "1CM", True, "1/cm"),
        ("PT", "", "", True, "stored value"),
        ("OT", "SOMETHING", "", True, "SOMETHING"),
    ],
)
def test_units_are_those_the_file_states(modality, rescale_type, units, is_rescaled, unit):
    found = modality_value_unit(
        modality, rescale_type=rescale_type, units=units, is_rescaled=is_rescaled
    )
    assert found == unit

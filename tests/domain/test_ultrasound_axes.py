"""Ultrasound regions that measure something else than distance: each axis in its own unit."""

import math

import pytest

from readstation.domain.calibration import UltrasoundRegion, region_at
from readstation.domain.measurement import ImagePoint, Length
from readstation.domain.study import FrameKey
from readstation.domain.ultrasound_axes import axes_at, axis_values_at

CM, SECONDS, HERTZ, CM_PER_S = 3, 4, 5, 7
M_MODE, SPECTRUM, WAVE_FORM, GRAPHICS = 2, 3, 4, 5


def region(spatial=SPECTRUM, units=(SECONDS, CM_PER_S), delta=(0.004, -0.5), **values):
    edges = values.pop("edges", (20, 100, 219, 299))
    return UltrasoundRegion(*edges, *units, *delta, region_spatial_format=spatial, **values)


def text_of(found, columns, rows):
    start, end = ImagePoint(30, 120), ImagePoint(30 + columns, 120 + rows)
    return Length("u", FrameKey("1.2", 1, None), start, end, axes_at([found], [(30, 120)])).text


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (region(), "0.40 s, 25.0 cm/s (US region)"),
        (region(units=(SECONDS, HERTZ), delta=(0.004, 20)), "0.40 s, 1000 Hz (US region)"),
        (region(M_MODE, (SECONDS, CM), (0.004, 0.02)), "0.40 s, 1.0 cm (US region)"),
        (region(WAVE_FORM, (SECONDS, 0), (0.004, 0)), "0.40 s (US region)"),
        (region(SPECTRUM, (0, CM_PER_S), (1, -0.5)), "25.0 cm/s (US region)"),
        (region(SPECTRUM, (SECONDS, 99)), "0.40 s (US region)"),
    ],
)
def test_a_line_has_an_extent_along_each_axis_in_its_unit_and_no_length(found, text):
    assert text_of(found, 100, -50) == text
    assert "mm" not in text
    length = Length(
        "u",
        FrameKey("1.2", 1, None),
        ImagePoint(0, 0),
        ImagePoint(3, 4),
        axes_at([found], [(30, 120)]),
    )
    assert math.isnan(length.value)


@pytest.mark.parametrize(
    "found",
    [
        region(units=(0, 0)),
        region(delta=(0, 0)),
        region(delta=(math.nan, math.inf)),
        region(GRAPHICS),
        region(0),
        region(1),
    ],
)
def test_a_region_without_a_usable_axis_has_none(found):
    assert axes_at([found], [(30, 120)]) is None
    assert axis_values_at([found], (30, 120)) == ()


def test_overlapping_regions_of_different_scales_have_none():
    assert axes_at([region(), region(delta=(0.004, -0.7))], [(30, 120)]) is None
    assert axes_at([region(), region(1)], [(30, 120)]) is None
    assert axes_at([region(), region(GRAPHICS)], [(30, 120)]) is not None


def test_a_spectrum_over_a_2d_region_has_neither_length_nor_axes():
    image = region(1, (CM, CM), (0.01, 0.01), edges=(0, 0, 299, 299))
    assert region_at([image], [(30, 120)]) is image
    assert region_at([image, region()], [(30, 120)]) is None
    assert axes_at([image, region()], [(30, 120)]) is None
    assert region_at([image, region()], [(30, 120), (5, 5)]) is image


def test_both_points_lie_in_the_same_region():
    below = region(edges=(20, 300, 219, 400))
    assert axes_at([region(), below], [(30, 120), (30, 350)]) is None


def test_a_point_of_a_spectrum_counts_from_its_baseline_inside_the_region():
    found = region(
        reference_pixel_x0=199,
        reference_pixel_y0=80,
        reference_pixel_physical_value_x=0.0,
        reference_pixel_physical_value_y=0.0,
    )
    # The reference pixel is column 219, row 180 of the image; its centre is half a pixel on.
    (velocity, unit), (seconds, time_unit) = axis_values_at([found], (119.5, 120.5))
    assert (velocity, unit) == (pytest.approx(30.0), "cm/s")
    assert (seconds, time_unit) == (pytest.approx(-0.4), "s")


def test_a_point_without_a_stated_baseline_has_no_velocity():
    assert axis_values_at([region(reference_pixel_y0=80)], (119.5, 120.5)) == ()

"""Every kind of measurement against what it must be on paper; pixels are not square."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.calibration import UNCALIBRATED, Calibration, SpacingSource
from readstation.domain.measurement import (
    Angle,
    Bidirectional,
    CalibrationLine,
    CobbAngle,
    FreehandRoi,
    ImagePoint,
    Length,
    RectangleRoi,
    RoiStatistics,
    Tracking,
    Unfinished,
    across,
    edited,
    grips,
    own_tracking_uid,
    settled,
)
from readstation.domain.measurement.mark import VERTEBRAE, next_vertebra
from readstation.domain.measurement.shape import lines_of
from readstation.domain.study import FrameKey

FRAME = FrameKey("1.2.3", 4, "9.9")
UNEVEN = Calibration(0.5, 0.25, SpacingSource.PATIENT)  # rows twice as far apart as columns
ASPECT = 2.0
P = ImagePoint
places = st.builds(P, *[st.integers(0, 64 * 2000).map(lambda n: n / 64)] * 2)


def angle(*points, aspect=ASPECT):
    return Angle("a", FRAME, *points, UNEVEN, aspect)


def cobb(*points, aspect=1.0):
    return CobbAngle("c", FRAME, *points, UNCALIBRATED, aspect)


@pytest.mark.parametrize(
    ("points", "degrees"),
    [
        ((P(10, 0), P(0, 0), P(0, 10)), 90),
        ((P(10, 0), P(0, 0), P(10, 5)), 45),  # 2.5 mm across and 2.5 mm down
        ((P(0, 0), P(10, 0), P(20, 0)), 180),
        ((P(10, 0), P(0, 0), P(10, 0)), 0),
    ],
)
def test_an_angle_is_that_in_the_patient_not_on_the_pixel_grid(points, degrees):
    assert angle(*points).value == pytest.approx(degrees, abs=1e-9)
    assert angle(*points).text == f"{degrees:.1f}°"


def test_an_angle_with_a_leg_of_no_length_has_no_value():
    assert math.isnan(angle(P(1, 1), P(1, 1), P(5, 5)).value)


@pytest.mark.parametrize("turned", [False, True])
def test_a_cobb_angle_does_not_depend_on_the_direction_its_lines_are_drawn_in(turned):
    steep = math.radians(28)
    second = (P(0, 50), P(40 * math.cos(steep), 50 + 40 * math.sin(steep)))
    points = (P(0, 0), P(40, 0), *(reversed(second) if turned else second))
    assert cobb(*points).value == pytest.approx(28)
    assert cobb(*points).text == "Cobb 28.0°"


def test_a_cobb_angle_that_may_be_beyond_a_right_angle_says_both():
    steep = math.radians(75)
    found = cobb(P(0, 0), P(10, 0), P(0, 9), P(10 * math.cos(steep), 9 + 10 * math.sin(steep)))
    assert found.text == "Cobb 75.0°, or 105.0° if more than a right angle"


def test_two_diameters_are_named_by_length_not_by_the_order_they_were_drawn_in():
    points = (P(0, 0), P(40, 0), P(20, -15), P(20, 15))
    drawn = Bidirectional("b", FRAME, *points, UNEVEN)
    assert (drawn.long_axis, drawn.short_axis) == (15, 10)
    assert drawn.text == "15.0 × 10.0 mm"
    assert lines_of(drawn) == (points[:2], points[2:])


@given(places, places, places, places, st.sampled_from([0.5, 1.0, 2.0]))
def test_the_short_axis_is_perpendicular_in_the_patient(start, end, press, release, aspect):
    long_px = math.dist((start.column, start.row), (end.column, end.row))
    if long_px < 8:
        return
    last = across((start, end, press), release, aspect)
    long = (end.column - start.column, (end.row - start.row) * aspect)
    short = (last.column - press.column, (last.row - press.row) * aspect)
    beside = abs(long[0] * short[0] + long[1] * short[1]) / math.hypot(*long)
    assert beside <= 2 * max(aspect, 1) / 64  # points settle on 64ths of a pixel


def test_turning_the_long_axis_takes_the_short_one_along():
    points = (P(0, 0), P(40, 0), P(20, -5), P(20, 5))
    drawn = Bidirectional("b", FRAME, *points, UNCALIBRATED)
    turned = edited(drawn, 1, P(0, 40), 1.0)
    assert turned == (P(0, 0), P(0, 40), P(5, 20), P(-5, 20))
    slid = edited(drawn, 2, P(10, -8), 1.0)
    assert slid == (P(0, 0), P(40, 0), P(10, -8), P(10, 5))


def test_a_rectangle_and_an_outline_have_their_area_in_their_unit():
    statistics = RoiStatistics(4, 1.0, 0.5, 0.0, 2.0)
    rectangle = RectangleRoi("r", FRAME, P(10, 10), P(2, 4), UNEVEN, statistics, "HU")
    assert rectangle.area == pytest.approx(8 * 0.25 * 6 * 0.5)
    outline = (P(2, 4), P(10, 4), P(10, 10), P(2, 10))
    freehand = FreehandRoi("f", FRAME, outline, UNEVEN, statistics, "HU")
    assert freehand.area == pytest.approx(rectangle.area)
    assert freehand.text == rectangle.text
    assert freehand.text.endswith("HU, area 6.0 mm², n 4 px")
    in_pixels = FreehandRoi("f", FRAME, outline, UNCALIBRATED, None, "HU")
    assert in_pixels.text == "no values, area 48.0 px²"


def test_an_outline_bends_around_the_handle_and_stays_where_it_is_elsewhere():
    ring = tuple(
        P(50 + 20 * math.cos(n / 50 * math.tau), 50 + 20 * math.sin(n / 50 * math.tau))
        for n in range(50)
    )
    drawn = FreehandRoi("f", FRAME, tuple(map(settled, ring)), UNCALIBRATED, None, "HU")
    handles = grips(drawn)
    assert 8 <= len(handles) <= 12
    bent = edited(drawn, 0, P(80, 50), 1.0)
    assert bent[0] == P(80, 50)
    assert bent[20:30] == drawn.outline[20:30]
    assert drawn.outline[1].column < bent[1].column < 80


def test_a_calibration_line_says_who_stated_the_spacing():
    line = CalibrationLine("k", FRAME, P(0, 0), P(0, 50), 25.0, ASPECT)
    assert line.calibration == Calibration(0.5, 0.25, SpacingSource.USER)
    assert line.text == "25.0 mm (user calibration)"
    measured = Length("l", FRAME, P(0, 0), P(40, 0), line.calibration)
    assert measured.text == "10.0 mm (user calibration)"
    assert RectangleRoi("r", FRAME, P(0, 0), P(4, 4), line.calibration, None, "").area_unit == (
        "mm² (user calibration)"
    )


@given(places, places)
def test_points_settle_where_a_32_bit_float_holds_them(a, b):
    for value in (settled(a).column, settled(b).row):
        assert struct.unpack("<f", struct.pack("<f", value))[0] == value


def test_vertebrae_are_counted_on_in_the_direction_of_the_last_two():
    assert next_vertebra("", "C7") == "T1"
    assert next_vertebra("L2", "L1") == "T12"
    assert next_vertebra("S4", "S5") == "S5"
    assert next_vertebra("C2", "C1") == "C1"
    assert VERTEBRAE[0] == next_vertebra("", "a word")


def test_a_lesion_has_a_uid_of_its_own_until_it_is_one_measured_before():
    own = Length("00ff", FRAME, P(0, 0), P(1, 0), UNEVEN)
    assert own.tracking_uid == own_tracking_uid("00ff") == "2.25.255"
    known = Length("00ff", FRAME, P(0, 0), P(1, 0), UNEVEN, tracking=Tracking("1.2.3", "Node"))
    assert known.tracking_uid == "1.2.3"
    assert Unfinished("u", FRAME, ()).tracking_uid == ""

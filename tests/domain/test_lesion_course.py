"""A lesion over its dates: previous, baseline and nadir; never across kinds or units."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.calibration import UNCALIBRATED, Calibration, SpacingSource
from readstation.domain.lesion import followed
from readstation.domain.lesion_course import courses_of
from readstation.domain.measurement import (
    Arrow,
    Bidirectional,
    CobbAngle,
    EllipseRoi,
    ImagePoint,
    Length,
    Probe,
    RoiStatistics,
)
from readstation.domain.study import FrameKey

P = ImagePoint
MM = Calibration(1.0, 1.0, SpacingSource.PATIENT)
DETECTOR = Calibration(1.0, 1.0, SpacingSource.DETECTOR)
FRAME = FrameKey("1.2.3")
FIRST = date(2024, 1, 1)


def length(mm, uid="a", calibration=MM):
    return Length(uid, FRAME, P(0, 0), P(mm, 0), calibration)


def day(number):
    return FIRST + timedelta(days=number)


dated_lengths = st.lists(
    st.tuples(st.integers(0, 12), st.floats(1, 200), st.sampled_from([MM, DETECTOR])), min_size=1
).map(
    lambda found: [
        (day(on), length(mm, f"m{place}", calibration))
        for place, (on, mm, calibration) in enumerate(found)
    ]
)


@given(dated_lengths)
def test_a_course_has_each_date_once_in_order_and_one_unit(dated):
    for course in courses_of(dated):
        days = [one.value.on for one in course.dates]
        assert days == sorted(set(days))
        assert {one.value.number.unit for one in course.dates} == {course.unit}
        of_unit = [(on, m) for on, m in dated if m.unit == course.unit]
        assert set(days) == {on for on, _ in of_unit}
        for one in course.dates:
            largest = max(m.value for on, m in of_unit if on == one.value.on)
            assert one.value.number.value == largest


@given(dated_lengths)
def test_changes_are_told_against_the_date_before_the_first_and_the_smallest_before(dated):
    for course in courses_of(dated):
        sizes = [one.value.number.value for one in course.dates]
        first, *later = course.dates
        assert (first.since_previous, first.since_baseline, first.since_nadir) == (None,) * 3
        assert [one.is_baseline for one in course.dates] == [True, *[False] * len(later)]
        for before, now in pairwise(course.dates):
            assert (
                now.since_previous.difference == now.value.number.value - before.value.number.value
            )
        for place, one in enumerate(later, start=1):
            assert one.since_baseline.difference == sizes[place] - sizes[0]
            smallest = min(sizes[:place])
            assert one.since_nadir.difference == sizes[place] - smallest
            assert one.since_nadir.percent == pytest.approx(
                100 * (sizes[place] - smallest) / smallest
            )
        nadirs = [one for one in course.dates if one.is_nadir]
        assert len(nadirs) == (1 if later else 0)
        assert all(one.value.number.value == min(sizes) for one in nadirs)


def test_the_example_of_a_reader():
    """19.0, then 15.0, then 23.4 mm: +23 % since the first, but +56 % since the smallest."""
    (course,) = courses_of(
        [(day(400), length(23.4)), (day(0), length(19.0)), (day(200), length(15.0))]
    )
    last = course.dates[-1]
    assert last.since_previous.text == "+8.4 mm, +56 %"
    assert last.since_baseline.text == "+4.4 mm, +23 %"
    assert last.since_nadir.text == "+8.4 mm, +56 %"
    assert course.text == (
        "2024-01-01 19.0 mm, 2024-07-19 15.0 mm (-4.0 mm, -21 %), "
        "2025-02-04 23.4 mm (+8.4 mm, +56 %); since the first date +4.4 mm, +23 %"
    )


def test_kinds_and_units_stand_apart():
    both = Bidirectional("b", FRAME, P(0, 0), P(20, 0), P(5, 0), P(5, 10), MM)
    found = courses_of(
        [(day(0), length(5)), (day(1), length(6, calibration=DETECTOR)), (day(2), both)]
    )
    assert [(course.title, course.unit, len(course.dates)) for course in found] == [
        ("length", "mm", 1),
        ("length", "mm (detector)", 1),
        ("long axis", "mm", 1),
        ("short axis", "mm", 1),
    ]


STATISTICS = RoiStatistics(4, 40.0, 1.0, 38.0, 42.0)
REGION = EllipseRoi("r", FRAME, P(0, 0), P(4, 4), UNCALIBRATED, STATISTICS, "HU")


@pytest.mark.parametrize(
    ("measurement", "said"),
    [
        (length(7), ["7.0 mm"]),
        (length(7, calibration=UNCALIBRATED), []),
        (REGION, ["mean 40.0 HU"]),
        (replace(REGION, value_unit="SUVbw g/ml"), ["mean 40.00 SUVbw g/ml"]),
        (replace(REGION, value_unit="stored value"), []),
        (replace(REGION, statistics=None), []),
        (Probe("p", FRAME, P(1, 1), -30.0, "HU"), ["-30.0 HU"]),
        (CobbAngle("c", FRAME, P(0, 0), P(9, 0), P(0, 0), P(9, 9), MM), ["45.0 °"]),
        (Arrow("w", FRAME, P(0, 0), P(1, 1), "here"), []),
    ],
)
def test_only_numbers_that_mean_the_same_on_another_date_are_followed(measurement, said):
    assert [number.text for number in followed(measurement)] == said


def test_values_without_a_true_zero_have_no_per_cent():
    (course,) = courses_of(
        [(day(0), Probe("p", FRAME, P(1, 1), 10.0, "HU")),
         (day(1), Probe("q", FRAME, P(1, 1), 30.0, "HU"))]
    )  # fmt: skip
    assert course.dates[1].since_previous.text == "+20.0 HU"

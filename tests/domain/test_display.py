"""What is known of a display, from what was checked on it and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from readstation.domain.display import (
    LUMINANCE_VALID,
    VISUAL_VALID,
    CheckKind,
    Display,
    DisplayCheck,
    DisplayStatus,
    Grade,
    LuminanceResult,
    standing_of,
)
from readstation.domain.luminance import LuminancePoint, LuminanceTable

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SCREEN = Display("DP-1", "Barco", "MDCC", "4711", 1920, 1200, 10)
GOOD = LuminanceResult(0.5, 430.0, 860.0, 0.4, 0.05, is_corrected=True)
TABLE = LuminanceTable(tuple(LuminancePoint(d, 0.5 + d) for d in range(0, 256, 15)))


def measured(days_ago: float, result: LuminanceResult = GOOD) -> DisplayCheck:
    at = NOW - timedelta(days=days_ago)
    kind = CheckKind.LUMINANCE
    return DisplayCheck(f"m{days_ago}", SCREEN, kind, at, "admin", "A", "meter", TABLE, result)


def looked(days_ago: float, *failed: str) -> DisplayCheck:
    at = NOW - timedelta(days=days_ago)
    return DisplayCheck(
        f"v{days_ago}", SCREEN, CheckKind.VISUAL, at, "reader", "R", failed_questions=failed
    )


BAD = replace(GOOD, maximum_cd_m2=100.0)
CASES = [
    ([], DisplayStatus.NOT_VERIFIED),
    ([looked(1)], DisplayStatus.NOT_VERIFIED),
    ([measured(1)], DisplayStatus.VERIFIED),
    ([measured(29.9)], DisplayStatus.VERIFIED),
    ([measured(30)], DisplayStatus.DUE),
    ([measured(300), looked(2)], DisplayStatus.VERIFIED),
    ([measured(300), looked(31)], DisplayStatus.DUE),
    ([measured(365), looked(2)], DisplayStatus.DUE),
    ([measured(1), looked(2, "ramp")], DisplayStatus.FAILED),
    ([measured(3), looked(2, "ramp"), looked(1)], DisplayStatus.VERIFIED),
    ([looked(2, "ramp")], DisplayStatus.FAILED),
    ([measured(1, BAD), looked(0)], DisplayStatus.FAILED),
    ([measured(2, BAD), measured(1)], DisplayStatus.VERIFIED),
    ([measured(2), measured(1, BAD)], DisplayStatus.FAILED),
]


@pytest.mark.parametrize(("checks", "status"), CASES)
def test_the_status_follows_from_the_newest_check_of_each_kind(
    checks: list[DisplayCheck], status: DisplayStatus
) -> None:
    newest_first = sorted(checks, key=lambda check: check.checked_at, reverse=True)
    assert standing_of(SCREEN, newest_first, NOW).status is status


def test_what_was_kept_last_counts_even_if_the_clock_was_put_back() -> None:
    kept_last, kept_before = looked(3, "ramp"), looked(1)
    checks = [kept_last, kept_before, measured(1)]
    assert standing_of(SCREEN, checks, NOW).status is DisplayStatus.FAILED


def test_the_periods_are_those_of_the_policy() -> None:
    assert (VISUAL_VALID.days, LUMINANCE_VALID.days) == (30, 365)
    assert standing_of(SCREEN, [measured(10)], NOW).due_at == NOW + timedelta(days=20)


@pytest.mark.parametrize(
    ("result", "grade"),
    [
        (GOOD, Grade.MAMMOGRAPHY),
        (replace(GOOD, maximum_cd_m2=419.9), Grade.DIAGNOSTIC),
        (replace(GOOD, maximum_cd_m2=349.9), Grade.OTHER),
        (replace(GOOD, ratio=249.0), Grade.OTHER),
        (replace(GOOD, deviation=0.101), Grade.OTHER),
        (replace(GOOD, deviation=0.201), Grade.FAILED),
        (replace(GOOD, maximum_cd_m2=249.0), Grade.FAILED),
        (replace(GOOD, ratio=99.0), Grade.FAILED),
    ],
)
def test_the_grade_is_the_best_whose_limits_all_hold(result: LuminanceResult, grade: Grade) -> None:
    assert result.grade is grade
    assert result.sentence.startswith(grade.value.capitalize())
    assert bool(result.shortfalls) == (grade in {Grade.OTHER, Grade.FAILED})


@pytest.mark.parametrize(
    ("depth", "checks", "badge"),
    [
        (8, [], "8-bit display, not verified"),
        (10, [], "10-bit display, not verified"),
        (10, [measured(2)], "10-bit display, GSDF verified 2026-11-20"),
        (10, [measured(31)], "10-bit display, check due"),
        (8, [looked(1, "ramp")], "8-bit display, check failed"),
        (
            10,
            [measured(2, replace(GOOD, maximum_cd_m2=300.0))],
            "10-bit display, GSDF verified 2026-11-20, not diagnostic",
        ),
    ],
)
def test_the_badge_says_no_more_than_is_known(
    depth: int, checks: list[DisplayCheck], badge: str
) -> None:
    assert standing_of(replace(SCREEN, bit_depth=depth), checks, NOW).badge == badge


@pytest.mark.parametrize(
    ("checks", "short"),
    [
        ([], "10-bit, not verified"),
        ([measured(2)], "10-bit, verified"),
        ([measured(31)], "10-bit, check due"),
        ([looked(1, "ramp")], "10-bit, check failed"),
        ([measured(2, replace(GOOD, maximum_cd_m2=300.0))], "10-bit, not diagnostic"),
    ],
)
def test_in_a_narrow_box_the_caution_stays(checks: list[DisplayCheck], short: str) -> None:
    assert standing_of(SCREEN, checks, NOW).short_badge == short


def test_only_a_passed_and_corrected_measurement_drives_the_display() -> None:
    assert standing_of(SCREEN, [measured(1)], NOW).table is TABLE
    assert standing_of(SCREEN, [measured(400)], NOW).table is TABLE
    assert standing_of(SCREEN, [measured(1, BAD)], NOW).table is None
    own = replace(GOOD, is_corrected=False)
    assert standing_of(SCREEN, [measured(1, own)], NOW).table is None
    assert standing_of(SCREEN, [], NOW).table is None


def test_the_record_of_a_signature_names_display_depth_status_and_dates() -> None:
    record = standing_of(SCREEN, [looked(1), measured(2)], NOW).record
    assert record == (
        "Barco MDCC 4711 1920x1200, 10 bit, verified, last check 2026-11-21, "
        "luminance 2026-11-20 diagnostic, mammography included"
    )
    assert standing_of(Display("x", width_px=8, height_px=4), [], NOW).record == (
        "x 8x4, 8 bit, not verified"
    )


def test_a_screen_with_a_serial_number_keeps_its_key_on_another_connector() -> None:
    assert replace(SCREEN, name="HDMI-2", width_px=640).key == SCREEN.key
    plain = replace(SCREEN, serial_number="")
    assert replace(plain, name="HDMI-2").key != plain.key


def test_another_bit_depth_asks_for_another_measurement() -> None:
    assert standing_of(replace(SCREEN, bit_depth=8), [measured(1)], NOW).status is (
        DisplayStatus.DUE
    )

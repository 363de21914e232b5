"""Checks of displays: kept for good with their audit event, and what they say afterwards."""

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.adapters.db.database_file import DATABASE_NAME
from readstation.app.display.display_status import all_displays, display_history, display_status
from readstation.app.display.luminance_file import luminance_table, read_luminance_file
from readstation.app.display.record_check import (
    record_measurement,
    record_visual_check,
    result_of,
)
from readstation.domain.display import (
    VISUAL_QUESTIONS,
    CheckKind,
    Display,
    DisplayStatus,
    Grade,
)
from readstation.domain.errors import (
    NotPermittedError,
    ReadStationError,
    RefusedInputError,
    RefusedStepError,
    TamperedError,
)
from readstation.domain.gsdf import jnd_of_luminance, luminance_of_jnd
from readstation.domain.luminance import LuminancePoint, LuminanceTable
from tests.app.report.report_station import READER, TECHNOLOGIST, make_desk

SCREEN = Display("DP-1", "Barco", "MDCC", "4711", 1920, 1200, 8)
LEVELS = range(0, 256, 15)
ALL_SEEN = [question.question_id for question in VISUAL_QUESTIONS]


def gamma_table(high=430.0):
    points = tuple(LuminancePoint(d, 0.4 + high * (d / 255) ** 2.2) for d in LEVELS)
    return LuminanceTable(points, 8, 0.25)


def standard_table():
    first, last = jnd_of_luminance(0.6), jnd_of_luminance(430.0)
    points = [
        LuminancePoint(d, luminance_of_jnd(first + (last - first) * d / 255) - 0.2) for d in LEVELS
    ]
    return LuminanceTable(tuple(points), 8, 0.2)


@pytest.fixture
def desk(tmp_path):
    return make_desk(tmp_path / "home")


def measure(desk, table=None, user=TECHNOLOGIST, display=SCREEN, instrument="LXcan 7"):
    return record_measurement(
        desk.station, desk.session(user), display, table or gamma_table(), instrument=instrument
    )


def look(desk, seen=ALL_SEEN, user=READER):
    return record_visual_check(desk.station, desk.session(user), SCREEN, seen)


def test_a_measurement_comes_back_as_it_was_kept(desk):
    kept = measure(desk)
    assert display_history(desk.station, SCREEN) == (kept,)
    assert kept.result.is_corrected
    assert kept.grade is Grade.MAMMOGRAPHY
    assert display_status(desk.station, SCREEN).status is DisplayStatus.VERIFIED


def test_the_event_is_in_the_audit_log_and_names_no_patient(desk):
    kept = measure(desk)
    with desk.station.unit_of_work() as work:
        event = list(work.audit.rows())[-1].event
    detail = json.loads(event.detail)
    assert (event.action.value, event.actor_id) == ("display checked", TECHNOLOGIST.user_id)
    assert (detail["display"], detail["check"]) == (SCREEN.key, kept.check_id)
    assert detail["passed"] is True


def test_a_display_that_follows_the_standard_itself_is_not_corrected():
    result = result_of(standard_table(), 8)
    assert not result.is_corrected
    assert result.deviation == result.uncorrected_deviation < 0.01


def test_a_dim_display_fails_and_the_failure_is_kept(desk):
    kept = measure(desk, gamma_table(90.0))
    assert kept.grade is Grade.FAILED
    assert "350 needed" in kept.sentence
    assert display_status(desk.station, SCREEN).status is DisplayStatus.FAILED


def test_a_reader_looks_but_does_not_measure(desk):
    with pytest.raises(NotPermittedError):
        measure(desk, user=READER)
    assert look(desk).has_passed
    assert display_status(desk.station, SCREEN).status is DisplayStatus.NOT_VERIFIED


def test_nobody_without_a_role_records_a_look(desk):
    with pytest.raises(NotPermittedError):
        look(desk, user=replace(READER, roles=frozenset()))
    assert display_history(desk.station, SCREEN) == ()


def test_what_is_not_seen_fails_the_display_until_it_is(desk):
    measure(desk)
    failed = look(desk, [q for q in ALL_SEEN if q != "ramp"])
    assert failed.failed_questions == ("ramp",)
    assert display_status(desk.station, SCREEN).status is DisplayStatus.FAILED
    look(desk)
    assert display_status(desk.station, SCREEN).status is DisplayStatus.VERIFIED


def test_after_thirty_days_the_look_is_due(desk):
    measure(desk)
    desk.clock.moment += timedelta(days=31)
    assert display_status(desk.station, SCREEN).status is DisplayStatus.DUE
    look(desk)
    assert display_status(desk.station, SCREEN).status is DisplayStatus.VERIFIED
    desk.clock.moment += timedelta(days=340)
    look(desk)
    assert display_status(desk.station, SCREEN).status is DisplayStatus.DUE


def test_another_screen_has_its_own_standing(desk):
    measure(desk)
    other = replace(SCREEN, serial_number="4712")
    assert display_status(desk.station, other).status is DisplayStatus.NOT_VERIFIED
    measure(desk, gamma_table(90.0), display=other)
    found = {s.display.serial_number: s.status for s in all_displays(desk.station)}
    assert found == {"4711": DisplayStatus.VERIFIED, "4712": DisplayStatus.FAILED}


def test_nothing_is_kept_without_an_instrument_or_of_an_impossible_table(desk):
    with pytest.raises(RefusedStepError, match="measured with"):
        measure(desk, instrument="  ")
    with pytest.raises(RefusedInputError):
        measure(desk, replace(gamma_table(), ambient_cd_m2=-1))
    assert display_history(desk.station, SCREEN) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE display_checks SET checked_by = 'somebody'",
        "DELETE FROM display_checks",
        "INSERT OR REPLACE INTO display_checks SELECT * FROM display_checks",
    ],
)
def test_direct_sql_cannot_change_a_check(desk, statement):
    measure(desk)
    with (
        sqlite3.connect(desk.station.home / DATABASE_NAME) as connection,
        pytest.raises(sqlite3.IntegrityError, match="never"),
    ):
        connection.execute(statement)


def test_a_damaged_check_is_noticed(desk):
    measure(desk)
    with sqlite3.connect(desk.station.home / DATABASE_NAME) as connection:
        connection.execute("DROP TRIGGER display_checks_no_update")
        connection.execute("UPDATE display_checks SET content = replace(content, '430', '431')")
    with pytest.raises(TamperedError):
        display_status(desk.station, SCREEN)


def rows(separator, levels=LEVELS, decimal="."):
    return "\n".join(f"{d}{separator}{0.4 + d * 1.5:.2f}".replace(".", decimal) for d in levels)


@pytest.mark.parametrize(
    "text",
    [
        rows(","),
        rows(", "),
        rows("\t"),
        rows("   "),
        rows(";", decimal=","),
        rows("\t", decimal=","),
        f"level,cd/m2\n{rows(',')}\n\n",
        f"# my meter\nDDL LumVal\n{rows(' ')} # end",
    ],
)
def test_a_table_is_read_however_its_columns_part(text):
    table = luminance_table(text, 0.2)
    assert [p.driving_level for p in table.points] == list(LEVELS)
    assert [p.luminance_cd_m2 for p in table.points] == [
        pytest.approx(0.4 + d * 1.5) for d in LEVELS
    ]


def test_ambient_light_is_read_and_overruled_by_what_was_typed():
    text = f"ambient, 0.7\n{rows(',')}"
    assert luminance_table(text).ambient_cd_m2 == 0.7
    assert luminance_table(text, 0.3).ambient_cd_m2 == 0.3


def test_a_table_up_to_1023_is_one_of_10_bit():
    assert luminance_table(rows(",", range(0, 1024, 93))).bit_depth == 10


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 0 levels"),
        ("0,1\n1\n", "Line 2"),
        ("0,1\n1,x", "Line 2"),
        ("0,1\n1.5,2", "Line 2"),
        ("0,1\n15,0,83", "Line 2"),
        ("0;1\n15;0.8;0.31;0.33", "Line 2"),
        ("0,1\n1,nan", "Line 2"),
        ("0,1\n1,inf", "Line 2"),
        ("0,1\n-1,2", "Line 2"),
        ("0,1\n1,1e400", "Line 2"),
        ("\n".join(f"{d},{d}" for d in range(2000)), "too many"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(text, words):
    with pytest.raises(RefusedInputError, match=words):
        luminance_table(text, 0.2)


def test_a_file_is_read_and_what_is_none_is_refused(tmp_path):
    good, bad, big = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    good.write_text(f"\ufeff{rows(',')}", encoding="utf-8")
    bad.write_bytes(b"\xff\xfe\x00")
    big.write_bytes(b"0,1\n" * 100_000)
    assert len(read_luminance_file(good, 0.2).points) == 18
    for file in (bad, big, tmp_path / "none.csv"):
        with pytest.raises(ReadStationError):
            read_luminance_file(file)


def test_history_is_in_the_order_of_keeping_whatever_the_clock_says(desk):
    first = measure(desk)
    desk.clock.moment -= timedelta(days=3)
    second = look(desk)
    assert [c.check_id for c in display_history(desk.station, SCREEN)] == [
        second.check_id,
        first.check_id,
    ]
    assert second.kind is CheckKind.VISUAL

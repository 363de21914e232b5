"""DICOM dates and times (PS3.5 6.2)."""

import sys
import time
from datetime import UTC, date, datetime

import pytest

from readstation.app.importing.dicom_dates import (
    read_date,
    read_datetime,
    read_local_datetime,
    to_utc,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260228", date(2026, 2, 28)),
        ("2026.02.28", date(2026, 2, 28)),
        ("20260230", None),
        ("00000101", None),
        ("2026", None),
        ("", None),
    ],
)
def test_dates(text, expected):
    assert read_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", (10, 0, 0, 0)),
        ("1011", (10, 11, 0, 0)),
        ("101112", (10, 11, 12, 0)),
        ("10:11:12", (10, 11, 12, 0)),
        ("101112.5", (10, 11, 12, 500_000)),
        ("235960", (23, 59, 59, 0)),
    ],
)
def test_times(text, expected):
    found = read_local_datetime("20260102", text)
    assert (found.hour, found.minute, found.second, found.microsecond) == expected


@pytest.mark.parametrize("text", ["", "25", "1", "1060", "abc"])
def test_a_time_that_is_none_makes_no_moment(text):
    assert read_local_datetime("20260102", text) is None


def test_date_and_time_in_one():
    assert read_datetime("20260102101112.25+0100") == datetime(2026, 1, 2, 10, 11, 12, 250_000)
    assert read_datetime("20260102") is None


@pytest.fixture
def new_york(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_stated_offset_wins():
    assert to_utc(datetime(2026, 7, 1, 8), "-0500") == datetime(2026, 7, 1, 13, tzinfo=UTC)


@pytest.mark.skipif(sys.platform == "win32", reason="needs tzset")
@pytest.mark.parametrize(("month", "hour"), [(1, 13), (7, 12)], ids=["winter", "summer"])
@pytest.mark.parametrize("offset", ["", "nonsense", "+9900"])
def test_without_an_offset_the_scanner_stands_in_the_zone_of_the_station(
    new_york, month, hour, offset
):
    found = to_utc(datetime(2026, month, 1, 8), offset)
    assert found == datetime(2026, month, 1, hour, tzinfo=UTC)

"""Due times over weekends, holidays and clock changes; clocks never show a negative age."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.deadline import (
    Deadline,
    DueState,
    add_business_days,
    deadline_of,
    duration_text,
    is_working_day,
    limit_of,
    read_clock,
)
from readstation.domain.errors import SettingError
from readstation.domain.order import Intent, OrderPriority, PatientClass
from readstation.domain.policy import BusinessCalendar, Policy, ReportLimit
from tests.domain.worklist_items import an_order

NEW_YORK, ZURICH = ZoneInfo("America/New_York"), ZoneInfo("Europe/Zurich")
SITE = BusinessCalendar("America/New_York", holidays=frozenset({date(2026, 11, 26)}))
POLICY = Policy(calendar=SITE)
HOUR = timedelta(hours=1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(minutes=1), timedelta(days=400))


def new_york(*parts):
    return datetime(*parts, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("changes", "due_after"),
    [
        ({"priority": OrderPriority.STAT}, HOUR),
        ({"priority": OrderPriority.STAT, "intent": Intent.SCREENING}, HOUR),
        ({"stat_report_requested": True}, HOUR),
        ({"technologist_concern": "Air where none should be"}, HOUR),
        ({"technologist_concern": "   "}, 48 * HOUR),
        ({"priority": OrderPriority.URGENT, "patient_class": PatientClass.INPATIENT}, 4 * HOUR),
        ({"patient_class": PatientClass.INPATIENT}, 24 * HOUR),
        ({"patient_class": PatientClass.OUTPATIENT}, 48 * HOUR),
        ({"patient_class": PatientClass.EMERGENCY}, 24 * HOUR),
        ({"intent": Intent.SCREENING}, 120 * HOUR),
        ({"intent": Intent.SCREENING, "priority": OrderPriority.URGENT}, 24 * HOUR),
    ],
)
def test_the_limit_follows_priority_class_intent_and_concern(changes, due_after):
    assert limit_of(an_order(**changes), POLICY).due_after == due_after


@pytest.mark.parametrize(
    "changes",
    [
        {"priority": OrderPriority.STAT},
        {"priority": OrderPriority.STAT, "patient_class": PatientClass.EMERGENCY},
        {"stat_report_requested": True, "intent": Intent.SCREENING},
        {"technologist_concern": "Air where none should be"},
    ],
)
def test_whatever_makes_an_order_stat_gets_the_limit_that_the_site_sets_for_stat(changes):
    policy = Policy(stat_limit=ReportLimit(HOUR / 4, HOUR / 2))
    assert limit_of(an_order(**changes), policy) is policy.stat_limit


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (new_york(2026, 11, 16, 10), 1, new_york(2026, 11, 17, 10)),
        (new_york(2026, 11, 20, 10), 1, new_york(2026, 11, 23, 10)),  # over a weekend
        (new_york(2026, 11, 20, 10), 5, new_york(2026, 11, 30, 10)),  # and over Thanksgiving
        (new_york(2026, 11, 21, 15), 1, new_york(2026, 11, 24, 0)),  # Saturday begins on Monday
        (new_york(2026, 11, 22, 23, 59), 1, new_york(2026, 11, 24, 0)),
        (new_york(2026, 11, 26, 12), 1, new_york(2026, 11, 30, 0)),  # a holiday begins on Friday
        # The clocks go back on 2026-11-01 and forward on 2026-03-08: the time of day stays.
        (new_york(2026, 10, 30, 9), 1, new_york(2026, 11, 2, 9)),
        (new_york(2026, 3, 6, 9), 1, new_york(2026, 3, 9, 9)),
    ],
)
def test_business_days_skip_weekends_and_holidays_at_the_same_time_of_day(start, days, end):
    assert add_business_days(start, days, SITE) == end.astimezone(UTC)


def test_a_weekend_with_a_clock_change_is_an_hour_longer_or_shorter():
    autumn = add_business_days(new_york(2026, 10, 30, 9), 1, SITE) - new_york(2026, 10, 30, 9)
    spring = add_business_days(new_york(2026, 3, 6, 9), 1, SITE) - new_york(2026, 3, 6, 9)
    assert (autumn, spring) == (73 * HOUR, 71 * HOUR)


def test_a_time_of_day_that_the_clocks_skip_is_taken_an_hour_later():
    calendar = BusinessCalendar("Europe/Zurich", weekend=frozenset())
    due = add_business_days(datetime(2026, 3, 28, 2, 30, tzinfo=ZURICH), 1, calendar)
    assert due.astimezone(ZURICH).strftime("%d %H:%M") == "29 03:30"


def test_a_time_of_day_that_comes_twice_is_taken_the_first_time():
    calendar = BusinessCalendar("Europe/Zurich", weekend=frozenset())
    due = add_business_days(datetime(2026, 10, 24, 2, 30, tzinfo=ZURICH), 1, calendar)
    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_day_is_the_sites_and_not_the_servers():
    # 02:00 UTC on Saturday is still Friday evening in New York.
    start = datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert add_business_days(start, 1, SITE) == datetime(2026, 11, 24, 2, tzinfo=UTC)


@given(start=moments, days=st.integers(1, 20))
def test_a_business_deadline_ends_on_a_working_day_after_its_start(start, days):
    due = add_business_days(start, days, SITE)
    local = due.astimezone(NEW_YORK)
    assert is_working_day(local.date(), SITE)
    assert due > start
    assert due - start >= (days - 1) * timedelta(days=1) - HOUR


@given(start=moments, later=st.timedeltas(timedelta(hours=2), timedelta(days=30)))
def test_who_comes_two_hours_later_is_never_due_earlier(start, later):
    assert add_business_days(start + later, 3, SITE) >= add_business_days(start, 3, SITE)


def test_hours_are_elapsed_hours_even_when_the_clocks_change():
    completed_at = new_york(2026, 10, 31, 20).astimezone(UTC)
    order = an_order(completed_at=completed_at, patient_class=PatientClass.INPATIENT)
    assert deadline_of(order, POLICY).due_at - completed_at == 24 * HOUR


def test_the_outer_limit_is_the_earlier_of_hours_and_business_days():
    limit = ReportLimit(HOUR, 2 * HOUR, outer_limit=30 * HOUR, outer_business_days=1)
    order = an_order(completed_at=new_york(2026, 11, 16, 10).astimezone(UTC))
    policy = Policy(
        calendar=SITE, report_limits={(PatientClass.OUTPATIENT, OrderPriority.ROUTINE): limit}
    )
    assert deadline_of(order, policy).outer_at == new_york(2026, 11, 17, 10)
    long_weekend = an_order(completed_at=new_york(2026, 11, 20, 10).astimezone(UTC))
    assert deadline_of(long_weekend, policy).outer_at == new_york(2026, 11, 21, 16)


def test_a_calendar_without_working_days_is_refused_and_does_not_hang():
    calendar = BusinessCalendar(weekend=frozenset(range(7)))
    with pytest.raises(SettingError, match="no working day for 60 days after 2026-01-01"):
        add_business_days(datetime(2026, 1, 1, tzinfo=UTC), 1, calendar)


def test_one_working_day_in_sixty_is_enough():
    rest = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(60))
    start = datetime(2026, 1, 1, 9, tzinfo=UTC)
    calendar = BusinessCalendar("UTC", frozenset(), rest)
    assert add_business_days(start, 0, calendar) == datetime(2026, 3, 2, tzinfo=UTC)


def test_an_unknown_time_zone_is_refused_with_an_example():
    with pytest.raises(SettingError) as refusal:
        add_business_days(datetime(2026, 1, 1, tzinfo=UTC), 1, BusinessCalendar("Mars/Base"))
    assert "Europe/Zurich" in refusal.value.remedy


START = datetime(2026, 11, 20, tzinfo=UTC)
LADDER = Deadline(START, START + HOUR, START + 2 * HOUR, START + 3 * HOUR)


@pytest.mark.parametrize(
    ("at", "state", "fraction", "text"),
    [
        (-HOUR, DueState.OK, 0.0, "2:00"),  # a modality's clock that is ahead
        (0 * HOUR, DueState.OK, 0.0, "2:00"),
        (HOUR - timedelta(seconds=1), DueState.OK, 0.5, "1:00"),
        (HOUR, DueState.WARN, 0.5, "1:00"),
        (1.5 * HOUR, DueState.WARN, 0.75, "0:30"),
        (2 * HOUR, DueState.BREACH, 1.0, "OVERDUE 0:00"),
        (2.5 * HOUR, DueState.BREACH, 1.25, "OVERDUE 0:30"),
        (3 * HOUR, DueState.OUTER, 1.5, "OVERDUE 1:00"),
    ],
)
def test_the_state_changes_exactly_at_its_moment(at, state, fraction, text):
    clock = read_clock(LADDER, START + at)
    assert clock.state is state
    assert clock.fraction_used == pytest.approx(fraction, abs=0.001)
    assert clock.text == text


@given(now=moments, start=moments, allowed=spans)
def test_no_age_is_ever_negative(now, start, allowed):
    clock = read_clock(Deadline(start, start + allowed, start + allowed), now)
    zero = timedelta(0)
    assert min(clock.waited, clock.remaining, clock.overdue_by) >= zero
    assert clock.fraction_used >= 0
    assert clock.is_overdue == (now >= start + allowed)
    assert not clock.is_overdue or clock.remaining == zero
    assert "-" not in clock.text


@given(st.timedeltas(timedelta(0), timedelta(days=1000)))
def test_a_duration_in_words_never_says_more_than_there_is(duration):
    text = duration_text(duration)
    if " d " in text:
        days, hours = text.removesuffix(" h").split(" d ")
        said = timedelta(days=int(days), hours=int(hours))
        assert timedelta(0) <= duration - said < HOUR
    else:
        hours, minutes = text.split(":")
        said = timedelta(hours=int(hours), minutes=int(minutes))
        assert timedelta(0) <= duration - said < timedelta(minutes=1)

from datetime import date, timedelta

import pytest

from readstation.adapters.system.policy_file import load_policy
from readstation.domain.errors import SettingError
from readstation.domain.finding import Urgency
from readstation.domain.policy import Policy
from readstation.resource_files import resources

SHIPPED = (resources() / "policy.toml").read_text(encoding="utf-8")


def with_change(home, old, new):
    assert old in SHIPPED
    (home / "policy.toml").write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    return load_policy(home, resources())


def test_the_file_that_comes_with_the_program_says_what_the_program_says(tmp_path):
    assert load_policy(tmp_path, resources()) == Policy()


def test_the_workspace_has_its_own_policy(tmp_path):
    policy = with_change(tmp_path, 'critical = "60 min"', 'critical = "30 min"')
    assert policy.communication_limits[Urgency.CRITICAL] == timedelta(minutes=30)


def test_the_calendar_is_read(tmp_path):
    policy = with_change(tmp_path, "holidays = []", 'holidays = [2026-12-25, "2026-12-26"]\n')
    assert policy.calendar.holidays == {date(2026, 12, 25), date(2026, 12, 26)}
    policy = with_change(tmp_path, 'weekend = ["Saturday", "Sunday"]', 'weekend = ["Friday"]')
    assert policy.calendar.weekend == {4}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('critical = "60 min"', 'critical = "soon"', "communication_limits.critical.*'soon'"),
        ('critical = "60 min"', 'critical = "0 min"', "communication_limits.critical"),
        ('critical = "60 min"', "critical = 60", "communication_limits.critical"),
        ('critical = "60 min"', "", "communication_limits.critical is missing"),
        ('critical = "60 min"', 'critcal = "60 min"', "critical is missing"),
        ('significant = "24 h"', 'significant = "24 h"\nroutine = "1 h"', "routine.* not known"),
        ('due_after = "60 min"', 'due_after = "1 min"', "report_limits.stat.due_after"),
        ("outer_business_days = 10", "outer_business_days = 0", "outer_business_days"),
        ("outer_business_days = 10", "outer_business_days = true", "outer_business_days"),
        ('["15 min", "30 min", "45 min"]', '["30 min", "15 min"]', "escalation.after"),
        ('time_zone = "UTC"', 'time_zone = "Mars/Base"', "calendar.time_zone"),
        ('time_zone = "UTC"', 'time_zone = "../UTC"', "calendar.time_zone"),
        ('"Saturday"', '"Someday"', "calendar.weekend"),
        ("holidays = []", 'holidays = ["never"]', "calendar.holidays"),
        ('site_name = "ReadStation demo site"', 'site_name = " "', "site_name"),
        ("[calendar]", "[calender]", "calendar in policy.toml is not a table"),
        ("[calendar]", "[calendar", "cannot be read"),
    ],
)
def test_a_mistake_is_refused_with_its_place(tmp_path, old, new, sentence):
    with pytest.raises(SettingError, match=sentence):
        with_change(tmp_path, old, new)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "policy.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="cannot be read"):
        load_policy(tmp_path, resources())

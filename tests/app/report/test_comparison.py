"""The comparison section names the priors that were opened, and leaves what a reader typed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from readstation.app.report.comparison import comparison_text, opened_priors, with_opened
from readstation.domain.prior import rank_priors
from tests.domain.anatomy_tables import shipped_anatomy
from tests.domain.worklist_items import NOW, a_study

CURRENT = a_study("1.1", at=NOW)
FIRST = a_study("2.1", at=NOW - timedelta(days=30))
SECOND = a_study("2.2", at=NOW - timedelta(days=900), is_simulated=True)
NEVER = a_study("2.3", at=NOW - timedelta(days=2000))
ALL = (FIRST, SECOND, NEVER)
FIRST_LINE, SECOND_LINE = "CT CHEST 2026-10-21.", "CT CHEST 2024-06-03 (simulated)."


@pytest.mark.parametrize(
    ("written", "opened", "expected"),
    [
        ("None available.", [FIRST], FIRST_LINE),
        ("", [FIRST], FIRST_LINE),
        (FIRST_LINE, [SECOND], f"{FIRST_LINE}\n{SECOND_LINE}"),
        (FIRST_LINE, [FIRST], FIRST_LINE),
        (FIRST_LINE, [], FIRST_LINE),
        ("None available.", [], "None available."),
        ("Compared with October.", [SECOND], "Compared with October."),
        (f"{FIRST_LINE} Unchanged.", [SECOND], f"{FIRST_LINE} Unchanged."),
    ],
)
def test_lines_are_added_as_long_as_nobody_has_worded_the_section(written, opened, expected):
    assert with_opened(written, ALL, opened) == expected


def test_only_what_is_open_is_named_in_the_order_of_opening():
    opened = SimpleNamespace(priors=rank_priors(CURRENT, ALL, shipped_anatomy()))
    shown = [SimpleNamespace(study_instance_uid=uid) for uid in ("1.1", "2.2", "2.2", "2.1")]
    here = opened_priors(SimpleNamespace(opened=opened, sets=shown))
    assert here == (SECOND, FIRST)
    assert comparison_text(here) == f"{SECOND_LINE}\n{FIRST_LINE}"
    assert opened_priors(SimpleNamespace(opened=None, sets=shown)) == ()

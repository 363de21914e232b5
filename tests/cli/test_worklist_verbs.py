"""`readstation worklist` and `readstation study`, on a real workspace."""

import json
from datetime import timedelta

import pytest

from readstation.cli.main import EXIT_REFUSED, main
from readstation.domain.order import OrderPriority
from tests.app.worklist.department import Department
from tests.domain.worklist_items import NOW, a_patient, a_study


@pytest.fixture
def home(tmp_path):
    department = Department(tmp_path / "home")
    department.add_study("1.1", study=a_study("1.1", at=NOW, expected_instances=3))
    department.add_study("1.0", study=a_study("1.0", at=NOW - timedelta(days=60)))
    department.add_study(
        "1.2",
        study=a_study("1.2", patient=a_patient("D2", "DEMO^Bravo"), modalities_in_study=("MR",)),
        priority=OrderPriority.STAT,
    )
    return department.database.home


def read(home, capsys, *words):
    code = main(["--home", str(home), *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


AT = "2026-11-20T09:30:00Z"


def test_the_list_is_printed_in_reading_order_with_scores_and_reasons(home, capsys):
    code, out, _ = read(home, capsys, "worklist", "--at", AT)
    assert code == 0
    assert out.index("DEMO, Bravo (D2)") < out.index("DEMO, Alpha (DEMO-1)")
    assert "STAT order +60" in out
    assert "3 of 3 in 'Everything'; 0 hidden. As of 2026-11-20 09:30:00 UTC." in out


def test_json_is_complete_and_in_the_same_order(home, capsys):
    _, out, _ = read(home, capsys, "worklist", "--at", AT, "--json")
    rows = json.loads(out)
    assert rows[0]["study_instance_uid"] == "1.2"
    assert all(row["score"] == sum(p["points"] for p in row["score_parts"]) for row in rows)
    assert {row["study_instance_uid"] for row in rows} == {"1.0", "1.1", "1.2"}


def test_the_same_moment_in_another_zone_gives_the_same_list(home, capsys):
    utc = read(home, capsys, "worklist", "--at", AT, "--json")
    assert read(home, capsys, "worklist", "--at", "2026-11-20T10:30+01:00", "--json") == utc


def test_a_named_list_and_a_search_say_what_they_hide(home, capsys):
    _, out, _ = read(home, capsys, "worklist", "--list", "ct", "--search", "bravo", "--at", AT)
    assert "0 of 2 in 'CT'; 2 hidden." in out


@pytest.mark.parametrize("time", ["tomorrow", "2026-11-20T09:30"])
def test_a_time_that_could_mean_two_moments_is_refused(home, capsys, time):
    code, out, err = read(home, capsys, "worklist", "--at", time)
    assert (code, out) == (EXIT_REFUSED, "")
    assert "2026-11-22T08:00+01:00" in err


def test_an_unknown_list_is_wrong_usage(home, capsys):
    with pytest.raises(SystemExit) as stop:
        read(home, capsys, "worklist", "--list", "nonsense")
    assert stop.value.code == 2


def test_a_study_shows_its_series_and_what_is_missing(home, capsys):
    code, out, _ = read(home, capsys, "study", "show", "1.1")
    assert code == 0
    assert "incomplete: 1 of 3 instances" in out
    assert "series 1: CT" in out


def test_priors_come_with_reasons(home, capsys):
    _, out, _ = read(home, capsys, "study", "priors", "1.1", "--json")
    (prior,) = json.loads(out)
    assert (prior["study_instance_uid"], prior["may_be_hung"]) == ("1.0", True)
    assert "same region: chest (by body part)" in prior["reasons"]
    assert prior["suggested_as"] == ["newest, same region and modality"]


def test_a_study_that_is_not_here_is_refused_in_a_sentence(home, capsys):
    code, out, err = read(home, capsys, "study", "show", "9.9", "--json")
    assert (code, out) == (EXIT_REFUSED, "")
    assert err.startswith("readstation: There is no such study")

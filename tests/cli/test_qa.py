"""`readstation qa`: the reviewer's list and figures without a window."""

import json

import pytest

from readstation.cli.main import main
from tests.app.quality.quality_desk import BLEEDING, Day


@pytest.fixture
def home(tmp_path):
    """One late call and one image never displayed, at a moment long past."""
    day = Day(tmp_path / "home")
    day.clock.moment = day.clock.moment.replace(year=2025)
    day.open()
    day.display(1)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=61)
    day.call(written, result)
    day.sign(written)
    return day.station.home


def read(home, capsys, *words):
    code = main(["--home", str(home), "qa", *words])
    return code, capsys.readouterr().out


def test_sign_offs_are_listed_with_their_flags(home, capsys):
    code, out = read(home, capsys, "signoffs", "--json")
    (row,) = json.loads(out)
    assert code == 0
    assert row["reader"] == "Dr. One"
    assert row["signature_is_valid"]
    assert (row["images"], row["images_never_displayed"]) == (2, 1)
    assert row["open_to_sign_s"] == 61 * 60
    assert row["radpeer"] is None
    assert {flag["text"] for flag in row["flags"]} >= {
        "called late, after 61 min",
        "1 of 2 images never displayed",
    }


def test_sign_offs_read_as_text(home, capsys):
    code, out = read(home, capsys, "signoffs")
    assert code == 0
    assert "signature valid  not reviewed" in out
    assert "critical    called late, after 61 min" in out
    assert out.endswith("1 signed report.\n")


def test_a_period_leaves_out_what_is_older(home, capsys):
    assert json.loads(read(home, capsys, "signoffs", "--json", "--days", "30")[1]) == []
    assert json.loads(read(home, capsys, "metrics", "--json", "--days", "30")[1]) == {
        "signed_reports": 0,
        "stat_turnaround_median_s": None,
        "stat_turnaround_p95_s": None,
        "open_before_signing_median_s": None,
        "critical_results_in_time": {"count": 0, "of": 0},
        "radpeer_2b_and_up": {"count": 0, "of": 0},
        "second_reads_agreed": {"count": 0, "of": 0},
        "reports_with_addenda": {"count": 0, "of": 0},
    }


def test_figures_are_counted(home, capsys):
    code, out = read(home, capsys, "metrics", "--json")
    assert code == 0
    assert json.loads(out)["critical_results_in_time"] == {"count": 0, "of": 1}
    assert "critical results in time      0 of 1" in read(home, capsys, "metrics")[1]

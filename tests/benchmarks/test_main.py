"""The command's table, its JSON and its verdicts say what was measured, and nothing better."""

import json
import time

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.row import measure_in_turn, not_run, row
from tests.benchmarks.targets import ours_at_least, ours_at_most, ratio_at_most

KEYS = {"name", "ours", "rival", "rival_name", "unit", "ratio", "ratio_spread", "target", "met"}


def timed(seconds):
    began = time.perf_counter()
    time.sleep(seconds)
    return (time.perf_counter() - began) * 1000


def race(ours_s, rival_s):
    """Return a subject whose two sides sleep for as long as told."""

    def measure(_smoke):
        taken = measure_in_turn(3, ours=lambda: timed(ours_s), rival=lambda: timed(rival_s))
        half = ratio_at_most(0.5)
        return [row("sleep", taken["ours"], "a sleeper", taken["rival"], target=half)]

    return measure


def absent(_smoke):
    return [not_run("sleep", "nobody", "nobody is not installed", ratio_at_most(1))]


def run(tmp_path, arguments, parts):
    file = tmp_path / "rows.json"
    code = main([*arguments, "--json", str(file)], parts)
    return code, json.loads(file.read_text(encoding="utf-8"))


def test_json_holds_machine_date_and_rows(tmp_path):
    code, document = run(tmp_path, ["--smoke"], {"race": race(0.001, 0.02)})
    assert code == 0
    assert set(document) == {"machine", "date", "smoke", "rows"}
    assert document["smoke"] is True
    assert document["machine"]["cores"] > 0
    (found,) = document["rows"]
    assert set(found) >= KEYS
    low, high = found["ratio_spread"]
    assert low <= found["ratio"] <= high


@pytest.mark.parametrize(("ours_s", "rival_s", "met"), [(0.001, 0.02, True), (0.02, 0.001, False)])
def test_a_slow_row_has_missed_its_target(tmp_path, ours_s, rival_s, met, capsys):
    _, document = run(tmp_path, [], {"race": race(ours_s, rival_s)})
    assert document["rows"][0]["met"] is met
    said = capsys.readouterr().out
    assert ("MISSED" in said) is not met
    assert f"{int(met)} targets met, {int(not met)} missed, 0 rows not run." in said


def test_an_absent_rival_is_told_and_only_an_error_where_required(tmp_path, capsys):
    code, document = run(tmp_path, [], {"race": absent})
    assert code == 0
    assert document["rows"][0]["met"] is None
    assert document["rows"][0]["not_run"] == "nobody is not installed"
    assert "not run: nobody is not installed" in capsys.readouterr().out
    code, _ = run(tmp_path, ["--require-rivals"], {"race": absent})
    assert code == 1


def test_rows_are_printed_as_they_come_and_kept_where_the_next_fails(tmp_path, capsys):
    printed = []

    def rows(_smoke):
        yield row("the first", [1.0])
        printed.append(capsys.readouterr().out)
        raise RuntimeError("no such screen")

    code, document = run(tmp_path, [], {"slow": rows})
    assert "the first" in printed[0]
    assert code == 1
    assert [found["name"] for found in document["rows"]] == ["the first"]


def test_a_part_that_fails_is_told_and_the_others_run(tmp_path, capsys):
    def fail(_smoke):
        raise RuntimeError("no such screen")

    code, document = run(tmp_path, [], {"bad": fail, "race": race(0.001, 0.02)})
    assert code == 1
    assert len(document["rows"]) == 1
    assert "bad: no such screen" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wanted", "ran"), [("window", ["ct", "mg"]), ("window.mg", ["mg"]), ("scroll", ["scroll"])]
)
def test_subjects_and_single_rows_can_be_chosen(tmp_path, wanted, ran):
    def named(name):
        return lambda _smoke: [row(name, [1.0])]

    parts = {"window.ct": named("ct"), "window.mg": named("mg"), "scroll": named("scroll")}
    _, document = run(tmp_path, ["--rows", wanted], parts)
    assert [found["name"] for found in document["rows"]] == ran


def test_the_table_for_the_page_has_the_machine_and_every_row(tmp_path):
    file = tmp_path / "table.md"
    main(["--markdown", str(file)], {"race": race(0.001, 0.02), "absent": absent})
    text = file.read_text(encoding="utf-8")
    assert "cores" in text
    assert text.count("| sleep |") == 2


def test_the_ratio_is_the_median_of_the_rounds_not_the_ratio_of_the_medians():
    found = row("a", [1, 10, 100], "b", [2, 2, 1000])
    assert found.ratio == 0.5
    assert found.ratio_spread == (0.3, 2.75)


def test_rounds_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="zip"):
        row("a", [1, 2], "b", [1])


@pytest.mark.parametrize(
    ("ours", "target", "met"),
    [
        (12, ours_at_most(12), True),
        (12.01, ours_at_most(12), False),
        (9_999, ours_at_least(10_000), False),
        (10_000, ours_at_least(10_000), True),
        (5, ratio_at_most(1), None),
        (5, None, None),
    ],
)
def test_a_target_is_judged_by_the_figure_it_names(ours, target, met):
    assert row("a", [ours], target=target).met is met

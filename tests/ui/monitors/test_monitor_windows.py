"""Real windows on three monitors: list and report left, current in the middle, prior on the right.

One child process works through a session and says what it sees; the tests read that.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCREENS = [
    {"name": "desk", "x": 0, "y": 0, "width": 1200, "height": 700},
    {"name": "left", "x": 1200, "y": 0, "width": 800, "height": 600},
    {"name": "right", "x": 2000, "y": 0, "width": 800, "height": 600},
]
LIMIT_S = 90
STUDY_3, STUDY_5 = {"PERSON1X", "S2X", "S3X"}, {"PERSON2X", "S4X", "S5X"}
"""The words of a study and of its prior."""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("three monitors")
    config = folder / "screens.json"
    config.write_text(json.dumps({"screens": SCREENS}), encoding="utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    ended = subprocess.run(
        [sys.executable, "-m", "tests.ui.monitors.three_monitors", folder],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    return {line["what"]: line for line in lines}


def test_windows_cover_their_monitors_before_a_study_is_open(told):
    said = told["nothing open"]
    assert (said["main"], said["monitors"]) == ("desk", ["left", "right"])
    assert all(said["covered"])
    assert said["words"] == [[], []]


def test_current_and_prior_are_on_their_monitors_and_each_names_the_patient(told):
    said = told["opened"]
    assert said["roles"] == ["CURRENT", "PRIOR"]
    assert said["boxes"] == ["left", "right"]
    assert said["report_in"] == "desk"
    for words in said["words"]:
        assert set(words) <= STUDY_3
        assert {"PERSON1X", "S3X"} <= set(words)


def test_keys_go_from_one_monitor_to_another_and_to_the_list_and_back(told):
    assert (told["opened"]["keys_in_box"], told["next box"]["keys_in_box"]) == (0, 1)
    assert told["list"]["at"] == "list"
    assert told["list"]["keys_in_box"] is None
    assert told["list"]["boxes"] == ["left", "right"]  # the images stay where they are
    assert told["images again"]["at"] == "read"
    assert told["images again"]["keys_in_box"] == 1


def test_a_switch_clears_every_window_before_anything_else_is_shown(told):
    said = told["switching"]
    assert [set(words) >= {"PERSON1X", "S3X"} for words in said["before"]] == [True, True]
    assert said["words"] == [[], []]
    assert said["has_pixels"] == [False, False]
    assert told["opened"]["has_pixels"] == told["switched"]["has_pixels"] == [True, True]
    for words in told["switched"]["words"]:
        assert set(words) <= STUDY_5
        assert {"PERSON2X", "S5X"} <= set(words)


def test_a_monitor_without_image_box_still_names_the_patient_and_nobody_else(told):
    said = told["one box"]
    assert said["boxes"] == ["left"]
    assert set(said["words"][1]) == {"PERSON2X", "S5X"}


def test_a_double_click_enlarges_a_box_on_its_own_monitor(told):
    assert told["enlarged"]["boxes"] == ["left", "left", "right"]
    assert told["enlarged"]["keys_in_box"] == 3
    assert told["as before"]["boxes"] == ["left", "right", "left", "right"]


def test_a_box_that_the_keys_turn_to_is_never_hidden(told):
    assert told["beside the enlarged one"]["keys_in_box"] == 2
    assert "left" in told["beside the enlarged one"]["boxes"]


def test_nothing_is_lost_when_monitors_are_unplugged(told):
    said = told["unplugged"]
    assert said["monitors"] == []
    assert said["in_main"] == [True, True]
    assert said["boxes"] == ["desk", "desk"]
    assert said["roles"] == ["CURRENT", "PRIOR"]


def test_the_layout_of_the_monitors_comes_back_with_them(told):
    said = told["plugged in"]
    assert said["monitors"] == ["left", "right"]
    assert said["boxes"] == ["left", "right"]
    assert [set(words) >= {"PERSON2X", "S5X"} for words in said["words"]] == [True, True]


def test_closing_a_window_of_images_brings_them_to_the_main_window(told):
    said = told["a window was closed"]
    assert said["monitors"] == []
    assert said["in_main"] == [True, True]


def test_images_can_stay_beside_the_report_with_further_ones_elsewhere(told):
    said = told["images beside the report"]
    assert (said["main"], said["report_in"]) == ("left", "left")
    assert said["boxes"] == ["left", "desk"]
    assert said["in_main"] == [True, False]


def test_no_window_of_images_outlives_the_session(told):
    assert told["locked"]["left"] == 0

"""What is known of a screen reaches the words and the pixels of the windows that are on it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from readstation.adapters.db.database import open_database
from readstation.app.display.record_check import record_measurement, record_visual_check
from readstation.app.viewport.overlay_text import Caution, display_badge
from readstation.domain.display import DisplayStatus
from readstation.imaging.output import UNCORRECTED
from readstation.ui.displays import Displays
from readstation.ui.job_runner import JobRunner
from readstation.ui.screen_facts import display_of
from readstation.ui.widgets.text import PlainLabel
from tests.app.display.test_display_checks import ALL_SEEN, gamma_table, standard_table
from tests.app.report.report_station import READER, TECHNOLOGIST, make_desk

ROOT = Path(__file__).parents[2]
SCREENS = {
    "screens": [
        {"name": "left", "x": 0, "y": 0, "width": 800, "height": 600},
        {"name": "right", "x": 800, "y": 0, "width": 1024, "height": 768},
    ]
}
LIMIT_S = 60


@pytest.fixture
def desk(tmp_path):
    return make_desk(tmp_path / "home")


@pytest.fixture
def jobs():
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def widget(qtbot):
    made = PlainLabel("on a screen")
    qtbot.addWidget(made)
    made.show()
    return made


def known(desk, jobs, qtbot):
    displays = Displays(desk.station, jobs)
    with qtbot.waitSignal(displays.changed):
        displays.refresh()
    return displays


def measure(desk, display, table):
    session = desk.session(TECHNOLOGIST)
    record_measurement(desk.station, session, display, table, instrument="meter")


def test_without_a_database_nothing_is_verified(widget):
    displays = Displays()
    displays.refresh()
    assert displays.standing(widget).status is DisplayStatus.NOT_VERIFIED
    assert displays.output(widget) is UNCORRECTED


def test_a_measured_screen_is_corrected_and_says_so(desk, jobs, qtbot, widget):
    displays = known(desk, jobs, qtbot)
    measure(desk, displays.standing(widget).display, gamma_table())
    assert displays.output(widget) is UNCORRECTED
    with qtbot.waitSignal(displays.changed):
        displays.refresh()
    assert displays.standing(widget).status is DisplayStatus.VERIFIED
    output = displays.output(widget)
    assert (output.bit_depth, len(output.driving_levels)) == (8, 65536)
    assert displays.output(widget) is output


def test_a_screen_that_follows_the_standard_itself_is_driven_as_before(desk, jobs, qtbot, widget):
    displays = known(desk, jobs, qtbot)
    measure(desk, displays.standing(widget).display, standard_table())
    with qtbot.waitSignal(displays.changed):
        displays.refresh()
    assert displays.standing(widget).status is DisplayStatus.VERIFIED
    assert displays.output(widget) is UNCORRECTED


def test_a_failed_look_is_told_louder(desk, jobs, qtbot, widget):
    displays = known(desk, jobs, qtbot)
    quiet = display_badge(displays.standing(widget))
    assert (quiet.text, quiet.caution) == ("8-bit display, not verified", Caution.DISPLAY)
    seen = ALL_SEEN[1:]
    display = displays.standing(widget).display
    record_visual_check(desk.station, desk.session(READER), display, seen)
    with qtbot.waitSignal(displays.changed):
        displays.refresh()
    loud = display_badge(displays.standing(widget))
    assert (loud.text, loud.caution) == ("8-bit display, check failed", Caution.DISPLAY_FAULT)


def test_checks_that_cannot_be_read_leave_the_screen_not_verified(desk, jobs, qtbot, widget):
    displays = known(desk, jobs, qtbot)
    measure(desk, displays.standing(widget).display, gamma_table())
    with qtbot.waitSignal(displays.changed):
        displays.refresh()

    def broken():
        raise OSError("disk")

    object.__setattr__(desk.station, "unit_of_work", broken)
    with qtbot.waitSignal(displays.changed):
        displays.refresh()
    assert displays.standing(widget).status is DisplayStatus.NOT_VERIFIED
    assert displays.output(widget) is UNCORRECTED


def test_a_window_that_moves_to_another_screen_tells_of_that_one(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    open_database(home).engine.dispose()
    config = tmp_path / "screens.json"
    config.write_text(json.dumps(SCREENS), encoding="utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    command = [sys.executable, "-m", "tests.ui.two_screens", home]
    ended = subprocess.run(
        command,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    places = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [place["is_corrected"] for place in places] == [True, False, True]
    assert ["GSDF verified" in place["status_bar"] for place in places] == [True, False, True]
    assert places[1]["record"] == "right 1024x768, 8 bit, not verified"


class HostileScreen:
    """A monitor that says more of itself than it should."""

    def name(self):
        return "DP-1"

    def manufacturer(self):
        return "Evil\n\u202e"

    def model(self):
        return "X\ud800 9\x00"

    def serialNumber(self):
        return " 7\t"

    def size(self):
        return QSize(800, 600)

    def devicePixelRatio(self):
        return 1.5

    def depth(self):
        return 30


def test_what_a_monitor_says_of_itself_is_plain_text():
    display = display_of(HostileScreen())
    assert display.key == "Evil|X 9|7"
    assert (display.width_px, display.height_px, display.bit_depth) == (1200, 900, 10)

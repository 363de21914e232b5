"""The display check at a real database, with real keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget

from readstation.app.changes import ChangeFeed, Subject
from readstation.app.commands import CommandRegistry
from readstation.app.display.display_status import display_history
from readstation.app.navigation import Navigation
from readstation.domain.display import CheckKind, DisplayStatus
from readstation.imaging.display_pattern import display_pattern
from readstation.ui import theme
from readstation.ui.display.display_commands import DISPLAY_COMMANDS
from readstation.ui.display.display_layout import LOOK_TAB, MEASURE_TAB
from readstation.ui.display.display_view import DisplayView
from readstation.ui.displays import Displays
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.screens import ScreenContext
from tests.app.display.test_display_checks import LEVELS, gamma_table, measure
from tests.app.report.report_station import READER, TECHNOLOGIST, make_desk
from tests.ui.screen_context import Notices

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
GOOD_TABLE = "\n".join(f"{p.driving_level}, {p.luminance_cd_m2!r}" for p in gamma_table().points)


class Stage:
    """The screen as the window shows it, and what the tests press on it."""

    def __init__(self, desk, qtbot, jobs, user):
        self.desk, self.qtbot, self.jobs = desk, qtbot, jobs
        self.notices, self.changes = Notices(), ChangeFeed()
        self.displays = Displays(desk.station, jobs)
        self.changes.listen({Subject.DISPLAYS}, self.displays.refresh)
        context = ScreenContext(
            desk.station,
            desk.session(user),
            jobs,
            ErrorPresenter(self.notices),
            self.changes,
            CommandRegistry(DISPLAY_COMMANDS),
            Navigation(),
            self.displays,
        )
        self.window = QStackedWidget()
        self.view = DisplayView(context)
        self.parts = self.view.parts
        self.window.addWidget(self.view)
        qtbot.addWidget(self.window)
        self.window.resize(1366, 768)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.view.setFocus()
        self.displays.refresh()
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.jobs.is_idle)

    def press(self, key, modifier=NONE):
        self.qtbot.keyClick(self.window.focusWidget(), key, modifier)
        self.settle()

    @property
    def standing(self):
        return self.displays.standing(self.view)

    def history(self):
        return display_history(self.desk.station, self.view.display)


@pytest.fixture
def jobs(qapp):
    theme.apply(qapp)
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def make_stage(tmp_path, qtbot, jobs):
    desk = make_desk(tmp_path / "home")
    return lambda user=READER: Stage(desk, qtbot, jobs, user)


def shown(widget):
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return flat[:, : image.width()] & 255


def test_a_display_that_was_never_checked_says_so(make_stage):
    stage = make_stage()
    assert stage.parts.status.text == "8-bit display, not verified"
    assert stage.standing.status is DisplayStatus.NOT_VERIFIED
    assert not stage.parts.look.record_button.isEnabled()
    assert not stage.parts.plots.isVisible()


def test_the_pattern_is_painted_pixel_for_pixel(make_stage):
    stage = make_stage()
    pattern = stage.parts.pattern
    expected = display_pattern(pattern.width(), pattern.height())
    rows = round(pattern.height() * 0.9)  # the label stands below
    levels = expected.astype(np.uint32) * 255 // 65535
    assert (shown(pattern)[:rows] == levels[:rows, : pattern.width()]).all()


def test_the_eye_is_recorded_by_keyboard_alone(make_stage):
    stage = make_stage()
    stage.press(Qt.Key.Key_L, ALT)
    stage.press(Qt.Key.Key_A, ALT)
    assert stage.parts.look.record_button.text() == "Record: passed"
    stage.press(Qt.Key.Key_Space)  # takes the first answer back
    assert "1 of 8" in stage.parts.look.record_button.text()
    stage.press(Qt.Key.Key_Space)
    stage.press(Qt.Key.Key_Return, CTRL)
    (check,) = stage.history()
    assert check.kind is CheckKind.VISUAL
    assert check.has_passed
    assert stage.parts.history.sentences == (check.sentence,)
    assert not stage.parts.look.seen


def test_what_is_not_seen_is_recorded_as_failed(make_stage):
    stage = make_stage()
    stage.press(Qt.Key.Key_A, ALT)
    stage.parts.look.boxes["ramp"].setChecked(False)
    stage.press(Qt.Key.Key_Return, CTRL)
    (check,) = stage.history()
    assert check.failed_questions == ("ramp",)
    assert stage.parts.status.text == "8-bit display, check failed"


def test_luminances_are_judged_while_they_are_typed_and_then_recorded(make_stage):
    stage = make_stage(TECHNOLOGIST)
    stage.press(Qt.Key.Key_M, ALT)
    measure_panel = stage.parts.measure
    assert stage.parts.tabs.currentIndex() == MEASURE_TAB
    measure_panel.table.setPlainText(GOOD_TABLE)
    assert "instrument" in measure_panel.verdict.text()
    assert not measure_panel.record_button.isEnabled()
    measure_panel.instrument.setText("LXcan 7")
    measure_panel.ambient.setText("dim")
    assert "not a number" in measure_panel.verdict.text()
    measure_panel.ambient.setText("0,25")
    assert measure_panel.verdict.text().startswith("Diagnostic, mammography included")
    assert stage.parts.plots.isVisible()
    stage.press(Qt.Key.Key_Return, CTRL)
    (check,) = stage.history()
    assert (check.table, check.instrument) == (gamma_table(), "LXcan 7")
    assert "GSDF verified" in stage.parts.status.text
    assert stage.displays.output(stage.view).driving_levels is not None
    assert not measure_panel.table.toPlainText()
    assert stage.parts.plots.isVisible()


def test_a_reader_cannot_measure(make_stage):
    stage = make_stage()
    stage.press(Qt.Key.Key_M, ALT)
    assert stage.parts.tabs.currentIndex() == LOOK_TAB
    assert not stage.parts.tabs.isTabEnabled(MEASURE_TAB)


def test_levels_are_shown_raw_one_after_the_other(make_stage):
    stage = make_stage(TECHNOLOGIST)
    measure(stage.desk, display=stage.view.display)
    stage.displays.refresh()
    stage.settle()
    assert stage.displays.output(stage.view).driving_levels is not None
    pattern = stage.parts.pattern
    for level in (*LEVELS, 255):
        stage.press(Qt.Key.Key_PageDown)
        assert pattern.driving_level == level
        assert shown(pattern)[pattern.height() // 2, pattern.width() // 2] == level
    stage.press(Qt.Key.Key_PageUp)
    assert pattern.driving_level == 240
    stage.press(Qt.Key.Key_Escape)
    assert pattern.driving_level is None


def test_a_file_is_imported_to_be_looked_at(make_stage, tmp_path):
    stage = make_stage(TECHNOLOGIST)
    file = tmp_path / "meter.csv"
    file.write_text(GOOD_TABLE, encoding="utf-8")
    stage.view.import_file(file)
    stage.settle()
    assert stage.parts.measure.table.toPlainText() == GOOD_TABLE
    stage.view.import_file(tmp_path / "none.csv")
    stage.settle()
    assert "none.csv cannot be read" in stage.notices.shown[0][0]
    assert stage.history() == ()


def test_the_pattern_can_have_the_whole_width(make_stage):
    stage = make_stage()
    before = stage.parts.pattern.width()
    stage.press(Qt.Key.Key_P, ALT)
    stage.qtbot.waitUntil(lambda: stage.parts.pattern.width() > before)
    stage.press(Qt.Key.Key_P, ALT)
    stage.qtbot.waitUntil(lambda: stage.parts.pattern.width() == before)


def test_a_check_that_cannot_be_kept_keeps_what_was_answered(make_stage, monkeypatch):
    stage = make_stage()
    stage.press(Qt.Key.Key_A, ALT)

    def broken():
        raise OSError("disk")

    good = stage.desk.station.unit_of_work
    object.__setattr__(stage.desk.station, "unit_of_work", broken)
    stage.press(Qt.Key.Key_Return, CTRL)
    object.__setattr__(stage.desk.station, "unit_of_work", good)
    assert stage.notices.shown
    assert len(stage.parts.look.seen) == 8
    assert stage.parts.look.record_button.isEnabled()
    assert stage.history() == ()

"""The banner counts down everywhere and never loses a result."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.commands import CommandRegistry, Context
from readstation.domain.critical_result import CallOutcome, CriticalResultStatus, ReadBack
from readstation.ui.calls.calls_commands import CALLS_COMMANDS
from readstation.ui.calls.critical_banner import CriticalBanner
from readstation.ui.command_binding import bind_commands
from readstation.ui.job_runner import JobRunner
from tests.reading_room import BLEED, SIGNIFICANT, open_room
from tests.ui.screen_context import a_context


@pytest.fixture
def room(tmp_path):
    return open_room(tmp_path / "home")


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def build(qtbot, room, jobs):
    """Make a window with a banner for one reader, ended after the test."""
    made = []

    def make(user_id="first"):
        context = a_context(room, jobs, user_id)
        window = QWidget()
        window.resize(1400, 1200)
        banner = CriticalBanner(context)
        column = QVBoxLayout(window)
        column.addWidget(banner)
        column.addStretch(1)
        bind_commands(CommandRegistry(CALLS_COMMANDS), Context.WINDOW, window, window)
        qtbot.addWidget(window)
        window.show()
        made.append(banner)
        qtbot.waitUntil(lambda: jobs.is_idle)
        return window, banner, context

    yield make
    for banner in made:
        banner.end_session()


def test_it_hides_while_nobody_has_to_be_called(build):
    _window, banner, context = build()
    assert banner.isHidden()
    assert context.navigation.counts.get("calls", 0) == 0


def test_it_counts_down_each_second_and_then_up(build, room):
    room.flag()
    _window, banner, context = build()
    assert banner.clock.text() == "60:00 left"
    assert context.navigation.counts["calls"] == 1
    room.clock.turn(minutes=8, seconds=40)
    banner.tick()
    assert banner.clock.text() == "51:20 left"
    room.clock.turn(minutes=60)
    banner.tick()
    assert banner.clock.text() == "OVERDUE by 08:40"
    room.clock.turn(hours=30)
    banner.tick()
    assert banner.clock.text() == "OVERDUE by 30 h 08 min"
    assert banner.isVisible()


def test_a_clock_set_back_does_not_hide_it(build, room):
    room.flag()
    _window, banner, _context = build()
    room.clock.turn(hours=-1)
    banner.tick()
    assert banner.isVisible()
    assert banner.clock.text() == "2 h 00 min left"


def test_it_says_who_to_call_and_what_was_tried(build, room):
    result = room.flag()
    room.call(result, outcome=CallOutcome.NO_ANSWER)
    _window, banner, _context = build("second")
    assert "Dr. Ordering" in banner.call.text()
    assert "(403) 555-0142" in banner.call.text()
    assert "Acute subdural haematoma" in banner.message.text()
    assert "DEMO, ALPHA" in banner.patient.text()
    assert "born 1959-03-14, ID ID1.2.3" in banner.patient.text()
    assert banner.attempts.text() == "1 attempt, last 12:00 no answer"


def test_it_shows_the_worst_and_counts_the_others(build, room):
    room.flag()
    room.clock.turn(minutes=5)
    room.flag(replace(BLEED, finding_id="f3", text="Free air."))
    room.flag(SIGNIFICANT)
    _window, banner, _context = build()
    assert banner.clock.text() == "55:00 left"
    assert banner.more.text() == "+2 more"


def test_a_significant_result_waits_on_its_screen_until_the_last_hour(build, room):
    room.flag(SIGNIFICANT)
    _window, banner, context = build()
    assert banner.isHidden()
    assert context.navigation.counts["calls"] == 1
    room.clock.turn(hours=23, minutes=1)
    banner.tick()
    assert banner.isVisible()
    assert banner.property("urgency") == "significant"


def test_patient_names_and_findings_are_plain_text(build, room):
    room.flag(replace(BLEED, finding_id="f6", text="<b>bleed</b> & <img src=x>"))
    _window, banner, _context = build()
    assert banner.message.textFormat() is Qt.TextFormat.PlainText
    assert "<b>bleed</b> & <img src=x>" in banner.message.text()


def test_its_clock_escalates_without_any_other_screen(build, room, qtbot, jobs):
    result = room.flag()
    _window, banner, context = build()
    told = []
    context.changes.listen({Subject.CRITICAL_RESULTS}, lambda: told.append(1))
    room.clock.turn(minutes=16)
    banner.refresh()
    qtbot.waitUntil(lambda: jobs.is_idle and bool(told))
    assert room.result(result.critical_result_id).status is CriticalResultStatus.ESCALATED
    assert banner.call.text().startswith("Escalated: call now ED charge desk")


def test_the_key_opens_the_panel_and_a_read_back_takes_the_result_off(build, room, qtbot, jobs):
    result = room.flag()
    window, banner, _context = build()
    window.setFocus()
    qtbot.keyClick(
        window,
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    panel = banner.overlay.panel
    qtbot.waitUntil(lambda: panel.draft is not None and jobs.is_idle)
    qtbot.waitUntil(lambda: not panel.save_button.visibleRegion().isEmpty())
    assert banner.overlay.isVisible()
    qtbot.mouseClick(panel.outcomes.button(CallOutcome.REACHED), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.read_backs.button(ReadBack.CONFIRMED), Qt.MouseButton.LeftButton)
    qtbot.keyClick(panel.note_field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: banner.isHidden() and jobs.is_idle)
    closed = room.result(result.critical_result_id)
    assert closed.status is CriticalResultStatus.COMMUNICATED
    assert len(room.draft().content.communications) == 1
    assert banner.overlay.isHidden()


def test_escape_leaves_the_panel_after_a_saved_attempt_and_the_result_stays(
    build, room, qtbot, jobs
):
    result = room.flag()
    window, banner, _context = build()
    window.setFocus()
    qtbot.mouseClick(banner.call_button, Qt.MouseButton.LeftButton)
    panel = banner.overlay.panel
    qtbot.waitUntil(lambda: panel.draft is not None and jobs.is_idle)
    qtbot.waitUntil(lambda: not panel.save_button.visibleRegion().isEmpty())
    qtbot.mouseClick(panel.outcomes.button(CallOutcome.NO_ANSWER), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(room.result(result.critical_result_id).attempts))
    qtbot.waitUntil(lambda: jobs.is_idle)
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert banner.overlay.isHidden()
    assert window.hasFocus()
    assert banner.isVisible()
    assert banner.attempts.text() == "1 attempt, last 12:00 no answer"

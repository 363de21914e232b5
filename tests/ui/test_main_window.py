"""The window: one person at a time, and nothing of the last one remains."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

import readstation.ui.main_window as main_window_module
from readstation.app.changes import ChangeFeed
from readstation.app.commands import Command, CommandRegistry, Context
from readstation.app.jobs import Lane
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import StoreError
from readstation.domain.reader import Role
from readstation.ui import theme
from readstation.ui.job_runner import JobRunner
from readstation.ui.login.login_view import LoginView
from readstation.ui.main_window import IDLE_NOTE, MainWindow
from readstation.ui.session_view import SessionView
from readstation.ui.widgets.text import PlainLabel
from readstation.ui.window_commands import WINDOW_COMMANDS
from tests.ui.window_parts import PASSWORD, Accounts, a_session, a_station, bare_screens

EXTRA = Command("worklist.extra", "Weigh the anchor", Context.WORKLIST, lambda _: None)


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def window(qtbot, qapp, jobs, monkeypatch):
    theme.apply(qapp)
    monkeypatch.setattr(
        main_window_module, "SessionView", lambda context: SessionView(context, bare_screens(), ())
    )
    registry = CommandRegistry((*WINDOW_COMMANDS, EXTRA))
    made = MainWindow(
        a_station(), jobs, ChangeFeed(), registry, lambda: LoginView(Accounts().actions(), jobs)
    )
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: jobs.is_idle)
    return made


def log_in(window, qtbot, user_id="reader1"):
    window.login.user_id.setText(user_id)
    window.login.password.setText(PASSWORD)
    qtbot.keyClick(window.login.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session is not None)


def test_enter_logs_in_and_shows_the_first_screen(window, qtbot):
    log_in(window, qtbot)
    assert window.session_view.isVisible()
    assert window.navigation.screen_id == "list"
    assert not window.login.isVisible()


def test_what_was_left_for_later_is_all_done_once_the_first_screen_is_there(window, qtbot):
    log_in(window, qtbot)
    qtbot.waitUntil(lambda: window.session_view.after_start.is_done, timeout=20_000)
    assert "read" in window.session_view.built


def test_keys_go_to_screens_and_screens_are_built_when_first_shown(window, qtbot):
    log_in(window, qtbot)
    assert set(window.session_view.built) == {"list"}
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.navigation.screen_id == "calls"
    assert set(window.session_view.built) == {"list", "calls"}
    assert window.session_view.rail.buttons["calls"].isChecked()


def test_a_screen_that_the_role_does_not_allow_is_neither_offered_nor_reached(window, qtbot):
    log_in(window, qtbot)
    assert "qa" not in window.session_view.rail.buttons
    window.go("qa")
    assert window.navigation.screen_id == "list"


def test_the_key_of_a_screen_that_the_role_does_not_allow_is_nowhere_offered(window, qtbot):
    log_in(window, qtbot)
    window.show_palette()
    assert "window.go_qa" not in window.palette_view._actions
    assert "window.go_calls" in window.palette_view._actions
    window.palette_view.close()
    window.show_key_help()
    shown = {label.text() for label in window.key_help.findChildren(PlainLabel)}
    assert "Go to Calls" in shown
    assert "Go to QA" not in shown


def test_opening_a_study_shows_the_reading_screen(window, qtbot):
    log_in(window, qtbot)
    window.navigation.open_study("1.2.3", ClaimTask.READ)
    assert window.navigation.screen_id == "read"
    assert window.session_view.built["read"].context.navigation.open.study_instance_uid == "1.2.3"


def test_logging_out_destroys_the_screens_and_the_next_person_gets_new_ones(window, qtbot):
    log_in(window, qtbot)
    window.navigation.open_study("1.2.3")
    old_view, old_screen = window.session_view, window.session_view.built["read"]
    with qtbot.waitSignal(old_view.destroyed):
        qtbot.mouseClick(old_view.rail.buttons["Log out"], Qt.MouseButton.LeftButton)
        assert window.login.isVisible()
        assert not old_view.isVisible()
        assert old_screen.has_ended
    assert window.login.user_id.text() == ""
    log_in(window, qtbot, "reader2")
    assert window.session.epoch == 2
    assert window.navigation.open is None
    assert set(window.session_view.built) == {"list"}


def test_after_a_lock_the_same_person_returns_to_the_same_study(window, qtbot):
    log_in(window, qtbot)
    window.navigation.open_study("1.2.3", ClaimTask.SECOND_READ)
    window.lock()
    assert window.session_view is None
    assert window.login.user_id.text() == "reader1"
    log_in(window, qtbot)
    assert window.navigation.open.study_instance_uid == "1.2.3"
    assert window.navigation.screen_id == "read"


def test_after_a_lock_another_person_sees_nothing_of_the_first(window, qtbot):
    log_in(window, qtbot)
    window.navigation.open_study("1.2.3")
    window.lock()
    log_in(window, qtbot, "reader2")
    assert window.navigation.open is None
    assert window.navigation.screen_id == "list"


def test_a_station_that_nobody_uses_locks_itself(window, qtbot):
    log_in(window, qtbot)
    window._idle._timer.setInterval(20)
    window._idle.start()
    qtbot.waitUntil(lambda: window.session is None)
    assert window.login.note.text() == IDLE_NOTE


def test_input_puts_the_idle_lock_off(window, qtbot):
    log_in(window, qtbot)
    window._idle._timer.start(10_000)
    before = window._idle._timer.remainingTime()
    window._idle._timer.setInterval(600_000)
    qtbot.mouseMove(window)
    qtbot.keyClick(window, Qt.Key.Key_Shift)
    assert window._idle._timer.remainingTime() > before


def test_a_failure_becomes_a_notice_that_the_next_person_does_not_see(window, qtbot):
    log_in(window, qtbot)
    errors = window.session_view.built["list"].context.errors
    errors.show(StoreError("The disk is full.", "Free some space."))
    assert window.notices.isVisible()
    window.log_out()
    assert not window.notices.isVisible()
    log_in(window, qtbot, "reader2")
    errors.show(StoreError("The disk is full.", "Free some space."))
    assert not window.notices.isVisible()


def test_counts_stand_on_the_rail_and_are_told_to_screen_readers(window, qtbot):
    log_in(window, qtbot)
    window.navigation.set_count("calls", 2)
    assert window.session_view.rail.buttons["calls"].count == 2
    assert window.session_view.rail.buttons["calls"].accessibleName() == "Calls, 2 waiting"


def test_an_administrator_without_a_screen_is_told_where_to_go(window):
    window.begin(a_session("admin1", Role.ADMINISTRATOR))
    assert window.session_view.screens == []
    assert window.navigation.screen_id == ""


def test_the_palette_finds_a_command_by_letters_and_enter_runs_it(window, qtbot):
    log_in(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_view.isVisible()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.palette_view.search)
    qtbot.keyClicks(window.palette_view.search, "go cal")
    qtbot.keyClick(window.palette_view.search, Qt.Key.Key_Return)
    assert not window.palette_view.isVisible()
    assert window.navigation.screen_id == "calls"


def test_the_palette_offers_only_what_can_be_run_now(window, qtbot):
    log_in(window, qtbot)
    window.show_palette()
    qtbot.keyClicks(window.palette_view.search, "anchor")
    assert window.palette_view.list.count() == 0
    qtbot.keyClick(window.palette_view.search, Qt.Key.Key_Escape)
    assert not window.palette_view.isVisible()


def test_f1_shows_the_keys_and_escape_hides_them(window, qtbot):
    log_in(window, qtbot)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.key_help.isVisible()
    qtbot.keyClick(window.key_help, Qt.Key.Key_Escape)
    assert not window.key_help.isVisible()


@pytest.fixture
def entered(qtbot, qapp, jobs, monkeypatch):
    """Build a window that logs somebody in without being asked."""
    theme.apply(qapp)
    monkeypatch.setattr(
        main_window_module, "SessionView", lambda context: SessionView(context, bare_screens(), ())
    )

    def build(log_in):
        made = MainWindow(
            a_station(),
            jobs,
            ChangeFeed(),
            CommandRegistry(WINDOW_COMMANDS),
            lambda: LoginView(Accounts().actions(), jobs),
            entering=jobs.start(Lane.DATABASE, lambda _job: log_in()),
        )
        qtbot.addWidget(made)
        made.show()
        qtbot.waitUntil(lambda: jobs.is_idle)
        return made

    return build


def test_somebody_logged_in_at_once_never_sees_the_login_page_until_logging_out(entered):
    window = entered(a_session)
    assert window.session_view.isVisible()
    assert "login" not in vars(window)
    window.log_out()
    assert window.login.isVisible()


def test_a_login_at_once_that_fails_ends_at_the_login_page_and_says_why(entered):
    def refuse():
        raise StoreError("The database is busy.", "Try again.")

    window = entered(refuse)
    assert window.session is None
    assert window.login.isVisible()
    assert window.login.error.text() == "The database is busy. Try again."

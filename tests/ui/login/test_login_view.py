"""The login page refuses in one sentence and keeps no password."""

import pytest
from PySide6.QtCore import Qt

from readstation.ui.job_runner import JobRunner
from readstation.ui.login.login_view import FIRST_START, Account, LoginView
from tests.ui.window_parts import PASSWORD, Accounts


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def open_page(qtbot, jobs):
    def open_it(accounts, demo_accounts=()):
        page = LoginView(accounts.actions(demo_accounts), jobs)
        qtbot.addWidget(page)
        page.show()
        page.welcome()
        qtbot.waitUntil(lambda: jobs.is_idle)
        return page

    return open_it


def test_a_wrong_password_is_refused_inline_and_wiped(open_page, qtbot):
    page = open_page(Accounts())
    page.user_id.setText("reader1")
    page.password.setText("wrong")
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(page.error.isVisible)
    assert page.error.text() == "The user ID or the password is wrong. Try again."
    assert page.password.text() == ""
    assert page.user_id.text() == "reader1"
    qtbot.waitUntil(page.button.isEnabled)


def test_nothing_is_asked_without_a_password(open_page, qtbot, jobs):
    page = open_page(Accounts())
    page.user_id.setText("reader1")
    qtbot.keyClick(page.user_id, Qt.Key.Key_Return)
    assert page.error.text() == "Enter a user ID and a password."
    assert jobs.is_idle


def test_the_password_is_not_kept_after_login(open_page, qtbot):
    page = open_page(Accounts())
    page.user_id.setText("reader1")
    page.password.setText(PASSWORD)
    with qtbot.waitSignal(page.logged_in) as logged_in:
        qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert logged_in.args[0].user.user_id == "reader1"
    assert page.password.text() == ""


def test_the_first_start_asks_for_an_administrator(open_page, qtbot):
    accounts = Accounts(is_empty=True)
    page = open_page(accounts)
    qtbot.waitUntil(lambda: page.note.text() == FIRST_START)
    assert page.full_name.isVisible()
    page.user_id.setText("chief")
    page.full_name.setText("Dr. Chief")
    page.password.setText("a-long-password")
    page.repeated.setText("another-password")
    page.submit()
    assert page.error.text() == "The two passwords differ."
    assert accounts.created == []
    page.repeated.setText("a-long-password")
    with qtbot.waitSignal(page.logged_in):
        page.submit()
    assert accounts.created == [("chief", "Dr. Chief", "a-long-password")]


def test_outside_the_first_start_no_second_password_is_shown(open_page):
    page = open_page(Accounts())
    assert not page.full_name.isVisible()
    assert not page.repeated.isVisible()


def test_a_demo_account_fills_in_itself(open_page, qtbot):
    page = open_page(Accounts(), (Account("reader1", PASSWORD, "Dr. Demo", "reader"),))
    page._fill_in(page._actions.demo_accounts[0])
    assert page.user_id.text() == "reader1"
    assert page.password.text() == PASSWORD

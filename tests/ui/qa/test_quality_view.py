"""The quality screen at a real database, with real keys."""

import sqlite3

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from readstation.app.changes import ChangeFeed, Subject
from readstation.app.commands import CommandRegistry
from readstation.app.navigation import Navigation
from readstation.domain.critical_result import CallOutcome
from readstation.domain.quality import RadpeerScore
from readstation.domain.reader import Role
from readstation.ui import theme
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.qa.qa_commands import QUALITY_COMMANDS
from readstation.ui.qa.quality_layout import ALL_READERS
from readstation.ui.qa.quality_view import QualityView
from readstation.ui.screens import ScreenContext
from tests.app.quality.quality_desk import BLEEDING, Day
from tests.app.report.report_station import OTHER, READER
from tests.ui.window_parts import a_session

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Notices:
    def __init__(self):
        self.shown = []

    def show_notice(self, text, _remedy):
        self.shown.append(text)


class Stage:
    """The screen as the window shows it, and what the tests press on it."""

    def __init__(self, day, qtbot, jobs, session=None):
        self.day, self.qtbot, self.jobs = day, qtbot, jobs
        self.notices, self.changes = Notices(), ChangeFeed()
        context = ScreenContext(
            day.station,
            session or day.review,
            jobs,
            ErrorPresenter(self.notices),
            self.changes,
            CommandRegistry(QUALITY_COMMANDS),
            Navigation(),
        )
        self.window = QStackedWidget()
        self.view = QualityView(context)
        self.parts = self.view.parts
        self.window.addWidget(self.view)
        qtbot.addWidget(self.window)
        self.window.resize(1366, 768)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.view.setFocus()
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.jobs.is_idle)

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier, widget=None):
        self.qtbot.keyClick(widget or self.window.focusWidget(), key, modifier)
        self.settle()

    def cell(self, row, column):
        return self.parts.table.rows.index(row, column).data()


@pytest.fixture
def jobs(qapp):
    theme.apply(qapp)
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def day(tmp_path):
    return Day(tmp_path / "home")


@pytest.fixture
def two_reports(day):
    """A bleed that was called in time, and a hasty report of another reader."""
    day.open()
    day.display(1)
    written = day.write(BLEEDING)
    result = day.flag(written)
    day.wait(minutes=4)
    day.call(written, result, CallOutcome.NO_ANSWER)
    day.wait(minutes=8)
    day.call(written, result)
    day.sign(written)
    study = day.add_second_study()
    uid = study.study_instance_uid
    day.open(OTHER, uid=uid)
    day.display(1, 2, user=OTHER, uid=uid)
    second = day.write(user=OTHER, uid=uid)
    day.wait(seconds=20)
    day.sign(second, study)
    return day


@pytest.fixture
def stage(two_reports, qtbot, jobs):
    made = Stage(two_reports, qtbot, jobs)
    yield made
    made.view.end_session()


def test_every_row_says_who_signed_how_and_what_stands_out(stage):
    assert stage.cell(0, 2) == "Dr. Two, "
    assert stage.cell(0, 3) == "ROUTINE, valid"
    assert stage.cell(0, 4) == "signed 20 s after opening"
    assert stage.cell(1, 3) == "CRITICAL, valid"
    assert stage.cell(1, 4) == "1 of 2 images never displayed, called in 12 min"
    assert [label.text() for label in stage.parts.cards.values][:1] == ["2"]


def test_the_arrow_key_opens_the_story_of_the_next_report(stage):
    assert stage.parts.table.hasFocus()
    assert any("study opened · Dr. Two" in line for line in stage.parts.story.lines)
    stage.press(Qt.Key.Key_Down)
    assert any("call logged: no answer" in line for line in stage.parts.story.lines)
    assert stage.parts.story.lines[0].count("-") == 2  # the first line carries the date


def test_a_score_is_chosen_and_recorded_from_the_keyboard(stage):
    stage.press(Qt.Key.Key_1, ALT)
    assert stage.parts.score.buttons[RadpeerScore.CONCUR].isChecked()
    stage.press(Qt.Key.Key_Return, CTRL)
    assert stage.cell(0, 5) == "RADPEER 1"
    assert stage.parts.score.reason.text().startswith("Scored 1 by qa")
    assert not stage.parts.score.record_button.isEnabled()
    assert stage.notices.shown == []


def test_2b_waits_for_its_comment(stage):
    score = stage.parts.score
    stage.press(Qt.Key.Key_3, ALT)
    assert score.reason.text() == "A score of 2b needs a comment."
    assert not score.record_button.isEnabled()
    stage.press(Qt.Key.Key_Return, CTRL)
    assert stage.cell(0, 5) == "pending"
    score.comment.setFocus()
    stage.qtbot.keyClicks(score.comment, "Missed <b>")
    stage.press(Qt.Key.Key_Return, CTRL, score.comment)
    assert stage.cell(0, 5) == "RADPEER 2b"
    (review,) = [s.review for s in stage.day.all() if s.review]
    assert review.comment == "Missed <b>"


def test_what_was_typed_for_one_report_does_not_follow_to_the_next(stage):
    stage.press(Qt.Key.Key_3, ALT)
    stage.parts.score.comment.setPlainText("Missed")
    stage.press(Qt.Key.Key_Down, widget=stage.parts.table)
    assert stage.parts.score.comment.toPlainText() == ""
    assert not any(b.isChecked() for b in stage.parts.score.buttons.values())


def test_a_refused_score_keeps_what_was_typed_and_says_why(stage, monkeypatch):
    def refuse(*_args, **_more):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("readstation.ui.qa.quality_view.review_report", refuse)
    stage.press(Qt.Key.Key_2, ALT)
    stage.parts.score.comment.setPlainText("Small")
    stage.press(Qt.Key.Key_Return, CTRL)
    assert len(stage.notices.shown) == 1
    assert stage.parts.score.comment.toPlainText() == "Small"
    assert stage.parts.score.record_button.isEnabled()


def test_an_own_read_cannot_be_scored_and_the_screen_says_why(two_reports, qtbot, jobs):
    session = a_session(OTHER.user_id, Role.READER, Role.QA_REVIEWER)
    stage = Stage(two_reports, qtbot, jobs, session)
    score = stage.parts.score
    assert not any(button.isEnabled() for button in score.buttons.values())
    assert score.reason.text() == "You read or signed this report: another reviewer must score it."
    stage.press(Qt.Key.Key_1, ALT)
    stage.press(Qt.Key.Key_Return, CTRL)
    assert [s.review for s in two_reports.all()] == [None, None]
    stage.press(Qt.Key.Key_Down, widget=stage.parts.table)
    assert score.buttons[RadpeerScore.CONCUR].isEnabled()
    stage.view.end_session()


def test_the_reader_filter_says_how_many_it_hides(stage):
    stage.parts.readers.setCurrentText("Dr. One")
    assert stage.parts.table.rows.rowCount() == 1
    assert stage.parts.hidden.text() == "1 hidden by the filter"
    stage.parts.readers.setCurrentText(ALL_READERS)
    assert stage.parts.hidden.text() == ""


def test_not_reviewed_yet_hides_what_has_its_score(stage):
    stage.press(Qt.Key.Key_1, ALT)
    stage.press(Qt.Key.Key_Return, CTRL)
    stage.press(Qt.Key.Key_U, CTRL)
    assert stage.parts.table.rows.rowCount() == 1
    assert stage.view.model.state.selected_signoff.reader_name == "Dr. One"


def test_a_refresh_keeps_the_selected_row_and_the_story(stage):
    stage.press(Qt.Key.Key_Down)
    lines = stage.parts.story.lines
    stage.changes.publish(Subject.REPORT)
    stage.settle()
    assert stage.parts.table.currentIndex().row() == 1
    assert stage.parts.story.lines == lines


def test_an_empty_period_says_so(day, qtbot, jobs):
    stage = Stage(day, qtbot, jobs)
    assert stage.parts.empty.isVisible()
    assert not stage.parts.table.isVisible()
    assert not stage.parts.plot.isVisible()
    assert stage.parts.score.reason.text() == "Select a signed report."
    stage.view.end_session()


def test_a_hidden_screen_does_not_read(stage):
    other = QStackedWidget()
    stage.window.addWidget(other)
    stage.window.setCurrentWidget(other)
    stage.changes.publish(Subject.REPORT)
    assert stage.jobs.is_idle


def test_a_whole_chain_is_said_to_be_whole(stage):
    stage.press(Qt.Key.Key_V, CTRL | SHIFT)
    badge = stage.parts.audit_badge
    assert badge.kind == "good"
    assert badge.text.startswith("audit chain verified · ")
    assert not stage.parts.broken.isVisible()


def test_a_changed_row_breaks_the_chain_and_the_screen_says_where(stage):
    database = sqlite3.connect(stage.day.station.home / "readstation.db")
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
    for (name,) in database.execute(triggers).fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE audit SET actor_id = 'reader2' WHERE sequence_number = 3")
    database.commit()
    database.close()
    stage.press(Qt.Key.Key_V, CTRL | SHIFT)
    assert (stage.parts.audit_badge.text, stage.parts.audit_badge.kind) == (
        "AUDIT CHAIN BROKEN",
        "critical",
    )
    assert stage.parts.broken.isVisible()
    assert "breaks at event 3: a row was changed" in stage.parts.broken_text.text()
    assert stage.parts.verify_button.isEnabled()


def test_a_reader_without_the_role_gets_the_refusal_and_no_list(two_reports, qtbot, jobs):
    stage = Stage(two_reports, qtbot, jobs, two_reports.desk.session(READER))
    assert stage.notices.shown == ["Dr. One may not review signed reports."]
    assert stage.parts.table.rows.rowCount() == 0
    stage.view.end_session()

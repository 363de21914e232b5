"""The call screen and its panel, with real keys and the real database."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from readstation.domain.critical_result import (
    CallMethod,
    CallOutcome,
    CriticalResultStatus,
    ReadBack,
)
from readstation.ui.calls.calls_view import CallsView
from readstation.ui.job_runner import JobRunner
from tests.reading_room import BLEED, SIGNIFICANT, STUDY, open_room
from tests.ui.screen_context import Notices, a_context

CTRL = Qt.KeyboardModifier.ControlModifier


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
    made = []

    def make(user_id="first"):
        notices = Notices()
        context = a_context(room, jobs, user_id, notices=notices)
        view = CallsView(context)
        view.notices = notices
        view.resize(1500, 900)
        qtbot.addWidget(view)
        view.show()
        made.append(view)
        qtbot.waitUntil(lambda: jobs.is_idle)
        return view

    yield make
    for view in made:
        view.end_session()


def verdict(panel):
    return panel._verdict.text()


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_empty_screen_says_how_a_result_gets_there(build):
    view = build()
    assert view.cards == []
    texts = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert "Nobody has to be called." in texts


def test_cards_stand_in_the_order_of_their_clocks(build, room):
    room.flag(SIGNIFICANT)
    room.clock.turn(minutes=10)
    room.flag(replace(BLEED, finding_id="f3"))
    room.clock.turn(minutes=55)
    room.flag()
    view = build()
    assert [card.clock.text() for card in view.cards] == ["05:00", "60:00", "22 h 55 min"]
    room.clock.turn(minutes=10)
    view.tick()
    assert [card.clock.text() for card in view.cards] == ["05:00", "50:00", "22 h 45 min"]
    assert [card.clock_word.text() for card in view.cards] == ["OVERDUE", "left", "left"]


def test_the_panel_of_the_most_pressing_result_is_ready(build, room):
    result = room.flag()
    view = build()
    assert view.panel.critical_result_id == result.critical_result_id
    assert view.panel.number_field.text() == "(403) 555-0142"
    assert view.panel.name_field.text() == "Dr. Ordering, referring physician"
    assert "born 1959-03-14, ID ID1.2.3" in view.panel.read_this.text()
    assert "Right convexity: Acute subdural haematoma" in view.panel.read_this.text()
    assert not view.panel.save_button.isEnabled()
    assert not view.panel.close_button.isEnabled()
    assert verdict(view.panel) == "Choose what came of the call."


def test_a_message_left_saves_an_attempt_and_says_why_it_stays_open(build, room, qtbot, jobs):
    result = room.flag()
    view = build()
    panel = view.panel
    click(qtbot, panel.outcomes.button(CallOutcome.MESSAGE_LEFT))
    assert panel.save_button.isEnabled()
    assert not panel.close_button.isEnabled()
    assert verdict(panel) == "A message left is not contact: the result stays open."
    qtbot.keyClicks(panel.note_field, "rings back")
    qtbot.keyClick(panel.note_field, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(room.result(result.critical_result_id).attempts))
    qtbot.waitUntil(lambda: jobs.is_idle)
    stored = room.result(result.critical_result_id)
    assert stored.status is CriticalResultStatus.ATTEMPTED
    assert stored.attempts[0].note == "rings back"
    assert stored.attempts[0].outcome is CallOutcome.MESSAGE_LEFT
    assert panel.note_field.toPlainText() == ""
    assert view.cards[0].card.result.is_open


def test_reaching_a_person_needs_the_read_back_before_it_closes(build, room, qtbot, jobs):
    result = room.flag()
    view = build()
    panel = view.panel
    click(qtbot, panel.outcomes.button(CallOutcome.REACHED))
    assert verdict(panel) == "Choose whether the message was read back."
    click(qtbot, panel.read_backs.button(ReadBack.NOT_ASKED))
    assert (panel.save_button.isEnabled(), panel.close_button.isEnabled()) == (True, False)
    click(qtbot, panel.read_backs.button(ReadBack.CORRECTED))
    assert (panel.save_button.isEnabled(), panel.close_button.isEnabled()) == (False, True)
    panel.name_field.clear()
    qtbot.keyClicks(panel.name_field, " ")
    assert not panel.close_button.isEnabled()
    assert "does not say whom" in verdict(panel)
    qtbot.keyClicks(panel.name_field, "Sister Example, ward 3")
    click(qtbot, panel.close_button)
    qtbot.waitUntil(lambda: not room.result(result.critical_result_id).is_open)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert room.result(result.critical_result_id).attempts[0].recipient_name == (
        "Sister Example, ward 3"
    )
    assert view.cards[0].clock_word.text() == "reached in time"


def test_a_fax_does_not_close_and_says_so(build, room, qtbot):
    room.flag()
    panel = build().panel
    click(qtbot, panel.methods.button(CallMethod.FAX))
    click(qtbot, panel.outcomes.button(CallOutcome.REACHED))
    click(qtbot, panel.read_backs.button(ReadBack.CONFIRMED))
    assert not panel.close_button.isEnabled()
    assert "closed by voice only" in verdict(panel)


def test_dialling_a_designee_fills_in_name_and_number(build, room, qtbot):
    room.flag()
    panel = build().panel
    click(qtbot, panel.contacts.button(1))
    assert panel.number_field.text() == "(403) 555-0100"
    assert panel.name_field.text() == "ED charge desk, designee"


def test_an_entry_that_was_begun_is_kept_while_another_result_is_shown(build, room, qtbot, jobs):
    room.flag()
    room.clock.turn(minutes=1)
    other = room.flag(replace(BLEED, finding_id="f3"))
    view = build()
    first = view.panel.critical_result_id
    qtbot.keyClicks(view.panel.note_field, "switchboard busy")
    other_card = next(c for c in view.cards if c.card.result == other)
    qtbot.keyClick(other_card, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert view.panel.note_field.toPlainText() == ""
    view.choose(first)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert view.panel.note_field.toPlainText() == "switchboard busy"


def test_withdrawing_asks_for_the_reason_first(build, room, qtbot, jobs):
    result = room.flag()
    view = build()
    row = view.panel.withdraw
    click(qtbot, row.link)
    assert not row.button.isEnabled()
    qtbot.keyClicks(row.reason_field, "known and unchanged")
    qtbot.keyClick(row.reason_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not room.result(result.critical_result_id).is_open)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert room.result(result.critical_result_id).status is CriticalResultStatus.WITHDRAWN


def test_a_result_somebody_else_closed_meanwhile_is_refused_with_a_sentence(
    build, room, qtbot, jobs
):
    result = room.flag()
    view = build()
    click(qtbot, view.panel.outcomes.button(CallOutcome.NO_ANSWER))
    room.call(result, user_id="second")
    click(qtbot, view.panel.save_button)
    qtbot.waitUntil(lambda: bool(view.notices.shown))
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert "communicated" in view.notices.shown[0][0]
    assert len(room.result(result.critical_result_id).attempts) == 1


def test_the_study_of_a_card_can_be_opened(build, room, qtbot):
    room.flag()
    view = build()
    click(qtbot, view.cards[0].study_button)
    opened = view._context.navigation.open
    assert opened is not None
    assert opened.study_instance_uid == STUDY

"""One second read through the panels and the screen, with real keys, by two people."""

import pytest
from PySide6.QtCore import Qt

from readstation.app.handoff.answer_handoff import OpinionEntry, open_handoff, return_opinion
from readstation.domain.claim import ClaimTask
from readstation.domain.critical_result import CriticalResultStatus
from readstation.domain.handoff import HandoffStatus, HandoffType, Opinion, Reconciliation
from readstation.domain.report import ReportContent, ReportStatus
from readstation.ui.handoff.handoff_view import HandoffView
from readstation.ui.job_runner import JobRunner
from readstation.ui.second_read.opinion_panel import OpinionPanel
from readstation.ui.second_read.request_panel import RequestPanel
from readstation.ui.second_read.second_read_commands import SECOND_READ_COMMANDS
from tests.reading_room import CONTENT, STUDY, open_room
from tests.ui.screen_context import Notices, a_context

CTRL = Qt.KeyboardModifier.ControlModifier
OWN = ReportContent(impression="Subdural with shift.")


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

    def make(kind, user_id):
        widget = kind(a_context(room, jobs, user_id, SECOND_READ_COMMANDS, Notices()))
        widget.resize(1300, 900)
        qtbot.addWidget(widget)
        widget.show()
        made.append(widget)
        qtbot.waitUntil(lambda: jobs.is_idle)
        return widget

    yield make
    for widget in made:
        if isinstance(widget, HandoffView):
            widget.end_session()


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def handoffs(room):
    with room.station.unit_of_work() as work:
        return work.handoffs.of_study(STUDY)


def submit(qtbot, field):
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Return, CTRL)


def test_asking_from_the_panel(build, room, qtbot, jobs):
    panel = build(RequestPanel, "first")
    asked = []
    panel.requested.connect(asked.append)
    panel.ask_about(room.draft(), room.claim(), '{"layout": "1x2", "slice": 4}')
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert not panel.submit_button.isEnabled()
    assert panel._refusal.text() == "Choose a reader."
    click(qtbot, panel.readers.button("second"))
    assert "needs a question" in panel._refusal.text()
    submit(qtbot, panel.question_field)
    assert handoffs(room) == ()
    qtbot.keyClicks(panel.question_field, "Subdural?")
    submit(qtbot, panel.question_field)
    qtbot.waitUntil(lambda: bool(asked))
    qtbot.waitUntil(lambda: jobs.is_idle)
    (handoff,) = handoffs(room)
    assert (handoff.question, handoff.to_reader_id) == ("Subdural?", "second")
    assert handoff.handoff_type is HandoffType.BLIND_SECOND_READ
    assert handoff.is_blind
    assert handoff.viewer_state == '{"layout": "1x2"}'
    assert room.draft().status is ReportStatus.AWAITING_SECOND_READ


def test_a_request_that_was_begun_is_kept_when_the_panel_is_left(build, room, qtbot, jobs):
    panel = build(RequestPanel, "first")
    left = []
    panel.left.connect(lambda: left.append(1))
    panel.ask_about(room.draft(), room.claim())
    qtbot.keyClicks(panel.question_field, "Shift?")
    panel.question_field.setFocus()
    qtbot.waitUntil(panel.question_field.hasFocus)
    qtbot.keyClick(panel.question_field, Qt.Key.Key_Escape)
    assert left == [1]
    panel.ask_about(room.draft(), room.claim())
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert panel.question_field.toPlainText() == "Shift?"


def test_a_blind_reader_writes_an_own_read_and_then_sees_both(build, room, qtbot, jobs):
    room.ask()
    panel = build(OpinionPanel, "second")
    panel.show_study(STUDY)
    qtbot.waitUntil(lambda: panel.model is not None and jobs.is_idle)
    assert panel.opinions.isHidden()
    assert panel.findings_field.toPlainText() == ""
    assert panel.impression_field.toPlainText() == ""
    assert not panel.submit_button.isEnabled()
    qtbot.keyClicks(panel.impression_field, "Subdural with shift.")
    submit(qtbot, panel.impression_field)
    qtbot.waitUntil(lambda: panel.comparison.comparison is not None)
    qtbot.waitUntil(lambda: jobs.is_idle)
    (handoff,) = handoffs(room)
    assert handoff.status is HandoffStatus.RETURNED
    assert handoff.opinion_content.impression == "Subdural with shift."
    texts = {(p.first, p.second) for p in panel.comparison.comparison.sections}
    assert (CONTENT.impression, "Subdural with shift.") in texts
    assert panel.comparison.isVisible()


def test_what_the_second_reader_types_is_kept_after_a_pause(build, room, qtbot, jobs):
    room.ask()
    panel = build(OpinionPanel, "second")
    panel.show_study(STUDY)
    qtbot.waitUntil(lambda: panel.model is not None and jobs.is_idle)
    qtbot.keyClicks(panel.impression_field, "I see a")
    qtbot.waitUntil(lambda: handoffs(room)[0].opinion_content is not None, timeout=4000)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert handoffs(room)[0].opinion is None
    again = build(OpinionPanel, "second")
    again.show_study(STUDY)
    qtbot.waitUntil(lambda: again.model is not None and jobs.is_idle)
    assert again.impression_field.toPlainText() == "I see a"


def test_an_open_reader_agrees_edits_or_disagrees(build, room, qtbot, jobs):
    room.ask(HandoffType.OVER_READ, blind=False)
    panel = build(OpinionPanel, "second")
    panel.show_study(STUDY)
    qtbot.waitUntil(lambda: panel.model is not None and jobs.is_idle)
    assert panel.opinions.isVisible()
    assert panel._refusal.text() == "Choose whether you agree, edit or disagree."
    click(qtbot, panel.opinions.button(Opinion.EDIT))
    assert panel.impression_field.toPlainText() == CONTENT.impression
    assert "word for word" in panel._refusal.text()
    click(qtbot, panel.opinions.button(Opinion.DISAGREE))
    assert "needs a reason" in panel._refusal.text()
    qtbot.keyClicks(panel.text_field, "It is epidural.")
    submit(qtbot, panel.text_field)
    qtbot.waitUntil(lambda: handoffs(room)[0].opinion is Opinion.DISAGREE)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert handoffs(room)[0].opinion_text == "It is epidural."


def test_a_blind_reader_starts_a_clock_at_once(build, room, qtbot, jobs):
    room.ask()
    panel = build(OpinionPanel, "second")
    panel.show_study(STUDY)
    qtbot.waitUntil(lambda: panel.model is not None and jobs.is_idle)
    assert not panel.critical_button.isEnabled()
    qtbot.keyClicks(panel.impression_field, "Free air.")
    click(qtbot, panel.critical_button)
    qtbot.waitUntil(lambda: "Clock running" in panel.critical_button.text())
    qtbot.waitUntil(lambda: jobs.is_idle)
    with room.station.unit_of_work() as work:
        (result,) = work.critical_results.of_study(STUDY, "second")
    assert (result.message, result.status) == ("Free air.", CriticalResultStatus.OPEN)
    assert panel.model.content.findings[0].text == "Free air."


def test_nothing_is_shown_beside_another_study(build, room, qtbot, jobs):
    room.ask()
    panel = build(OpinionPanel, "second")
    panel.show_study(STUDY)
    panel.show_study("1.2.4")
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert panel.model is None
    assert panel._headline.text() == "Nobody waits for your opinion on this study."


def test_the_screen_lists_what_waits_and_opens_it_for_a_second_read(build, room, qtbot):
    room.ask()
    view = build(HandoffView, "second")
    (card,) = view.cards
    assert card.due.text() == "2 h 00 min left"
    assert view._context.navigation.counts["second"] == 1
    click(qtbot, view.detail.open_button)
    opened = view._context.navigation.open
    assert (opened.study_instance_uid, opened.task) == (STUDY, ClaimTask.SECOND_READ)
    room.clock.turn(hours=3)
    view.tick()
    assert card.due.text() == "OVERDUE by 60:00"


def test_declining_on_the_screen_needs_the_reason(build, room, qtbot, jobs):
    room.ask()
    view = build(HandoffView, "second")
    assert not view.detail.decline_button.isEnabled()
    qtbot.keyClicks(view.detail.reason_field, "off duty")
    click(qtbot, view.detail.decline_button)
    qtbot.waitUntil(lambda: handoffs(room)[0].status is HandoffStatus.DECLINED)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert room.draft().status is ReportStatus.PRELIMINARY


def test_recalling_on_the_screen(build, room, qtbot, jobs):
    room.ask()
    view = build(HandoffView, "first")
    click(qtbot, view.detail.recall_button)
    qtbot.waitUntil(lambda: handoffs(room)[0].status is HandoffStatus.RECALLED)
    qtbot.waitUntil(lambda: jobs.is_idle)
    assert view.detail.recall_button.isHidden()


def answered(room, opinion=Opinion.EDIT, kind=HandoffType.BLIND_SECOND_READ, text=""):
    handoff = room.ask(kind, blind=kind is HandoffType.BLIND_SECOND_READ)
    second = room.session("second")
    open_handoff(room.station, second, handoff.handoff_id)
    content = OWN if opinion is Opinion.EDIT else None
    return_opinion(room.station, second, handoff.handoff_id, OpinionEntry(opinion, text, content))
    return handoff


def test_the_first_reader_adopts_the_second_read(build, room, qtbot, jobs):
    answered(room)
    view = build(HandoffView, "first")
    decision = view.detail.decision
    assert decision.isVisible()
    assert not decision.button.isEnabled()
    click(qtbot, decision.decisions.button(Reconciliation.ADOPT_SECOND))
    submit(qtbot, decision.reason_field)
    qtbot.waitUntil(lambda: handoffs(room)[0].status is HandoffStatus.COMPLETED)
    qtbot.waitUntil(lambda: jobs.is_idle)
    content = room.draft().content
    assert content.impression == OWN.impression
    assert content.indication == CONTENT.indication
    assert decision.isHidden()
    assert view.detail.open_button.hasFocus()


def test_overruling_a_disagreement_needs_a_reason_or_a_third_reader(build, room, qtbot, jobs):
    answered(room, Opinion.DISAGREE, HandoffType.OVER_READ, "epidural")
    view = build(HandoffView, "first")
    decision = view.detail.decision
    assert not decision.decisions.button(Reconciliation.ADOPT_SECOND).isEnabled()
    click(qtbot, decision.decisions.button(Reconciliation.KEEP_FIRST))
    assert not decision.button.isEnabled()
    click(qtbot, decision.decisions.button(Reconciliation.ARBITRATED))
    assert not decision.button.isEnabled()
    click(qtbot, decision.arbitrators.button("third"))
    click(qtbot, decision.button)
    qtbot.waitUntil(lambda: len(handoffs(room)) == 2)
    qtbot.waitUntil(lambda: jobs.is_idle)
    arbitration = next(h for h in handoffs(room) if h.is_live)
    assert arbitration.handoff_type is HandoffType.ARBITRATION
    assert arbitration.to_reader_id == "third"


def test_taking_over_a_shift_makes_the_study_the_new_readers(build, room, qtbot, jobs):
    room.ask(HandoffType.SHIFT_HANDOVER)
    view = build(HandoffView, "second")
    assert view.detail.accept_button.text() == "Take over the study"
    assert view.detail.open_button.isHidden()
    click(qtbot, view.detail.accept_button)
    qtbot.waitUntil(lambda: room.draft("second").author_id == "second")
    qtbot.waitUntil(lambda: jobs.is_idle)


def test_questions_are_plain_text(build, room):
    room.ask(question="<b>bold</b> & <i>")
    view = build(HandoffView, "first")
    assert view.detail._question.text() == "<b>bold</b> & <i>"
    assert view.detail._question.textFormat() is Qt.TextFormat.PlainText

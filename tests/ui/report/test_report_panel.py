from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from readstation.app.changes import Subject
from readstation.app.report.open_report import view_report
from readstation.domain.critical_result import CriticalResultStatus
from readstation.domain.finding import MeasurementLink, Urgency
from readstation.domain.report import ReportStatus, Section
from readstation.domain.study import FrameKey
from tests.app.report.report_station import OTHER, OTHER_PATIENT_STUDY, READER, UID
from tests.domain.report_examples import TORTURE

LINK = MeasurementLink("m1", FrameKey("1.2.3", 14), "11.4 mm")
CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(panel_desk):
    panel_desk.open()
    return panel_desk


def results(desk):
    with desk.desk.station.unit_of_work() as work:
        return work.critical_results.of_study(UID, READER.user_id)


def add_finding(desk, text="Bleed."):
    desk.qtbot.keyClick(desk.panel, Qt.Key.Key_F, CTRL_SHIFT)
    (card,) = desk.panel.form.cards.values()
    desk.qtbot.keyClicks(card.editor, text)
    return card


def flag_critical(desk, card):
    with desk.qtbot.waitSignal(desk.panel.critical_flagged) as flagged:
        desk.qtbot.keyClick(card.editor, Qt.Key.Key_C, CTRL_SHIFT)
    return flagged.args[0]


def test_panel_shows_template_status_and_when_it_was_saved(desk):
    header = desk.panel.header
    assert header.template_button.text().startswith("CT Head template v3")
    assert header.status_badge.text == "DRAFT"
    assert desk.saved_label.startswith("saved ")
    assert desk.editor(Section.INDICATION).text() == "Fall on anticoagulant, GCS 13."


def test_typed_text_is_saved_by_itself_and_says_so(desk):
    editor = desk.editor(Section.IMPRESSION)
    desk.qtbot.keyClicks(editor, "No bleed <5 mm & no fracture.")
    assert desk.saved_label == "typing…"
    desk.qtbot.waitUntil(lambda: desk.saved_label.startswith("saved "), timeout=3000)
    assert desk.stored().content.impression == "No bleed <5 mm & no fracture."


def test_saved_is_said_only_after_the_commit_has_returned(desk):
    desk.gate.may_commit.clear()
    begun = desk.gate.commits_begun
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Text")
    desk.panel.save_now()
    desk.qtbot.waitUntil(lambda: desk.gate.commits_begun > begun)
    assert desk.saved_label == "saving…"
    desk.gate.may_commit.set()
    desk.qtbot.waitUntil(lambda: desk.saved_label.startswith("saved "))
    assert desk.stored().content.impression == "Text"


def test_what_is_typed_during_a_save_is_saved_after_it(desk):
    desk.gate.may_commit.clear()
    editor = desk.editor(Section.IMPRESSION)
    desk.qtbot.keyClicks(editor, "One")
    desk.panel.save_now()
    desk.qtbot.keyClicks(editor, " two")
    assert desk.panel.model.begin_save() is None
    desk.gate.may_commit.set()
    desk.wait_saved()
    assert desk.stored().content.impression == "One two"


def test_failed_save_keeps_the_text_says_so_in_red_and_is_tried_again(desk):
    desk.gate.break_disk()
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Precious")
    desk.panel.save_now()
    desk.qtbot.waitUntil(lambda: desk.saved_label == "NOT SAVED")
    header = desk.panel.header
    assert header.saved_label.property("role") == "error"
    assert header.banner_text == "NOT SAVED: The disk is full."
    assert desk.editor(Section.IMPRESSION).text() == "Precious"
    desk.gate.failure = None
    desk.qtbot.mouseClick(header.retry_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: desk.saved_label.startswith("saved "))
    assert header.banner_text == ""
    assert desk.stored().content.impression == "Precious"


def test_failed_save_is_tried_again_by_itself(desk):
    desk.panel.saver._retry.setInterval(50)
    desk.gate.break_disk()
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Precious")
    desk.panel.save_now()
    desk.qtbot.waitUntil(lambda: desk.saved_label == "NOT SAVED")
    desk.gate.failure = None
    desk.qtbot.waitUntil(lambda: desk.saved_label.startswith("saved "))
    assert desk.stored().content.impression == "Precious"


def test_leaving_a_text_box_saves_at_once(desk):
    desk.panel.saver._autosave.setInterval(60_000)
    desk.editor(Section.COMPARISON).setFocus()
    desk.qtbot.keyClicks(desk.editor(Section.COMPARISON), "CT 2025.")
    desk.editor(Section.IMPRESSION).setFocus()
    desk.wait_saved()
    assert "CT 2025." in desk.stored().content.comparison


def test_locking_the_window_saves_at_once(desk):
    desk.panel.saver._autosave.setInterval(60_000)
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Text")
    desk.panel.setEnabled(False)
    desk.wait_saved()
    assert desk.stored().content.impression == "Text"


@pytest.mark.qt_log_ignore("OpenType support missing")
def test_difficult_characters_survive_editor_and_database(desk):
    editor = desk.editor(Section.IMPRESSION)
    editor.setFocus()
    QApplication.clipboard().setText(TORTURE)
    desk.qtbot.keyClick(editor, Qt.Key.Key_V, CTRL)
    desk.panel.save_now()
    desk.wait_saved()
    assert desk.stored().content.impression == TORTURE


def test_another_study_saves_the_text_of_the_one_before_under_its_own_study(desk):
    desk.desk.add_study(OTHER_PATIENT_STUDY, None)
    first = desk.panel.model.state.base.report_id
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "First patient")
    desk.open(OTHER_PATIENT_STUDY.study_instance_uid)
    assert desk.editor(Section.IMPRESSION).text() == ""
    desk.wait_saved()
    assert desk.desk.draft(first).content.impression == "First patient"
    assert desk.stored().content.impression == ""


def test_unsaved_text_of_the_study_before_is_told_and_saved_when_the_disk_is_back(desk):
    first, left = desk.panel.model.state.base.report_id, desk.panel.saver
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "First patient")
    desk.gate.break_disk()
    desk.panel.show_nothing("Nothing is open.")
    desk.qtbot.waitUntil(lambda: bool(desk.notices.shown))
    assert "NOT SAVED" in desk.notices.shown[0][0]
    assert not desk.panel.is_safe
    desk.gate.failure = None
    left.save_now()
    desk.wait_saved()
    assert desk.desk.draft(first).content.impression == "First patient"


def test_closing_answers_once_everything_is_stored(desk):
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Last words")
    answers = []
    desk.panel.close_report(answers.append)
    assert answers == []
    desk.qtbot.waitUntil(lambda: answers == [True])
    assert desk.stored().content.impression == "Last words"


def test_second_opener_reads_and_cannot_write(desk):
    session = desk.desk.session(OTHER)
    desk.panel.show_report(view_report(desk.desk.station, session, UID, "Dr. One"))
    assert desk.panel.header.banner_text == "Read-only: Dr. One is reading this study."
    editor = desk.editor(Section.IMPRESSION)
    desk.qtbot.keyClicks(editor, "mine")
    assert editor.text() == ""
    assert not desk.panel.sign_button.isEnabled()
    desk.qtbot.keyClick(desk.panel, Qt.Key.Key_F, CTRL_SHIFT)
    assert not desk.panel.form.cards


def test_finding_added_by_key_is_typed_into_at_once(desk):
    card = add_finding(desk, "Nodule.")
    assert QApplication.focusWidget() is card.editor
    assert desk.panel.model.state.content.findings[0].text == "Nodule."


def test_flagging_critical_by_key_starts_the_clock_and_shows_the_word(desk):
    card = add_finding(desk, "Subdural haematoma.")
    flagged = flag_critical(desk, card)
    assert results(desk) == (flagged,)
    assert (flagged.urgency, flagged.message) == (Urgency.CRITICAL, "Subdural haematoma.")
    assert card.urgency_badge.text == "CRITICAL"
    assert card.property("urgency") == "critical"
    desk.wait_saved()
    assert desk.stored().content.findings[0].urgency is Urgency.CRITICAL


def test_taking_a_critical_flag_back_asks_for_a_reason(desk):
    card = add_finding(desk)
    flag_critical(desk, card)
    desk.qtbot.keyClick(card.editor, Qt.Key.Key_R, CTRL_SHIFT)
    bar = desk.panel._withdraw_bar
    desk.qtbot.waitUntil(bar.isVisible)
    assert card.finding.urgency is Urgency.CRITICAL
    assert not bar.withdraw_button.isEnabled()
    desk.qtbot.keyClicks(bar.reason, "Artefact.")
    desk.qtbot.mouseClick(bar.withdraw_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: card.finding.urgency is Urgency.ROUTINE)
    assert [r.status for r in results(desk)] == [CriticalResultStatus.WITHDRAWN]


def test_removing_a_critical_finding_asks_for_a_reason_too(desk):
    card = add_finding(desk)
    flag_critical(desk, card)
    desk.qtbot.mouseClick(card.remove_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(desk.panel._withdraw_bar.isVisible)
    assert len(desk.panel.form.cards) == 1


def test_routine_finding_is_removed_at_once(desk):
    card = add_finding(desk)
    desk.qtbot.mouseClick(card.remove_button, Qt.MouseButton.LeftButton)
    assert desk.panel.model.state.content.findings == ()


def test_incidental_finding_says_what_its_follow_up_lacks_until_it_is_whole(desk):
    card = add_finding(desk, "Sellar mass.")
    desk.qtbot.keyClick(card.editor, Qt.Key.Key_I, CTRL_SHIFT)
    follow_up = card.follow_up
    assert follow_up.missing.isVisibleTo(card)
    desk.qtbot.keyClicks(follow_up.modality, "MR")
    follow_up.count.selectAll()  # as the Tab key does
    desk.qtbot.keyClicks(follow_up.count, "4")
    desk.qtbot.keyClicks(follow_up.unit, "w")
    assert not follow_up.missing.isVisibleTo(card)
    stored = desk.panel.model.state.content.findings[0].follow_up
    assert stored.sentence() == "Follow-up: MR in 4 weeks."


def test_measurement_becomes_a_chip_that_leads_back_to_its_image(desk):
    card = add_finding(desk)
    desk.panel.insert_measurement(LINK)
    (chip,) = [b for b in card.findChildren(QPushButton) if b.property("role") == "link"]
    assert chip.text() == "11.4 mm"
    with desk.qtbot.waitSignal(desk.panel.image_requested) as asked:
        desk.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert asked.args == [LINK.frame, "m1"]


def test_normal_text_goes_where_the_keyboard_is_and_keeps_what_was_typed(desk):
    editor = desk.editor(Section.IMPRESSION)
    editor.setFocus()
    desk.qtbot.keyClicks(editor, "Typed.")
    desk.qtbot.keyClick(editor, Qt.Key.Key_N, CTRL_SHIFT)
    assert editor.text() == "Typed.\nNo acute intracranial abnormality."


def test_another_template_leaves_typed_sections_alone(desk):
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Typed.")
    menu = desk.panel.header.template_button.menu()
    next(a for a in menu.actions() if a.text().startswith("MR Brain")).trigger()
    assert desk.editor(Section.FINDINGS).text().startswith("Diffusion:")
    assert desk.editor(Section.IMPRESSION).text() == "Typed."


def test_statement_of_a_call_appears_and_typed_text_stays(desk):
    base = desk.panel.model.state.base
    called = replace(
        base, content=replace(base.content, communications=("Called Dr. X.",)), version=2
    )
    with desk.desk.station.unit_of_work() as work:
        work.reports.save_draft(called, 1)
        work.commit()
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Typed.")
    desk.feed.publish(Subject.CRITICAL_RESULTS)
    desk.qtbot.waitUntil(lambda: "Called Dr. X." in desk.panel.form._communications.text())
    desk.wait_saved()
    assert desk.stored().content.communications == ("Called Dr. X.",)
    assert desk.stored().content.impression == "Typed."


def test_preliminary_is_sent_with_the_newest_text_and_shown(desk):
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Preliminary words")
    with desk.qtbot.waitSignal(desk.panel.preliminary_sent) as sent:
        desk.qtbot.mouseClick(desk.panel.preliminary_button, Qt.MouseButton.LeftButton)
    assert "Preliminary words" in sent.args[0].text
    assert desk.panel.header.status_badge.text == "PRELIMINARY"
    assert desk.stored().status is ReportStatus.PRELIMINARY


def test_second_reader_is_asked_for_the_saved_text(desk):
    desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), "Please look")
    with desk.qtbot.waitSignal(desk.panel.second_reader_requested) as asked:
        desk.qtbot.mouseClick(desk.panel.second_button, Qt.MouseButton.LeftButton)
    assert asked.args[0] == desk.stored()
    assert asked.args[0].content.impression == "Please look"


def test_tab_leads_from_section_to_section(desk):
    desk.editor(Section.INDICATION).setFocus()
    seen = []
    for _ in range(5):
        focused = QApplication.focusWidget()
        seen.append(focused.accessibleName())
        desk.qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert seen == ["Indication", "Technique", "Comparison", "Findings", "Impression"]

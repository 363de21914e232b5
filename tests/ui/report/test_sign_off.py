import io
from dataclasses import replace

import pypdf
import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from readstation.app.report.open_report import open_report, view_report
from readstation.domain.report import ReportStatus, Section
from readstation.domain.sign_off import OnScreen
from readstation.ui import theme
from readstation.ui.report.report_pdf import report_pdf
from readstation.ui.widgets.text import PlainLabel
from tests.app.report.report_station import (
    OTHER_PATIENT_STUDY,
    PASSWORD,
    REVIEWER,
    UID,
)
from tests.domain.report_examples import STUDY, SUBDURAL, TORTURE

OTHER_SCREEN = OnScreen(
    OTHER_PATIENT_STUDY.study_instance_uid,
    OTHER_PATIENT_STUDY.patient,
    OTHER_PATIENT_STUDY.accession_number,
)


@pytest.fixture
def desk(panel_desk):
    panel_desk.open()
    panel_desk.qtbot.keyClicks(panel_desk.editor(Section.IMPRESSION), "No bleed.")
    return panel_desk


def open_dialog(desk):
    desk.qtbot.keyClick(desk.panel, Qt.Key.Key_F12)
    desk.qtbot.waitUntil(lambda: desk.panel.sign_flow.view is not None, timeout=3000)
    return desk.panel.sign_flow.view


def words(view):
    return "\n".join(label.text() for label in view.findChildren(PlainLabel))


def test_dialog_repeats_whose_report_it_is_and_what_was_looked_at(desk):
    shown = words(open_dialog(desk))
    for expected in (
        "DEMO, Alpha",
        "4471902 (NORTHGATE)",
        "1959-03-14",
        "CT Head without contrast",
        "26-118203",
        "No bleed.",
        "0 of 2 displayed, 2 never",
        "not verified",
        "Brain parenchyma",
    ):
        assert expected in shown


def test_typed_text_is_signed_with_the_password_alone(desk):
    view = open_dialog(desk)
    assert not view.sign_button.isEnabled()
    desk.qtbot.keyClicks(view.password, PASSWORD)
    with desk.qtbot.waitSignal(desk.panel.report_signed) as signed:
        desk.qtbot.keyClick(view.password, Qt.Key.Key_Return)
    version = signed.args[0]
    assert "\nIMPRESSION\nNo bleed.\n" in version.text
    assert "not verified" in version.display_state
    assert desk.panel.model is None
    assert desk.panel.version_view.text.toPlainText() == version.text
    assert not desk.panel.sign_button.isVisible()


def test_wrong_password_keeps_the_dialog_and_says_so(desk):
    view = open_dialog(desk)
    desk.qtbot.keyClicks(view.password, "guess")
    desk.qtbot.keyClick(view.password, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "do not belong together" in view.problem.text())
    assert view.isVisible()
    assert view.password.text() == ""
    assert desk.stored().status is ReportStatus.DRAFT


def test_keep_editing_signs_nothing(desk):
    view = open_dialog(desk)
    desk.qtbot.keyClicks(view.password, PASSWORD)
    desk.qtbot.mouseClick(view.keep_button, Qt.MouseButton.LeftButton)
    assert view.result() == QDialog.DialogCode.Rejected
    assert desk.panel.sign_flow.view is None
    assert desk.stored().status is ReportStatus.DRAFT


def test_what_keeps_it_from_being_signed_stands_in_the_dialog(desk):
    desk.editor(Section.IMPRESSION).selectAll()
    desk.qtbot.keyClick(desk.editor(Section.IMPRESSION), Qt.Key.Key_Delete)
    view = open_dialog(desk)
    desk.qtbot.keyClicks(view.password, PASSWORD)
    assert view.problem.text() == "The impression is empty. Write the impression."
    assert not view.sign_button.isEnabled()


def test_open_calls_are_repeated_and_do_not_keep_it_from_being_signed(desk):
    desk.panel.add_finding()
    (finding,) = desk.panel.model.state.content.findings
    desk.panel.model.change_finding(replace(SUBDURAL, finding_id=finding.finding_id))
    with desk.qtbot.waitSignal(desk.panel.critical_flagged):
        desk.panel.choose_urgency(SUBDURAL.urgency)
    view = open_dialog(desk)
    assert "Not communicated yet" in words(view)
    desk.qtbot.keyClicks(view.password, PASSWORD)
    with desk.qtbot.waitSignal(desk.panel.report_signed):
        desk.qtbot.mouseClick(view.sign_button, Qt.MouseButton.LeftButton)


def test_incomplete_study_wants_its_reason_in_the_dialog(desk):
    with desk.desk.station.unit_of_work() as work:
        work.studies.set_expected_instances(UID, 9)
        work.commit()
    view = open_dialog(desk)
    desk.qtbot.keyClicks(view.password, PASSWORD)
    assert not view.sign_button.isEnabled()
    assert "Incomplete: 2 of 9 have arrived" in words(view)
    desk.qtbot.keyClicks(view.reason, "Patient unstable.")
    with desk.qtbot.waitSignal(desk.panel.report_signed) as signed:
        desk.qtbot.mouseClick(view.sign_button, Qt.MouseButton.LeftButton)
    assert "Patient unstable." in signed.args[0].text


def test_images_of_another_patient_on_the_screen_refuse_the_signature(desk):
    desk.on_screen = OTHER_SCREEN
    view = open_dialog(desk)
    assert "another study than the one on the screen" in view.problem.text()
    desk.qtbot.keyClicks(view.password, PASSWORD)
    assert not view.sign_button.isEnabled()


def test_images_that_changed_while_the_dialog_was_open_refuse_the_signature(desk):
    view = open_dialog(desk)
    desk.qtbot.keyClicks(view.password, PASSWORD)
    desk.on_screen = OTHER_SCREEN
    desk.qtbot.mouseClick(view.sign_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: "another study" in view.problem.text())
    assert desk.stored().status is ReportStatus.DRAFT


def test_unsaved_text_cannot_be_signed(desk):
    desk.gate.break_disk()
    desk.panel.request_sign_off()
    desk.qtbot.waitUntil(lambda: bool(desk.notices.shown))
    assert "not saved" in desk.notices.shown[-1][0]
    assert desk.panel.sign_flow.view is None


def turn():
    """Let the event loop go round once, when something has happened or 20 ms have passed."""
    QTimer.singleShot(20, lambda: None)
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def sign_until_turn(desk, stop_at):
    """Press Sign, enter the password, sign; stop after so many turns of the event loop."""
    flow, signed = desk.panel.sign_flow, []
    flow.signed.connect(signed.append)
    desk.panel.sign_button.click()
    asked = False
    for number in range(stop_at):
        turn()
        if flow.view is not None and not asked:
            flow.view.password.setText(PASSWORD)
            flow.view.sign_button.click()
            asked = True
        if signed:
            return number + 1
    return stop_at


@pytest.mark.slow
def test_switching_study_at_any_moment_signs_the_typed_study_or_nothing(panel_desk):
    desk = panel_desk
    desk.desk.add_study(OTHER_PATIENT_STUDY, None)
    claim = desk.desk.claim(uid=OTHER_PATIENT_STUDY.study_instance_uid)
    other = open_report(desk.desk.station, desk.session, claim)
    outcomes, turns, number = [], 0, 0
    while outcomes[-2:] != [True, True] and number < 60:
        number += 1
        study = replace(STUDY, study_instance_uid=f"{UID}.{number}", accession_number=f"A{number}")
        desk.desk.add_study(study, None)
        desk.on_screen = OnScreen(study.study_instance_uid, study.patient, f"A{number}")
        desk.open(study.study_instance_uid)
        report_id = desk.panel.model.state.base.report_id
        desk.qtbot.keyClicks(desk.editor(Section.IMPRESSION), f"Text of {number}")
        flow = desk.panel.sign_flow
        sign_until_turn(desk, turns)
        turns += 1
        desk.on_screen = OTHER_SCREEN
        desk.panel.show_report(other)
        desk.qtbot.waitUntil(lambda: desk.runner.is_idle and desk.panel.is_safe, timeout=5000)
        assert flow.view is None  # no dialog of a report that was left
        versions = desk.desk.versions(report_id)
        outcomes.append(bool(versions))
        stored = desk.desk.draft(report_id)
        assert stored.content.impression == f"Text of {number}"
        for version in versions:
            assert version.study_instance_uid == study.study_instance_uid
            assert f"Text of {number}" in version.text
        with desk.desk.station.unit_of_work() as work:
            uid = OTHER_PATIENT_STUDY.study_instance_uid
            assert work.reports.versions_of_study(uid, "reader1") == ()
    assert outcomes[0] is False
    assert outcomes[-1] is True, outcomes


def signed_desk(desk):
    view = open_dialog(desk)
    desk.qtbot.keyClicks(view.password, PASSWORD)
    with desk.qtbot.waitSignal(desk.panel.report_signed):
        desk.qtbot.keyClick(view.password, Qt.Key.Key_Return)
    desk.panel.show_report(view_report(desk.desk.station, desk.session, UID))
    return desk.panel.version_view


def test_signed_report_is_shown_as_it_was_signed_with_its_hash(desk):
    view = signed_desk(desk)
    assert "RADIOLOGY REPORT - FINAL" in view.text.toPlainText()
    assert view.text.isReadOnly()
    assert f"Text matches its hash {view.version.text_sha256[:16]}" in view.seal.text()


def test_addendum_is_written_signed_and_shown_at_once(desk):
    view = signed_desk(desk)
    desk.qtbot.mouseClick(view.add_button, Qt.MouseButton.LeftButton)
    addendum = view.addendum
    assert not addendum.sign_button.isEnabled()
    desk.qtbot.keyClicks(addendum.editor, "Phoned again.")
    addendum.reason.setCurrentIndex(0)
    desk.qtbot.keyClicks(addendum.password, "guess")
    desk.qtbot.mouseClick(addendum.sign_button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: "belong together" in addendum.problem.text())
    assert addendum.editor.text() == "Phoned again."
    desk.qtbot.keyClicks(addendum.password, PASSWORD)
    with desk.qtbot.waitSignal(desk.panel.report_signed):
        desk.qtbot.mouseClick(addendum.sign_button, Qt.MouseButton.LeftButton)
    assert "ADDENDUM to version 1" in view.text.toPlainText()
    assert view.badge.text == "ADDENDED"
    assert view.choice.count() == 2


def test_who_may_not_sign_is_offered_no_addendum(desk):
    signed_desk(desk)
    session = desk.desk.session(REVIEWER)
    desk.panel._context = replace(desk.context, session=session)
    desk.panel.show_report(view_report(desk.desk.station, session, UID))
    assert not desk.panel.version_view.add_button.isVisible()


@pytest.mark.qt_log_ignore("OpenType support missing")
def test_difficult_characters_are_equal_in_editor_database_report_and_pdf(desk, qapp):
    editor = desk.editor(Section.IMPRESSION)
    editor.selectAll()
    QApplication.clipboard().setText(TORTURE)
    desk.qtbot.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == TORTURE
    view = open_dialog(desk)
    desk.qtbot.keyClicks(view.password, PASSWORD)
    with desk.qtbot.waitSignal(desk.panel.report_signed) as signed:
        desk.qtbot.keyClick(view.password, Qt.Key.Key_Return)
    (stored,) = desk.desk.versions(signed.args[0].report_id)
    assert stored.content.impression == TORTURE
    assert f"\nIMPRESSION\n{TORTURE}\n" in stored.text
    theme.apply(qapp)
    reader = pypdf.PdfReader(io.BytesIO(report_pdf(stored)))
    qapp.setStyleSheet("")
    assert "\n".join(page.extract_text() for page in reader.pages) + "\n" == stored.text

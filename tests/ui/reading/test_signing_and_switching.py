"""H02: whatever is open when Sign is pressed, only the typed study can be signed by it."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from readstation.domain.claim import ClaimTask
from readstation.domain.report import Section
from readstation.ui.report.sign_view import SignView
from tests.reading_workspace import CURRENT, OTHER
from tests.ui.reading.test_reading_view import PATIENCE_MS, is_claimed, open_study


@pytest.fixture
def view(screen_of):
    return screen_of("reader1")


def ask_to_sign(qtbot, view):
    report = view.side.report
    report.model.set_section(Section.FINDINGS, "Nodule.")
    report.model.set_section(Section.IMPRESSION, "For the first study.")
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: report.sign_flow.view is not None, timeout=PATIENCE_MS)
    return report.sign_flow.view


def signed_versions(reading, uid):
    with reading.station.unit_of_work() as work:
        return work.reports.versions_of_study(uid, "reader1")


def test_the_sign_dialog_goes_with_its_study(qtbot, view, reading) -> None:
    open_study(qtbot, view)
    ask_to_sign(qtbot, view)
    open_study(qtbot, view, OTHER)
    assert not [d for d in view.window().findChildren(SignView) if d.isVisible()]
    assert view.side.report.sign_flow.view is None
    assert not signed_versions(reading, CURRENT)
    assert not signed_versions(reading, OTHER)


def test_a_password_entered_for_a_study_that_was_left_signs_nothing(qtbot, view, reading) -> None:
    open_study(qtbot, view)
    dialog = ask_to_sign(qtbot, view)
    flow = view.side.report.sign_flow
    view.navigation.open_study(OTHER, ClaimTask.READ)
    dialog.sign_asked.emit("any password", "")
    open_study(qtbot, view, OTHER)
    qtbot.waitUntil(lambda: not is_claimed(reading, CURRENT), timeout=PATIENCE_MS)
    assert flow is not view.side.report.sign_flow
    assert not signed_versions(reading, CURRENT)
    assert not signed_versions(reading, OTHER)


def test_a_late_signature_of_one_study_leaves_the_claim_of_the_next(qtbot, view, reading) -> None:
    open_study(qtbot, view, OTHER)
    view.side.report.report_signed.emit(SimpleNamespace(study_instance_uid=CURRENT))
    assert is_claimed(reading, OTHER)
    view.navigation.close_study()
    qtbot.waitUntil(lambda: not is_claimed(reading, OTHER), timeout=PATIENCE_MS)


def test_a_signed_study_is_no_more_renewed_or_written_to(qtbot, view, notices) -> None:
    open_study(qtbot, view)
    view.side.report.report_signed.emit(SimpleNamespace(study_instance_uid=CURRENT))
    view.recorder.check_claim()
    assert view.recorder._claim is None
    assert view.measurements._claim is None
    assert not notices.shown

"""The signed report of a prior is read beside the images, and only by those who may."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from readstation.domain.report import Section
from tests.reading_workspace import CURRENT, PRIOR
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

SIGNED = "Old finding <b>, unchanged."


@pytest.fixture
def view(screen_of):
    return screen_of("reader1")


def sign_prior(qtbot, view) -> None:
    open_study(qtbot, view, PRIOR)
    report = view.side.report
    report.model.set_section(Section.FINDINGS, "Nodule.")
    report.model.set_section(Section.IMPRESSION, SIGNED)
    report.saver.flush(lambda _safe: None)
    qtbot.waitUntil(lambda: report.is_safe, timeout=PATIENCE_MS)
    report.send_preliminary()
    qtbot.waitUntil(
        lambda: report.model.state.base.status.value == "preliminary", timeout=PATIENCE_MS
    )


def report_buttons(view):
    return [b for b in view.header.findChildren(QToolButton) if not b.isHidden()]


def test_a_prior_without_a_signed_report_offers_none(qtbot, view) -> None:
    open_study(qtbot, view)
    assert not report_buttons(view)


def test_the_report_of_a_prior_is_read_and_left_again(qtbot, view) -> None:
    sign_prior(qtbot, view)
    open_study(qtbot, view, CURRENT)
    (button,) = report_buttons(view)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    panel = view.side.prior_report
    qtbot.waitUntil(panel.isVisible, timeout=PATIENCE_MS)
    assert SIGNED in panel.text.toPlainText()
    assert panel.text.isReadOnly()
    qtbot.keyClick(panel.text, Qt.Key.Key_F10)
    assert view.side.report.isVisible()
    view.navigation.close_study()
    assert panel.text.toPlainText() == ""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from readstation.domain.report import Section
from readstation.ui.report.unsigned_banner import UnsignedBanner
from tests.app.report.report_station import OTHER, UID


@pytest.fixture
def left_report(panel_desk):
    """A desk whose reader typed a report and went away without signing."""
    panel_desk.open()
    panel_desk.qtbot.keyClicks(panel_desk.editor(Section.IMPRESSION), "Half a sente")
    panel_desk.panel.save_now()
    panel_desk.wait_saved()
    return panel_desk


def banner_of(desk, context):
    banner = UnsignedBanner(context)
    desk.qtbot.addWidget(banner)
    desk.qtbot.waitUntil(lambda: desk.runner.is_idle)
    return banner


def test_report_left_unsigned_is_offered_after_login(left_report):
    banner = banner_of(left_report, left_report.context)
    assert banner.isVisible()
    assert banner.text.text() == "You have 1 unsigned report."
    assert banner.choice.currentText().startswith("DEMO, Alpha · CT Head without contrast · draft")
    left_report.qtbot.mouseClick(banner.open_button, Qt.MouseButton.LeftButton)
    assert left_report.context.navigation.open.study_instance_uid == UID
    assert not banner.isVisible()


def test_reports_of_colleagues_are_not_offered(left_report):
    session = left_report.desk.session(OTHER)
    banner = banner_of(left_report, replace(left_report.context, session=session))
    assert not banner.isVisible()


def test_banner_can_wait(left_report):
    banner = banner_of(left_report, left_report.context)
    left_report.qtbot.mouseClick(banner.dismiss_button, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()

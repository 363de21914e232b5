"""Notices stay until they are dismissed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from readstation.domain.errors import StoreError
from readstation.ui.errors import ErrorPresenter
from readstation.ui.widgets.notice_bar import NoticeBar


@pytest.fixture
def bar(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    notices = NoticeBar()
    QVBoxLayout(window).addWidget(notices)
    window.show()
    yield notices  # qtbot itself holds no reference to the window
    window.close()


def test_a_notice_is_shown_with_its_remedy_until_it_is_dismissed(bar, qtbot):
    ErrorPresenter(bar).show(StoreError("The disk is full.", "Free some space."))
    assert bar.isVisible()
    assert bar.text == "The disk is full."
    qtbot.mouseClick(bar.dismiss_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_an_earlier_notice_comes_back_and_is_never_lost(bar):
    bar.show_notice("One", "")
    bar.show_notice("Two", "Do it again.")
    bar.show_notice("Two", "Do it again.")
    assert bar.text == "Two"
    bar.dismiss()
    assert bar.text == "One"
    assert bar.isVisible()
    bar.dismiss()
    assert not bar.isVisible()


def test_an_unknown_failure_is_shown_by_a_reference_and_not_by_its_text(bar):
    ErrorPresenter(bar).show(ValueError("DEMO^Alpha"))
    assert "DEMO" not in bar.text

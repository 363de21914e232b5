"""The settings page with real key presses, on a real workspace."""

import pytest
from PySide6.QtCore import Qt

from readstation.adapters.system.site_files import SETTINGS_NAME
from readstation.app.changes import ChangeFeed
from readstation.app.navigation import Navigation
from readstation.domain.settings import GRAPHICS, MEMORY_PERCENT
from readstation.ui.command_list import all_commands
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.screens import ScreenContext
from readstation.ui.settings.settings_view import FROM_NEXT_START, SettingsView
from readstation.ui.start_window import make_application
from tests.reading_workspace import open_reading_workspace
from tests.ui.screen_context import Notices

PATIENCE_MS = 10_000


@pytest.fixture
def opened(tmp_path):
    (tmp_path / "files").mkdir()
    made = open_reading_workspace(tmp_path / "home", tmp_path / "files")
    yield made
    made.workspace.close()


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def page(qtbot, opened, notices):
    make_application()
    jobs = JobRunner()
    context = ScreenContext(
        opened.station,
        opened.session(),
        jobs,
        ErrorPresenter(notices),
        ChangeFeed(),
        all_commands(),
        Navigation(),
    )
    view = SettingsView(context)
    qtbot.addWidget(view)
    view.resize(1000, 700)
    view.show()
    view.activateWindow()
    ready = view.cards[GRAPHICS.key].answers
    qtbot.waitUntil(lambda: "automatic" in ready.offered, timeout=PATIENCE_MS)
    yield view
    jobs.shutdown()


def stored(opened) -> dict:
    return dict(opened.station.settings.values().stored)


def test_a_key_changes_a_setting_and_the_page_says_from_when_it_holds(qtbot, page, opened) -> None:
    card = page.cards[MEMORY_PERCENT.key]
    button = card.answers.button(60)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: card.state.text() == FROM_NEXT_START, timeout=PATIENCE_MS)
    assert stored(opened) == {MEMORY_PERCENT.key: 60}
    assert button.isChecked()


def test_the_memory_in_use_is_said_in_gigabytes(page, opened) -> None:
    words = page.cards[MEMORY_PERCENT.key].state.text()
    assert f"{opened.station.memory.size_bytes / 1024**3:.1f} GiB" in words


def test_page_keys_go_from_one_setting_to_the_next(qtbot, page) -> None:
    page.cards[MEMORY_PERCENT.key].focus_chosen()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_PageDown)
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_PageDown)
    assert page.focusWidget() is page.cards[GRAPHICS.key].answers.button("automatic")


def test_a_file_that_cannot_be_read_is_told_and_left_alone(qtbot, page, opened, notices) -> None:
    file = opened.station.home / SETTINGS_NAME
    file.write_text("[memory\n", encoding="utf-8")
    qtbot.mouseClick(page.cards[GRAPHICS.key].answers.button("off"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(notices.shown), timeout=PATIENCE_MS)
    assert "settings file" in notices.shown[0][0]
    assert page.cards[GRAPHICS.key].answers.button("automatic").isChecked()
    assert file.read_text(encoding="utf-8") == "[memory\n"
    page.refresh()
    qtbot.waitUntil(page.problem.isVisible, timeout=PATIENCE_MS)


def test_an_odd_but_right_value_of_the_file_has_a_button_too(qtbot, page, opened) -> None:
    opened.station.settings.save(MEMORY_PERCENT, 33)
    page.refresh()
    answers = page.cards[MEMORY_PERCENT.key].answers
    qtbot.waitUntil(lambda: 33 in answers.offered, timeout=PATIENCE_MS)
    assert answers.button(33).isChecked()

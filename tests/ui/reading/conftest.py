"""A reading screen on a workspace of real files."""

import shutil
from collections.abc import Callable, Iterator

import pytest

from readstation.app.changes import ChangeFeed
from readstation.app.navigation import Navigation
from readstation.bootstrap import open_workspace
from readstation.ui.command_list import all_commands
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.screens import ScreenContext
from readstation.ui.start_window import make_application
from tests.reading_workspace import ReadingWorkspace, open_reading_workspace
from tests.ui.screen_context import Notices


@pytest.fixture(scope="session")
def imported_home(tmp_path_factory):
    """Import once; every test gets a copy of the closed workspace."""
    home = tmp_path_factory.mktemp("imported") / "home"
    open_reading_workspace(home, tmp_path_factory.mktemp("files")).workspace.close()
    return home


@pytest.fixture
def reading(tmp_path, imported_home) -> Iterator[ReadingWorkspace]:
    home = shutil.copytree(imported_home, tmp_path / "home")
    opened = ReadingWorkspace(open_workspace(home))
    yield opened
    opened.workspace.close()


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def jobs(qapp) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def screen_of(qtbot, reading, jobs, notices) -> Callable[[str], ReadingView]:
    """Build the reading screen of a reader; it is shown, and ended with the test."""
    make_application()

    def build(user_id: str = "reader1") -> ReadingView:
        context = ScreenContext(
            reading.station,
            reading.session(user_id),
            jobs,
            ErrorPresenter(notices),
            ChangeFeed(),
            all_commands(),
            Navigation(),
        )
        view = ReadingView(context)
        view.navigation = context.navigation
        qtbot.addWidget(view, before_close_func=lambda v: v.end_session())
        view.resize(1500, 900)
        view.show()
        qtbot.waitExposed(view)
        return view

    return build

"""Starts Qt, joins the commands of every screen and opens the window."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from functools import partial
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from readstation.app.changes import ChangeFeed
from readstation.app.commands import Command, CommandRegistry
from readstation.app.station import Station
from readstation.ui import theme
from readstation.ui.calls.calls_commands import CALLS_COMMANDS
from readstation.ui.display.display_commands import DISPLAY_COMMANDS
from readstation.ui.errors import where
from readstation.ui.job_runner import JobRunner
from readstation.ui.login.login_view import LoginActions, LoginView
from readstation.ui.main_window import MainWindow
from readstation.ui.qa.qa_commands import QUALITY_COMMANDS
from readstation.ui.reading.reading_commands import READING_COMMANDS
from readstation.ui.report.report_commands import REPORT_COMMANDS
from readstation.ui.second_read.second_read_commands import SECOND_READ_COMMANDS
from readstation.ui.start_mark import mark_start
from readstation.ui.viewport.viewport_commands import VIEWPORT_COMMANDS
from readstation.ui.window_commands import WINDOW_COMMANDS
from readstation.ui.worklist.worklist_commands import WORKLIST_COMMANDS

log = logging.getLogger(__name__)

COMMANDS: tuple[Command, ...] = (
    *WINDOW_COMMANDS,
    *WORKLIST_COMMANDS,
    *READING_COMMANDS,
    *VIEWPORT_COMMANDS,
    *REPORT_COMMANDS,
    *CALLS_COMMANDS,
    *SECOND_READ_COMMANDS,
    *QUALITY_COMMANDS,
    *DISPLAY_COMMANDS,
)
"""Every command of the program; a key used twice in one place fails at the start."""

LAST_WRITES_MS = 15_000
FIRST_SIZE_PX = (1600, 1000)


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the one QApplication, themed, with failures of slots sent to the log."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["readstation", *arguments])
        application.setApplicationName("ReadStation")
        application.setDesktopFileName("readstation")
    theme.apply(application)
    return application


def make_window(station: Station, actions: LoginActions, jobs: JobRunner) -> MainWindow:
    """Return the window of a station, at its login page."""
    registry = CommandRegistry(COMMANDS)
    login = LoginView(actions, jobs)
    return MainWindow(station, jobs, ChangeFeed(), registry, login)


def run_window(window: MainWindow, application: QApplication, jobs: JobRunner) -> int:
    """Show the window until it is closed; work that is under way is ended after it."""
    sys.excepthook = _log_unexpected
    screen = application.primaryScreen().availableGeometry()
    width, height = FIRST_SIZE_PX
    window.resize(min(width, screen.width()), min(height, screen.height()))
    window.show()
    QTimer.singleShot(0, partial(mark_start, "login"))
    try:
        code = application.exec()
        _finish_writing(application, jobs)
        return code
    finally:
        jobs.shutdown()


def _finish_writing(application: QApplication, jobs: JobRunner) -> None:
    """Go on without a window until the last words are saved and the study is given back."""
    if jobs.is_idle:
        return
    jobs.became_idle.connect(application.quit)
    QTimer.singleShot(LAST_WRITES_MS, application.quit)
    application.exec()


def _log_unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log kind and places of a failure nobody caught; its text may name a patient."""
    log.error("unexpected failure in a slot: %s", where(error.with_traceback(trace)))
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)

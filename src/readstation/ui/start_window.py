"""Starts Qt, joins the commands of every screen and opens the window."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from readstation.app.changes import ChangeFeed
from readstation.app.station import Station
from readstation.ui import theme
from readstation.ui.after_start import Step
from readstation.ui.command_list import all_commands
from readstation.ui.errors import where
from readstation.ui.job_runner import JobHandle, JobRunner
from readstation.ui.main_window import MainWindow

if TYPE_CHECKING:
    from readstation.ui.login.login_view import LoginActions, LoginView

log = logging.getLogger(__name__)

LAST_WRITES_MS = 15_000
FIRST_SIZE_PX = (1600, 1000)


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """Return the one QApplication, themed, with failures of slots sent to the log."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(["readstation", *theme.STYLE_ARGUMENTS, *arguments])
        application.setApplicationName("ReadStation")
        application.setDesktopFileName("readstation")
        theme.apply(application, has_style=True)
    else:
        theme.apply(application)
    return application


def make_window(
    station: Station,
    make_actions: Callable[[], LoginActions],
    jobs: JobRunner,
    *,
    entering: JobHandle | None = None,
    warm_up: Iterable[Step] = (),
) -> MainWindow:
    """Return the window of a station, at its login page unless `entering` begins a session.

    `warm_up` is done once nobody waits.
    """

    def make_login() -> LoginView:
        from readstation.ui.login.login_view import LoginView  # noqa: PLC0415 - not always needed

        return LoginView(make_actions(), jobs)

    registry = all_commands(station.keys.keys())
    return MainWindow(
        station, jobs, ChangeFeed(), registry, make_login, entering=entering, warm_up=warm_up
    )


def run_window(window: MainWindow, application: QApplication, jobs: JobRunner) -> int:
    """Show the window until it is closed; work that is under way is ended after it."""
    sys.excepthook = _log_unexpected
    screen = application.primaryScreen().availableGeometry()
    width, height = FIRST_SIZE_PX
    window.resize(min(width, screen.width()), min(height, screen.height()))
    window.show()
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

"""A child process of a test: a window moves from a verified screen to another one and back.

Argument: the workspace. Prints one JSON line per place.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from readstation.app.changes import ChangeFeed
from readstation.app.commands import CommandRegistry
from readstation.app.display.record_check import record_measurement
from readstation.app.navigation import Navigation
from readstation.app.session import Session
from readstation.bootstrap import open_station
from readstation.domain.reader import Role, User
from readstation.ui.displays import Displays
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.screen_facts import display_of
from readstation.ui.screens import ScreenContext
from readstation.ui.session_view import SessionView
from tests.app.display.test_display_checks import gamma_table
from tests.ui.screen_context import Notices


def main() -> int:
    application = QApplication(["two screens"])
    station, jobs = open_station(Path(sys.argv[1])), JobRunner()
    first, second = application.screens()
    record_measurement(station, None, display_of(first), gamma_table(), instrument="meter")
    user = User("qa", "QA", frozenset({Role.QA_REVIEWER}))
    displays = Displays(station, jobs)
    context = ScreenContext(
        station,
        Session(user, 1, station.clock.now()),
        jobs,
        ErrorPresenter(Notices()),
        ChangeFeed(),
        CommandRegistry(()),
        Navigation(),
        displays,
    )
    view = SessionView(context, (), ())
    view.resize(400, 300)
    view.show_ready()
    for screen in (first, second, first):
        view.move(screen.geometry().topLeft())
        view.show()
        settle(jobs)
        said = {
            "status_bar": view.display_state.text(),
            "is_corrected": displays.output(view).driving_levels is not None,
            "record": displays.standing(view).record,
        }
        print(json.dumps(said), flush=True)
    jobs.shutdown()
    return 0


def settle(jobs: JobRunner) -> None:
    """Let the window move and the database answer."""
    loop = QEventLoop()
    look = QTimer(interval=20)
    quiet = []

    def is_quiet() -> None:
        quiet.append(jobs.is_idle)
        if len(quiet) > 5 and all(quiet[-5:]):
            loop.quit()

    look.timeout.connect(is_quiet)
    look.start()
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())

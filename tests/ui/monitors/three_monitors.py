"""A child process of a test: a reader works on three monitors, and two of them are unplugged.

Arguments: an empty folder. Prints one JSON line for each thing that was done.
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from readstation.app.reading.layout import Layout
from readstation.bootstrap import open_workspace
from readstation.domain.monitors import MonitorLayout
from readstation.domain.reader import Role, User
from readstation.program import open_window
from readstation.ui.job_runner import JobRunner
from readstation.ui.main_window import MainWindow, Session
from readstation.ui.monitors.image_window import ImageWindow
from readstation.ui.start_window import make_application
from readstation.ui.tour.input_events import press_keys
from tests.ui.reading.switching_room import WORD, make_workspace, uid_of, words_of

CURRENT, OTHER = 3, 5
LONGEST_MS, QUIET_MS = 20_000, 100


class Desk:
    """The window under test, and what its monitors show."""

    def __init__(self, window: MainWindow, jobs: JobRunner) -> None:
        self.window, self.jobs = window, jobs
        self.places = window.session_view.monitor_places()
        self.connected = len(QGuiApplication.screens())
        self.places.watch._screens = lambda: QGuiApplication.screens()[: self.connected]

    @property
    def reading(self) -> QWidget:
        return self.window.session_view.built["read"]

    def tell(self, what: str, **more: object) -> None:
        windows = self.window.findChildren(ImageWindow)
        reading = self.reading
        boxes = reading.grid.boxes[: reading.model.state.layout.box_count]
        said = {
            "what": what,
            "monitors": [w.screen().name() for w in windows if w.isVisible()],
            "covered": [w.isFullScreen() for w in windows if w.isVisible()],
            "main": self.window.screen().name(),
            "boxes": [b.window().screen().name() for b in boxes if b.isVisible()],
            "in_main": [b.window() is self.window for b in boxes],
            "has_pixels": [b.model.frame is not None for b in boxes],
            "roles": [b.model.state.role.value for b in boxes],
            "words": [self.words(w) for w in windows],
            "report_in": reading.side.window().screen().name(),
            "keys_in_box": next((i for i, b in enumerate(boxes) if b.view.hasFocus()), None),
        }
        print(json.dumps(said | more), flush=True)

    def words(self, window: QWidget) -> list[str]:
        """Return the made-up words of studies and persons that a window shows."""
        parts = [p for p in window.findChildren(QWidget) if p.isVisible()]
        return sorted({word for part in parts for word in WORD.findall(words_of(part))})

    def settle(self) -> None:
        """Let jobs end, windows move and what is asked for be painted."""
        loop, look = QEventLoop(), QTimer(interval=20)
        quiet = []

        def is_quiet() -> None:
            quiet.append(self.jobs.is_idle)
            if len(quiet) * 20 > QUIET_MS and all(quiet[-QUIET_MS // 20 :]):
                loop.quit()

        look.timeout.connect(is_quiet)
        look.start()
        QTimer.singleShot(LONGEST_MS, loop.quit)
        loop.exec()

    def plug(self, count: int) -> None:
        """Leave the first `count` screens connected, as the system would say it."""
        self.connected = count
        self.places.watch.look_again()
        loop = QEventLoop()
        self.places.changed.connect(loop.quit)
        QTimer.singleShot(LONGEST_MS, loop.quit)
        loop.exec()

    def open(self, study: int) -> None:
        self.window.navigation.open_study(uid_of(study))


def main() -> int:
    folder = Path(sys.argv[1])
    make_workspace(folder / "home", folder / "files", (2, CURRENT, 4, OTHER))
    make_application()
    workspace, jobs = open_workspace(folder / "home"), JobRunner()
    window = open_window(workspace, jobs)
    window.resize(1200, 700)
    window.show()
    user = User("reader1", "Dr. One", frozenset({Role.READER}))
    window.begin(Session(user, 1, workspace.station.clock.now()))
    desk = Desk(window, jobs)
    desk.settle()
    work(desk)
    window.close()
    jobs.shutdown()
    workspace.close()
    return 0


def work(desk: Desk) -> None:
    desk.places.choose(MonitorLayout(0, (1, 2)))
    desk.tell("nothing open")
    desk.open(CURRENT)
    desk.settle()
    desk.tell("opened")
    for keys, what in (("Right", "next box"), ("Ctrl+1", "list"), ("Ctrl+2", "images again")):
        press_keys(focused_window(desk), keys)
        desk.settle()
        desk.tell(what, at=desk.window.navigation.screen_id)
    before = [desk.words(w) for w in desk.places.windows]
    desk.open(OTHER)
    desk.tell("switching", before=before)
    desk.settle()
    desk.tell("switched")
    desk.reading.model.set_layout(Layout.ONE)
    desk.tell("one box")
    desk.reading.model.set_layout(Layout.FOUR)
    double_click(desk, 3)
    desk.tell("enlarged")
    press_keys(focused_window(desk), "Left")
    desk.settle()
    desk.tell("beside the enlarged one")
    double_click(desk, 1)
    double_click(desk, 1)
    desk.tell("as before")
    desk.reading.model.set_layout(Layout.TWO)
    desk.plug(1)
    desk.tell("unplugged")
    desk.plug(3)
    desk.settle()
    desk.tell("plugged in")
    desk.places.windows[1].close()
    desk.settle()
    desk.tell("a window was closed")
    desk.places.choose(MonitorLayout(1, (1, 0)))
    desk.settle()
    desk.tell("images beside the report")
    desk.window.lock()
    left = [w for w in desk.window.findChildren(ImageWindow) if w.isVisible()]
    print(json.dumps({"what": "locked", "left": len(left)}), flush=True)


def double_click(desk: Desk, box_index: int) -> None:
    view = desk.reading.grid.boxes[box_index].view
    view.setFocus()
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton)
    desk.settle()


def focused_window(desk: Desk) -> QWidget:
    """Return the window that has the keys."""
    window = QGuiApplication.focusWindow()
    every = [desk.window, *desk.window.findChildren(ImageWindow)]
    return next((w for w in every if w.windowHandle() is window), desk.window)


if __name__ == "__main__":
    sys.exit(main())

"""What follows the database reads once at a time, and misses nothing that was asked meanwhile."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject

from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.refreshing import Refreshing
from tests.ui.screen_context import Notices

WAIT_S = 10


class Desk:
    """Reads that wait until they may go on, and what arrived of them."""

    def __init__(self, jobs: JobRunner) -> None:
        self.may_read, self.began, self.arrived = threading.Event(), 0, []
        self.notices, self.parent = Notices(), QObject()
        context = SimpleNamespace(jobs=jobs, errors=ErrorPresenter(self.notices))
        self.refreshing = Refreshing(context, self.read, self.arrived.append, self.parent)

    def read(self, _job) -> int:
        self.began += 1
        number = self.began
        assert self.may_read.wait(WAIT_S)
        return number


@pytest.fixture
def desk(qapp) -> Iterator[Desk]:
    jobs = JobRunner()
    yield Desk(jobs)
    jobs.shutdown()


def test_what_is_asked_for_while_one_read_runs_is_one_more_read(qtbot, desk) -> None:
    for _ in range(5):
        desk.refreshing.refresh()
    desk.may_read.set()
    qtbot.waitUntil(lambda: desk.arrived == [1, 2])
    desk.refreshing.refresh()
    qtbot.waitUntil(lambda: desk.arrived == [1, 2, 3])


def test_after_the_end_of_the_session_no_read_follows(qtbot, desk) -> None:
    desk.refreshing.refresh()
    desk.refreshing.refresh()
    desk.refreshing.stop()
    desk.may_read.set()
    qtbot.waitUntil(lambda: not desk.refreshing._is_reading)
    assert (desk.arrived, desk.began) == ([1], 1)


def test_a_read_that_fails_is_told_and_the_next_is_tried(qtbot, desk) -> None:
    desk.may_read.set()
    desk.refreshing._read = lambda _job: 1 / 0
    with qtbot.capture_exceptions():
        desk.refreshing.refresh()
        qtbot.waitUntil(lambda: bool(desk.notices.shown))
    desk.refreshing._read = desk.read
    qtbot.waitUntil(lambda: not desk.refreshing._is_reading)
    desk.refreshing.refresh()
    qtbot.waitUntil(lambda: desk.arrived == [1])

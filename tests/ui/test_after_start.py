"""What can wait runs after the first screen is there, one step at a time, never while typing."""

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from readstation.app.jobs import Lane
from readstation.ui import after_start
from readstation.ui.after_start import AfterStart
from readstation.ui.job_runner import JobRunner


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def owner(qtbot):
    made = QObject()
    yield made
    for one in made.findChildren(AfterStart):
        one.stop()


def noting(done, name):
    return lambda: done.append(name)


def test_nothing_runs_before_the_first_screen_is_ready(qtbot, owner):
    done = []
    steps = AfterStart([noting(done, "banner")], [noting(done, "images")], owner)
    QApplication.sendPostedEvents()
    assert done == []
    steps.begin()
    steps.begin()
    assert done == []  # not within the slot that says so either
    qtbot.waitUntil(lambda: steps.is_done)
    assert done == ["banner", "images"]


def test_a_screen_that_never_gets_ready_holds_nothing_back(qtbot, owner, monkeypatch):
    monkeypatch.setattr(after_start, "AT_LATEST_MS", 1)
    done = []
    AfterStart([noting(done, "banner")], [], owner)
    qtbot.waitUntil(lambda: done == ["banner"])


def test_a_step_waits_for_the_job_of_the_step_before(qtbot, owner, jobs):
    done = []

    def load():
        return jobs.start(Lane.FILES, lambda _job: done.append("loaded"))

    steps = AfterStart([], [load, noting(done, "built")], owner)
    steps.begin()
    qtbot.waitUntil(lambda: steps.is_done)
    assert done == ["loaded", "built"]


def test_quiet_steps_wait_until_nobody_has_typed_for_a_while(qtbot, owner, monkeypatch):
    monkeypatch.setattr(after_start, "QUIET_MS", 1_000_000)
    done, looks = [], []
    steps = AfterStart([noting(done, "banner")], [noting(done, "images")], owner)
    typed_in = QWidget()
    qtbot.addWidget(typed_in)
    with qtbot.waitExposed(typed_in):
        typed_in.show()
    steps.begin()
    QTest.keyClick(typed_in.windowHandle(), Qt.Key.Key_Down)
    steps._timer.timeout.connect(lambda: looks.append(1))
    qtbot.waitUntil(lambda: len(looks) > 3)
    assert done == ["banner"]
    monkeypatch.setattr(after_start, "QUIET_MS", 0)
    qtbot.waitUntil(lambda: done == ["banner", "images"])


def test_the_end_of_a_session_takes_back_what_has_not_begun(qtbot, owner):
    done = []
    steps = AfterStart([noting(done, "banner")], [noting(done, "images")], owner)
    steps.begin()
    steps.stop()
    assert steps.is_done
    assert not steps._timer.isActive()
    QApplication.processEvents()
    assert done == []

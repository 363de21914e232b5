"""Jobs answer on the GUI thread; leaving loses no write."""

import threading

import pytest

from readstation.app.jobs import Lane
from readstation.ui.job_runner import JobRunner

PATIENCE_S = 5


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shutdown()


def test_a_result_arrives_on_the_thread_that_asked(jobs, qtbot):
    seen = []
    handle = jobs.start(Lane.FILES, lambda _job: threading.get_ident())
    handle.succeeded.connect(lambda ident: seen.append((ident, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    worker, receiver = seen[0]
    assert receiver == threading.get_ident() != worker


def test_writes_that_wait_are_still_carried_out_when_the_program_ends(jobs):
    gate, written = threading.Event(), []
    jobs.start(Lane.DATABASE, lambda _job: gate.wait(PATIENCE_S))
    jobs.start(Lane.DATABASE, lambda _job: written.append("the last save"))
    threading.Timer(0.05, gate.set).start()
    jobs.shutdown()
    assert written == ["the last save"]


def test_reading_that_waits_is_dropped_when_the_program_ends(jobs):
    gate, read = threading.Event(), []
    for _ in range(Lane.PIXELS.workers):
        jobs.start(Lane.PIXELS, lambda _job: gate.wait(PATIENCE_S))
    jobs.start(Lane.PIXELS, lambda _job: read.append("a frame"))
    threading.Timer(0.05, gate.set).start()
    jobs.shutdown()
    assert read == []


def test_an_answer_on_its_way_at_shutdown_is_dropped_quietly(qtbot):
    runner = JobRunner()
    answers = []
    handle = runner.start(Lane.FILES, lambda _job: "late")
    handle.succeeded.connect(answers.append)
    runner._pools[Lane.FILES].shutdown()  # the answer is queued now, and nobody has taken it
    runner.shutdown()
    qtbot.wait(20)
    assert answers == []


def test_a_job_that_is_waited_for_has_ended_and_answers_later(jobs, qtbot):
    done, answers = [], []
    handle = jobs.start(Lane.FILES, lambda _job: done.append("work"))
    handle.ended.connect(lambda: answers.append("ended"))
    jobs.wait_briefly([handle], PATIENCE_S * 1000)
    assert (done, answers) == (["work"], [])
    qtbot.waitUntil(lambda: bool(answers))


def test_a_job_that_takes_long_is_not_waited_for(jobs):
    gate = threading.Event()
    handle = jobs.start(Lane.FILES, lambda _job: gate.wait(PATIENCE_S))
    jobs.wait_briefly([handle], 1)
    assert not jobs.is_idle
    gate.set()

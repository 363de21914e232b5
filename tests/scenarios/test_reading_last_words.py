"""The window is closed while a save is in the air: what follows it is still written."""

from readstation.app.jobs import Lane
from readstation.ui.job_runner import JobRunner
from readstation.ui.start_window import _finish_writing


def test_a_save_that_starts_another_save_is_finished_before_the_program_ends(qapp) -> None:
    jobs, written = JobRunner(), []

    def save_again(_answer: object) -> None:
        jobs.start(Lane.DATABASE, lambda _job: written.append("second"))

    handle = jobs.start(Lane.DATABASE, lambda _job: written.append("first"))
    handle.succeeded.connect(save_again)
    _finish_writing(qapp, jobs)
    jobs.shutdown()
    assert written == ["first", "second"]

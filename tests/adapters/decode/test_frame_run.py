"""A run of frames: complete, in order, without a gap for the worker, and soon out of the way."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from readstation.adapters.decode import worker_process
from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.adapters.decode.frame_run import FrameRun
from readstation.adapters.decode.worker_process import SLOTS, Withdrawn
from readstation.adapters.decode.worker_queue import WorkerQueue
from readstation.app.jobs import FramePriority, JobCancelled, JobContext
from readstation.domain.errors import CannotDisplayError, NotFoundError, RefusedInputError
from readstation.domain.study import Instance
from tests.dicom_files import ROOT, save_image

VISIBLE, NEXT, BACKGROUND = FramePriority
FRAMES = 12


@pytest.fixture(scope="module")
def pool():
    workers = DecodeWorkers(1)
    yield workers
    workers.close()


class Folder:
    """A store whose files have numbers for names."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, content_sha256):
        path = self.folder / content_sha256
        if not path.exists():
            raise NotFoundError("An image file is missing from the image store.", "Import again.")
        return path


def instance_of(number):
    name = str(number)
    uid = f"{ROOT}.3.{number}"
    return Instance(uid, f"{ROOT}.2", "1.2", "1.2.840.10008.1.2.1", number, 1, 8, 8, name)


def save_numbered(folder, numbers=range(FRAMES)):
    for number in numbers:
        save_image(folder / str(number), np.full((8, 8), number, np.uint16), InstanceNumber=number)


def wanted_of(numbers=range(FRAMES)):
    return [(instance_of(number), 1) for number in numbers]


def test_every_frame_comes_once_and_in_order(pool, tmp_path):
    save_numbered(tmp_path)
    source = StoredFrameSource(pool, Folder(tmp_path))
    found = list(source.load_many(wanted_of(), JobContext()))
    assert [(instance, number) for instance, number, _frame in found] == wanted_of()
    assert [frame.stored_values.max() for _i, _n, frame in found] == list(range(FRAMES))
    assert all(not frame.stored_values.flags.writeable for _i, _n, frame in found)


def test_no_frame_is_no_work(pool, tmp_path):
    assert list(StoredFrameSource(pool, Folder(tmp_path)).load_many([], JobContext())) == []


def test_a_frame_that_cannot_be_displayed_costs_itself_alone(pool, tmp_path):
    save_numbered(tmp_path)
    broken = tmp_path / "3"
    broken.write_bytes(broken.read_bytes()[:-10])
    (tmp_path / "7").unlink()
    source = StoredFrameSource(pool, Folder(tmp_path))
    found = [frame for _i, _n, frame in source.load_many(wanted_of(), JobContext())]
    assert [n for n, frame in enumerate(found) if isinstance(frame, CannotDisplayError)] == [3, 7]
    assert "ends too early" in found[3].message
    assert "missing from the image store" in found[7].message
    assert [found[n].stored_values[0, 0] for n in (2, 4, 6, 8)] == [2, 4, 6, 8]


def test_a_cancelled_run_ends_and_leaves_the_worker_usable(pool, tmp_path):
    save_numbered(tmp_path)
    source = StoredFrameSource(pool, Folder(tmp_path))
    job = JobContext()
    run = source.load_many(wanted_of(), job)
    next(run)
    job.cancel()
    with pytest.raises(JobCancelled):
        next(run)
    assert source.load(instance_of(5), 1).stored_values[0, 0] == 5


def test_a_run_that_is_left_early_leaves_the_worker_usable(pool, tmp_path):
    save_numbered(tmp_path)
    source = StoredFrameSource(pool, Folder(tmp_path))
    with closing(source.load_many(wanted_of(), JobContext())) as run:
        next(run)
    assert source.load(instance_of(9), 1).stored_values[0, 0] == 9


def test_a_visible_frame_overtakes_a_run(pool, tmp_path):
    save_numbered(tmp_path)
    source = StoredFrameSource(pool, Folder(tmp_path))
    came: list[int] = []
    with ThreadPoolExecutor(1) as threads:
        run = source.load_many(wanted_of(), JobContext())
        came.append(next(run)[2].stored_values[0, 0])
        seen = threads.submit(source.load, instance_of(11), 1, VISIBLE)
        while pool._queue.waiting == 0 and not seen.done():
            threading.Event().wait(0.001)
        for _instance, _number, frame in run:
            came.append(frame.stored_values[0, 0])
            if seen.done() and "seen" not in came:
                came.append("seen")
        assert seen.result(10).stored_values[0, 0] == 11
    assert sorted(number for number in came if number != "seen") == list(range(FRAMES))
    assert came.index("seen") <= 1 + SLOTS


class Pipe:
    """Stands in for a worker: answers in order, begins a request when its reply is awaited."""

    def __init__(self):
        self.is_alive = True
        self.queued = []
        self.most = 0
        self.ends_at = None
        self.withdrawn_at = None
        self.decoded = []

    def send(self, request):
        self.queued.append((request["number"], request["slot"]))
        self.most = max(self.most, len(self.queued))

    def withdraw(self):
        if len(self.queued) > 1:
            self.queued = [self.queued[0], *((None, slot) for _number, slot in self.queued[1:])]

    def receive(self, _timeout_s):
        number, slot = self.queued.pop(0)
        if number is None:
            raise Withdrawn
        if number == self.ends_at:
            self.is_alive = False
            raise RefusedInputError("DECODER_DIED", "The decoder stopped.", "")
        self.decoded.append(number)
        return {"number": number, "slot": slot}

    def kill(self):
        self.is_alive = False

    def close(self):
        self.is_alive = False


@pytest.fixture
def pipes():
    """The workers that a queue of one started, and the queue."""
    started = []

    def start():
        started.append(Pipe())
        if len(started) == 1:
            started[0].ends_at = 4
        return started[-1]

    queue = WorkerQueue(1, start)
    yield queue, started
    queue.close()


def take(_worker, reply, slot):
    assert reply["slot"] == slot, "pixels are read from where this very frame was put"
    return reply["number"]


def run_of(queue, count):
    requests = [lambda number=number: {"number": number} for number in range(count)]
    return FrameRun(queue, NEXT, requests, take, 1.0).frames()


def test_the_next_requests_are_there_before_the_last_is_answered(pipes):
    queue, started = pipes
    list(run_of(queue, 4))
    assert started[0].most == SLOTS


def test_a_worker_that_dies_costs_the_frame_it_was_at(pipes):
    queue, started = pipes
    found = dict(run_of(queue, 9))
    assert isinstance(found.pop(4), RefusedInputError)
    assert found == {number: number for number in (0, 1, 2, 3, 5, 6, 7, 8)}
    assert len(started) == 2


def test_what_was_withdrawn_is_asked_again_and_known_for_what_it_is(pipes):
    queue, started = pipes
    run = run_of(queue, 4)
    found = [next(run)]
    started[0].withdraw()
    found += list(run)
    assert sorted(found) == [(number, number) for number in range(4)]
    assert sorted(started[0].decoded) == [0, 1, 2, 3], "nothing is decoded twice"


def test_when_the_program_ends_the_run_ends_with_it(pipes):
    queue, _started = pipes
    run = run_of(queue, 9)
    for _ in range(4):
        next(run)
    queue.close()
    with pytest.raises(JobCancelled):
        next(run)


LIES = {
    "of another request": lambda number, reply: [number + 1, reply],
    "withdrawn, though nobody asked for it": lambda number, _reply: [number, {"withdrawn": True}],
    "without a number": lambda _number, reply: reply,
    "too short": lambda number, _reply: [number],
    "no answer": lambda _number, _reply: None,
}


@pytest.mark.parametrize("name", LIES)
def test_an_answer_to_what_was_not_asked_is_the_end_of_the_worker(
    pool, tmp_path, monkeypatch, name
):
    save_numbered(tmp_path, [1])
    source = StoredFrameSource(pool, Folder(tmp_path))
    assert source.load(instance_of(1), 1).stored_values[0, 0] == 1
    before = pool.process_ids
    loads = json.loads
    with monkeypatch.context() as patch:
        patch.setattr(worker_process.json, "loads", lambda text: LIES[name](*loads(text)))
        with pytest.raises(CannotDisplayError) as caught:
            source.load(instance_of(1), 1)
    assert caught.value.__cause__.code == "DECODER_DIED"
    assert source.load(instance_of(1), 1).stored_values[0, 0] == 1
    assert pool.process_ids != before


def test_a_request_that_waits_alone_is_not_withdrawn(pool, tmp_path):
    save_numbered(tmp_path, [1])
    with pool._queue.borrow(VISIBLE) as worker:
        for _ in range(20):
            worker.send({"operation": "count", "path": str(tmp_path / "1")})
            worker.withdraw()
            assert worker.receive(10) == {"number_of_frames": 1}


def on_processor_s(process_id):
    """Return how long a process has computed, to the nanosecond."""
    return int(Path(f"/proc/{process_id}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="needs /proc")
def test_a_worker_does_not_compute_while_nothing_is_asked(pool, tmp_path):
    save_numbered(tmp_path)
    source = StoredFrameSource(pool, Folder(tmp_path))
    assert len(list(source.load_many(wanted_of(), JobContext()))) == FRAMES
    (worker,) = pool.process_ids
    pause = threading.Event()
    pause.wait(0.02)
    before, mine = on_processor_s(worker), time.thread_time()
    pause.wait(0.5)
    assert on_processor_s(worker) - before < 0.001
    assert time.thread_time() - mine < 0.01


def test_queued_requests_are_withdrawn_or_answered_each_once(pool, tmp_path):
    save_numbered(tmp_path, [1])
    answered = withdrawn = 0
    with pool._queue.borrow(VISIBLE) as worker:
        for _ in range(50):
            for _ in range(SLOTS):
                worker.send({"operation": "count", "path": str(tmp_path / "1")})
            worker.withdraw()
            for _ in range(SLOTS):
                try:
                    assert worker.receive(10) == {"number_of_frames": 1}
                    answered += 1
                except Withdrawn:
                    withdrawn += 1
        assert worker.ask({"operation": "count", "path": str(tmp_path / "1")}, 10)
    assert answered + withdrawn == 50 * SLOTS
    assert withdrawn > 0

"""The queue of the workers: who waits for a frame overtakes, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from readstation.adapters.decode.worker_queue import PATIENCE, PATIENCE_OF_EQUALS, WorkerQueue
from readstation.app.jobs import FramePriority, JobCancelled
from readstation.domain.errors import RefusedInputError

VISIBLE, NEXT, BACKGROUND = FramePriority
WAIT_S = 10


class SlowWorker:
    """Stands in for a process: it works until it is told to stop, or is killed."""

    def __init__(self):
        self.is_alive = True
        self.withdrawn = 0
        self.stop = threading.Event()

    def work(self):
        assert self.stop.wait(WAIT_S)
        self.stop.clear()
        if not self.is_alive:
            raise RefusedInputError("DECODER_DIED", "The decoder stopped.", "")

    def withdraw(self):
        self.withdrawn += 1

    def kill(self):
        self.is_alive = False
        self.stop.set()

    def close(self):
        self.is_alive = False


class Room:
    """A queue, the threads that wait in it, and the order in which they are served."""

    def __init__(self, workers):
        self.started = []
        self.queue = WorkerQueue(workers, self.start)
        self.threads = ThreadPoolExecutor(64)
        self.served = []
        self.came = threading.Condition()

    def start(self):
        self.started.append(SlowWorker())
        return self.started[-1]

    def ask(self, name, priority):
        """Queue a request that keeps its worker; return when it is served or waits."""
        known = self.queue.waiting + len(self.served)

        def run():
            with self.queue.borrow(priority) as worker:
                with self.came:
                    self.served.append((name, worker))
                    self.came.notify_all()
                worker.work()

        future = self.threads.submit(run)
        self.until(lambda: self.queue.waiting + len(self.served) > known)
        return future

    def until(self, condition):
        with self.came:
            for _ in range(WAIT_S * 200):
                if condition():
                    return
                self.came.wait(0.005)
        raise AssertionError(f"waited in vain; served: {self.names}")

    @property
    def names(self):
        return [name for name, _worker in self.served]

    def finish(self, index):
        """Let the request served as number `index` end, and the next one be served."""
        count = len(self.served)
        is_awaited = self.queue.waiting
        self.served[index][1].stop.set()
        if is_awaited:
            self.until(lambda: len(self.served) > count)


@pytest.fixture
def make_room():
    rooms = []

    def make(workers):
        rooms.append(Room(workers))
        return rooms[-1]

    yield make
    for room in rooms:
        room.queue.close()
        room.threads.shutdown()


def test_requests_are_served_by_priority_then_in_order(make_room):
    room = make_room(1)
    room.ask("first", VISIBLE)
    for name, priority in [
        ("thumbnail", BACKGROUND),
        ("ahead", NEXT),
        ("seen 1", VISIBLE),
        ("seen 2", VISIBLE),
    ]:
        room.ask(name, priority)
    for index in range(4):
        room.finish(index)
    assert room.names == ["first", "seen 1", "seen 2", "ahead", "thumbnail"]


def test_background_requests_never_hold_every_worker(make_room):
    room = make_room(2)
    room.ask("thumbnail 1", BACKGROUND)
    room.ask("thumbnail 2", BACKGROUND)
    assert room.names == ["thumbnail 1"]
    room.ask("seen", VISIBLE)
    assert room.names == ["thumbnail 1", "seen"]
    room.finish(0)
    assert room.names == ["thumbnail 1", "seen", "thumbnail 2"]


def test_one_worker_alone_serves_background_too(make_room):
    room = make_room(1)
    room.ask("thumbnail", BACKGROUND)
    assert room.names == ["thumbnail"]


def test_background_does_not_starve(make_room):
    room = make_room(1)
    room.ask("first", VISIBLE)
    room.ask("thumbnail", BACKGROUND)
    for number in range(PATIENCE + 1):
        room.ask(f"seen {number}", VISIBLE)
        room.ask(f"seen later {number}", VISIBLE)
        room.finish(number)
        if "thumbnail" in room.names:
            break
    assert room.names.index("thumbnail") == PATIENCE + 1


def test_closing_ends_what_waits_and_what_runs(make_room):
    room = make_room(1)
    running = room.ask("running", VISIBLE)
    waiting = [room.ask("waiting", priority) for priority in FramePriority]
    room.queue.close()
    for future in (running, *waiting):
        assert isinstance(future.exception(WAIT_S), JobCancelled)
    assert room.names == ["running"]
    assert not room.started[0].is_alive


def test_after_closing_nothing_is_started(make_room):
    room = make_room(1)
    room.queue.close()
    with pytest.raises(JobCancelled), room.queue.borrow(VISIBLE):
        pass
    assert room.started == []


def test_a_worker_that_died_is_replaced_and_a_living_one_is_lent_again(make_room):
    room = make_room(2)
    with room.queue.borrow(VISIBLE) as first:
        pass
    with room.queue.borrow(VISIBLE) as again:
        assert again is first
        again.is_alive = False
    with room.queue.borrow(VISIBLE) as fresh:
        assert fresh is not first
    assert len(room.started) == 2


def test_a_worker_that_cannot_be_started_is_a_refusal_and_its_place_stays(make_room):
    room = make_room(1)

    def fail():
        raise BlockingIOError("no more processes")

    room.queue._start = fail
    for _ in range(2):
        with pytest.raises(RefusedInputError) as caught, room.queue.borrow(VISIBLE):
            pass
        assert caught.value.code == "DECODER_DIED"
    room.queue._start = room.start
    with room.queue.borrow(VISIBLE) as worker:
        assert worker.is_alive


def test_a_run_goes_on_while_nobody_more_urgent_waits(make_room):
    room = make_room(1)
    with room.queue.borrow(NEXT) as worker:
        assert room.queue.may_go_on(worker)
        room.ask("thumbnail", BACKGROUND)
        assert all(room.queue.may_go_on(worker) for _ in range(PATIENCE))
        assert worker.withdrawn == 0
        assert not room.queue.may_go_on(worker), "patience has an end"


def test_a_run_gives_way_to_a_visible_frame_and_what_it_queued_is_withdrawn(make_room):
    room = make_room(1)
    with room.queue.borrow(NEXT) as worker:
        room.ask("seen", VISIBLE)
        assert worker.withdrawn == 1
        assert not room.queue.may_go_on(worker)


def test_a_run_gives_way_to_its_equals_after_a_few_frames(make_room):
    room = make_room(1)
    with room.queue.borrow(NEXT) as worker:
        room.ask("another run", NEXT)
        assert worker.withdrawn == 0
        went_on = [room.queue.may_go_on(worker) for _ in range(PATIENCE_OF_EQUALS + 1)]
        assert went_on == [True] * PATIENCE_OF_EQUALS + [False]


def test_nothing_is_withdrawn_while_a_worker_is_idle(make_room):
    room = make_room(2)
    with room.queue.borrow(NEXT) as worker:
        room.ask("seen", VISIBLE)
        assert worker.withdrawn == 0

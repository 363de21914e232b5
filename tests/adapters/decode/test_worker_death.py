"""Whatever a worker does or suffers costs one frame, with a reason; the next frame works."""

import errno
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from readstation.adapters.decode import decode_workers, worker_process
from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.domain.errors import CannotDisplayError, RefusedInputError
from readstation.domain.study import Instance
from tests.adapters.decode.misbehaving_worker import LIES
from tests.conftest import CHECKOUT
from tests.dicom_files import ROOT, save_image

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and limits")
GUARDED = pytest.mark.skipif(sys.platform != "linux", reason="the guard is made of seccomp")
MAX_GROWTH_KIB = 64 * 1024
INSTANCE = Instance(f"{ROOT}.3.1", f"{ROOT}.2", "1.2", "1.2.840.10008.1.2.1", 1, 1, 8, 8, "0" * 64)


@pytest.fixture
def pool(monkeypatch):
    """One worker, whose decoder misbehaves on files of certain names."""
    environment = worker_process._environment

    def with_tests():
        found = environment()
        return {**found, "PYTHONPATH": f"{found['PYTHONPATH']}{os.pathsep}{CHECKOUT}"}

    monkeypatch.setattr(worker_process, "MODULE", "tests.adapters.decode.misbehaving_worker")
    monkeypatch.setattr(worker_process, "_environment", with_tests)
    workers = DecodeWorkers(1)
    yield workers
    workers.close()


@pytest.fixture
def image(tmp_path):
    return save_image(tmp_path / "image")


def source_of(pool, path):
    class Store:
        def path(self, _content_sha256):
            return path

    return StoredFrameSource(pool, Store())


def load(pool, folder, name):
    """Load the frame of a file whose name makes the decoder misbehave; return what is said."""
    path = folder / name
    if not path.exists():
        save_image(path)
    with pytest.raises(CannotDisplayError) as caught:
        source_of(pool, path).load(INSTANCE, 1)
    assert caught.value.message.startswith("This frame cannot be displayed. ")
    assert caught.value.remedy
    return caught.value


def code_of(error):
    assert isinstance(error.__cause__, RefusedInputError)
    return error.__cause__.code


def assert_next_frame_works(pool, image):
    assert source_of(pool, image).load(INSTANCE, 1).stored_values.shape == (8, 8)


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_worker_killed_from_outside_is_replaced(pool, image, tmp_path, signal_number):
    assert_next_frame_works(pool, image)
    (before,) = pool.process_ids
    os.kill(before, signal_number)
    with suppress(RefusedInputError):  # it may die after it was lent
        pool.decode(image, 0, as_shown=True)
    assert_next_frame_works(pool, image)
    assert pool.process_ids != [before]


@pytest.mark.parametrize("name", ["crash", "abort", "leave"])
def test_a_decoder_that_crashes_costs_one_frame(pool, image, tmp_path, name):
    assert code_of(load(pool, tmp_path, name)) == "DECODER_DIED"
    assert_next_frame_works(pool, image)


def test_a_worker_that_is_stopped_counts_as_hanging(pool, image, monkeypatch):
    assert_next_frame_works(pool, image)
    monkeypatch.setattr(decode_workers, "DECODE_S", 0.3)
    (stopped,) = pool.process_ids
    os.kill(stopped, signal.SIGSTOP)
    with pytest.raises(CannotDisplayError) as caught:
        source_of(pool, image).load(INSTANCE, 1)
    assert code_of(caught.value) == "TOO_SLOW"
    monkeypatch.undo()
    assert_next_frame_works(pool, image)
    assert stopped not in pool.process_ids


def test_a_decoder_that_hangs_is_ended_by_the_clock(pool, image, tmp_path, monkeypatch):
    assert_next_frame_works(pool, image)
    monkeypatch.setattr(decode_workers, "DECODE_S", 0.3)
    started = time.monotonic()
    assert code_of(load(pool, tmp_path, "hang")) == "TOO_SLOW"
    assert time.monotonic() - started < 5


def test_a_decoder_that_computes_without_end_is_ended_by_its_limit(pool, image, tmp_path):
    error = load(pool, tmp_path, "compute")
    assert code_of(error) == "TOO_SLOW"
    assert "computed for too long" in error.message
    assert_next_frame_works(pool, image)


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit address space")
@pytest.mark.parametrize("name", ["grow", "grow slowly"])
def test_a_decoder_that_wants_too_much_memory_is_refused_it(pool, image, tmp_path, name):
    assert_next_frame_works(pool, image)
    before = pool.process_ids
    assert code_of(load(pool, tmp_path, name)) == "TOO_LARGE"
    assert_next_frame_works(pool, image)
    assert pool.process_ids == before, "running out of memory need not end a worker"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the file has a name")
def test_the_shared_file_cannot_grow_beyond_its_limit(pool, image, tmp_path):
    error = load(pool, tmp_path, "fill")
    assert error.__cause__.message == f"errno {errno.EFBIG}"
    assert_next_frame_works(pool, image)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the file has a name")
def test_a_shared_file_that_is_cut_off_does_not_end_the_program(pool, image, tmp_path):
    assert code_of(load(pool, tmp_path, "cut")) == "DECODER_DIED"
    assert_next_frame_works(pool, image)


@pytest.mark.parametrize("name", LIES)
def test_an_answer_that_makes_no_sense_is_the_end_of_the_worker(pool, image, tmp_path, name):
    assert_next_frame_works(pool, image)
    before = pool.process_ids
    assert code_of(load(pool, tmp_path, name)) == "DECODER_DIED"
    assert_next_frame_works(pool, image)
    assert pool.process_ids != before


@GUARDED
@pytest.mark.parametrize("name", ["connect", "write", "fork", "kill"])
def test_the_system_refuses_a_worker_the_rest_of_the_machine(pool, image, tmp_path, name):
    if not all(pool.guards().values()):
        pytest.skip("the guard is not in force on this machine; doctor says so")
    assert load(pool, tmp_path, name).__cause__.message == f"errno {errno.EPERM}"
    assert not (CHECKOUT / "hostile.txt").exists()
    assert_next_frame_works(pool, image)


@GUARDED
def test_the_guard_is_in_force_where_it_can_be():
    with_guard = DecodeWorkers(1)
    try:
        guards = with_guard.guards()
    finally:
        with_guard.close()
    assert guards == {"network": True, "other programs": True, "writing files": True}


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="needs /proc")
def test_a_worker_has_the_limits_that_it_needs(pool, image):
    assert_next_frame_works(pool, image)
    limits = Path(f"/proc/{pool.process_ids[0]}/limits").read_text(encoding="ascii")
    found = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert found["Max core file size"] == "0"
    assert found["Max address space"] == str(1536 * 1024**2)
    assert found["Max file size"] == str(512 * 1024**2)
    assert found["Max open files"] == "64"
    assert int(found["Max cpu time"]) < 30

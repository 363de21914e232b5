"""The decode workers: pixels come back equal, and nothing a file does stays with us."""

import os
import signal
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import readstation
from readstation.adapters.decode import decode_workers
from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.adapters.decode.worker_process import WorkerProcess
from readstation.app.jobs import FramePriority
from readstation.domain.calibration import SpacingSource
from readstation.domain.errors import CannotDisplayError, RefusedInputError
from readstation.domain.study import Instance
from tests.dicom_files import ROOT, save_image


@pytest.fixture(scope="module")
def workers():
    pool = DecodeWorkers(2)
    yield pool
    pool.close()


@pytest.fixture
def image(tmp_path):
    return save_image(tmp_path / "a.dcm")


class OneFile:
    def __init__(self, path):
        self._path = path

    def path(self, _content_sha256):
        return self._path


def instance_of(**changes):
    facts = {
        "sop_instance_uid": f"{ROOT}.3.1",
        "series_instance_uid": f"{ROOT}.2",
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.2",
        "transfer_syntax_uid": "1.2.840.10008.1.2.1",
        "instance_number": 1,
        "number_of_frames": 1,
        "rows": 8,
        "columns": 8,
        "content_sha256": "0" * 64,
    }
    return Instance(**(facts | changes))


def test_a_frame_comes_back_as_it_was_stored(workers, tmp_path):
    values = np.arange(-32, 32, dtype=np.int16).reshape(8, 8)
    path = save_image(tmp_path / "signed.dcm", values)
    decoded, facts = workers.decode(path, 0, as_shown=True)
    np.testing.assert_array_equal(decoded, values)
    assert decoded.dtype == np.int16
    assert facts["is_signed"] is True


def test_a_stored_instance_is_described_and_loaded(workers, tmp_path):
    path = save_image(
        tmp_path / "a.dcm",
        PixelSpacing=[0.5, 0.25],
        RescaleSlope=2,
        RescaleIntercept=-1024,
        WindowCenter=40,
        WindowWidth=400,
    )
    source = StoredFrameSource(workers, OneFile(path))
    (description,) = source.describe(instance_of())
    frame = source.load(instance_of(), 1)
    assert description.calibration.source is SpacingSource.PATIENT
    assert (description.calibration.row_spacing_mm, description.row_aspect) == (0.5, 2.0)
    assert description.modality_transform.rescale_intercept == -1024
    assert [v.center for v in description.vois] == [40]
    assert description.decoder.name == "numpy"
    assert frame.stored_values.tolist() == np.arange(64).reshape(8, 8).tolist()


def test_a_frame_that_cannot_be_decoded_says_so_in_the_image_box(workers, image):
    image.write_bytes(image.read_bytes()[:-10])
    source = StoredFrameSource(workers, OneFile(image))
    with pytest.raises(CannotDisplayError, match=r"cannot be displayed.*ends too early"):
        source.load(instance_of(), 1)


def test_a_worker_that_dies_is_replaced(workers, image, monkeypatch):
    def die(self, request, timeout_s):
        os.kill(self.process_id, signal.SIGKILL)
        return ask(self, request, timeout_s)

    ask = WorkerProcess.ask
    with monkeypatch.context() as patch:
        patch.setattr(WorkerProcess, "ask", die)
        with pytest.raises(RefusedInputError) as caught:
            workers.inspect(image)
    assert caught.value.code == "DECODER_DIED"
    assert workers.inspect(image).sop_instance_uid == f"{ROOT}.3.1"


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGSTOP")
def test_a_worker_that_hangs_is_replaced(workers, image, monkeypatch):
    ask = WorkerProcess.ask
    workers.inspect(image)

    def hang(self, request, timeout_s):
        ask(self, request, timeout_s)
        os.kill(self.process_id, signal.SIGSTOP)
        return ask(self, request, 0.2)

    with monkeypatch.context() as patch:
        patch.setattr(WorkerProcess, "ask", hang)
        with pytest.raises(RefusedInputError) as caught:
            workers.inspect(image)
    assert caught.value.code == "TOO_SLOW"
    assert workers.inspect(image).rows == 8


def test_a_deflate_bomb_is_refused_in_time(workers, image, tmp_path):
    path = save_image(tmp_path / "bomb.dcm")
    plain = path.read_bytes()
    start = plain.index(b"\x08\x00\x05\x00CS")
    engine = zlib.compressobj(1, wbits=-15)
    packed = engine.compress(plain[start:] + bytes(200 * 1024**2)) + engine.flush()
    meta = plain[:start].replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")
    bomb = meta.replace(b"UI\x14\x001.2.840.10008.1.2.1.99", b"UI\x16\x001.2.840.10008.1.2.1.99")
    path.write_bytes(bomb + packed)
    workers.inspect(image)  # a worker is there: its start is not what is timed
    started = time.monotonic()
    with pytest.raises(RefusedInputError) as caught:
        workers.inspect(path)
    assert caught.value.code == "TOO_LARGE"
    assert time.monotonic() - started < 5  # as any damaged file


def test_threads_share_the_workers(workers, tmp_path):
    paths = [
        save_image(tmp_path / f"{n}.dcm", np.full((8, 8), n, np.uint16), InstanceNumber=n)
        for n in range(8)
    ]

    def middle(path: Path) -> int:
        return int(
            workers.decode(path, 0, as_shown=True, priority=FramePriority.BACKGROUND)[0][4, 4]
        )

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(middle, paths * 4)) == list(range(8)) * 4


def test_a_frame_that_does_not_exist_is_refused(workers, image):
    for index in (-1, 1):
        with pytest.raises(RefusedInputError) as caught:
            workers.decode(image, index, as_shown=True)
        assert caught.value.code == "NO_SUCH_FRAME"


def test_the_worker_gets_no_secrets(monkeypatch):
    monkeypatch.setenv("READSTATION_TEST_SECRET", "hunter2")
    worker = WorkerProcess()
    try:
        worker.ask({"operation": "self_test"}, 20)
        if sys.platform == "linux":
            environment = Path(f"/proc/{worker.process_id}/environ").read_bytes()
            assert b"hunter2" not in environment
    finally:
        worker.close()
    assert not worker.is_alive


def test_starting_the_pool_does_not_wait_for_the_worker(monkeypatch):
    asked = []
    monkeypatch.setattr(WorkerProcess, "ask", lambda *a: asked.append(a))
    pool = decode_workers.DecodeWorkers(1)
    pool.start()
    pool.close()
    assert asked == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of CPU time")
def test_a_codec_that_never_ends_is_ended_by_the_clock_of_the_processor():
    program = (
        "from readstation.adapters.decode.worker_limits import limit_cpu\n"
        "limit_cpu(0)\n"
        "while True: pass\n"
    )
    environment = {"PYTHONPATH": str(Path(readstation.__file__).parents[1])}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, timeout=30, check=False
    )
    assert ended.returncode == -signal.SIGXCPU


@pytest.mark.skipif(sys.platform == "win32", reason="there the process is started with its class")
def test_where_cores_are_short_the_window_goes_before_the_decoders(workers, image):
    workers.decode(image, 0, as_shown=True)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    decoders = workers.process_ids
    assert decoders
    assert all(os.getpriority(os.PRIO_PROCESS, one) > own for one in decoders)

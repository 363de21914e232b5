"""A frame through a decode worker, against the bare codec and against pydicom with its plugins.

One CT image of 512 x 512 in every transfer syntax: real files beside the checkout where there are
any, and otherwise an image of our own, encoded here.

What a worker costs is told for the two situations of a reader. While a stack is scrolled or read
ahead, frames follow one another at once: in a run each is asked for before the last was read, and
the cost is what a run takes beyond its codec calls, per frame. A single frame after a pause finds
both processes asleep and their caches cold: the cost is what one call takes beyond its codec call.
The target is of the run. The single frame stands beside the least that another process can cost
after the same pause: a byte there and back, and as many bytes read as the frame has. Both leave
the opening of the file out; `decode.series` has it in.
"""

import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.pixels import pixel_array

from readstation.adapters.decode import worker_process
from readstation.adapters.decode.bytewise import decode_bytewise
from readstation.adapters.decode.codecs import DECODERS
from readstation.adapters.decode.decode_workers import (
    DECODE_S,
    DecodeWorkers,
    decode_request,
    take_frame,
)
from readstation.adapters.decode.frame_decoder import FrameFile, open_frames
from readstation.adapters.decode.frame_readers import FragmentFrames
from readstation.adapters.decode.frame_run import FrameRun
from readstation.adapters.decode.worker_process import WorkerProcess
from readstation.adapters.dicom.attributes import quiet_parsing
from readstation.app.jobs import FramePriority
from tests.benchmarks import targets
from tests.benchmarks.bare_process import BareProcess
from tests.benchmarks.row import Row, measure_in_turn, row
from tests.conftest import CHECKOUT, find_shared_data
from tests.dicom_files import make_image
from tests.hostile.parts import encapsulate
from tests.hostile.seeds import EXPLICIT, written

SIDE = 512
RUN = 12
"""Frames of a run: about as many as are read ahead at a time."""
PAUSE_S = 0.05
BUDGET_MS = 2_000
FLOOR_NOTE = "beyond the codec; a bare process: a byte there and back, the frame's bytes read"
SAME_IMAGE = Path("10_transfer_syntaxes", "same_CT_all_syntaxes")
ENCODERS: dict[str, Callable[[np.ndarray], bytes]] = {
    "1.2.840.10008.1.2.4.80": imagecodecs.jpegls_encode,
    "1.2.840.10008.1.2.4.90": lambda values: imagecodecs.jpeg2k_encode(values, reversible=True),
    "1.2.840.10008.1.2.4.201": lambda values: imagecodecs.htj2k_encode(values, reversible=True),
    "1.2.840.10008.1.2.4.110": lambda values: imagecodecs.jpegxl_encode(values, lossless=True),
}


def measure(smoke: bool) -> Iterator[Row]:
    """Yield rows per transfer syntax: a worker's cost, and beside the bare codec and pydicom."""
    with timed_workers() as workers, tempfile.TemporaryDirectory() as folder:
        for path in images(Path(folder)):
            yield from measure_one(workers, path, smoke)


@contextmanager
def timed_workers() -> Iterator[DecodeWorkers]:
    """Start workers that also tell how long the codec took in each call."""
    with pytest.MonkeyPatch.context() as patch:
        environment = worker_process._environment()
        paths = {"PYTHONPATH": os.pathsep.join((environment["PYTHONPATH"], str(CHECKOUT)))}
        patch.setattr(worker_process, "MODULE", "tests.benchmarks.timed_worker")
        patch.setattr(worker_process, "_environment", lambda: environment | paths)
        workers = DecodeWorkers(1)
        try:
            yield workers
        finally:
            workers.close()


def images(folder: Path) -> Iterator[Path]:
    """Yield one file per transfer syntax."""
    real = find_shared_data()
    found = sorted((real / SAME_IMAGE).iterdir()) if real else []
    yield from found
    have = {
        str(pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID)
        for path in found
    }
    values = own_image()
    if EXPLICIT not in have:
        plain = folder / EXPLICIT
        plain.write_bytes(written(make_image(values), EXPLICIT))
        yield plain
    for uid, encode in ENCODERS.items():
        if uid not in have:
            yield encoded(folder / uid, uid, values, encode(values))


def own_image() -> np.ndarray:
    """Return a disc with noise, in 12 of 16 bits, which compresses about as a CT does."""
    rows, columns = np.indices((SIDE, SIDE)) - SIDE / 2
    disc = np.where(np.hypot(rows, columns) < SIDE * 0.4, 1064, 24)
    noise = np.random.default_rng(1).normal(0, 12, disc.shape)
    return np.clip(disc + noise, 0, 4095).astype(np.uint16)


def encoded(path: Path, uid: str, values: np.ndarray, codestream: bytes) -> Path:
    """Write an image with an encoded frame."""
    image = make_image(values, PixelData=encapsulate([codestream]))
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True
    path.write_bytes(written(image, uid))
    return path


def measure_one(workers: DecodeWorkers, path: Path, smoke: bool) -> list[Row]:
    """Return the rows of one file."""
    frames = open_frames(path)
    dataset = pydicom.dcmread(path)
    dataset.PixelData  # noqa: B018 - read before the clock runs
    kinds = {
        "worker": lambda: workers.decode(path, 0, as_shown=False),
        "bare": bare_codec(frames),
        "pydicom": lambda: pixel_array(dataset, index=0, raw=True),
    }
    with quiet_parsing(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not can_decode(kinds["pydicom"]):
            del kinds["pydicom"]
        for run in kinds.values():
            run()
        once = time_of(kinds["bare"])
        timed = {name: lambda run=run: time_of(run) for name, run in kinds.items()}
        taken = measure_in_turn(rounds_of(once, 200, smoke), **timed)
    with BareProcess(frames.geometry.decoded_bytes) as bare:
        costs = measure_in_turn(
            rounds_of(once * RUN, 30, smoke),
            run=lambda: cost_in_a_run(workers, path),
            single=lambda: cost_after_a_pause(workers, path),
            floor=lambda: bare_after_a_pause(bare),
        )
    frames.close()
    return [*costs_of(frames.syntax.name, costs), *rows_of(frames.syntax.name, taken)]


def rounds_of(once_ms: float, most: int, smoke: bool) -> int:
    return 1 if smoke else max(9, min(most, int(BUDGET_MS / (once_ms + 1))))


def cost_in_a_run(workers: DecodeWorkers, path: Path) -> float:
    """Return what a frame takes beyond its codec call, while frames follow one another."""
    codec_ms: list[float] = []

    def take(worker: WorkerProcess, reply: dict[str, Any], slot: int) -> None:
        take_frame(worker, reply, slot)
        codec_ms.append(reply["codec_ms"])

    def ask() -> dict[str, Any]:
        return decode_request(path, 0, as_shown=True)

    began = time.perf_counter()
    for _place, problem in FrameRun(
        workers._queue, FramePriority.NEXT, [ask] * RUN, take, DECODE_S
    ).frames():
        if problem is not None:
            raise RuntimeError(str(problem))
    return ((time.perf_counter() - began) * 1000 - sum(codec_ms)) / RUN


def cost_after_a_pause(workers: DecodeWorkers, path: Path) -> float:
    """Return what a single frame takes beyond its codec call, after nothing was asked for."""
    time.sleep(PAUSE_S)
    began = time.perf_counter()
    _pixels, facts = workers.decode(path, 0, as_shown=True)
    return (time.perf_counter() - began) * 1000 - float(facts["codec_ms"])


def bare_after_a_pause(bare: BareProcess) -> float:
    """Return what a process that does nothing takes, after nothing was asked for."""
    time.sleep(PAUSE_S)
    return time_of(bare.ask)


def costs_of(name: str, costs: dict[str, list[float]]) -> list[Row]:
    run, single = f"{name}: cost of a worker, in a run", f"{name}: the same, after a pause"
    return [
        row(run, costs["run"], target=targets.DECODE_COST),
        row(single, costs["single"], "bare process", costs["floor"], FLOOR_NOTE),
    ]


def rows_of(name: str, taken: dict[str, list[float]]) -> list[Row]:
    name = f"decode: {name}"
    rows = [row(name, taken["worker"], "bare codec", taken["bare"])]
    if "pydicom" in taken:
        rows.append(row(name, taken["worker"], "pydicom", taken["pydicom"]))
    return rows


def bare_codec(frames: FrameFile) -> Callable[[], object]:
    """Return the call that turns the frame's bytes into an array, and nothing else."""
    reader, geometry, codec = frames._reader, frames.geometry, frames.syntax.codec
    if not isinstance(reader, FragmentFrames):
        return lambda: reader.read(0)
    data = reader.fragments.read(reader.source, 0)
    if codec in DECODERS:
        return lambda: DECODERS[codec](data, geometry, None)
    return lambda: decode_bytewise(data, geometry, codec)


def can_decode(decode: Callable[[], object]) -> bool:
    """Say whether pydicom has a plugin for this."""
    try:
        decode()
    except (RuntimeError, NotImplementedError, AttributeError, ValueError):
        return False
    return True


def time_of(run: Callable[[], object]) -> float:
    """Return the milliseconds of one call."""
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000

"""A frame through a decode worker, against the bare codec and against pydicom with its plugins.

One CT image of 512 x 512 in every transfer syntax: real files beside the checkout where there are
any, and otherwise an image of our own, encoded here.
"""

import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.pixels import pixel_array

from readstation.adapters.decode import worker_process
from readstation.adapters.decode.bytewise import decode_bytewise
from readstation.adapters.decode.codecs import DECODERS
from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.frame_decoder import FrameFile, open_frames
from readstation.adapters.decode.frame_readers import FragmentFrames
from readstation.adapters.dicom.attributes import quiet_parsing
from tests.benchmarks.row import Row, measure_in_turn, row
from tests.conftest import CHECKOUT, find_shared_data
from tests.dicom_files import make_image
from tests.hostile.parts import encapsulate
from tests.hostile.seeds import EXPLICIT, written

SIDE = 512
SAME_IMAGE = Path("10_transfer_syntaxes", "same_CT_all_syntaxes")
ENCODERS: dict[str, Callable[[np.ndarray], bytes]] = {
    "1.2.840.10008.1.2.4.80": imagecodecs.jpegls_encode,
    "1.2.840.10008.1.2.4.90": lambda values: imagecodecs.jpeg2k_encode(values, reversible=True),
    "1.2.840.10008.1.2.4.201": lambda values: imagecodecs.htj2k_encode(values, reversible=True),
    "1.2.840.10008.1.2.4.110": lambda values: imagecodecs.jpegxl_encode(values, lossless=True),
}


def measure(smoke: bool) -> list[Row]:
    """Return two rows per transfer syntax: beside the bare codec, and beside pydicom."""
    with timed_workers() as workers, tempfile.TemporaryDirectory() as folder:
        files = list(images(Path(folder)))
        return [line for path in files for line in measure_one(workers, path, smoke)]


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
    bare = bare_codec(frames)
    dataset = pydicom.dcmread(path)
    dataset.PixelData  # noqa: B018 - read before the clock runs
    codec_ms: list[float] = []
    kinds = {
        "worker": lambda: codec_ms.append(workers.decode(path, 0, as_shown=False)[1]["codec_ms"]),
        "bare": bare,
        "pydicom": lambda: pixel_array(dataset, index=0, raw=True),
    }
    with quiet_parsing(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not can_decode(kinds["pydicom"]):
            del kinds["pydicom"]
        for run in kinds.values():
            run()
        once = time_of(kinds["bare"])
        rounds = 1 if smoke else max(9, min(200, int(2_000 / (once + 1))))
        timed = {name: lambda run=run: time_of(run) for name, run in kinds.items()}
        taken = measure_in_turn(rounds, **timed)
    frames.close()
    return rows_of(frames, taken, codec_ms[-rounds:])


def rows_of(frames: FrameFile, taken: dict[str, list[float]], codec_ms: list[float]) -> list[Row]:
    beside = statistics.median(a - b for a, b in zip(taken["worker"], codec_ms, strict=True))
    over = statistics.median(a - b for a, b in zip(taken["worker"], taken["bare"], strict=True))
    name = f"decode: {frames.syntax.name}"[:44]
    note = f"{beside:+.2f} ms beside the codec in the same call, {over:+.2f} over the bare one"
    rows = [row(name, taken["worker"], "bare codec", taken["bare"], note)]
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
        return lambda: DECODERS[codec](data, geometry)
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

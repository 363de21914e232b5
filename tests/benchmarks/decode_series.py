"""A compressed CT of 300 slices through the two decode workers, against the bare codec.

Ours opens, checks and decodes every file and brings the pixels into the program, in runs as the
frame loader asks for them. The bare codec has the compressed frames in memory already and decodes
them in two threads. Both in turn, with everything warm.
"""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.adapters.decode.frame_decoder import open_frames
from readstation.app.jobs import JobContext
from readstation.domain.errors import CannotDisplayError
from readstation.domain.study import Instance
from tests.benchmarks.data import SYNTAXES, ct, files_of
from tests.benchmarks.decode import bare_codec
from tests.benchmarks.row import Row, measure_in_turn, row

LANES = 2
RUN = 12
ROUNDS = 5
NAMES = {"jpeg_ls": "JPEG-LS", "jpeg_2000": "JPEG 2000", "htj2k": "HTJ2K"}


class Files:
    """A store of files that are named by their number."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths

    def path(self, content_sha256: str) -> Path:
        return self._paths[int(content_sha256)]


def measure(smoke: bool) -> list[Row]:
    """Return a row per transfer syntax."""
    return [measure_syntax(syntax, smoke) for syntax in NAMES]


def measure_syntax(syntax: str, smoke: bool) -> Row:
    """Return the row of one transfer syntax."""
    paths = files_of(ct(300, syntax, smoke=smoke))
    opened = [open_frames(path) for path in paths[:: len(paths) // 12 or 1]]
    codecs = [bare_codec(frames) for frames in opened]
    workers = DecodeWorkers(LANES)
    source = StoredFrameSource(workers, Files(paths))
    instances = [instance_of(number, syntax) for number in range(len(paths))]
    with ThreadPoolExecutor(LANES) as threads:

        def ours() -> float:
            began = time.perf_counter()
            runs = [instances[at : at + RUN] for at in range(0, len(instances), RUN)]
            list(threads.map(lambda run: decode_run(source, run), runs))
            return (time.perf_counter() - began) * 1000

        def bare() -> float:
            began = time.perf_counter()
            list(threads.map(lambda number: codecs[number % len(codecs)](), range(len(paths))))
            return (time.perf_counter() - began) * 1000

        ours()
        taken = measure_in_turn(1 if smoke else ROUNDS, ours=ours, bare=bare)
    workers.close()
    for frames in opened:
        frames.close()
    name = f"decode {len(paths)} slices, {NAMES[syntax]}"
    note = f"{LANES} workers, {os.cpu_count()} cores"
    return row(name, taken["ours"], f"bare codec, {LANES} threads", taken["bare"], note)


def decode_run(source: StoredFrameSource, instances: Sequence[Instance]) -> None:
    wanted = [(instance, 1) for instance in instances]
    for _instance, _number, frame in source.load_many(wanted, JobContext()):
        if isinstance(frame, CannotDisplayError):
            raise RuntimeError(frame.message)


def instance_of(number: int, syntax: str) -> Instance:
    uid = SYNTAXES[syntax][0]
    return Instance(f"2.25.1.{number}", "2.25.1", "1.2", uid, number, 1, 512, 512, str(number))

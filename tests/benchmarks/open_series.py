"""A series of uncompressed files from disk into memory, against reading them and against readers.

All read the same files, in the page cache, in turn. Ours does as the program's frame loader: in
runs, in as many threads as it has for pixels. `raw read` is the least for one thread: each file
into its place in memory made for all of them, nothing looked at.
"""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path

import numpy as np
import pydicom

from readstation.adapters.decode.plain_frames import (
    ForeignFrame,
    LastRead,
    PlainFrame,
    read_plain_frames,
)
from readstation.app.jobs import JobContext, Lane
from readstation.app.reading.frame_queue import MOST_AT_ONCE
from readstation.domain.study import Instance
from tests.benchmarks.ct_series import CtSeries, write_series
from tests.benchmarks.host_memory import fetch_memory
from tests.benchmarks.row import Row, measure_in_turn, not_run, row
from tests.benchmarks.targets import (
    ALL_OF_1000_PYDICOM,
    ALL_OF_1000_READ,
    ALL_OF_1000_SIMPLEITK,
    ALL_RAW,
    FIRST_OF_1000,
    Target,
)

ROUNDS, SIDE = 5, 512
THREADS = ThreadPoolExecutor(Lane.PIXELS.workers)
NOTE = f"in runs of {MOST_AT_ONCE}, {Lane.PIXELS.workers} threads, as the program reads"
ALL_OF_300 = "open: 300-slice CT, all in memory"
ALL_OF_1000 = "open: 1,000-slice CT, all in memory"


def measure_1000(smoke: bool) -> list[Row]:
    """Return the rows of 1,000 slices of 512 x 512."""
    targets = {
        "raw read": ALL_OF_1000_READ,
        "pydicom": ALL_OF_1000_PYDICOM,
        "SimpleITK": ALL_OF_1000_SIMPLEITK,
    }
    with tempfile.TemporaryDirectory() as folder:
        series = write_series(Path(folder), 6 if smoke else 1000, 64 if smoke else SIDE)
        return [*first_rows(series, smoke), *all_rows(ALL_OF_1000, series, targets, smoke)]


def measure_300(smoke: bool) -> list[Row]:
    """Return the rows of 300 slices of 512 x 512."""
    targets = {"VTK": ALL_RAW}
    with tempfile.TemporaryDirectory() as folder:
        series = write_series(Path(folder), 6 if smoke else 300, 64 if smoke else SIDE)
        return all_rows(ALL_OF_300, series, targets, smoke)


def first_rows(series: CtSeries, smoke: bool) -> list[Row]:
    """Return the row of the middle slice, from its path to checked stored values."""
    middle = len(series.paths) // 2
    one = CtSeries(series.paths[middle : middle + 1], series.instances[middle : middle + 1])
    taken = measure_in_turn(
        1 if smoke else 99,
        ours=lambda: ms_of(lambda: all_checked(one)),
        pydicom=lambda: ms_of(lambda: read_by_pydicom(one)),
    )
    note = "scan, read, hash compared, unused bits cleared; painting is not in it"
    name = "open: 1,000-slice CT, first image"
    return [row(name, taken["ours"], "pydicom", taken["pydicom"], note, target=FIRST_OF_1000)]


def all_rows(name: str, series: CtSeries, targets: dict[str, Target], smoke: bool) -> list[Row]:
    """Return one row per rival; who is not installed here says so."""
    rivals = {"raw read": raw_read, "pydicom": read_by_pydicom}
    absent = {}
    for rival, (module, read) in READERS.items():
        try:
            __import__(module)
        except ImportError as problem:
            absent[rival] = str(problem)
        else:
            rivals[rival] = read
    kinds = {"ours": all_read, "hashed": all_checked, **rivals}

    def timed(read: Callable[[CtSeries], object]) -> float:
        fetch_memory(2 * series.pixel_bytes)
        return ms_of(lambda: read(series))

    taken = measure_in_turn(
        1 if smoke else ROUNDS,
        **{kind: lambda read=read: timed(read) for kind, read in kinds.items()},
    )
    rows = [
        row(name, taken["ours"], rival, taken[rival], NOTE, target=targets.get(rival))
        for rival in rivals
    ]
    rows += [not_run(name, rival, why, targets.get(rival)) for rival, why in absent.items()]
    checked = f"{name}, every hash compared"
    return [*rows, row(checked, taken["hashed"], "raw read", taken["raw read"])]


def all_read(series: CtSeries) -> object:
    """Read every slice into memory, its header scanned and compared with the index."""
    return _in_runs(series, lambda frame: frame)


def all_checked(series: CtSeries) -> object:
    return _in_runs(series, lambda frame: frame.checked())


def _in_runs(series: CtSeries, finish: Callable[[PlainFrame | ForeignFrame], object]) -> object:
    last_read = LastRead()

    def read(run: Sequence[Instance]) -> list[object]:
        wanted = [(instance, 1) for instance in run]
        found = read_plain_frames(series, wanted, JobContext(), last_read)
        return [finish(frame) for _, _, frame in found]

    count = len(series.instances)
    runs = [series.instances[at : at + MOST_AT_ONCE] for at in range(0, count, MOST_AT_ONCE)]
    found = [frame for frames in THREADS.map(read, runs) for frame in frames]
    if len(found) != count:
        raise RuntimeError("a slice was left to the workers")
    return found


def raw_read(series: CtSeries) -> object:
    """Read every file whole into its place."""
    longest = max(path.stat().st_size for path in series.paths)
    volume = np.empty((len(series.paths), longest), np.uint8)
    for place, path in zip(volume, series.paths, strict=True):
        with FileIO(path) as file:
            file.readinto(place.data)
    return volume


def read_by_pydicom(series: CtSeries) -> object:
    """Read every file with pydicom, pixels into one volume."""
    volume = None
    for number, path in enumerate(series.paths):
        pixels = pydicom.dcmread(path).pixel_array
        if volume is None:
            volume = np.empty((len(series.paths), *pixels.shape), pixels.dtype)
        volume[number] = pixels
    return volume


def read_by_simpleitk(series: CtSeries) -> object:
    import SimpleITK  # noqa: PLC0415 - a rival may be absent

    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames([str(path) for path in series.paths])
    return reader.Execute()


def read_by_vtk(series: CtSeries) -> object:
    from vtkmodules.vtkIOImage import vtkDICOMImageReader  # noqa: PLC0415 - as above

    reader = vtkDICOMImageReader()
    reader.SetDirectoryName(os.fspath(series.paths[0].parent))
    reader.Update()
    return reader.GetOutput()


READERS = {
    "SimpleITK": ("SimpleITK", read_by_simpleitk),
    "VTK": ("vtkmodules.vtkIOImage", read_by_vtk),
}


def ms_of(run: Callable[[], object]) -> float:
    """Return the milliseconds of one call; what it made is let go of behind the clock."""
    began = time.perf_counter()
    made = run()
    taken = (time.perf_counter() - began) * 1000
    del made
    return taken

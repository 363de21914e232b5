"""Looking through many files: the header scan, against pydicom told exactly what to read.

Each round both read the same files, in the page cache: 25 raw values of each. Whole rounds of the
plan of an import, which also opens and judges each file, stand beside.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pydicom

from readstation.adapters.dicom.index_scan import INDEX_TAGS, IndexScan
from readstation.adapters.media.media_files import MediaFiles
from tests.benchmarks.ct_series import write_series
from tests.benchmarks.row import Row, measure_in_turn, row
from tests.benchmarks.targets import INDEX_FILES_PER_S, INDEX_PYDICOM

FILES, SIDE, ROUNDS = 1000, 64, 9
TAGS = sorted(INDEX_TAGS)


def measure(smoke: bool) -> list[Row]:
    """Return the rows of looking through a folder."""
    with tempfile.TemporaryDirectory() as folder:
        series = write_series(Path(folder), 20 if smoke else FILES, SIDE)
        paths = [str(path) for path in series.paths]
        taken = measure_in_turn(
            1 if smoke else ROUNDS,
            ours=lambda: ms_of(lambda: scan_all(paths)),
            pydicom=lambda: ms_of(lambda: [read_by_pydicom(path) for path in paths]),
            plan=lambda: ms_of(lambda: list(MediaFiles(lambda _: []).files([Path(folder)]))),
        )
    per_s = [len(paths) / ms * 1000 for ms in taken["ours"]]
    note = f"{len(paths)} files with 123 elements, 25 values raw, page cache warm"
    return [
        row("index: header scan", per_s, unit="files/s", target=INDEX_FILES_PER_S, note=note),
        row("index: header scan", taken["ours"], "pydicom", taken["pydicom"], target=INDEX_PYDICOM),
        row("index: first pass of an import", taken["plan"], "pydicom", taken["pydicom"]),
    ]


def scan_all(paths: list[str]) -> object:
    scan = IndexScan()
    return [scan.scan_file(path) for path in paths]


def read_by_pydicom(path: str) -> list[object]:
    """Return the raw values of the same tags."""
    found = pydicom.dcmread(path, specific_tags=TAGS, stop_before_pixels=True)
    return [found.get_item(tag, keep_deferred=True) for tag in TAGS if tag in found]


def ms_of(run: Callable[[], object]) -> float:
    """Return the milliseconds of one call."""
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000

"""A CT of 300 slices: until its first image is complete, and until every image is ready.

Ours: the product's frame loader and an image box of 900 x 900; the files lie in its image store,
their descriptions are known (both since the study arrived). "Ready" is as the product keeps a
frame: decoded, in memory; of an uncompressed one the hash is compared when it is first shown, which
the note gives for all of them. Cornerstone3D and dwv fetch the same files over loopback HTTP, know
their addresses, and have two decode workers; VTK reads the folder. Left out everywhere: the start
of the program or browser, and of its page.

Every round starts all of them anew. `first time` is the first series of a new program or page, as
the published figures of browsers are; `again` loads it once more with everything warm and nothing
kept.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks import targets
from tests.benchmarks.browser_contender import BrowserContender
from tests.benchmarks.contender import AbsentError, Contender, PythonContender, screen
from tests.benchmarks.data import ct, files_of
from tests.benchmarks.host_memory import fetch_memory
from tests.benchmarks.row import Row, not_run, row
from tests.benchmarks.targets import Target

OURS, VTK = "ReadStation", "VTK vtkDICOMImageReader"
CORNERSTONE, DWV = "Cornerstone3D", "dwv"
TIMES = ("first time", "again")
ROUNDS = {"raw": 5, "jpeg_ls": 4, "jpeg_2000": 3, "htj2k": 4}
SMOKE = ("raw", "jpeg_ls")
TARGETS: Mapping[tuple[str, str], Target] = {
    ("raw", "first_ms"): targets.FIRST_IMAGE_RAW,
    ("raw", "all_ms"): targets.ALL_RAW,
    ("jpeg_ls", "all_ms"): targets.ALL_JPEG_LS,
    ("jpeg_2000", "all_ms"): targets.ALL_JPEG_2000,
    ("htj2k", "all_ms"): targets.ALL_HTJ2K,
}
NAMES = {"raw": "raw", "jpeg_ls": "JPEG-LS", "jpeg_2000": "JPEG 2000", "htj2k": "HTJ2K"}
STAGES = {"first_ms": "first image", "all_ms": "all images"}
SERIES_BYTES = 2 * 300 * 512 * 512 * 2
"""What the pixels take, twice: most of them keep the files as well."""
Maker = Callable[[Mapping[str, str]], Contender]
RIVALS: Mapping[str, Maker] = {
    CORNERSTONE: lambda _on: BrowserContender(CORNERSTONE, "cornerstone"),
    DWV: lambda _on: BrowserContender(DWV, "dwv"),
    VTK: lambda on: PythonContender(VTK, "vtk_viewer", **on),
}
WHO: Mapping[str, Sequence[str]] = {"raw": (CORNERSTONE, DWV, VTK)}
Figures = dict[tuple[str, str, str], list[float]]


def measure_raw(smoke: bool) -> list[Row]:
    return measure("raw", smoke)


def measure_jpeg_ls(smoke: bool) -> list[Row]:
    return measure("jpeg_ls", smoke)


def measure_jpeg_2000(smoke: bool) -> list[Row]:
    return measure("jpeg_2000", smoke)


def measure_htj2k(smoke: bool) -> list[Row]:
    return measure("htj2k", smoke)


def measure(syntax: str, smoke: bool) -> list[Row]:
    """Return the rows of one transfer syntax; a smoke run decodes but one."""
    if smoke and syntax not in SMOKE:
        return []
    files = [str(path) for path in files_of(ct(300, syntax, smoke=smoke))]
    rivals = () if smoke else WHO.get(syntax, (CORNERSTONE,))
    taken: Figures = {}
    absent: dict[str, str] = {}
    with screen() as variables, TemporaryDirectory() as home:
        for _ in range(1 if smoke else ROUNDS[syntax]):
            one_round(our_loading(variables), files, home, taken)
            for name in rivals:
                try:
                    one_round(RIVALS[name](variables), files, home, taken)
                except AbsentError as reason:
                    absent[name] = str(reason)
    return rows_of(syntax, rivals, taken, absent)


def our_loading(variables: Mapping[str, str]) -> Contender:
    return PythonContender(OURS, "our_loading", **variables)


def one_round(contender: Contender, files: Sequence[str], home: str, taken: Figures) -> None:
    """Let a contender that has just started load twice, and end it."""
    name = contender.name
    with closing(contender):
        contender.call("start", width=900, height=900, workers=2)
        if name == OURS:
            contender.call("prepare", files=files, home=home)
        for when in TIMES:
            fetch_memory(SERIES_BYTES)
            answer = contender.call("read" if name == VTK else "load", files=files)
            note_figures(name, when, answer, taken)


def note_figures(name: str, when: str, answer: Mapping[str, Any], taken: Figures) -> None:
    """Keep the times of one loading; fail where images are missing from it."""
    if answer["failed"]:
        raise RuntimeError(f"{name}: {answer['failed']} images did not load")
    for stage, figure in answer.items():
        if stage.endswith("_ms"):
            taken.setdefault((name, when, stage), []).append(figure)


def rows_of(
    syntax: str, rivals: Sequence[str], taken: Figures, absent: Mapping[str, str]
) -> list[Row]:
    """Return a row per time, stage and rival; ours alone where there is none."""
    rows = []
    for when in TIMES:
        for stage, words in STAGES.items():
            name = f"{words}, 300-slice CT {NAMES[syntax]}, {when}"
            target = TARGETS.get((syntax, stage))
            ours = taken[OURS, when, stage]
            for rival in rivals:
                judged = target if stage == "all_ms" or rival == CORNERSTONE else None
                if rival in absent:
                    rows.append(not_run(name, rival, absent[rival], judged))
                elif theirs := taken.get((rival, when, stage)):
                    rows.append(row(name, ours, rival, theirs, note(when, taken), target=judged))
            if not rivals:
                rows.append(row(name, ours, note=note(when, taken)))
    return rows


def note(when: str, taken: Figures) -> str:
    """Return what our figure leaves out."""
    checked = statistics.median(taken[OURS, when, "checked_ms"])
    return f"every hash compared and given to the box: {checked:.0f} ms more"

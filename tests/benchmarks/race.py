"""Runs several viewers in turn over the same images, viewport and steps.

Every contender is a process of its own and stays alive; a round asks each for the same few steps,
one contender after the other. The first steps of a turn are dropped: the others' turns have emptied
the processor's caches. A contender's figure of a round is the median of its steps.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Any

import numpy as np

from tests.benchmarks.browser_contender import BrowserContender
from tests.benchmarks.contender import AbsentError, Contender, PythonContender, screen
from tests.benchmarks.data import Series, files_of
from tests.benchmarks.pictures import check_picture
from tests.benchmarks.row import Row, not_run, row
from tests.benchmarks.targets import Target

OURS = "ReadStation"
PYQTGRAPH, VTK = "pyqtgraph ImageItem", "VTK vtkImageViewer2"
CORNERSTONE, DWV = "Cornerstone3D, CPU", "dwv"
PERIOD = 60
DROPPED = 2
BROWSER_WORKERS = 2  # as many as there are cores

Variables = Mapping[str, str]
MAKERS: dict[str, Callable[[Variables], Contender]] = {
    OURS: lambda on: PythonContender(OURS, "ours", **on),
    PYQTGRAPH: lambda on: PythonContender(PYQTGRAPH, "pyqtgraph_images", **on),
    VTK: lambda on: PythonContender(VTK, "vtk_viewer", **on),
    CORNERSTONE: lambda _on: BrowserContender(CORNERSTONE, "cornerstone"),
    DWV: lambda _on: BrowserContender(DWV, "dwv"),
}


@dataclass(frozen=True)
class Scene:
    """The same images in the same number of pixels for everyone."""

    series: Series
    width: int
    height: int
    boxes: int = 1


@dataclass
class Taken:
    """The figures of each contender, round by round, and who could not take part."""

    rounds: dict[str, list[float]] = field(default_factory=dict)
    p95: dict[str, float] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def rows(self, name: str, target: Target | None, *, only: Sequence[str] = ()) -> list[Row]:
        """Return one row per rival."""
        ours = self.rounds[OURS]
        found = []
        for rival, figures in self.rounds.items():
            if rival != OURS and (not only or rival in only):
                note = f"p95 {self.p95[OURS]:.1f} and {self.p95[rival]:.1f} ms"
                found.append(row(name, ours, rival, figures, note, target=target))
        if not found and not self.absent:
            found.append(row(name, ours, note=f"p95 {self.p95[OURS]:.1f} ms", target=target))
        for rival, reason in self.absent.items():
            if not only or rival in only:
                found.append(not_run(name, rival, reason, target))
        return found


class Race:
    """Contenders that have loaded their images, ready for rounds."""

    def __init__(self, scene: Scene, contenders: list[Contender], absent: dict[str, str]) -> None:
        self._scene = scene
        self._contenders = contenders
        self._absent = absent

    def run(
        self,
        what: str,
        steps_of_round: Callable[[int], Sequence[Any]],
        rounds: int,
        *,
        only: Sequence[str] = (),
    ) -> dict[str, Taken]:
        """Run rounds of steps; return wall and CPU times of those who can do this."""
        taken = {clock: Taken(absent=dict(self._absent)) for clock in ("wall_ms", "cpu_ms")}
        running = [one for one in self._contenders if not only or one.name in only]
        every: dict[tuple[str, str], list[float]] = {}
        for number in range(rounds):
            steps = list(steps_of_round(number))
            for contender in running:
                answer = contender.call(what, steps=steps)
                for clock in taken.keys() & answer.keys():
                    kept = answer[clock][DROPPED:]
                    every.setdefault((clock, contender.name), []).extend(kept)
                    figures = taken[clock].rounds.setdefault(contender.name, [])
                    figures.append(statistics.median(kept))
        for (clock, name), figures in every.items():
            taken[clock].p95[name] = float(np.percentile(figures, 95))
        return taken

    def windows(self, per_round: int) -> Callable[[int], Sequence[Any]]:
        """Return the steps of a drag: centre and width around those of the file."""
        center, width = self._scene.series.window

        def steps(number: int) -> list[tuple[float, float]]:
            turns = [2 * pi * (number * per_round + i) / PERIOD for i in range(per_round)]
            return [(center + 0.5 * width * sin(t), width * (1 + 0.5 * cos(t))) for t in turns]

        return steps

    def slices(self, per_round: int) -> Callable[[int], Sequence[int]]:
        """Return the steps of a scroll, onward from one round to the next."""
        count = self._scene.series.count

        def steps(number: int) -> list[int]:
            return [(1 + number * per_round + i) % count for i in range(per_round)]

        return steps


@contextmanager
def race(scene: Scene, names: Sequence[str]) -> Iterator[Race]:
    """Start the contenders, let them load, and look once at what each of them draws."""
    files = [str(path) for path in files_of(scene.series)]
    contenders, absent = [], {}
    with ExitStack() as stack:
        variables = stack.enter_context(screen())
        for name in names:
            try:
                contender = MAKERS[name](variables)
                stack.callback(contender.close)
                start(contender, scene, files)
            except AbsentError as reason:
                absent[name] = str(reason)
                continue
            contenders.append(contender)
        yield Race(scene, contenders, absent)


def start(contender: Contender, scene: Scene, files: Sequence[str]) -> None:
    """Let a contender show the images; fail if what it draws is not them."""
    contender.call(
        "start",
        width=scene.width,
        height=scene.height,
        boxes=scene.boxes,
        workers=BROWSER_WORKERS,
    )
    contender.call("load", files=files)
    if scene.boxes == 1:
        check_picture(contender, scene.series, scene.width, scene.height)

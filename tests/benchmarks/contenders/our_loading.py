"""Our own side of loading: the product's frame loader and one image box, files in its image store.

Import and descriptions come before the clock: they are kept from when the study arrived. The clock
runs from the display set to its first image painted and read back, and on until the loader has
brought every image of the series.
"""

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from readstation.app.commands import CommandRegistry
from readstation.app.jobs import Lane
from readstation.app.reading.display_set import DisplaySet, group_into_display_sets
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.frame_supply import FrameSupply
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.bootstrap import Workspace
from readstation.domain.study import Series
from readstation.imaging.voi import VoiWindow
from readstation.ui import theme
from readstation.ui.job_runner import SWITCH_S, JobRunner
from readstation.ui.reading.frame_loader import FrameLoader
from readstation.ui.viewport.rehearsal import rehearse
from readstation.ui.viewport.viewport_commands import VIEWPORT_COMMANDS
from readstation.ui.viewport.viewport_view import ViewportView
from tests.benchmarks.contenders.answering import answer_calls
from tests.benchmarks.contenders.open_workspace import all_series, images_of, workspace_with
from tests.benchmarks.contenders.painted import Painted, window_of

BUDGET_BYTES = 4 * 1024**3
PATIENCE_S = 120.0
LOOK_AGAIN_MS = 50
"""In case that no event comes. Looking every 2 ms took a tenth of a core from the decoders."""
HEARTBEAT_MS = 2
FRAME_S = 1 / 60


class OurLoading:
    """One image box of ours, and the loader that feeds it."""

    def __init__(self) -> None:
        self._application = QApplication(["benchmark"])
        theme.apply(self._application)
        sys.setswitchinterval(SWITCH_S)  # as the program has it
        self._stack = ExitStack()

    def start(self, width: int, height: int, **_: Any) -> dict[str, Any]:
        """Show an empty image box, rehearsed as the program's are before a study is open."""
        rehearse()
        self._model = ViewportModel(NO_PRESETS, Role.CURRENT)
        self._view = ViewportView(self._model, registry=CommandRegistry(VIEWPORT_COMMANDS))
        self._window = window_of([self._view], width, height)
        self._painted = Painted([self._view], lambda: self._model.frame is not None)
        return {}

    def prepare(self, files: Sequence[str], home: str) -> dict[str, Any]:
        """Import the files, unless they are in that home; start the workers, as logging in does."""
        paths = [Path(file) for file in files]
        workspace = self._stack.enter_context(workspace_with(paths, Path(home)))
        self._stack.callback((jobs := JobRunner()).shutdown)
        (self._series,) = all_series(workspace)
        start_workers(workspace, self._series)
        (self._set,) = group_into_display_sets(images_of(workspace, self._series))
        self._supply = FrameSupply([self._model], FrameCache(BUDGET_BYTES))
        self._parent = QObject()
        self._loader = FrameLoader(self._supply, workspace.station, jobs, self._parent)
        return {}

    def load(self, files: Sequence[str]) -> dict[str, Any]:
        """Return when the first image was complete, and when the last was there."""
        del files  # they are in the workspace
        self._empty()
        began = time.perf_counter()
        cpu = time.process_time()
        self._painted.expect()
        self._hang(self._series, self._set)
        wait_until(lambda: self._painted.is_done)
        self._painted.read_back()
        first_ms = (time.perf_counter() - began) * 1000
        wait_until(lambda: self._supply.is_complete)
        all_ms = (time.perf_counter() - began) * 1000
        progress = self._supply.progress(self._set)
        return {
            "first_ms": first_ms,
            "all_ms": all_ms,
            "cpu_ms": (time.process_time() - cpu) * 1000,
            "failed": len(self._set.images) - progress.loaded_count,
            "checked_ms": self._checked_ms(),
        }

    def drag(self, frames: int) -> dict[str, Any]:
        """Drag the window at a display's pace while the loader decodes the series."""
        self._empty()
        self._hang(self._series, self._set)
        wait_until(lambda: self._model.frame is not None)
        heart = Heart()
        frame_ms = []
        due = time.perf_counter()
        for step in range(frames):
            due = max(due + FRAME_S, time.perf_counter())
            wait_until(lambda due=due: time.perf_counter() >= due)
            began = time.perf_counter()
            self._painted.expect()
            self._model.set_window(VoiWindow(40 + step % 50, 350 + 3 * (step % 30)))
            self._painted.wait()
            frame_ms.append((time.perf_counter() - began) * 1000)
        loaded = self._supply.progress(self._set).loaded_count
        return {"frame_ms": frame_ms, "gap_ms": heart.stop(), "loaded": loaded}

    def close(self) -> None:
        self._stack.close()

    def _empty(self) -> None:
        self._model.clear()
        self._supply.forget_pixels()
        wait_until(lambda: self._loader.is_idle)

    def _checked_ms(self) -> float:
        """Return how long it takes to give every image to the box, hash compared, unpainted."""
        began = time.perf_counter()
        for index in range(len(self._set.images)):
            self._model.go_to(index)
            if self._model.frame is None:
                raise RuntimeError("an image that was ready did not come at once")
        return (time.perf_counter() - began) * 1000

    def _hang(self, series: Series, display_set: DisplaySet) -> None:
        self._supply.add_series([series])
        self._supply.add_sets([display_set])
        self._supply.follow((display_set,), (display_set,), 0, 1)
        self._model.set_display_set(display_set.images)


class Heart:
    """Beats in the event loop, and knows the longest time between two beats."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._longest_s = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(HEARTBEAT_MS)

    def stop(self) -> float:
        """Return the longest gap in milliseconds."""
        self._beat()
        self._timer.stop()
        return self._longest_s * 1000

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest_s = max(self._longest_s, now - self._last)
        self._last = now


def start_workers(workspace: Workspace, series: Series) -> None:
    """Return when every decode worker runs: the program starts them at its login page."""
    workspace.workers.start()
    frames, instance = workspace.station.frames, series.instances[0]
    asking = [Thread(target=frames.load, args=(instance, 1)) for _ in range(Lane.PIXELS.workers)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()


def wait_until(is_done: Callable[[], bool]) -> None:
    """Run the event loop, asleep between events, until something is so."""
    deadline = time.monotonic() + PATIENCE_S
    waker = QTimer()
    waker.start(LOOK_AGAIN_MS)
    while not is_done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > deadline:
            raise RuntimeError("the images did not come")


if __name__ == "__main__":
    side = OurLoading()
    try:
        answer_calls({name: getattr(side, name) for name in ("start", "prepare", "load", "drag")})
    finally:
        side.close()

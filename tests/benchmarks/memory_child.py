"""The process whose memory is measured: it opens study after study; see `memory_curve`."""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.ui.job_runner import JobRunner
from readstation.ui.reading.frame_loader import FrameLoader
from readstation.ui.viewport.viewport_view import ViewportView
from tests.benchmarks import process_memory
from tests.benchmarks.written_studies import WrittenFiles, WrittenStation, write_study

MB = 1_000_000
LOAD_S = 180.0


def run(studies: int, slices: int, side: int, budget_mb: int, folder: Path) -> None:
    """Open studies one after the other and print the memory after every few milliseconds."""
    application = QApplication([])
    files = WrittenFiles()
    warm_up = write_study(folder, 999, 3, side, files)
    opened = [write_study(folder, number, slices, side, files) for number in range(studies)]
    cache = FrameCache.within(budget_mb * MB)
    model, jobs, owner = ReadingModel(NO_PRESETS, cache), JobRunner(), QObject()
    loader = FrameLoader(model.supply, WrittenStation(files), jobs, owner)
    view = ViewportView(model.boxes[0])
    view.resize(900, 900)
    view.show()
    application.processEvents()
    began, points = time.monotonic(), []

    def note() -> None:
        held = process_memory.memory_of(os.getpid())
        points.append(
            {
                "at_s": time.monotonic() - began,
                "pss_mb": held.total_mb,
                "anonymous_mb": held.anonymous_mb,
                "used_mb": cache.used_bytes / MB,
            }
        )

    timer = QTimer()
    timer.setInterval(50)
    timer.timeout.connect(note)

    def rest() -> None:
        until = time.monotonic() + LOAD_S
        while not (loader.is_resting and model.active.frame is not None):
            if time.monotonic() > until:
                raise TimeoutError("a study was not loaded in time")
            application.processEvents()
            time.sleep(0.002)

    for study, sets in (warm_up, *opened):
        model.open(study)
        model.add_sets(sets)
        model.finish()
        rest()
        if study is warm_up[0]:
            note()  # what the program itself takes, with an image on the screen
            timer.start()
            continue
        for share in (0.5, 1.0, 0.25):
            model.active.go_to(int(share * (slices - 1)))
            rest()
        note()
    jobs.shutdown()
    print(json.dumps(points))


if __name__ == "__main__":
    run(*json.loads(sys.argv[1]), Path(sys.argv[2]))

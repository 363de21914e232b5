"""Writes down when image boxes were painted, so that anyone can measure what they feel.

Off unless READSTATION_FRAMES names a file. `readstation frames FILE` says what is in it.
"""

from __future__ import annotations

import logging
import os
import time
from functools import cache
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Slot

from readstation.app.viewport.frame_times import (
    GAP_FROM_MS,
    GAP_HEADING,
    HEADING,
    Gap,
    PaintedFrame,
    summary_of,
)

log = logging.getLogger(__name__)

ENVIRONMENT = "READSTATION_FRAMES"
BEAT_MS = 10


class FrameRecorder(QObject):
    """Appends a line per painted box and per pause of the event loop; a summary when it ends."""

    def __init__(self, file: TextIO, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file: TextIO | None = file
        self._frames: list[PaintedFrame] = []
        self._gaps: list[Gap] = []
        file.write(f"{HEADING}\n{GAP_HEADING}\n")
        self._last_beat_s = time.monotonic()
        beat = QTimer(self, interval=BEAT_MS)
        beat.setTimerType(Qt.TimerType.PreciseTimer)
        beat.timeout.connect(self._beat)
        beat.start()

    def painted(self, frame: PaintedFrame) -> None:
        """Write one painted box down."""
        if self._file is not None:
            self._frames.append(frame)
            self._file.write(frame.line() + "\n")

    @Slot()
    def end(self) -> None:
        """Write what can be said of it all, and close the file."""
        file, self._file = self._file, None
        if file is not None:
            with file:
                file.writelines(f"# {line}\n" for line in summary_of(self._frames, self._gaps))

    @Slot()
    def _beat(self) -> None:
        now, before = time.monotonic(), self._last_beat_s
        self._last_beat_s = now
        gap_ms = (now - before) * 1000 - BEAT_MS
        if gap_ms > GAP_FROM_MS and self._file is not None:
            gap = Gap(now, gap_ms)
            self._gaps.append(gap)
            self._file.write(gap.line() + "\n")


@cache
def frame_recorder() -> FrameRecorder | None:
    """Return the recorder of this run; None if none is asked for, or its file cannot be written."""
    named, application = os.environ.get(ENVIRONMENT), QCoreApplication.instance()
    if not named or application is None:
        return None
    try:
        file = Path(named).open("w", encoding="utf-8", buffering=1)  # noqa: SIM115 - closed by end
    except OSError as error:
        log.warning("frame times are not recorded: %s", type(error).__name__)
        return None
    recorder = FrameRecorder(file, application)
    application.aboutToQuit.connect(recorder.end)
    return recorder

"""Plays the tour in an application that is not running yet."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMessageLogContext, QtMsgType, qInstallMessageHandler

from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.ui.job_runner import JobRunner
from readstation.ui.main_window import MainWindow
from readstation.ui.tour.tour_runner import TourRunner
from readstation.ui.tour.tour_stage import TourStage
from readstation.ui.tour.tour_steps import ACCESSION_NUMBER, reading_day

REMARK = "does not support propagateSizeHints"
"""Said of every dialog where there is no display; nothing is wrong."""


def take_tour(
    window: MainWindow,
    jobs: JobRunner,
    station: Station,
    passwords: Mapping[str, str],
    out: Path,
) -> ReadStationError | None:
    """Show the window, walk through the day, and return what stopped it, or None."""
    for old in (*out.glob("[0-9][0-9]_*.png"), *out.glob("tour.json")):
        old.unlink()
    stage = TourStage(window, station, ACCESSION_NUMBER)
    runner = TourRunner(reading_day(stage, passwords), window, out, lambda: jobs.is_idle)
    failures: list[ReadStationError | None] = []
    runner.ended.connect(failures.append)
    runner.ended.connect(lambda _: QCoreApplication.quit())
    before = qInstallMessageHandler(_without_remark)
    window.show()
    window.activateWindow()
    runner.start()
    QCoreApplication.exec()
    qInstallMessageHandler(before)
    return failures[0] if failures else ReadStationError("The window was closed during the tour.")


def _without_remark(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    if REMARK not in text:
        sys.stderr.write(f"{text}\n")

"""The whole reading day, in order."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QGuiApplication

from readstation.ui.tour.call_steps import CallSteps
from readstation.ui.tour.compare_steps import CompareSteps
from readstation.ui.tour.display_steps import DisplaySteps
from readstation.ui.tour.image_steps import ImageSteps
from readstation.ui.tour.login_steps import LoginSteps
from readstation.ui.tour.monitor_steps import MonitorSteps
from readstation.ui.tour.quality_steps import QualitySteps
from readstation.ui.tour.reading_steps import ReadingSteps
from readstation.ui.tour.report_steps import ReportSteps
from readstation.ui.tour.second_read_steps import SecondReadSteps
from readstation.ui.tour.settings_steps import SettingsSteps
from readstation.ui.tour.sign_steps import SignSteps
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage

FIRST_READER, SECOND_READER, REVIEWER = "reader1", "reader2", "qa1"
ACCESSION_NUMBER = "DEMO-A1001"


def reading_day(stage: TourStage, passwords: Mapping[str, str]) -> list[TourStep]:
    """Return every step. `passwords` by user id: those of the demo are no secret."""
    first = passwords[FIRST_READER]
    images = ImageSteps(stage)
    return [
        *LoginSteps(stage, FIRST_READER, first).steps(),
        *ReadingSteps(stage, FIRST_READER).steps(),
        *CompareSteps(stage).steps(),
        *MonitorSteps(stage, len(QGuiApplication.screens())).steps(),
        *images.on_the_ct(),
        *ReportSteps(stage, FIRST_READER).steps(),
        *CallSteps(stage, FIRST_READER).steps(),
        *SecondReadSteps(stage, FIRST_READER, SECOND_READER, passwords).steps(),
        *SignSteps(stage, FIRST_READER, first).steps(),
        *images.on_other_studies(),
        *DisplaySteps(stage, FIRST_READER).steps(),
        *SettingsSteps(stage).steps(),
        *QualitySteps(stage, REVIEWER, passwords[REVIEWER]).steps(),
    ]

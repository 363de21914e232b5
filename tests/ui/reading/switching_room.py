"""A reading screen whose files, database and answers come late and out of order, by lot."""

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Lock

import numpy as np
from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPlainTextEdit, QWidget

from readstation.app.importing.import_paths import import_paths
from readstation.app.viewport.viewport_state import Role as BoxRole
from readstation.bootstrap import Workspace, open_workspace
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.reader import Role, User
from readstation.ui.job_runner import JobRunner
from readstation.ui.reading.reading_view import ReadingView
from tests.dicom_files import save_image

STUDIES, SLICES, SIDE_PX = 8, 3, 8
GRAY_STEP = 25
"""Between the gray levels of two studies on the screen; slices differ by less than one."""
WORD = re.compile(r"\b(?:S|PERSON)\d+X")


def uid_of(study: int) -> str:
    return f"2.25.{500 + study}"


def study_of(uid: str) -> int:
    return int(uid.rsplit(".", 1)[1]) - 500


def person_of(study: int) -> int:
    """Two studies each: the later one has the earlier one for a prior."""
    return study // 2


def same_person(study: int) -> set[int]:
    return {other for other in range(STUDIES) if person_of(other) == person_of(study)}


def stored_value(study: int, number: int) -> int:
    return 1000 * (study + 1) + number


def make_workspace(home: Path, files: Path, studies: Sequence[int] = range(STUDIES)) -> None:
    """Import studies whose every pixel and every word names them."""
    for study in studies:
        for number in range(1, SLICES + 1):
            word, value = f"S{study}X", stored_value(study, number)
            save_image(
                files / str(study) / f"{number}.dcm",
                np.full((SIDE_PX, SIDE_PX), value, np.uint16),
                StudyInstanceUID=uid_of(study),
                SeriesInstanceUID=f"{uid_of(study)}.1",
                SOPInstanceUID=f"{uid_of(study)}.1.{number}",
                PatientID=f"P{person_of(study)}",
                PatientName=f"TEST^PERSON{person_of(study)}X",
                PatientBirthDate="19600101",
                PatientSex="F",
                AccessionNumber=f"A-{word}",
                StudyDescription=f"CT {word}",
                SeriesDescription=f"AXIAL {word}",
                BodyPartExamined="FOOT",  # no protocol hangs it in another window than its own
                StudyDate="20261122" if study % 2 else "20260522",
                InstanceNumber=number,
                FrameOfReferenceUID=f"2.25.9{person_of(study)}",
                ImagePositionPatient=[0, 0, 5.0 * number],
                ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
                PixelSpacing=[0.5, 0.5],
                WindowCenter=5000,
                WindowWidth=10001,
            )
    workspace = open_workspace(home)
    assert import_paths([files], workspace.import_tools(), "test").is_complete
    now = workspace.station.clock.now() - timedelta(minutes=20)
    with workspace.station.unit_of_work() as work:
        work.users.put(User("reader1", "Dr. One", frozenset({Role.READER})), "no password here")
        for study in studies:
            work.orders.put(
                Order(
                    f"A-S{study}X",
                    uid_of(study),
                    f"CT S{study}X",
                    OrderPriority.STAT,
                    PatientClass.EMERGENCY,
                    Intent.DIAGNOSTIC,
                    f"Reason S{study}X",
                    now,
                    Contact(f"Dr. S{study}X", "referring physician", "555-0142"),
                )
            )
        work.commit()
    workspace.close()


class Lot:
    """Draws the same delays and steps for the same seed, whichever thread asks."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._threads = random.Random(seed + 1)
        self._lock = Lock()

    def pause(self) -> None:
        """Hold up a job: mostly not at all, at times longer than the next switch takes."""
        with self._lock:
            drawn = self._threads.random()
        if drawn > 0.6:
            time.sleep(0.002 if drawn < 0.9 else 0.015)


class LateFrames:
    """A frame source that is held up, and at times leaves plain frames to the decoders."""

    def __init__(self, frames: object, lot: Lot) -> None:
        self._frames, self._lot = frames, lot

    def __getattr__(self, name: str) -> object:
        return getattr(self._frames, name)

    def load(self, *arguments: object) -> object:
        self._lot.pause()
        found = self._frames.load(*arguments)
        self._lot.pause()
        return found

    def load_plain(self, *arguments: object) -> Iterator[object]:
        for found in self._frames.load_plain(*arguments):
            self._lot.pause()
            yield found


class LateAnswers(JobRunner):
    """Answers arrive out of order: some wait while later ones overtake them."""

    def __init__(self, lot: Lot) -> None:
        super().__init__()
        self._lot = lot

    def _deliver(self, handle: object, future: object) -> None:
        drawn = self._lot.random.random()
        if drawn > 0.5 and not self._is_shut_down:
            late_ms = int(30 * (drawn - 0.5))
            QTimer.singleShot(late_ms, lambda: super(LateAnswers, self)._deliver(handle, future))
        else:
            super()._deliver(handle, future)


def late_station(workspace: Workspace, lot: Lot) -> object:
    """Return the station with a frame source and a database that are held up."""
    station = workspace.station

    def unit_of_work() -> object:
        lot.pause()
        return station.unit_of_work()

    frames = LateFrames(station.frames, lot)
    return replace(station, frames=frames, unit_of_work=unit_of_work)


class ForeignError(AssertionError):
    """Something of another study is on the screen."""


@dataclass
class Watch:
    """Looks at everything on the reading screen, and knows what may be there."""

    view: ReadingView
    turns: int = 0
    frames: int = 0
    thumbnails: int = 0
    pictures: int = 0
    words: int = 0
    reports: int = 0

    def look(self, *, painted: bool = False) -> None:
        """Raise ForeignError if anything is of a study that is neither asked for nor its prior."""
        self.turns += 1
        wanted = self.view.navigation.open
        uid_asked = "" if wanted is None else wanted.study_instance_uid
        asked = study_of(uid_asked) if uid_asked else None
        own = set() if asked is None else same_person(asked)
        self._look_at_boxes(asked, own, painted=painted)
        self._look_at_thumbnails(own)
        self._look_at_words(own)
        model = self.view.side.report.model
        if model is not None:
            self.reports += 1
            _require(model.state.base.study_instance_uid == uid_asked, "the report")

    def _look_at_boxes(self, asked: int | None, own: set[int], *, painted: bool) -> None:
        for box, image_box in zip(self.view.model.boxes, self.view.grid.boxes, strict=False):
            image = box.description
            if image is None:
                _require(box.frame is None, "pixels in an empty box")
                continue
            study = study_of(image.study_instance_uid)
            _require(study in own, "an image box")
            _require(study == asked or box.state.role is BoxRole.PRIOR, "the role of a box")
            if box.frame is None:
                continue
            self.frames += 1
            value = stored_value(study, image.instance_number)
            _require(bool((box.frame.stored_values == value).all()), "the pixels of a box")
            if painted and image_box.isVisible():
                self._look_at_picture(image_box.view, study)

    def _look_at_picture(self, view: QWidget, study: int) -> None:
        center = view.rect().center()
        spot = view.grab(QRect(center - QPoint(20, 20), center + QPoint(20, 20))).toImage()
        levels = {
            round(spot.pixelColor(x, y).lightness() / GRAY_STEP) - 1
            for x, y in ((1, 1), (20, 1), (1, 20))
        }
        self.pictures += 1
        _require(levels == {study}, "the painted picture")

    def _look_at_thumbnails(self, own: set[int]) -> None:
        for thumbnail in self.view.thumbnails.thumbnails:
            study = study_of(thumbnail.display_set.study_instance_uid)
            _require(study in own, "a thumbnail")
            pixels = thumbnail.picture.pixmap()
            if not pixels.isNull():
                self.thumbnails += 1
                middle = pixels.toImage().pixelColor(pixels.rect().center()).lightness()
                _require(round(middle / GRAY_STEP) - 1 == study, "the picture of a thumbnail")

    def _look_at_words(self, own: set[int]) -> None:
        allowed = {f"S{study}X" for study in own}
        allowed |= {f"PERSON{person_of(study)}X" for study in own}
        for widget in self.view.findChildren(QWidget):
            if widget.isVisible():
                found = set(WORD.findall(f"{words_of(widget)} {widget.toolTip()}"))
                self.words += len(found)
                _require(found <= allowed, f"the words of a {type(widget).__name__}")


def _require(is_own: bool, what: str) -> None:
    if not is_own:
        raise ForeignError(f"{what} is of another study")


def words_of(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, (QLabel, QAbstractButton, QLineEdit)):
        return widget.text()
    return ""

"""The frame on the screen comes first, alone, and is painted before anything else is read."""

import threading

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest

from readstation.app.jobs import JobContext
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.ui.job_runner import JobRunner
from readstation.ui.reading import frame_loader
from readstation.ui.reading.frame_loader import FrameLoader
from readstation.ui.viewport.viewport_view import ViewportView
from tests.app.reading.test_frame_supply import PLAIN, Unchecked, a_study, open_study, pixels_of

LONG_MS = 20_000


class Files:
    """Plain files of one study; notes what is read, and may keep the first frame waiting."""

    def __init__(self, images, note) -> None:
        self._images = {image.sop_instance_uid: image for image in images}
        self._note = note
        self.gate = threading.Event()
        self.held_back: dict[str, threading.Event] = {}
        self.reads: list[int] = []

    def load_plain(self, wanted, job: JobContext):
        self.reads.append(len(wanted))
        self._note()
        assert self.gate.wait(LONG_MS / 1000)
        for instance, number in wanted:
            job.check()
            if instance.sop_instance_uid in self.held_back:
                assert self.held_back[instance.sop_instance_uid].wait(LONG_MS / 1000)
            frame = pixels_of(self._images[instance.sop_instance_uid])
            yield instance, number, Unchecked(frame)


class Station:
    def __init__(self, frames) -> None:
        self.frames = frames


class Paints(QObject):
    """Notes of each painting of a box whether its image was there."""

    def __init__(self, view) -> None:
        super().__init__()
        self._view = view
        self.had_frame: list[bool] = []
        view.installEventFilter(self)

    def eventFilter(self, _watched, event):
        if event.type() == QEvent.Type.Paint:
            self.had_frame.append(self._view.model.frame is not None)
        return False


class Room:
    """One image box, its loader, and a study of 40 plain slices."""

    def __init__(self, qtbot, owner) -> None:
        self.model = ReadingModel(NO_PRESETS, FrameCache(10**6))
        self.opened, self.sets = a_study(1, (40,), PLAIN)
        self.painted_before_read: list[bool] = []
        self.files = Files(self.sets[0].images, self._note)
        self.jobs = JobRunner()
        self.loader = FrameLoader(self.model.supply, Station(self.files), self.jobs, owner)
        self.view = ViewportView(self.model.boxes[0])
        qtbot.addWidget(self.view)
        self.view.show()
        qtbot.waitExposed(self.view)
        self.paints = Paints(self.view)

    def _note(self) -> None:
        self.painted_before_read.append(any(self.paints.had_frame))

    def open(self) -> None:
        self.paints.had_frame.clear()
        open_study(self.model, self.opened, self.sets)

    @property
    def is_loaded(self) -> bool:
        return self.loader.is_idle and self.model.supply.is_complete


@pytest.fixture
def room(qtbot):
    owner = QObject()
    found = Room(qtbot, owner)
    yield found
    found.files.gate.set()
    qtbot.waitUntil(lambda: found.jobs.is_idle, timeout=LONG_MS)
    found.jobs.shutdown()
    owner.deleteLater()


def test_a_frame_that_comes_in_a_moment_is_in_the_first_painting(room, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(frame_loader, "FIRST_MS", LONG_MS)  # however busy this machine is
    room.files.gate.set()
    room.open()
    qtbot.waitUntil(lambda: room.is_loaded, timeout=LONG_MS)
    assert room.paints.had_frame[0]
    assert all(room.paints.had_frame)


def test_nothing_else_is_read_until_the_frame_on_the_screen_is_painted(room, qtbot) -> None:
    room.open()
    qtbot.waitUntil(lambda: bool(room.files.reads), timeout=LONG_MS)
    for _ in range(20):
        QTest.qWait(1)
    assert room.files.reads == [1]
    room.files.gate.set()
    qtbot.waitUntil(lambda: room.is_loaded, timeout=LONG_MS)
    assert sum(room.files.reads) == 40
    assert room.painted_before_read == [False, *[True] * (len(room.files.reads) - 1)]


def test_of_a_run_that_goes_on_whoever_waits_for_a_frame_has_it_at_once(
    room, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr(frame_loader, "TAKE_EVERY_MS", 10 * LONG_MS)
    names = [image.sop_instance_uid for image in room.sets[0].images]
    room.files.held_back = {names[n]: threading.Event() for n in (10, 11)}
    room.files.gate.set()
    room.open()
    box, progress = room.model.boxes[0], room.model.supply.progress
    qtbot.waitUntil(lambda: progress(room.sets[0]).loaded_count >= 20, timeout=LONG_MS)
    for index in (5, 10):
        room.files.held_back[names[10]].set() if index == 10 else None
        box.go_to(index)
        qtbot.waitUntil(lambda: box.frame is not None, timeout=LONG_MS)
    assert progress(room.sets[0]).loaded_count < 40
    room.files.held_back[names[11]].set()
    qtbot.waitUntil(lambda: room.is_loaded, timeout=LONG_MS)


def test_a_box_is_not_kept_from_painting_by_a_slow_file(room, qtbot) -> None:
    room.open()
    qtbot.waitUntil(lambda: bool(room.paints.had_frame), timeout=LONG_MS)
    assert room.paints.had_frame == [False]

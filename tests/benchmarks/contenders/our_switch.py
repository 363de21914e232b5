"""Our own side of going on to the next study: the whole window, the key of the reader.

Studies with one prior each wait in the list. The clock runs from the press of N in an image box to
the end of the event-loop turn that painted every image box of the new study.
"""

import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from readstation.app.changes import ChangeFeed
from readstation.app.session import Session
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.reader import Role, User
from readstation.ui.command_list import all_commands
from readstation.ui.job_runner import SWITCH_S, JobRunner
from readstation.ui.main_window import MainWindow
from readstation.ui.start_window import make_application
from tests.benchmarks.contenders.answering import answer_calls
from tests.benchmarks.contenders.open_workspace import workspace_with
from tests.benchmarks.contenders.our_loading import wait_until
from tests.dicom_files import save_image

STUDIES, READER, QUIET_S = 3, "reader1", 1.0


def write_study(folder: Path, uid: str, patient: str, day: str, slices: int, side: int) -> None:
    """Write an axial stack of noise in the shape of a CT."""
    noise = np.random.default_rng(int(uid[5:])).integers(0, 4096, (side, side)).astype(np.uint16)
    for number in range(1, slices + 1):
        save_image(
            folder / uid / f"{number}.dcm",
            np.roll(noise, number, axis=0),
            StudyInstanceUID=uid,
            SeriesInstanceUID=f"{uid}.1",
            SOPInstanceUID=f"{uid}.1.{number}",
            PatientID=patient,
            PatientName=f"BENCHMARK^{patient}",
            PatientBirthDate="19600101",
            PatientSex="F",
            AccessionNumber=f"A{uid[5:]}",
            StudyDescription="CT CHEST",
            SeriesDescription="AXIAL",
            BodyPartExamined="CHEST",
            StudyDate=day,
            InstanceNumber=number,
            FrameOfReferenceUID=f"2.25.9{patient[1:]}",
            ImagePositionPatient=[0, 0, 1.5 * (slices - number)],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.7, 0.7],
            RescaleIntercept=-1024,
            RescaleSlope=1,
            WindowCenter=40,
            WindowWidth=400,
        )


class NoLogin(QWidget):
    """Stands where the login page stands; somebody is logged in already."""

    logged_in = Signal(object)

    def welcome(self, *_: object) -> None:
        """Nobody comes."""


class AllPainted(QObject):
    """Knows when every image box has been painted with pixels of one study or its prior."""

    def __init__(self, reading: Any) -> None:
        super().__init__()
        self._reading, self._uid, self._done = reading, "", set()

    def expect(self, uid: str) -> None:
        self._uid, self._done = uid, set()
        for box in self._reading.grid.boxes:  # one is made when a layout first needs it
            box.view.installEventFilter(self)

    @property
    def is_done(self) -> bool:
        return len(self._done) >= self._reading.model.state.layout.box_count > 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        opened = self._reading.model.state.opened
        is_new = opened is not None and opened.study.study_instance_uid == self._uid
        if event.type() == QEvent.Type.Paint and is_new:
            for index, box in enumerate(self._reading.grid.boxes):
                if box.view is watched and self._reading.model.boxes[index].frame is not None:
                    self._done.add(index)
        return False


class OurSwitch:
    """The product's window at its reading screen."""

    def __init__(self) -> None:
        make_application()
        sys.setswitchinterval(SWITCH_S)  # as the program has it
        self._stack = ExitStack()

    def prepare(self, folder: str, slices: int, side: int) -> dict[str, Any]:
        """Write and import the studies, log in and open the first."""
        files = Path(folder, "files")
        for study in range(STUDIES):
            write_study(files, f"2.25.{100 + study}", f"P{study}", "20261122", slices, side)
            write_study(files, f"2.25.{200 + study}", f"P{study}", "20260522", slices, side)
        workspace = self._stack.enter_context(workspace_with([files], Path(folder, "home")))
        station = workspace.station
        self._station = station
        with station.unit_of_work() as work:
            work.users.put(User(READER, "Dr. Demo", frozenset({Role.READER})), "none")
            for study in range(STUDIES):
                at = station.clock.now() - timedelta(minutes=20 - study)
                work.orders.put(an_order(study, at))
            work.commit()
            session = Session(work.users.get(READER), 1, station.clock.now())
        self._stack.callback((jobs := JobRunner()).shutdown)
        self._jobs = jobs
        self._window = MainWindow(station, jobs, ChangeFeed(), all_commands(), NoLogin)
        self._window.resize(1920, 1200)
        self._window.show()
        self._window.begin(session)
        self._settle()
        self._window.navigation.open_study("2.25.100")
        assert self._window.session_view is not None
        self._reading = self._window.session_view.built["read"]
        self._painted = AllPainted(self._reading)
        self._settle()
        return {}

    def switch(self, is_prefetched: bool) -> dict[str, Any]:
        """Press N once everything is quiet; without prefetching nothing is in memory before."""
        reading, navigation = self._reading, self._window.navigation
        self._settle()
        if not is_prefetched:
            reading.prefetcher.cancel()
            reading.model.supply.forget_pixels()
            self._station.described.clear()
        following = navigation.following
        assert following is not None
        self._painted.expect(following.study_instance_uid)
        view = reading.grid.boxes[reading.model.state.active_box].view
        began, cpu = time.perf_counter(), time.process_time()
        QTest.keyClick(view, Qt.Key.Key_N)
        wait_until(lambda: self._painted.is_done)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        return {"ms": took * 1000, "cpu_ms": cpu * 1000}

    def close(self) -> None:
        self._window.close()
        wait_until(lambda: self._jobs.is_idle)
        self._stack.close()

    def _settle(self) -> None:
        """Wait until nothing has been under way for a while."""
        quiet_since = time.monotonic()

        def is_quiet() -> bool:
            nonlocal quiet_since
            if not self._jobs.is_idle:
                quiet_since = time.monotonic()
            return time.monotonic() - quiet_since > QUIET_S

        wait_until(is_quiet)


def an_order(study: int, completed_at: Any) -> Order:
    contact = Contact("Dr. Ordering", "referring physician", "555-0142")
    return Order(
        f"A{100 + study}",
        f"2.25.{100 + study}",
        "CT Chest",
        OrderPriority.STAT,
        PatientClass.EMERGENCY,
        Intent.DIAGNOSTIC,
        "Cough.",
        completed_at,
        contact,
    )


if __name__ == "__main__":
    side = OurSwitch()
    try:
        answer_calls({name: getattr(side, name) for name in ("prepare", "switch")})
    finally:
        side.close()

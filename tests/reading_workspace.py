"""A whole workspace for tests of screens: real files, real decoders, real database."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from readstation.app.importing.import_paths import import_paths
from readstation.app.session import Session
from readstation.bootstrap import Workspace, open_workspace
from readstation.domain.order import Contact, Intent, Order, OrderPriority, PatientClass
from readstation.domain.reader import Role, User
from tests.dicom_files import save_image

SIDE = 32
SLICES = 6
CURRENT, PRIOR, OTHER = "2.25.100", "2.25.200", "2.25.300"
READERS = {"reader1": "Dr. Test One", "reader2": "Dr. Test Two"}
SLICE_GAP_MM = 5.0


@dataclass(frozen=True)
class ReadingWorkspace:
    """An open workspace with one patient's current CT and prior, and another patient's CT."""

    workspace: Workspace

    @property
    def station(self):
        return self.workspace.station

    def session(self, user_id: str = "reader1") -> Session:
        with self.station.unit_of_work() as work:
            return Session(work.users.get(user_id), 1, self.station.clock.now())


def slice_values(study: str, number: int) -> np.ndarray:
    """Return stored values that name their study and slice."""
    base = int(study.rsplit(".", 1)[1]) + number
    return np.full((SIDE, SIDE), base, np.uint16)


def write_study(folder: Path, study: str, patient_id: str, day: str) -> None:
    """Write an axial stack; all studies share a frame of reference, one millimetre apart."""
    offset = int(study.rsplit(".", 1)[1]) / 100
    for number in range(1, SLICES + 1):
        save_image(
            folder / study / f"{number}.dcm",
            slice_values(study, number),
            StudyInstanceUID=study,
            SeriesInstanceUID=f"{study}.1",
            SOPInstanceUID=f"{study}.1.{number}",
            PatientID=patient_id,
            PatientName=f"TEST^{patient_id}",
            PatientBirthDate="19600101",
            PatientSex="F",
            AccessionNumber=f"A{study.rsplit('.', 1)[1]}",
            StudyDescription="CT CHEST",
            SeriesDescription="AXIAL",
            BodyPartExamined="CHEST",
            StudyDate=day,
            InstanceNumber=number,
            FrameOfReferenceUID="2.25.9",
            ImagePositionPatient=[0, 0, offset + SLICE_GAP_MM * (SLICES - number)],
            ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
            PixelSpacing=[0.5, 0.5],
            RescaleIntercept=-1024,
            RescaleSlope=1,
            WindowCenter=-600,
            WindowWidth=1500,
        )


def open_reading_workspace(home: Path, files: Path) -> ReadingWorkspace:
    """Import three studies and add two readers and two orders."""
    write_study(files, CURRENT, "P1", "20261122")
    write_study(files, PRIOR, "P1", "20260522")
    write_study(files, OTHER, "P2", "20261122")
    workspace = open_workspace(home)
    report = import_paths([files], workspace.import_tools(), "test")
    assert report.is_complete, report.summary()
    station = workspace.station
    with station.unit_of_work() as work:
        for user_id, name in READERS.items():
            work.users.put(User(user_id, name, frozenset({Role.READER})), "no password here")
        for study in (CURRENT, OTHER):
            work.orders.put(an_order(study, station.clock.now() - timedelta(minutes=20)))
        work.commit()
    return ReadingWorkspace(workspace)


def an_order(study: str, completed_at) -> Order:
    return Order(
        f"A{study.rsplit('.', 1)[1]}", study, "CT Chest", OrderPriority.STAT,
        PatientClass.EMERGENCY, Intent.DIAGNOSTIC, "Cough < 3 weeks.", completed_at,
        Contact("Dr. Ordering", "referring physician", "555-0142"),
    )  # fmt: skip

"""CT studies written to disk and opened without a workspace; no two files are alike."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from readstation.adapters.decode.plain_frames import read_plain_frames
from readstation.app.jobs import JobContext
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.claim import ClaimTask
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.study import Instance, Series, Study
from tests.benchmarks.ct_series import header
from tests.dicom_files import CT, ROOT

PLAIN = "1.2.840.10008.1.2.1"


class WrittenFiles:
    """Where each file lies, by its hash."""

    def __init__(self) -> None:
        self._paths: dict[str, Path] = {}

    def add(self, path: Path) -> str:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        self._paths[sha256] = path
        return sha256

    def unchecked_path(self, content_sha256: str) -> Path:
        return self._paths[content_sha256]


class WrittenStation:
    """As much of a station as a frame loader needs; `frames` is the station itself."""

    def __init__(self, files: WrittenFiles) -> None:
        self.frames = self
        self._files = files

    def load_plain(self, wanted: Sequence[tuple[Instance, int]], job: JobContext) -> Iterator:
        return read_plain_frames(self._files, wanted, job)


def write_study(
    folder: Path, number: int, slices: int, side: int, files: WrittenFiles
) -> tuple[OpenedStudy, list[DisplaySet]]:
    """Write one study of one series; return it as the index and the descriptions know it."""
    study_uid, series_uid = f"{ROOT}.7.{number}", f"{ROOT}.8.{number}"
    image = header(side)
    image.StudyInstanceUID, image.SeriesInstanceUID = study_uid, series_uid
    noise = np.random.default_rng(number).integers(0, 4096, (side, side), np.uint16)
    instances, images = [], []
    for place in range(slices):
        uid = f"{ROOT}.9.{number}.{place}"
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = uid
        image.InstanceNumber = place + 1
        image.PixelData = np.roll(noise, place * 7).tobytes()
        path = folder / f"{number}.{place}.dcm"
        image.save_as(path, enforce_file_format=False)
        sha256 = files.add(path)
        instances.append(Instance(uid, series_uid, CT, PLAIN, place + 1, 1, side, side, sha256))
        images.append(
            ImageDescription(
                study_uid, series_uid, uid, CT, transfer_syntax_uid=PLAIN, modality="CT",
                rows=side, columns=side, bits_stored=12, instance_number=place + 1,
            )
        )  # fmt: skip
    now = datetime.now(UTC)
    patient = Patient(PatientIdentity(f"P{number}"), f"SYNTHETIC^{number}", None, "O")
    study = Study(study_uid, patient, f"A{number}", now)
    series = Series(series_uid, study_uid, "CT", 1, instances=tuple(instances))
    opened = OpenedStudy(
        study, None, (series,), ClaimTask.READ, None, "", (), None, (), frozenset()
    )
    return opened, [DisplaySet(tuple(images))]

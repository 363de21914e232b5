"""Moves a DICOM file to another day, for the demo workspace; the pixels stay byte for byte."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

from pydicom import Dataset, dcmread

from readstation.app.importing.dicom_dates import read_datetime, read_local_datetime

MOMENTS = ("Study", "Series", "Acquisition", "Content", "PresentationCreation")


def shift_dates(content: bytes, study_date_time: datetime, patient_birth_date: date) -> bytes:
    """Return `content` as if it had been acquired at `study_date_time` (aware).

    Study, Series, Acquisition, Content and Presentation Creation Date and Time that are present
    are all set to that moment, in UTC, with Timezone Offset From UTC (0008,0201) saying so. What
    was injected for a PET keeps its distance from the study.
    """
    moment = study_date_time.astimezone(UTC)
    dataset = dcmread(BytesIO(content))
    _shift_injections(dataset, moment)
    for name in MOMENTS:
        _set_if_present(dataset, f"{name}Date", moment.strftime("%Y%m%d"))
        _set_if_present(dataset, f"{name}Time", moment.strftime("%H%M%S"))
    dataset.TimezoneOffsetFromUTC = "+0000"
    dataset.PatientBirthDate = patient_birth_date.strftime("%Y%m%d")
    shifted = BytesIO()
    dataset.save_as(shifted, enforce_file_format=True)
    return shifted.getvalue()


def _set_if_present(dataset: Dataset, keyword: str, value: str) -> None:
    if keyword in dataset:
        setattr(dataset, keyword, value)


def _shift_injections(dataset: Dataset, moment: datetime) -> None:
    for injected in dataset.get("RadiopharmaceuticalInformationSequence") or ():
        before = read_datetime(str(injected.get("RadiopharmaceuticalStartDateTime", ""))[:14])
        study = read_local_datetime(str(dataset.StudyDate), str(dataset.StudyTime))
        if before is not None and study is not None:
            started = (moment - (study - before)).strftime("%Y%m%d%H%M%S+0000")
            injected.RadiopharmaceuticalStartDateTime = started

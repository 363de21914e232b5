"""Moves a DICOM file to another day, for the demo workspace; the pixels stay byte for byte."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

from pydicom import Dataset, dcmread

MOMENTS = ("Study", "Series", "Acquisition", "Content")


def shift_dates(content: bytes, study_date_time: datetime, patient_birth_date: date) -> bytes:
    """Return `content` as if it had been acquired at `study_date_time` (aware).

    Study, Series, Acquisition and Content Date and Time that are present are all set to that
    moment, in UTC, with Timezone Offset From UTC (0008,0201) saying so.
    """
    moment = study_date_time.astimezone(UTC)
    dataset = dcmread(BytesIO(content))
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

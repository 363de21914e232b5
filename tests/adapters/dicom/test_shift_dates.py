"""Demo files move to another day and stay the same pictures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from readstation.adapters.dicom.shift_dates import shift_dates

IMAGES = Path(__file__).parents[3] / "resources" / "demo" / "images"
MOMENT = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=5)))


@pytest.mark.parametrize("name", ["ct-chest-alpha/001.dcm", "mr-brain-echo/001.dcm"])
def test_dates_move_and_pixels_stay(name: str) -> None:
    before = (IMAGES / name).read_bytes()
    shifted = dcmread(BytesIO(shift_dates(before, MOMENT, date(1968, 3, 14))))
    original = dcmread(BytesIO(before))
    assert shifted.StudyDate == shifted.ContentDate == "20260228"
    assert shifted.StudyTime == "203000"
    assert shifted.TimezoneOffsetFromUTC == "+0000"
    assert shifted.PatientBirthDate == "19680314"
    assert shifted.PixelData == original.PixelData
    assert shifted.SOPInstanceUID == original.SOPInstanceUID
    assert shifted.file_meta.TransferSyntaxUID == original.file_meta.TransferSyntaxUID


def test_the_same_shift_gives_the_same_bytes() -> None:
    before = (IMAGES / "cr-hip-india" / "001.dcm").read_bytes()
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    once = shift_dates(before, moment, date(1990, 1, 1))
    assert once == shift_dates(before, moment, date(1990, 1, 1))


def test_what_was_injected_keeps_its_distance_from_the_scan() -> None:
    before = (IMAGES / "pt-phantom-november" / "001.dcm").read_bytes()
    shifted = dcmread(BytesIO(shift_dates(before, MOMENT, date(1981, 12, 1))))
    injected = shifted.RadiopharmaceuticalInformationSequence[0]
    assert shifted.SeriesTime == "203000"
    assert injected.RadiopharmaceuticalStartDateTime == "20260228193000+0000"

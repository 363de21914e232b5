"""Key images as a key object selection: what it names, and that others find no fault in it."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pydicom
import pytest

from readstation.adapters.dicom.key_object_writer import write_key_objects
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from readstation.app.reading.key_object_selection import KeyObjectSelection
from readstation.domain.errors import RefusedInputError
from readstation.imaging.graphic_annotation import ImageReference
from tests.dicom_files import CT, ROOT, save_image

NOW = datetime(2026, 11, 22, 4, 30, 15, tzinfo=UTC)
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
SINGLE = ImageReference(f"{ROOT}.3.1", (), CT, f"{ROOT}.2")
FRAMES = ImageReference(f"{ROOT}.4.1", (2, 5), ENHANCED_CT, f"{ROOT}.4")
SELECTION = KeyObjectSelection(f"{ROOT}.1", "2.25.11", "2.25.12", "Müller^Ärztin", (SINGLE, FRAMES))
LIMIT_S = 30


@pytest.fixture
def header(tmp_path):
    opened = open_part10(save_image(tmp_path / "image.dcm"))
    try:
        return read_instance(opened).header
    finally:
        opened.source.close()


def test_it_names_the_images_their_frames_and_who_marked_them(header):
    read = pydicom.dcmread(BytesIO(write_key_objects(SELECTION, header, NOW)))
    assert (read.SOPClassUID, read.Modality) == ("1.2.840.10008.5.1.4.1.1.88.59", "KO")
    assert (read.StudyInstanceUID, read.PatientID) == (f"{ROOT}.1", header.patient.patient_id)
    _kind, name, *images = read.ContentSequence
    assert str(name.PersonName) == "Müller^Ärztin"
    named = [item.ReferencedSOPSequence[0] for item in images]
    assert [n.ReferencedSOPInstanceUID for n in named] == [f"{ROOT}.3.1", f"{ROOT}.4.1"]
    assert "ReferencedFrameNumber" not in named[0]
    assert list(named[1].ReferencedFrameNumber) == [2, 5]
    (evidence,) = read.CurrentRequestedProcedureEvidenceSequence
    series = evidence.ReferencedSeriesSequence
    assert [s.SeriesInstanceUID for s in series] == [f"{ROOT}.2", f"{ROOT}.4"]


@pytest.mark.parametrize("changed", [{"images": ()}, {"study_instance_uid": "2.25.9"}])
def test_an_empty_selection_or_one_of_another_study_is_refused(header, changed):
    with pytest.raises(RefusedInputError, match="no key image"):
        write_key_objects(replace(SELECTION, **changed), header, NOW)


@pytest.mark.peer
@pytest.mark.parametrize("program", ["dciodvfy", "dsrdump"])
def test_other_programs_find_no_fault(header, tmp_path, peer_program, program):
    path = tmp_path / "key.dcm"
    path.write_bytes(write_key_objects(SELECTION, header, NOW))
    done = subprocess.run(
        [peer_program(program), path],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=LIMIT_S,
    )
    said = (done.stderr + done.stdout).splitlines()
    assert any("KeyObjectSelection" in line or "Key Object Selection" in line for line in said)
    assert [line for line in said if line.startswith(("Error", "E:"))] == []

"""Key object selections of other makers: what they mark, why, and what is not guessed."""

from io import BytesIO

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from readstation.adapters.dicom.key_object_file import read_key_objects
from readstation.adapters.dicom.part10 import open_part10
from readstation.domain.errors import RefusedInputError
from readstation.domain.key_image import SelectionPurpose
from tests.dicom_files import CT, ROOT, save_image

KOS = "1.2.840.10008.5.1.4.1.1.88.59"


def code(value, meaning, scheme="DCM"):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def content(value_type, name=None, **values):
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", value_type
    if name is not None:
        item.ConceptNameCodeSequence = [code(*name)]
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def image_item(uid, frames=None, value_type="IMAGE"):
    named = Dataset()
    named.ReferencedSOPClassUID, named.ReferencedSOPInstanceUID = CT, uid
    if frames is not None:
        named.ReferencedFrameNumber = frames
    return content(value_type, ReferencedSOPSequence=[named])


def save_selection(path, title, *items, study=f"{ROOT}.1", number=1, maker="Söme Maker"):
    """Save a selection as other software writes it; every selection is an object of its own."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, KOS
    meta.MediaStorageSOPInstanceUID = f"{ROOT}.77.{number}"
    d = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    d.SpecificCharacterSet = "ISO_IR 192"
    d.SOPClassUID, d.SOPInstanceUID = KOS, f"{ROOT}.77.{number}"
    d.StudyInstanceUID, d.SeriesInstanceUID = study, f"{ROOT}.70.{number}"
    d.PatientID, d.PatientName, d.Modality = "P1", "TEST^P1", "KO"
    d.Manufacturer = maker
    d.ValueType, d.ConceptNameCodeSequence = "CONTAINER", [code(*title)]
    d.ContentSequence = list(items)
    file = BytesIO()
    d.save_as(file, enforce_file_format=True)
    path.write_bytes(file.getvalue())
    return path


def read(path):
    opened = open_part10(path)
    try:
        return read_key_objects(opened)
    finally:
        opened.source.close()


def test_title_description_author_maker_and_images_are_read(tmp_path):
    found = read(
        save_selection(
            tmp_path / "k.dcm",
            ("113004", "For Teaching"),
            content("PNAME", ("121008", "Person Observer Name"), PersonName="Müller^Ärztin"),
            content("TEXT", ("113012", "Key Object Description"), TextValue="Größe\nprüfen <b>"),
            image_item(f"{ROOT}.3.1"),
            image_item(f"{ROOT}.4.1", [2, 5]),
        )
    )
    assert (found.purpose, found.title) == (SelectionPurpose.KEY, "For Teaching")
    assert found.description == "Größe prüfen <b>"
    assert found.source == "Müller, Ärztin / Söme Maker"
    assert [(i.sop_instance_uid, i.frame_numbers) for i in found.images] == [
        (f"{ROOT}.3.1", ()),
        (f"{ROOT}.4.1", (2, 5)),
    ]
    assert found.other_objects == 0


@pytest.mark.parametrize(
    ("title", "purpose"),
    [
        (("113000", "Of Interest"), SelectionPurpose.KEY),
        (("113001", "Rejected for Quality Reasons"), SelectionPurpose.REJECTED),
        (("113037", "Rejected for Patient Safety Reasons"), SelectionPurpose.REJECTED),
        (("113038", "Incorrect Modality Worklist Entry"), SelectionPurpose.REJECTED),
        (("113010", "Quality Issue"), SelectionPurpose.DOUBTED),
        (("113030", "Manifest"), SelectionPurpose.CONTENT),
        (("113001", "Lieblingsbild", "99OTHER"), SelectionPurpose.KEY),
    ],
)
def test_the_title_says_whether_images_are_key_or_rejected(tmp_path, title, purpose):
    found = read(save_selection(tmp_path / "k.dcm", title, image_item(f"{ROOT}.3.1")))
    assert (found.purpose, found.words) == (purpose, title[1])


def test_reasons_stand_behind_the_title_and_those_below_a_container_are_found(tmp_path):
    reason = content(
        "CODE",
        ("113011", "Document Title Modifier"),
        ConceptCodeSequence=[code("111209", "Positioning")],
    )
    box = content("CONTAINER", ContentSequence=[reason, image_item(f"{ROOT}.3.1")])
    title = ("113001", "Rejected for Quality Reasons")
    found = read(save_selection(tmp_path / "k.dcm", title, box))
    assert found.words == "Rejected for Quality Reasons, Positioning"
    assert len(found.images) == 1


def test_what_is_no_image_is_counted_and_garbled_frame_numbers_mark_nothing(tmp_path):
    garbled = image_item(f"{ROOT}.4.1")
    garbled.ReferencedSOPSequence[0].add_new("ReferencedFrameNumber", "LO", "two")
    found = read(
        save_selection(
            tmp_path / "k.dcm",
            ("113000", "Of Interest"),
            image_item(f"{ROOT}.8.1", value_type="COMPOSITE"),
            garbled,
            image_item(f"{ROOT}.3.1"),
        )
    )
    assert [i.sop_instance_uid for i in found.images] == [f"{ROOT}.3.1"]
    assert found.other_objects == 2


def test_an_image_is_no_selection(tmp_path):
    with pytest.raises(RefusedInputError):
        read(save_image(tmp_path / "image.dcm"))


def test_the_shared_selection_of_another_library_is_read(shared_data):
    path = shared_data / "12_sr_pr_seg_rt" / "synthetic_on_A0001" / "kos_of_interest.dcm"
    found = read(path)
    assert (found.purpose, found.title) == (SelectionPurpose.KEY, "Of Interest")
    assert len(found.images) == 2
    assert found.description

"""Reading one file: identity, names, the strict group 0028, and what is refused."""

import json

import numpy as np
import pytest
from pydicom.dataset import Dataset

from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance, require_identity
from readstation.app.importing.instance_header import InstanceHeader
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import ROOT, make_image, save, save_image

NAMES = {
    "chrArab.dcm": ("قباني^لنزار", "", ""),
    "chrFren.dcm": ("Buc^Jérôme", "", ""),
    "chrFrenMulti.dcm": ("Buc^Jérôme", "", ""),
    "chrGerm.dcm": ("Äneas^Rüdiger", "", ""),
    "chrGreek.dcm": ("Διονυσιος", "", ""),
    "chrH31.dcm": ("Yamada^Tarou", "山田^太郎", "やまだ^たろう"),
    "chrH32.dcm": ("ﾔﾏﾀﾞ^ﾀﾛｳ", "山田^太郎", "やまだ^たろう"),
    "chrHbrw.dcm": ("שרון^דבורה", "", ""),
    "chrI2.dcm": ("Hong^Gildong", "洪^吉洞", "홍^길동"),
    "chrJapMulti.dcm": ("やまだ^たろう", "", ""),
    "chrJapMultiExplicitIR6.dcm": ("やまだ^たろう", "", ""),
    "chrKoreanMulti.dcm": ("김희중", "", ""),
    "chrRuss.dcm": ("Люкceмбypг", "", ""),
    "chrX1.dcm": ("Wang^XiaoDong", "王^小東", ""),
    "chrX2.dcm": ("Wang^XiaoDong", "王^小东", ""),
}


def read(path, *, filed=True):
    opened = open_part10(path)
    try:
        instance = read_instance(opened)
        if filed:
            require_identity(instance)
        return instance
    finally:
        opened.source.close()


def refused(path):
    with pytest.raises(RefusedInputError) as caught:
        read(path)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    return caught.value.code


def test_the_header_holds_what_the_file_says(tmp_path):
    path = save_image(tmp_path / "a.dcm", IssuerOfPatientID="HERE", AccessionNumber="A1")
    header = read(path).header
    assert header.patient.patient_name.alphabetic == "TEST^Synthetic"
    assert (header.patient.patient_id, header.patient.issuer_of_patient_id) == ("TEST-1", "HERE")
    assert (header.study.accession_number, header.study.study_date) == ("A1", "20260102")
    assert (header.rows, header.columns, header.number_of_frames) == (8, 8, 1)
    assert header.is_displayable
    assert InstanceHeader.from_plain(header.to_plain()) == header


@pytest.mark.parametrize("file_name", NAMES)
def test_person_names_are_read_in_their_character_set(shared_data, file_name):
    name = read(shared_data / "13_character_sets" / file_name).header.patient.patient_name
    assert (name.alphabetic, name.ideographic, name.phonetic) == NAMES[file_name]


@pytest.mark.parametrize(
    "keyword", ["SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"]
)
def test_an_object_without_its_identifiers_is_refused(tmp_path, keyword):
    assert refused(save_image(tmp_path / "a.dcm", **{keyword: None})) == "MISSING_UID"


@pytest.mark.parametrize("uid", ["../../etc/passwd", "1.2.x", "1" * 65, "1..2", "C:\\x"])
def test_a_uid_that_is_none_is_refused(tmp_path, uid):
    image = make_image()
    image["StudyInstanceUID"].VR = "LO"
    image["StudyInstanceUID"]._value = uid
    assert refused(save(image, tmp_path / "a.dcm")) == "BAD_UID"


def test_identity_is_refused_rather_than_cut(tmp_path):
    image = make_image()
    image["PatientID"]._value = "9" * 300
    assert refused(save(image, tmp_path / "a.dcm")) == "BAD_IDENTITY"


def test_control_characters_in_text_are_made_visible(tmp_path):
    image = make_image(StudyDescription="CT\x1b[2J\x00chest")
    header = read(save(image, tmp_path / "a.dcm")).header
    assert "\x1b" not in header.study.study_description
    assert "\x00" not in header.study.study_description


@pytest.mark.parametrize(
    "changes",
    [
        {"Rows": None},
        {"Rows": 0},
        {"BitsAllocated": 12},
        {"BitsStored": 0},
        {"BitsStored": 17},
        {"HighBit": 11},
        {"PixelRepresentation": 2},
        {"SamplesPerPixel": 3},
        {"PhotometricInterpretation": "RGB"},
        {"PhotometricInterpretation": "HSV"},
        {"NumberOfFrames": 0},
        {"NumberOfFrames": 1_000_000},
    ],
    ids=str,
)
def test_a_contradictory_image_pixel_module_is_refused(tmp_path, changes):
    assert refused(save_image(tmp_path / "a.dcm", **changes)) == "BAD_PIXEL_GEOMETRY"


def test_rows_of_another_type_are_refused(tmp_path):
    image = make_image()
    image["Rows"].VR = "UL"
    assert refused(save(image, tmp_path / "a.dcm")) == "BAD_PIXEL_GEOMETRY"


def test_the_memory_of_a_frame_is_counted_before_decoding(tmp_path):
    huge = save_image(tmp_path / "a.dcm", Rows=65_535, Columns=65_535)
    assert refused(huge) == "TOO_LARGE"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY"),
        (b"\xff\xd8\xff\xe0" + bytes(300), "NOT_DICOM"),
        (b"\x1f\x8b\x08" + bytes(300), "COMPRESSED_FILE"),
        (bytes(128) + b"DICM", "TRUNCATED"),
        (b"hello", "NOT_DICOM"),
        (b"PK\x03\x04" + bytes(300), "COMPRESSED_FILE"),
    ],
    ids=["empty", "JPEG", "gzip", "preamble only", "text", "ZIP"],
)
def test_other_files_are_named(tmp_path, content, code):
    path = tmp_path / "a.dcm"
    path.write_bytes(content)
    assert refused(path) == code


def test_files_without_preamble_or_meta_are_read_where_it_is_safe(tmp_path):
    plain = save_image(tmp_path / "a.dcm").read_bytes()
    (tmp_path / "no_preamble.dcm").write_bytes(plain[132:])
    (tmp_path / "no_meta.dcm").write_bytes(plain[plain.index(b"\x08\x00\x05\x00CS") :])
    assert read(tmp_path / "no_preamble.dcm").header.warnings == ()
    without = read(tmp_path / "no_meta.dcm").header
    assert without.warnings == ("the file has no file meta information",)
    assert without.transfer_syntax_uid == "1.2.840.10008.1.2.1"


def test_links_and_folders_are_not_opened(tmp_path):
    path = save_image(tmp_path / "a.dcm")
    (tmp_path / "link.dcm").symlink_to(path)
    assert refused(tmp_path / "link.dcm") == "LINK"
    assert refused(tmp_path) in {"NOT_A_FILE", "UNREADABLE"}


@pytest.mark.parametrize(
    "note", ["StudyDescription", "SeriesDescription", "ImageComments", "PatientComments"]
)
def test_a_simulated_image_says_so(tmp_path, note):
    path = save_image(tmp_path / "a.dcm", **{note: "SIMULATED prior"})
    assert read(path).header.is_simulated
    assert not read(save_image(tmp_path / "b.dcm")).header.is_simulated


def test_a_dicomdir_is_told_from_an_image(tmp_path):
    directory = make_image(PixelData=None, DirectoryRecordSequence=[Dataset()])
    assert refused(save(directory, tmp_path / "a.dcm")) == "MEDIA_DIRECTORY"


def test_pixels_can_be_looked_at_without_filing_them(tmp_path):
    path = save_image(tmp_path / "a.dcm", np.zeros((4, 4), np.uint8), StudyInstanceUID=None)
    instance = read(path, filed=False)
    assert instance.header.study.study_instance_uid == ""
    assert instance.header.sop_instance_uid == f"{ROOT}.3.1"


def coded(value, scheme, meaning=""):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def wrapped(**sequences):
    item = Dataset()
    for keyword, items in sequences.items():
        setattr(item, keyword, items)
    return item


CT_CHEST, HEAD = coded("24627-2", "LN", "CT Chest"), coded("69536005", "SCT", "Head")


@pytest.mark.parametrize(
    "where",
    [
        {"ProcedureCodeSequence": [CT_CHEST], "RequestedProcedureCodeSequence": [HEAD]},
        {"RequestedProcedureCodeSequence": [CT_CHEST]},
        {"RequestAttributesSequence": [wrapped(RequestedProcedureCodeSequence=[CT_CHEST])]},
        {"ProcedureCodeSequence": [wrapped(), CT_CHEST]},
    ],
    ids=["what was done", "what was requested", "within the request", "an empty item"],
)
def test_codes_of_the_procedure_are_read(tmp_path, where):
    header = read(save_image(tmp_path / "a.dcm", **where)).header
    (code,) = header.study.procedure_codes
    assert (code.code_value, code.coding_scheme_designator) == ("24627-2", "LN")
    assert code.code_meaning == "CT Chest"
    assert InstanceHeader.from_plain(json.loads(json.dumps(header.to_plain()))) == header


@pytest.mark.parametrize(
    "where",
    [
        {"AnatomicRegionSequence": [HEAD]},
        {
            "SharedFunctionalGroupsSequence": [
                wrapped(FrameAnatomySequence=[wrapped(AnatomicRegionSequence=[HEAD])])
            ]
        },
    ],
    ids=["a classic image", "an enhanced image"],
)
def test_the_anatomic_region_is_read(tmp_path, where):
    header = read(save_image(tmp_path / "a.dcm", **where)).header
    assert [code.code_value for code in header.series.anatomic_regions] == ["69536005"]

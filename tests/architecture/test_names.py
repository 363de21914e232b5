"""Names say what a thing is, in the words of the standard where it has one."""

import ast
import dataclasses
import re

import pytest
from pydicom.datadict import DicomDictionary

from readstation.domain import patient, study
from tests.checkout_files import CHECKOUT, committed_files

SOURCE = CHECKOUT / "src"
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "common", "handler", "base", "misc"}

# Fields that are no attribute of PS3.6, each with what it is.
OURS = {
    "patient": "the Patient as a whole",
    "identity": "Patient ID with its issuer",
    "instances": "the instances of a series",
    "frame_number": "which frame, from 1",
    "frame_of_reference_uid": "the attribute, optional here",
    "content_sha256": "names the bytes in the image store",
    "kept_sha256": "the bytes that are shown",
    "other_sha256": "the bytes that came later",
    "noticed_at": "when a conflict was noticed",
    "is_displayable": "whether it has pixels that we can show",
    "is_simulated": "made by a program",
    "expected_instances": "how many the sender announced",
    "procedure_codes": "items of Procedure Code Sequence",
    "ordered_codes": "items of Requested Procedure Code Sequence of the order",
    "anatomic_regions": "items of Anatomic Region Sequence",
    "lateralities": "Laterality of each series",
    "study_date_time": "Study Date, Study Time and Timezone Offset From UTC as one moment",
}


def python_name(ps3_6_name):
    return re.sub(r"\W+", "_", ps3_6_name.replace("'s", "")).strip("_").lower()


STANDARD = {python_name(entry[2]) for entry in DicomDictionary.values()}
dicom_classes = [
    kind
    for module in (patient, study)
    for kind in vars(module).values()
    if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("kind", dicom_classes, ids=lambda kind: kind.__name__)
def test_fields_have_the_names_of_ps3_6(kind):
    names = {field.name for field in dataclasses.fields(kind)}
    strange = names - STANDARD - OURS.keys()
    assert not strange, "use the name of PS3.6, or say in OURS what the field is"


def test_names_of_the_standard_are_made_as_the_rule_says():
    assert {"study_instance_uid", "patient_birth_date", "voi_lut_function"} <= STANDARD


def words(name):
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_no_file_or_class_is_named_by_an_empty_word():
    named = []
    for path in committed_files("src"):
        named.append((path, path.stem))
        if path.suffix == ".py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
            named += [(path, node.name) for node in classes]
    assert len(named) > 20
    assert [f"{path}: {name}" for path, name in named if words(name) & EMPTY_WORDS] == []

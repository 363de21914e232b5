"""Code sequences: what was done, and which part of the body the images show (PS3.3 8)."""

from __future__ import annotations

from readstation.adapters.dicom.attributes import Attributes
from readstation.domain.study import CodedConcept

MOST_CODES = 8
MOST_VALUE, MOST_SCHEME, MOST_MEANING = 128, 16, 64
VALUES = ("CodeValue", "LongCodeValue", "URNCodeValue")


def read_procedure_codes(root: Attributes) -> tuple[CodedConcept, ...]:
    """Return the codes of what was done, else of what was requested."""
    requests = root.items("RequestAttributesSequence")[:MOST_CODES]
    places = (
        (root, "ProcedureCodeSequence"),
        (root, "RequestedProcedureCodeSequence"),
        *((request, "RequestedProcedureCodeSequence") for request in requests),
    )
    return next((codes for place, name in places if (codes := _codes(place, name))), ())


def read_anatomic_regions(root: Attributes) -> tuple[CodedConcept, ...]:
    """Return Anatomic Region Sequence (0008,2218), also where an enhanced image states it."""
    shared = root.first_item("SharedFunctionalGroupsSequence")
    frame = root.first_item("PerFrameFunctionalGroupsSequence")
    places = (root, *(groups.first_item("FrameAnatomySequence") for groups in (shared, frame)))
    found = (_codes(place, "AnatomicRegionSequence") for place in places)
    return next((codes for codes in found if codes), ())


def _codes(place: Attributes, keyword: str) -> tuple[CodedConcept, ...]:
    read = (_code(item) for item in place.items(keyword)[:MOST_CODES])
    return tuple(code for code in read if code.code_value or code.code_meaning)


def _code(item: Attributes) -> CodedConcept:
    value = next((text for name in VALUES if (text := item.text(name, MOST_VALUE))), "")
    return CodedConcept(
        value,
        item.text("CodingSchemeDesignator", MOST_SCHEME),
        item.text("CodeMeaning", MOST_MEANING),
    )

"""The walk over untrusted bytes: right on good files, bounded and typed on bad ones."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.adapters.dicom import structure
from readstation.adapters.dicom.structure import Encoding, walk_structure
from readstation.domain.errors import RefusedInputError

EXPLICIT = Encoding(is_implicit_vr=False, is_little_endian=True)
SEQUENCE = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
ITEM = struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
END_OF_ITEM = struct.pack("<HHL", 0xFFFE, 0xE00D, 0)
END_OF_SEQUENCE = struct.pack("<HHL", 0xFFFE, 0xE0DD, 0)


def short(group, element, vr, value):
    return struct.pack("<HH2sH", group, element, vr, len(value)) + value


def refused(data, encoding=EXPLICIT):
    with pytest.raises(RefusedInputError) as caught:
        walk_structure(data, encoding)
    return caught.value.code


def nested(depth):
    return (SEQUENCE + ITEM) * depth + (END_OF_ITEM + END_OF_SEQUENCE) * depth


def test_the_walk_stops_at_the_pixel_data():
    header = short(0x0008, 0x0060, b"CS", b"CT")
    pixels = struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OW", 0, 4) + b"abcd"
    found = walk_structure(header + pixels, EXPLICIT)
    assert found.header_end == len(header)
    assert found.pixel_element.value_offset == len(header) + 12
    assert (found.pixel_element.length, found.elements) == (4, 2)


def test_pixel_data_of_an_icon_inside_a_sequence_is_stepped_over():
    fragments = struct.pack("<HHL", 0xFFFE, 0xE000, 4) + b"\xff\xd8\xff\xd9" + END_OF_SEQUENCE
    icon = struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF) + fragments
    data = SEQUENCE + ITEM + icon + END_OF_ITEM + END_OF_SEQUENCE
    found = walk_structure(data + short(0x0010, 0x0010, b"PN", b"A^"), EXPLICIT)
    assert found.pixel_element is None
    assert found.header_end == len(data) + 10


@pytest.mark.parametrize("depth", [1, 10, 60])
def test_reasonable_nesting_is_walked(depth):
    assert walk_structure(nested(depth), EXPLICIT).header_end == len(nested(depth))


@pytest.mark.parametrize("depth", [100, 10_000])
def test_bottomless_nesting_is_refused(depth):
    assert refused(nested(depth)) == "TOO_DEEP"


def test_too_many_elements_are_refused(monkeypatch):
    monkeypatch.setattr(structure, "MAX_ELEMENTS", 10)
    assert refused(short(0x0008, 0x0060, b"CS", b"CT") * 11) == "TOO_MANY_ELEMENTS"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (short(0x0008, 0x0060, b"CS", b"CT")[:-1], "TRUNCATED"),
        (b"\x08\x00\x60", "TRUNCATED"),
        (short(0x0008, 0x0060, b"??", b"CT"), "MALFORMED"),
        (END_OF_ITEM, "MALFORMED"),
        (SEQUENCE + short(0x0008, 0x0060, b"CS", b"CT"), "MALFORMED"),
        (struct.pack("<HH2sHL", 8, 0x1140, b"SQ", 0, 2**31), "TRUNCATED"),
        (struct.pack("<HH2sHL", 8, 0x1140, b"UN", 0, 2**31), "TRUNCATED"),
    ],
    ids=["cut value", "cut header", "no such VR", "stray end", "no item", "SQ 2 GiB", "UN 2 GiB"],
)
def test_a_broken_encoding_is_named(data, code):
    assert refused(data) == code


@given(st.binary(max_size=200), st.booleans(), st.booleans())
def test_any_bytes_end_in_a_structure_or_a_typed_refusal(data, is_implicit, is_little):
    assert outcome_of_walk(data, Encoding(is_implicit, is_little)) in {
        "walked",
        "TRUNCATED",
        "MALFORMED",
        "TOO_DEEP",
        "TOO_LARGE",
    }


def outcome_of_walk(data, encoding):
    try:
        found = walk_structure(data, encoding)
    except RefusedInputError as refused_input:
        return refused_input.code
    return "walked" if found.header_end <= len(data) else "walked too far"

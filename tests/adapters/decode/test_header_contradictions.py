"""P3: whatever a codestream and its data set can disagree on is refused, never shown."""

import contextlib
import dataclasses
import struct
from contextlib import closing
from itertools import product

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.adapters.decode.codestream import check_codestream
from readstation.adapters.decode.codestream_readers import READERS, read_codestream
from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.decode.transfer_syntaxes import BY_UID, BYTEWISE, SUPPORTED, Codec
from readstation.domain.errors import RefusedInputError
from tests.encapsulated_files import save_fragments
from tests.golden.archive import stored_vectors

CHECKED = [s for s in SUPPORTED if s.codec in READERS]
BY_BYTES = [s for s in SUPPORTED if s.codec in BYTEWISE]
MISMATCH = "CODESTREAM_MISMATCH"
FOUND_BY_BYTES = {"CODESTREAM_MISMATCH", "TRUNCATED", "CORRUPT_FRAME"}


def vector_of(uid, **wanted):
    """Return a 16-bit or else 8-bit vector of a syntax that is as wanted."""
    found = [
        vector
        for _, vector in stored_vectors()
        if vector.transfer_syntax_uid == uid
        and all(getattr(vector, name) == value for name, value in wanted.items())
    ]
    return max(found, key=lambda vector: vector.bits)


def file_of(path, vector, **changes):
    said = {
        "BitsStored": vector.bits,
        "HighBit": vector.bits - 1,
        "NumberOfFrames": vector.frames,
    }
    shape = (vector.rows, vector.columns)
    kind = f"{'i' if vector.is_signed else 'u'}{1 if vector.bits <= 8 else 2}"
    values = np.zeros(shape if vector.samples == 1 else (*shape, vector.samples), kind)
    frames = [vector.codestream]
    return save_fragments(path, vector.transfer_syntax_uid, frames, values, **(said | changes))


def show(path):
    frames = open_frames(path)
    try:
        frames.check()
        return frames.stored_values(0)
    finally:
        frames.close()


def code_of(path):
    try:
        show(path)
    except RefusedInputError as refused:
        return refused.code
    return ""


TO_COLOUR = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
TO_GREY = {"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2"}


def one_bit_more(vector):
    bits = min(vector.bits + 1, 16)
    allocated = 16 if vector.bits == 8 else None
    return {"BitsStored": bits, "HighBit": bits - 1} | (
        {"BitsAllocated": allocated} if allocated else {}
    )


CONTRADICTIONS = {
    "one row more": lambda v: {"Rows": v.rows + 1},
    "one row less": lambda v: {"Rows": v.rows - 1},
    "one column more": lambda v: {"Columns": v.columns + 1},
    "one column less": lambda v: {"Columns": v.columns - 1},
    "rows and columns exchanged for the same area": lambda v: {
        "Rows": v.rows // 2,
        "Columns": v.columns * 2,
    },
    "components": lambda _v: TO_COLOUR,
    "fewer bits allocated": lambda _v: {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
    "frames": lambda _v: {"NumberOfFrames": 2},
}
EVERY_PAIR = list(product(CHECKED, CONTRADICTIONS))


@pytest.mark.parametrize(
    ("syntax", "name"), EVERY_PAIR, ids=[f"{s.uid[-4:]}-{name}" for s, name in EVERY_PAIR]
)
def test_a_codestream_and_its_data_set_must_agree(tmp_path, syntax, name):
    wanted = {"frames": 2} if syntax.codec is Codec.JPEG_2000_COMPONENTS else {"samples": 1}
    vector = vector_of(syntax.uid, rows=16, columns=16, **wanted)
    changes = CONTRADICTIONS[name](vector)
    if name == "fewer bits allocated" and vector.bits == 8:
        changes = one_bit_more(vector)
    if name == "frames":
        changes = {"NumberOfFrames": vector.frames + 1}
    assert code_of(file_of(tmp_path / "good.dcm", vector)) == ""
    found = code_of(file_of(tmp_path / "a.dcm", vector, **changes))
    too_few = name == "frames" or syntax.codec is Codec.JPEG_2000_COMPONENTS
    assert found == MISMATCH or (too_few and found == "TRUNCATED")


WITH_COLOUR = [
    s
    for s in CHECKED
    if any(v.samples == 3 and v.transfer_syntax_uid == s.uid for _, v in stored_vectors())
]


@pytest.mark.parametrize("syntax", WITH_COLOUR, ids=lambda s: s.uid[-4:])
def test_a_colour_codestream_is_not_taken_for_grey(tmp_path, syntax):
    vector = vector_of(syntax.uid, samples=3)
    assert code_of(file_of(tmp_path / "good.dcm", vector)) == ""
    assert code_of(file_of(tmp_path / "a.dcm", vector, **TO_GREY)) == MISMATCH


@pytest.mark.parametrize("uid", ["90", "201", "202"])
def test_a_signed_codestream_is_not_taken_for_unsigned(tmp_path, uid):
    vector = vector_of(f"1.2.840.10008.1.2.4.{uid}", is_signed=True)
    assert code_of(file_of(tmp_path / "good.dcm", vector)) == ""
    assert code_of(file_of(tmp_path / "a.dcm", vector, PixelRepresentation=0)) == MISMATCH


def test_an_unsigned_codestream_of_a_signed_data_set_is_shown_with_a_note(tmp_path):
    vector = vector_of("1.2.840.10008.1.2.4.90", bits=12, is_signed=False, rows=16, samples=1)
    frames = open_frames(file_of(tmp_path / "a.dcm", vector, PixelRepresentation=1))
    frames.check()
    shown = frames.stored_values(0)
    frames.close()
    unsigned = vector.expected().astype(int)
    np.testing.assert_array_equal(shown, np.where(unsigned < 2048, unsigned, unsigned - 4096))
    assert frames.notes == ("the compressed image does not say that its values are signed",)


def file_with_more_bits(path, number, bits, *, is_signed, sign):
    """Return a file that states 16 bits of a codestream of fewer, and what was encoded."""
    vector = next(
        v
        for _, v in stored_vectors()
        if v.transfer_syntax_uid == f"1.2.840.10008.1.2.4.{number}"
        and (v.samples, v.bits, v.is_signed) == (1, bits, is_signed)
        and read_codestream(v.codestream, BY_UID[v.transfer_syntax_uid]).precision == bits
    )
    changes = {"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15, "PixelRepresentation": sign}
    return file_of(path, vector, **changes), vector.expected()


FEWER_BITS = [("70", 8, 0), ("80", 12, 0), ("90", 12, 0), ("90", 12, 1), ("201", 8, 0)]


@pytest.mark.parametrize(("number", "bits", "sign"), FEWER_BITS)
def test_a_codestream_of_fewer_bits_than_bits_stored_is_shown_with_a_note(
    tmp_path, number, bits, sign
):
    path, encoded = file_with_more_bits(
        tmp_path / "a.dcm", number, bits, is_signed=bool(sign), sign=sign
    )
    frames = open_frames(path)
    frames.check()
    shown = frames.stored_values(0)
    frames.close()
    np.testing.assert_array_equal(shown, encoded)
    assert shown.dtype == ("int16" if sign else "uint16")
    assert frames.notes == (f"the compressed image holds {bits} bits, not 16",)


@pytest.mark.parametrize(("number", "bits", "sign"), [("90", 12, 1), ("70", 8, 1), ("51", 8, 0)])
def test_fewer_bits_of_unknown_sign_or_scaled_ones_are_refused(tmp_path, number, bits, sign):
    path, _ = file_with_more_bits(tmp_path / "a.dcm", number, bits, is_signed=False, sign=sign)
    assert code_of(path) == MISMATCH


@pytest.mark.parametrize(
    ("lossy", "declared"),
    [("81", "80"), ("91", "90"), ("203", "201"), ("112", "110")],
    ids=["JPEG-LS", "JPEG 2000", "HTJ2K", "JPEG XL"],
)
def test_lossy_pixels_under_a_lossless_syntax_are_noted(tmp_path, lossy, declared):
    uid = "1.2.840.10008.1.2.4."
    found = [
        v
        for r, v in stored_vectors()
        if v.transfer_syntax_uid == uid + lossy and v.tolerance and v.samples == 1 and v.bits == 8
    ]
    path = file_of(tmp_path / "a.dcm", found[0])
    content = path.read_bytes()
    old, new = (f"{uid}{n}".encode() for n in (lossy, declared))
    path.write_bytes(content.replace(old, new, 1))
    frames = open_frames(path)
    frames.check()
    frames.close()
    assert any("lossy, although" in note for note in frames.notes)
    with closing(DecodeWorkers(1)) as workers:
        (described,) = workers.describe(path)
    assert any("lossy, although" in note for note in described.notes)


@pytest.mark.parametrize(
    ("uid", "transforms", "photometric", "said"),
    [
        ("90", False, "YBR_RCT", "the colours were not transformed"),
        ("90", False, "RGB", ""),
        ("90", True, "YBR_RCT", ""),
        ("50", True, "RGB", "the image is believed"),
        ("50", True, "YBR_FULL", ""),
        ("50", False, "RGB", ""),
    ],
)
def test_colours_that_header_and_data_set_name_differently_are_noted(
    tmp_path, uid, transforms, photometric, said
):
    colour = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)
    if uid == "90":
        made = imagecodecs.jpeg2k_encode(
            colour, level=0, reversible=True, codecformat="j2k", mct=transforms
        )
    else:
        kind = "ycbcr" if transforms else "rgb"
        made = imagecodecs.jpeg8_encode(colour, colorspace="rgb", outcolorspace=kind)
    changes = {"PhotometricInterpretation": photometric}
    path = save_fragments(
        tmp_path / "a.dcm", f"1.2.840.10008.1.2.4.{uid}", [bytes(made)], colour, **changes
    )
    frames = open_frames(path)
    frames.check()
    frames.close()
    assert [said in note for note in frames.notes] == ([True] if said else [])


BY_BYTES_PAIRS = list(product(BY_BYTES, ["Rows", "Columns", "both", "samples", "bits"]))


@pytest.mark.parametrize(
    ("syntax", "name"), BY_BYTES_PAIRS, ids=[f"{s.name}-{n}" for s, n in BY_BYTES_PAIRS]
)
def test_frames_without_a_header_must_have_the_size_that_is_declared(tmp_path, syntax, name):
    vector = vector_of(syntax.uid, samples=1, rows=16, bits=16, is_signed=False)
    changes = {
        "Rows": {"Rows": 17},
        "Columns": {"Columns": 17},
        "both": {"Rows": 12, "Columns": 12},
        "samples": TO_COLOUR | {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
        "bits": {"BitsAllocated": 32, "BitsStored": 32, "HighBit": 31},
    }[name]
    assert code_of(file_of(tmp_path / "good.dcm", vector)) == ""
    found = code_of(file_of(tmp_path / "a.dcm", vector, **changes))
    if name == "both" and syntax.codec is Codec.RLE:
        assert found == ""  # RLE does not say where its pixels end; more of them are no lie
    else:
        assert found in FOUND_BY_BYTES


def test_every_syntax_with_a_header_refuses_the_codestream_of_every_other(tmp_path):
    exchangeable = {"50", "51"}, {"53", "55"}, {"54", "56"}, {"57", "70"}, {"80", "81"}
    exchangeable += {"90", "91", "92", "93", "201", "202", "203"}, {"110", "112"}
    for theirs, ours in product(CHECKED, CHECKED):
        pair = {theirs.uid.rpartition(".")[2], ours.uid.rpartition(".")[2]}
        if theirs is ours or any(pair <= group for group in exchangeable):
            continue
        vector = vector_of(theirs.uid, rows=16, columns=16, samples=1)
        try:
            found = read_codestream(vector.codestream, ours)
            check_codestream(found, vector.geometry, ours)
        except RefusedInputError:
            continue
        assert {theirs.codec, ours.codec} <= {Codec.JPEG_XL, Codec.JPEG_XL_FROM_JPEG}


@pytest.mark.parametrize("syntax", CHECKED, ids=lambda s: s.uid[-4:])
@given(data=st.data())
@settings(max_examples=30)
def test_a_damaged_header_is_read_or_refused_and_nothing_else(syntax, data):
    content = bytearray(vector_of(syntax.uid, rows=16, columns=16).codestream)
    for _ in range(3):
        content[data.draw(st.integers(0, min(len(content), 80) - 1))] = data.draw(
            st.integers(0, 255)
        )
    cut = data.draw(st.integers(0, len(content)))
    for damaged in (bytes(content), bytes(content[:cut])):
        with contextlib.suppress(RefusedInputError):
            read_codestream(damaged, syntax)


@pytest.mark.parametrize("syntax", CHECKED, ids=lambda s: s.uid[-4:])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 0.9])
def test_a_frame_that_is_cut_off_is_refused(syntax, part, tmp_path):
    vector = vector_of(syntax.uid, rows=16, columns=16)
    cut = vector.codestream[: int(len(vector.codestream) * part)]
    path = file_of(tmp_path / "a.dcm", dataclasses.replace(vector, codestream=cut))
    assert code_of(path) in FOUND_BY_BYTES


def test_a_multi_component_transform_is_refused_by_name():
    vector = vector_of("1.2.840.10008.1.2.4.92", rows=16, columns=16, frames=3)
    data = vector.codestream
    start = data.index(b"\xff\x52")
    marker = b"\xff\x75" + struct.pack(">H", 4) + b"\0\0"
    with pytest.raises(RefusedInputError, match="multi-component transform") as caught:
        read_codestream(data[:start] + marker + data[start:], CHECKED[-1])
    assert caught.value.code == "UNSUPPORTED_TRANSFER_SYNTAX"

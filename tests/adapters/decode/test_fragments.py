"""Fragments to frames: every table, none, and the ones that lie."""

import struct
import zlib

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate_extended

from readstation.adapters.decode.frame_decoder import open_frames
from readstation.domain.errors import RefusedInputError
from tests.encapsulated_files import JPEG, items, save_fragments

LOSSLESS, FRAME_DEFLATE, PLAIN = JPEG + "80", "1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.1.98"
DAMAGED = {"CORRUPT_FRAME", "TRUNCATED"}
VALUES = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000
IMAGES = [VALUES, VALUES + 1, VALUES[::-1]]


def packed(values):
    return bytes(imagecodecs.jpegls_encode(np.ascontiguousarray(values)))


def deflated(data):
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


def even(data):
    return data + b"\0" * (len(data) % 2)


def shown(path):
    frames = open_frames(path)
    try:
        frames.check()
        return [frames.stored_values(n) for n in range(frames.geometry.number_of_frames)]
    finally:
        frames.close()


def code_of(path):
    with pytest.raises(RefusedInputError) as caught:
        shown(path)
    return caught.value.code


def assert_shown(path, images=IMAGES):
    for found, expected in zip(shown(path), images, strict=True):
        np.testing.assert_array_equal(found, expected)


def in_two(frame):
    """Cut a frame in two fragments; only the last may be padded."""
    return frame[:60], even(frame[60:])


CUT = [part for image in IMAGES for part in in_two(packed(image))]


def offsets(parts, every):
    starts, position = [], 0
    for number, part in enumerate(parts):
        if number % every == 0:
            starts.append(position)
        position += 8 + len(part)
    return starts


def save_cut(path, contents, **changes):
    said = {"NumberOfFrames": 3} | changes
    return save_fragments(path, LOSSLESS, contents, VALUES, **said)


def test_a_basic_offset_table_shares_fragments_out(tmp_path):
    table = struct.pack("<3L", *offsets(CUT, 2))
    assert_shown(save_cut(tmp_path / "a.dcm", items(*CUT, table=table)))


def test_without_a_table_frames_begin_where_an_image_begins(tmp_path):
    assert_shown(save_cut(tmp_path / "a.dcm", items(*CUT)))


def test_an_extended_offset_table_shares_fragments_out(tmp_path):
    starts = {"ExtendedOffsetTable": struct.pack("<3Q", *offsets(CUT, 2))}
    assert_shown(save_cut(tmp_path / "a.dcm", items(*CUT), **starts))
    content, table, lengths = encapsulate_extended([packed(image) for image in IMAGES])
    whole = {"ExtendedOffsetTable": table, "ExtendedOffsetTableLengths": lengths}
    assert_shown(save_cut(tmp_path / "b.dcm", content, **whole))


@pytest.mark.parametrize(
    "starts",
    [(0, 5, 9), (8, 0, 16), (0, 0, 0), (0, 2**31, 2**31 + 2), (0, 68)],
    ids=["between", "disorder", "same", "outside", "too few"],
)
def test_a_table_that_lies_is_refused(tmp_path, starts):
    basic = struct.pack(f"<{len(starts)}L", *starts)
    assert code_of(save_cut(tmp_path / "a.dcm", items(*CUT, table=basic))) == "CORRUPT_FRAME"
    extended = struct.pack(f"<{len(starts)}Q", *starts)
    path = save_cut(tmp_path / "b.dcm", items(*CUT), ExtendedOffsetTable=extended)
    assert code_of(path) == "CORRUPT_FRAME"


def test_a_table_of_broken_size_is_refused(tmp_path):
    assert code_of(save_cut(tmp_path / "a.dcm", items(*CUT, table=b"\0" * 6))) == "CORRUPT_FRAME"
    path = save_cut(tmp_path / "b.dcm", items(*CUT), ExtendedOffsetTable=b"\0" * 12)
    assert code_of(path) == "CORRUPT_FRAME"


def test_an_empty_fragment_adds_nothing_to_its_frame(tmp_path):
    path = save_fragments(tmp_path / "a.dcm", LOSSLESS, items(*CUT[:2], b""), VALUES)
    assert_shown(path, IMAGES[:1])
    first = save_fragments(tmp_path / "b.dcm", LOSSLESS, items(b"", *CUT[:2]), VALUES)
    assert_shown(first, IMAGES[:1])


def test_an_empty_frame_is_refused(tmp_path):
    path = save_cut(tmp_path / "a.dcm", items(packed(VALUES), b"", packed(VALUES)))
    assert code_of(path) == "CORRUPT_FRAME"


def test_a_lost_fragment_is_noticed(tmp_path):
    assert code_of(save_cut(tmp_path / "a.dcm", items(*CUT[:3], *CUT[4:]))) in DAMAGED


def test_bytes_after_the_end_of_an_image_change_nothing(tmp_path):
    for number, tail in enumerate((b"\0", b"\xff", b"\0\0\0\0", b"trailing")):
        path = tmp_path / f"{number}.dcm"
        assert_shown(save_fragments(path, LOSSLESS, [packed(VALUES) + tail], VALUES), IMAGES[:1])


def test_pixel_data_without_fragments_is_refused(tmp_path):
    path = save_fragments(tmp_path / "a.dcm", LOSSLESS, items(), VALUES)
    assert code_of(path) == "TRUNCATED"


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "u4"])
@pytest.mark.parametrize("uid", [FRAME_DEFLATE, PLAIN], ids=["deflated", "plain"])
def test_frames_of_plain_bytes_are_exact(tmp_path, uid, dtype):
    pack = deflated if uid == FRAME_DEFLATE else bytes
    images = [(np.arange(15).reshape(5, 3) * n - 7).astype(f"<{dtype}") for n in (1, 2, 3)]
    frames = [pack(image.tobytes()) for image in images]
    path = save_fragments(tmp_path / "a.dcm", uid, frames, images[0], NumberOfFrames=3)
    assert_shown(path, images)


def test_one_bit_frames_each_begin_on_a_byte(tmp_path):
    bits = [np.array([[1, 0, 1], [0, n, 1]], np.uint8) for n in (0, 1)]
    frames = [deflated(np.packbits(b.ravel(), bitorder="little").tobytes()) for b in bits]
    changes = {"BitsAllocated": 1, "BitsStored": 1, "HighBit": 0, "NumberOfFrames": 2}
    assert_shown(
        save_fragments(tmp_path / "a.dcm", FRAME_DEFLATE, frames, bits[0], **changes), bits
    )


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (deflated(bytes(10)), "TRUNCATED"),
        (deflated(bytes(10_000_000)), "CODESTREAM_MISMATCH"),
        (deflated(VALUES.tobytes())[:-8], "TRUNCATED"),
        (deflated(VALUES.tobytes()) + b"more than padding", "CORRUPT_FRAME"),
        (zlib.compress(VALUES.tobytes()), "CORRUPT_FRAME"),
        (b"", "TRUNCATED"),
    ],
    ids=["short", "bomb", "cut", "followed", "zlib header", "empty"],
)
def test_deflated_frames_that_are_not_the_declared_pixels_are_refused(tmp_path, frame, code):
    assert code_of(save_fragments(tmp_path / "a.dcm", FRAME_DEFLATE, [frame], VALUES)) == code


def test_frames_that_are_components_of_one_codestream_are_parted(tmp_path):
    images = np.stack(IMAGES, axis=2)
    both = bytes(
        imagecodecs.jpeg2k_encode(
            images, level=0, reversible=True, codecformat="j2k", planar=False, mct=False
        )
    )
    one = bytes(imagecodecs.jpeg2k_encode(VALUES, level=0, reversible=True, codecformat="j2k"))
    contents = items(both[:50], both[50:], one)
    said = {"NumberOfFrames": 4}
    path = save_fragments(tmp_path / "a.dcm", JPEG + "92", contents, VALUES, **said)
    assert_shown(path, [*IMAGES, VALUES])
    wrong = save_fragments(tmp_path / "b.dcm", JPEG + "92", contents, VALUES, NumberOfFrames=5)
    assert code_of(wrong) == "CODESTREAM_MISMATCH"

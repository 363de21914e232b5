"""Frames of every encoding: exact where lossless, refused where header and pixels disagree."""

import struct

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom.encaps import encapsulate

from readstation.adapters.decode.bytewise import decode_rle
from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.decode.golden_vectors import extremes
from readstation.adapters.decode.native import extend_sign
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import declare_syntax, make_image, save, save_image
from tests.golden.encoders import by_hand_rle

JPEG_2000, JPEG_LS, RLE, BASELINE = "4.90", "4.80", "5", "4.50"


def frames_of(path, *, checked=True):
    frames = open_frames(path)
    try:
        if checked:
            frames.check()
        return [frames.stored_values(i) for i in range(frames.geometry.number_of_frames)]
    finally:
        frames.close()


def refused(path):
    with pytest.raises(RefusedInputError) as caught:
        frames_of(path)
    return caught.value.code


def save_encapsulated(path, syntax, fragments, values, **changes):
    image = make_image(values, **changes)
    image.file_meta.TransferSyntaxUID = f"1.2.840.10008.1.2.{syntax}"
    image.PixelData = fragments if isinstance(fragments, bytes) else encapsulate(fragments)
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True
    return save(image, path)


def jpeg_2000(values):
    return bytes(imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k"))


@pytest.fixture
def values():
    return np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000


@given(arrays(np.uint16, (4, 4)), st.integers(1, 16))
def test_the_lowest_bits_are_read_with_their_sign(stored, bits):
    expected = [(int(v) % (1 << bits) ^ 1 << bits - 1) - (1 << bits - 1) for v in stored.flat]
    assert extend_sign(stored, bits, np.dtype("<i2")).ravel().tolist() == expected


def test_bits_above_bits_stored_are_cleared(tmp_path):
    stored = np.array([[0xF123, 0x0FFF]], np.uint16)
    path = save_image(tmp_path / "a.dcm", stored, BitsStored=12, HighBit=11)
    assert frames_of(path)[0].tolist() == [[0x123, 0xFFF]]
    signed = save_image(
        tmp_path / "b.dcm", stored, BitsStored=12, HighBit=11, PixelRepresentation=1
    )
    assert frames_of(signed)[0].tolist() == [[0x123, -1]]


def test_one_bit_frames_need_not_begin_on_a_byte(tmp_path):
    bits = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 1], [1, 0, 0]], np.uint8)  # two 2 x 3 frames
    path = save_image(
        tmp_path / "a.dcm",
        np.zeros((2, 3), np.uint8),
        BitsAllocated=1,
        BitsStored=1,
        HighBit=0,
        NumberOfFrames=2,
        PixelData=np.packbits(bits.ravel(), bitorder="little").tobytes(),
    )
    assert np.concatenate(frames_of(path)).tolist() == bits.tolist()


def test_planes_become_pixels(tmp_path):
    colour = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    planes = np.ascontiguousarray(colour.transpose(2, 0, 1))
    path = save_image(
        tmp_path / "a.dcm", colour, PlanarConfiguration=1, PixelData=planes.tobytes() + b""
    )
    np.testing.assert_array_equal(frames_of(path)[0], colour)


def test_too_few_pixel_bytes_are_refused_and_too_many_noted(tmp_path):
    short = save_image(tmp_path / "a.dcm", PixelData=bytes(126))
    assert refused(short) == "TRUNCATED"
    followed = save_image(
        tmp_path / "c.dcm", PixelData=bytes(126), DataSetTrailingPadding=bytes(64)
    )
    assert refused(followed) == "TRUNCATED"  # what follows is not taken for pixels
    frames = open_frames(save_image(tmp_path / "b.dcm", PixelData=bytes(256)))
    frames.close()
    assert frames.notes == ("the file holds more pixel data than it declares",)


def test_a_compressed_frame_of_another_size_is_refused(tmp_path, values):
    path = save_encapsulated(
        tmp_path / "a.dcm", JPEG_2000, [jpeg_2000(values)], values, Rows=4, Columns=16
    )
    assert refused(path) == "CODESTREAM_MISMATCH"


@pytest.mark.parametrize(
    "changes",
    [
        {"Rows": 4},
        {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0},
        {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7},
    ],
    ids=["rows", "components", "precision"],
)
def test_a_codestream_that_contradicts_its_header_is_refused(tmp_path, values, changes):
    path = save_encapsulated(tmp_path / "a.dcm", JPEG_2000, [jpeg_2000(values)], values, **changes)
    assert refused(path) == "CODESTREAM_MISMATCH"


def test_another_codec_than_the_transfer_syntax_says_is_refused(tmp_path, values):
    packed = bytes(imagecodecs.jpegls_encode(values))
    path = save_encapsulated(tmp_path / "a.dcm", "4.70", [packed], values)
    assert refused(path) == "CODESTREAM_MISMATCH"


def test_compressed_pixels_under_an_uncompressed_syntax_are_refused(tmp_path, values):
    path = save_encapsulated(tmp_path / "a.dcm", JPEG_2000, [jpeg_2000(values)], values)
    declare_syntax(path, "1.2.840.10008.1.2.1")
    assert refused(path) == "CODESTREAM_MISMATCH"


@pytest.mark.parametrize(
    ("uid", "name"),
    [
        ("1.2.840.10008.1.2.4.58", "JPEG Lossless, arithmetic"),
        ("1.2.840.10008.1.2.4.65", "JPEG Lossless, hierarchical .*, no maintained decoder"),
        ("1.2.840.10008.1.2.4.94", "JPIP Referenced, the pixels are not in the file"),
        ("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 progressive, it describes a live stream"),
        ("1.2.840.10008.1.2.6.2", "XML"),
        ("1.2.3.4", "none of those that DICOM knows"),
    ],
)
def test_a_syntax_without_a_decoder_is_refused_by_name(tmp_path, uid, name):
    path = declare_syntax(save_image(tmp_path / "a.dcm"), uid)
    with pytest.raises(RefusedInputError, match=name) as caught:
        open_frames(path)
    assert caught.value.code == "UNSUPPORTED_TRANSFER_SYNTAX"


def test_damaged_compressed_data_are_refused(tmp_path, values):
    packed = bytes(imagecodecs.jpegls_encode(values))
    broken = packed[:30] + b"\x55" * 40
    path = save_encapsulated(tmp_path / "a.dcm", JPEG_LS, [broken], values)
    assert refused(path) == "CORRUPT_FRAME"


@pytest.mark.parametrize("has_table", [True, False], ids=["offset table", "no offset table"])
def test_frames_in_several_fragments_are_put_together(tmp_path, values, has_table):
    one, two = jpeg_2000(values), jpeg_2000(values + 1)
    encapsulated = encapsulate([one, two], fragments_per_frame=2, has_bot=has_table)
    path = save_encapsulated(tmp_path / "a.dcm", JPEG_2000, encapsulated, values, NumberOfFrames=2)
    first, second = frames_of(path)
    np.testing.assert_array_equal(first, values)
    np.testing.assert_array_equal(second, values + 1)


def test_an_offset_table_that_points_between_fragments_is_refused(tmp_path, values):
    one = jpeg_2000(values)
    encapsulated = bytearray(encapsulate([one, one], fragments_per_frame=2))
    encapsulated[12:16] = struct.pack("<L", 6)
    path = save_encapsulated(
        tmp_path / "a.dcm", JPEG_2000, bytes(encapsulated), values, NumberOfFrames=2
    )
    assert refused(path) == "CORRUPT_FRAME"


def test_missing_frames_and_cut_fragments_are_refused(tmp_path, values):
    packed = jpeg_2000(values)
    few = save_encapsulated(tmp_path / "a.dcm", JPEG_2000, [packed], values, NumberOfFrames=2)
    assert refused(few) == "TRUNCATED"
    cut = save_encapsulated(tmp_path / "b.dcm", JPEG_2000, [packed], values)
    cut.write_bytes(cut.read_bytes()[:-20])
    assert refused(cut) == "TRUNCATED"


GEOMETRY = PixelGeometry(16, 16, 1, 1, "MONOCHROME2", 16, 16, False, False)


def rle_vector():
    values = extremes((16, 16, 1), 16)[..., 0].astype("<u2")
    return by_hand_rle(values, {})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d[:60], "TRUNCATED"),
        (lambda d: struct.pack("<L", 3) + d[4:], "CODESTREAM_MISMATCH"),
        (lambda d: struct.pack("<3L", 2, 64, 2**31) + d[12:], "CORRUPT_FRAME"),
        (lambda d: struct.pack("<3L", 2, 300, 64) + d[12:], "CORRUPT_FRAME"),
        (lambda d: struct.pack("<3L", 2, 0, 64) + d[12:], "CORRUPT_FRAME"),
        (lambda d: d[:-129], "TRUNCATED"),
    ],
    ids=["header", "segments", "outside", "disorder", "in header", "short"],
)
def test_a_lying_rle_header_is_refused(change, code):
    with pytest.raises(RefusedInputError) as caught:
        decode_rle(change(rle_vector()), GEOMETRY)
    assert caught.value.code == code


def test_a_huge_rle_frame_is_refused_before_memory_is_taken():
    huge = PixelGeometry(16_000, 16_000, 1, 1, "MONOCHROME2", 16, 16, False, False)
    with pytest.raises(RefusedInputError) as caught:
        decode_rle(rle_vector(), huge)
    assert caught.value.code == "TRUNCATED"

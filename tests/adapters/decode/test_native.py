"""Uncompressed pixels of every layout: the stored value out of its cell, or a refusal by name."""

import subprocess

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom.uid import ExplicitVRBigEndian

from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.decode.native import clear_unused_bits
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.cli.main import main
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import make_image, save, save_image

LIMIT_S = 60
TOO_FEW, EXTRA = "TRUNCATED", "the file holds more pixel data than it declares"


def frames_of(path):
    frames = open_frames(path)
    try:
        return [frames.stored_values(i) for i in range(frames.geometry.number_of_frames)]
    finally:
        frames.close()


def notes_of(path):
    frames = open_frames(path)
    frames.close()
    return frames.notes


def refused(path):
    with pytest.raises(RefusedInputError) as caught:
        frames_of(path)
    return caught.value


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32])
@pytest.mark.parametrize("is_signed", [False, True])
@given(data=st.data())
def test_the_stored_value_is_taken_out_of_its_cell(dtype, is_signed, data):
    allocated = np.dtype(dtype).itemsize * 8
    stored = data.draw(st.integers(1, allocated))
    low = data.draw(st.integers(0, allocated - stored))
    cells = data.draw(arrays(dtype, (2, 3)))
    geometry = PixelGeometry(
        2, 3, 1, 1, "MONOCHROME2", allocated, stored, is_signed, False, low_bit=low
    )
    kind = np.dtype(f"{'i' if is_signed else 'u'}{allocated // 8}")
    found = clear_unused_bits(cells.view(kind), geometry)
    expected = []
    for cell in cells.ravel().tolist():
        value = cell >> low & ((1 << stored) - 1)
        is_negative = is_signed and value >> (stored - 1)
        expected.append(value - (1 << stored) if is_negative else value)
    assert found.ravel().tolist() == expected


@pytest.mark.parametrize(("kept", "expected"), [(16, 0x123), (12, 0x230)])
def test_a_codec_that_kept_only_the_value_has_moved_it_down(kept, expected):
    geometry = PixelGeometry(1, 1, 1, 1, "MONOCHROME2", 16, 12, False, False, low_bit=4)
    cells = np.array([[0x1230]], np.uint16)
    assert clear_unused_bits(cells, geometry, kept).item() == expected


@pytest.mark.peer
@pytest.mark.parametrize("is_signed", [0, 1])
@pytest.mark.parametrize(("stored", "high"), [(12, 15), (12, 13), (10, 11)])
def test_an_old_high_bit_is_read_as_dcm2pnm_reads_it(
    tmp_path, peer_program, is_signed, stored, high
):
    cells = np.arange(0, 65_536, 7, dtype=np.uint32)[: 96 * 96].astype(np.uint16).reshape(96, 96)
    attributes = {"BitsStored": stored, "HighBit": high, "PixelRepresentation": is_signed}
    file = save_image(tmp_path / "old.dcm", cells, **attributes)
    window, out, peer = ("300", "3000"), tmp_path / "ours.npy", tmp_path / "peer.pgm"
    assert main(["render", str(file), "--window", *window, "--out", str(out)]) == 0
    command = [peer_program("dcm2pnm"), "+op", "+Ww", *window, file, peer]
    subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
    assert (np.load(out) == cv2.imread(str(peer), cv2.IMREAD_UNCHANGED)).all()


@pytest.mark.parametrize(("stored", "high"), [(12, 10), (12, 16), (16, 255), (1, 16)])
def test_a_high_bit_that_contradicts_the_header_is_refused(tmp_path, stored, high):
    file = save_image(tmp_path / "a.dcm", BitsStored=stored, HighBit=high)
    assert f"High Bit {high} with {stored} bits stored" in refused(file).message


@pytest.mark.parametrize(
    ("attributes", "word"),
    [
        pytest.param({"PhotometricInterpretation": "HSV"}, "retired", id="HSV"),
        pytest.param({"PhotometricInterpretation": "ARGB"}, "retired", id="ARGB"),
        pytest.param({"PhotometricInterpretation": "CMYK"}, "retired", id="CMYK"),
        pytest.param({"PhotometricInterpretation": "YBR_RCT"}, "compressed", id="RCT"),
        pytest.param({"PhotometricInterpretation": "YBR_ICT"}, "compressed", id="ICT"),
        pytest.param({"PhotometricInterpretation": "YBR_PARTIAL_420"}, "compressed", id="420"),
        pytest.param({"PhotometricInterpretation": "YBR_FULL_422"}, "pairs", id="odd 422"),
        pytest.param({"BitsAllocated": 12, "BitsStored": 12}, "packed", id="12 bits packed"),
        pytest.param({"BitsAllocated": 64, "BitsStored": 64}, "64 bits", id="64 bits"),
    ],
)
def test_what_cannot_be_shown_is_refused_by_its_name(tmp_path, attributes, word):
    file = save_image(tmp_path / "a.dcm", np.zeros((4, 5, 3), np.uint8), HighBit=None, **attributes)
    assert word in refused(file).message


def test_even_rows_of_halved_chroma_are_unpacked(tmp_path):
    quads = np.array([[10, 20, 100, 200], [30, 40, 110, 210]], np.uint8)
    file = save_image(
        tmp_path / "a.dcm",
        np.zeros((1, 4, 3), np.uint8),
        PhotometricInterpretation="YBR_FULL_422",
        PixelData=quads.tobytes(),
    )
    expected = [[[10, 100, 200], [20, 100, 200], [30, 110, 210], [40, 110, 210]]]
    assert frames_of(file)[0].tolist() == expected


def test_planes_and_pixels_give_the_same_colours(tmp_path):
    values = np.arange(5 * 3 * 3, dtype=np.uint16).reshape(5, 3, 3)
    planes = np.ascontiguousarray(values.transpose(2, 0, 1)).tobytes()
    file = save_image(tmp_path / "a.dcm", values, PlanarConfiguration=1, PixelData=planes)
    assert (frames_of(file)[0] == values).all()


@pytest.mark.parametrize(("shape", "bits"), [((3, 5), 8), ((3, 3), 8), ((3, 7), 1), ((5, 5), 16)])
def test_frames_of_odd_size_are_read_in_either_byte_order(tmp_path, shape, bits):
    count, limit = 3, 2 if bits == 1 else 1 << bits
    dtype = np.uint16 if bits == 16 else np.uint8
    values = np.random.default_rng(5).integers(0, limit, (count, *shape)).astype(dtype)
    packed = np.packbits(values.ravel(), bitorder="little") if bits == 1 else values
    data = packed.tobytes()
    data += bytes(len(data) % 2)
    sizes = {"BitsAllocated": bits, "BitsStored": bits, "HighBit": bits - 1}
    image = make_image(values[0], NumberOfFrames=count, PixelData=data, **sizes)
    little = frames_of(save(image, tmp_path / "little.dcm"))
    image.PixelData = np.frombuffer(data, "<u2").astype(">u2").tobytes()
    image["PixelData"].VR = "OW"
    image.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    image.set_original_encoding(is_implicit_vr=False, is_little_endian=False)
    big = frames_of(save(image, tmp_path / "big.dcm"))
    for found in (little, big):
        assert [frame.tolist() for frame in found] == values.tolist()


ODD = np.arange(15, dtype=np.uint8).reshape(3, 5)


def end_of_file(tmp_path, change, values=ODD):
    """Write an image of odd size whose Pixel Data end the file, with other bytes at its end."""
    file = save_image(tmp_path / "a.dcm", values, PixelData=values.tobytes() + b"\0")
    content = file.read_bytes()
    file.write_bytes(content[:change] if change < 0 else content + bytes(change))
    return file


def test_a_missing_pad_byte_at_the_end_of_the_file_is_no_loss(tmp_path):
    file = end_of_file(tmp_path, -1)
    assert (frames_of(file)[0] == ODD).all()
    assert notes_of(file) == ()


def test_one_missing_pixel_is_refused_and_never_shown_in_part(tmp_path):
    assert refused(end_of_file(tmp_path, -2)).code == TOO_FEW


def test_surplus_pixel_data_are_left_out_and_told(tmp_path):
    file = save_image(tmp_path / "a.dcm", ODD, PixelData=ODD.tobytes() + bytes(9))
    assert (frames_of(file)[0] == ODD).all()
    assert notes_of(file) == (EXTRA,)


@pytest.mark.parametrize(("kind", "dtype"), [("Float", np.float32), ("DoubleFloat", np.float64)])
def test_floating_point_pixels_are_exact(tmp_path, kind, dtype):
    values = np.array([[0.1, -np.inf, np.nan], [np.finfo(dtype).tiny, 1e30, -0.0]], dtype)
    image = make_image(np.zeros((2, 3), np.uint16), PixelData=None, BitsStored=None, HighBit=None)
    image.PixelRepresentation = None
    image.BitsAllocated = values.dtype.itemsize * 8
    setattr(image, f"{kind}PixelData", values.tobytes())
    file = save(image, tmp_path / "a.dcm")
    (found,) = frames_of(file)
    assert found.dtype == dtype
    assert found.tobytes() == values.tobytes()
    assert main(["render", str(file), "--out", str(tmp_path / "shown.npy")]) == 0
    assert np.load(tmp_path / "shown.npy")[0, 2] == 0

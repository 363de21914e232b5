"""Golden vectors: a decoder that returns other pixels is not used."""

import dataclasses
import time

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate

from readstation.adapters.decode import bytewise, self_test
from readstation.adapters.decode.codecs import DECODERS
from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.decode.golden_vectors import extremes, golden_vectors
from readstation.adapters.decode.self_test import failure_of, self_test_all
from readstation.adapters.decode.transfer_syntaxes import (
    BYTEWISE,
    SUPPORTED,
    Codec,
    transfer_syntax,
)
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import make_image, save

JPEG = "1.2.840.10008.1.2.4."
MOST_S = 1.0
"""All decoders together; each worker tests a syntax only when it first meets it."""


@pytest.fixture(autouse=True)
def fresh():
    self_test.self_test.cache_clear()
    yield
    self_test.self_test.cache_clear()


def test_every_decoder_passes_its_golden_vectors_here():
    rows = self_test_all()
    assert [row for row in rows if row.failure] == []
    assert {r.transfer_syntax_uid for r in rows if r.vectors >= 2} == {s.uid for s in SUPPORTED}
    assert all(row.version for row in rows)


def test_the_test_of_one_syntax_takes_no_noticeable_time():
    golden_vectors()
    started = time.process_time()
    self_test_all()
    assert time.process_time() - started < MOST_S


def test_a_decoder_that_clamps_instead_of_wrapping_is_caught(monkeypatch):
    def clamping(data, _geometry, _out):
        decoded = imagecodecs.jpeg8_decode(data, colorspace="grayscale", outcolorspace="grayscale")
        return np.minimum(decoded, decoded.max() - 1)

    monkeypatch.setitem(DECODERS, Codec.JPEG_LOSSLESS, clamping)
    with pytest.raises(RefusedInputError) as caught:
        self_test.require_trusted(transfer_syntax(JPEG + "70"))
    assert caught.value.code == "SELF_TEST_FAILED"


@pytest.mark.parametrize("codec", DECODERS, ids=lambda codec: codec.name)
def test_a_broken_decoder_disables_exactly_its_own_syntaxes(monkeypatch, codec):
    working = DECODERS[codec]
    monkeypatch.setitem(DECODERS, codec, lambda data, geometry, _out: working(data, geometry) ^ 8)
    failed = {row.transfer_syntax_uid for row in self_test_all() if row.failure}
    assert failed == {s.uid for s in SUPPORTED if s.codec is codec}


@pytest.mark.parametrize("codec", sorted(BYTEWISE, key=str), ids=lambda codec: codec.name)
def test_a_broken_reading_of_bytes_disables_its_syntaxes(monkeypatch, codec):
    working = bytewise.decode_bytewise

    def broken(data, geometry, wanted):
        return working(data, geometry, wanted) ^ (1 if wanted is codec else 0)

    monkeypatch.setattr(self_test, "decode_bytewise", broken)
    failed = {row.transfer_syntax_uid for row in self_test_all() if row.failure}
    assert failed == {s.uid for s in SUPPORTED if s.codec is codec}


def test_a_broken_reading_of_uncompressed_pixels_disables_their_syntaxes(monkeypatch):
    working = self_test.read_native_frame

    def swapped(*given, is_little_endian):
        return working(*given, is_little_endian=True)

    monkeypatch.setattr(self_test, "read_native_frame", swapped)
    failed = {row.name for row in self_test_all() if row.failure}
    assert failed == {"Explicit VR Big Endian (retired)"}


def test_a_file_whose_decoder_failed_is_refused_and_not_guessed(monkeypatch, tmp_path):
    values = np.arange(64, dtype=np.uint16).reshape(8, 8)
    image = make_image(values)
    image.file_meta.TransferSyntaxUID = JPEG + "80"
    image.PixelData = encapsulate([bytes(imagecodecs.jpegls_encode(values))])
    image["PixelData"].is_undefined_length = True
    working = DECODERS[Codec.JPEG_LS]
    monkeypatch.setitem(
        DECODERS, Codec.JPEG_LS, lambda data, geometry, _out: working(data, geometry) + 1
    )
    frames = open_frames(save(image, tmp_path / "a.dcm"))
    with pytest.raises(RefusedInputError) as caught:
        frames.stored_values(0)
    frames.close()
    assert caught.value.code == "SELF_TEST_FAILED"


def test_openjph_turns_white_to_black_in_lossy_images_and_is_therefore_not_used_for_them():
    image = extremes((16, 16, 1), 8)[..., 0]
    packed = imagecodecs.htj2k_encode(image.astype(np.uint8), reversible=False, level=0.005)
    by_openjph = image - imagecodecs.htj2k_decode(packed).astype(int)
    assert by_openjph.max() == 255, "fixed upstream: OpenJPH may be used for .203 again"
    assert abs(image - DECODERS[Codec.JPEG_2000](bytes(packed), None, None).astype(int)).max() <= 3


def test_a_vector_with_other_pixels_fails():
    vector = next(v for v in golden_vectors() if v.transfer_syntax_uid.endswith(".2.5"))
    assert failure_of(dataclasses.replace(vector, pattern="ramp")) != ""

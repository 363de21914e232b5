"""Golden vectors: a decoder that returns other pixels is not used."""

import base64
import dataclasses

import imagecodecs
import numpy as np
import pytest

from readstation.adapters.decode import self_test
from readstation.adapters.decode.codecs import DECODERS
from readstation.adapters.decode.self_test import failure_of, golden_vectors, self_test_all
from readstation.adapters.decode.transfer_syntaxes import SUPPORTED, Codec, transfer_syntax
from readstation.domain.errors import RefusedInputError


@pytest.fixture
def fresh():
    self_test.self_test.cache_clear()
    yield
    self_test.self_test.cache_clear()


def test_every_decoder_passes_its_golden_vectors_here(fresh):
    rows = self_test_all()
    assert [row.name for row in rows if row.failure] == []
    assert {r.transfer_syntax_uid for r in rows if r.vectors} == {
        s.uid for s in SUPPORTED if s.is_encapsulated
    }


def test_a_decoder_that_clamps_instead_of_wrapping_is_caught(fresh, monkeypatch):
    def clamping(data, geometry):
        decoded = imagecodecs.jpeg8_decode(data, colorspace="grayscale", outcolorspace="grayscale")
        return np.minimum(decoded, decoded.max() - 1)

    monkeypatch.setitem(DECODERS, Codec.JPEG_LOSSLESS, clamping)
    with pytest.raises(RefusedInputError) as caught:
        self_test.require_trusted(transfer_syntax("1.2.840.10008.1.2.4.70"))
    assert caught.value.code == "SELF_TEST_FAILED"


def test_openjph_turns_white_to_black_in_lossy_images_and_is_therefore_not_used_for_them():
    (vector,) = [v for v in golden_vectors() if v.transfer_syntax_uid.endswith(".4.203")]
    data = base64.b64decode(vector.codestream)
    difference = vector.expected().astype(int) - imagecodecs.htj2k_decode(data).astype(int)
    assert difference.max() == 255, "fixed upstream: OpenJPH may be used for .203 again"
    assert failure_of(vector) == ""


def test_a_vector_with_one_wrong_pixel_fails(fresh):
    vector = next(v for v in golden_vectors() if v.transfer_syntax_uid.endswith(".2.5"))
    assert failure_of(dataclasses.replace(vector, bits=15)) != ""

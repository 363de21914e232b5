"""More than a thousand codestreams of other programs: every pixel as it was packed."""

import hashlib
from collections import Counter

import imagecodecs
import numpy as np
import pytest

from readstation.adapters.decode.golden_vectors import PATTERNS
from readstation.adapters.decode.self_test import failure_of
from readstation.adapters.decode.transfer_syntaxes import SUPPORTED, Codec
from readstation.domain.transfer_syntax import may_be_lossy_syntax
from tests.golden.archive import stored_vectors
from tests.golden.encoders import SAME_LIBRARY

WANTED = 1000
JPEG, HTJ2K = "1.2.840.10008.1.2.4.", {"201", "202"}
VIDEO = {f"1.2.840.10008.1.2.4.{number}" for number in (100, 102, 107, 108)}
"""One of each coding and depth; the others differ in profile and level alone."""
PROVEN = [s.uid for s in SUPPORTED if s.codec is not Codec.VIDEO or s.uid in VIDEO]


@pytest.mark.parametrize("uid", PROVEN)
def test_every_golden_vector_decodes_to_its_image(uid):
    of_syntax = [(row, v) for row, v in stored_vectors() if v.transfer_syntax_uid == uid]
    assert of_syntax
    failures = [(row, failure) for row, v in of_syntax if (failure := failure_of(v))]
    assert failures == []


def test_there_are_more_than_a_thousand_and_lossless_ones_have_no_tolerance():
    vectors = [vector for _, vector in stored_vectors()]
    assert len(vectors) > WANTED
    loose = {v.transfer_syntax_uid for v in vectors if v.tolerance}
    assert all(may_be_lossy_syntax(uid) for uid in loose)
    exact = Counter(v.tolerance == 0 for v in vectors)
    assert exact[True] > WANTED


def test_the_images_are_still_the_ones_that_were_packed():
    for row, vector in stored_vectors():
        assert hashlib.sha256(vector.expected().tobytes()).hexdigest() == row["sha256"], row


def test_every_predictor_interleave_and_progression_is_among_them():
    told = " ".join(row["options"] for row, _ in stored_vectors())
    asked = [f"+sv {n}" for n in range(2, 8)] + [f"+pt {n}" for n in (1, 3, 7)] + ["+e1"]
    asked += ["+il", "+is", "+in"] + [f"+md {n}" for n in (1, 3)]
    asked += [f"-prog {order}" for order in ("lrcp", "rlcp", "rpcl", "pcrl", "cprl")]
    asked += ["-tile_width", "-format jp2", "-arithmetic", "-progressive", "-restart"]
    assert [option for option in asked if option not in told] == []


def test_the_patterns_reach_lowest_and_highest_values():
    for bits in (8, 12, 16):
        values = PATTERNS["extremes"]((16, 16, 1), bits)
        assert (values.min(), values.max()) == (0, (1 << bits) - 1)
        assert len(np.unique(PATTERNS["noise"]((16, 16, 1), bits))) > 100


def test_high_throughput_vectors_come_out_the_same_from_a_second_decoder():
    own = [(r, v) for r, v in stored_vectors() if v.transfer_syntax_uid.rpartition(".")[2] in HTJ2K]
    assert len(own) > 100
    for row, vector in own:
        decoded = imagecodecs.jpeg2k_decode(vector.codestream, planar=False)
        assert np.array_equal(decoded, vector.expected()), row


def test_whatever_an_encoder_shares_with_our_decoder_a_second_decoder_bears_out():
    of_same_library = [row for row, _ in stored_vectors() if row["encoder"] in SAME_LIBRARY]
    alone = {row["transfer_syntax_uid"] for row in of_same_library if not row["second_decoder"]}
    assert alone == {JPEG + "90", JPEG + "92", JPEG + "93"}  # depths and components FFmpeg lacks


def test_a_vector_with_one_wrong_pixel_is_noticed():
    _, vector = next((r, v) for r, v in stored_vectors() if v.pattern == "noise")
    damaged = vector.expected().copy()
    damaged[3, 3] ^= 1
    assert (damaged != vector.expected()).sum() == 1

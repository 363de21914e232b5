"""The measurement of decoding decodes what it says, and tells a decoder from its absence."""

import numpy as np
import pytest

from readstation.adapters.decode.frame_decoder import open_frames
from tests.benchmarks import decode, decode_series, targets
from tests.hostile.seeds import EXPLICIT, written


@pytest.fixture
def values():
    return decode.own_image()


def test_the_bare_codec_returns_the_image(tmp_path, values):
    uid = "1.2.840.10008.1.2.4.80"
    path = decode.encoded(tmp_path / "a", uid, values, decode.ENCODERS[uid](values))
    frames = open_frames(path)
    np.testing.assert_array_equal(decode.bare_codec(frames)(), values)
    frames.close()


def test_a_file_is_measured_beside_codec_and_pydicom(tmp_path, values):
    path = tmp_path / "plain"
    path.write_bytes(written(decode.make_image(values), EXPLICIT))
    with decode.timed_workers() as workers:
        run, single, bare, pydicom = decode.measure_one(workers, path, smoke=True)
    assert (bare.rival_name, pydicom.rival_name) == ("bare codec", "pydicom")
    assert run.target == targets.DECODE_COST
    assert run.ours > 0
    assert single.ours > 0


def test_a_frame_that_is_not_decoded_is_no_measurement(tmp_path):
    with decode.timed_workers() as workers, pytest.raises(RuntimeError, match="cannot be read"):
        decode.cost_in_a_run(workers, tmp_path / "missing")


def test_a_series_is_measured_beside_the_bare_codec():
    rows = decode_series.measure(smoke=True)
    assert [row.name for row in rows] == [
        f"decode 6 slices, {n}" for n in decode_series.NAMES.values()
    ]
    assert all(row.ratio > 0 for row in rows)


def test_what_pydicom_cannot_decode_is_left_out():
    def refuse():
        raise NotImplementedError

    assert not decode.can_decode(refuse)
    assert decode.can_decode(lambda: 1)

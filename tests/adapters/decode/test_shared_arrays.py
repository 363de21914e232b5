"""Arrays travel unchanged, and nothing that the other end writes can harm the reader."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from readstation.adapters.decode import shared_arrays
from readstation.adapters.decode.shared_arrays import SharedArrays
from readstation.domain.errors import RefusedInputError


@pytest.fixture
def shared():
    descriptor, name = tempfile.mkstemp()
    ends = SharedArrays(descriptor)
    yield ends
    ends.close()
    os.close(descriptor)
    Path(name).unlink()


def size_of(shared):
    return os.fstat(shared._file.fileno()).st_size


def test_several_arrays_travel_under_their_names(shared):
    sent = {
        "pixels": np.arange(-35, 35, dtype=np.int16).reshape(7, 10),
        "overlay 6000": np.eye(7, dtype=np.bool_),
        "overlay 6002": np.arange(3, dtype=np.float32),
        "turned": np.arange(12, dtype=np.uint8).reshape(3, 4).T,
    }
    found = shared.read(shared.write(sent))
    assert list(found) == list(sent)
    for name, values in sent.items():
        assert found[name].dtype == values.dtype
        np.testing.assert_array_equal(found[name], values)


def test_an_array_is_a_copy_that_the_next_frame_does_not_change(shared):
    first = shared.read(shared.write({"pixels": np.full((4, 4), 1, np.uint16)}))["pixels"]
    shared.write({"pixels": np.full((4, 4), 2, np.uint16)})
    assert first.tolist() == [[1] * 4] * 4


def test_memory_of_one_large_frame_is_given_back(shared, monkeypatch):
    monkeypatch.setattr(shared_arrays, "KEPT_BYTES", 1000)
    small = shared.write({"pixels": np.zeros(900, np.uint8)})
    shared.read(small)
    assert size_of(shared) == 900
    large = shared.write({"pixels": np.ones(50_000, np.uint8)})
    assert size_of(shared) == 50_000
    assert shared.read(large)["pixels"].all()
    assert size_of(shared) == 0


def test_a_frame_beyond_the_budget_is_refused_by_the_worker(shared, monkeypatch):
    monkeypatch.setattr(shared_arrays, "MAX_SHARED_BYTES", 1000)
    with pytest.raises(RefusedInputError, match="more memory"):
        shared.write({"pixels": np.zeros(1001, np.uint8)})


@pytest.mark.parametrize(
    "lie",
    [
        {"shape": [9, 8]},
        {"shape": [1 << 40, 1 << 40]},
        {"shape": [-8, -8]},
        {"shape": []},
        {"dtype": "|O"},
        {"offset": -64},
        {"offset": 1},
    ],
    ids=str,
)
def test_places_that_lie_are_refused(shared, lie):
    (place,) = shared.write({"pixels": np.ones((8, 8), np.uint8)})
    with pytest.raises(RefusedInputError) as caught:
        shared.read([{**place, **lie}])
    assert caught.value.code == "DECODER_DIED"


def test_too_many_places_are_refused(shared):
    places = shared.write({"pixels": np.ones((8, 8), np.uint8)})
    with pytest.raises(RefusedInputError):
        shared.read(places * 65)

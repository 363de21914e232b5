"""Arrays travel unchanged, and nothing that the other end writes can harm the reader."""

import os
import sys
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


@pytest.mark.skipif(sys.platform != "linux", reason="only there a codec writes into the file")
class TestRoom:
    """The beginning of the file, as memory that a codec fills."""

    def test_what_was_made_in_it_travels_without_another_copy(self, shared, monkeypatch):
        cells = shared.room((7, 10), np.dtype(np.uint16))
        cells[:] = np.arange(70).reshape(7, 10)
        mask = np.ones((3, 3), np.uint8)
        written = []
        monkeypatch.setattr(shared, "_write_bytes", lambda *what: written.append(what))
        shared.write({"pixels": cells})
        assert not written
        monkeypatch.undo()
        places = shared.write({"pixels": cells.view(np.int16), "overlay 6000": mask})
        found = shared.read(places)
        assert found["pixels"].dtype == np.int16
        np.testing.assert_array_equal(found["pixels"], cells)
        np.testing.assert_array_equal(found["overlay 6000"], mask)

    def test_other_pixels_are_written_over_it(self, shared):
        shared.room((4, 4), np.dtype(np.uint8))[:] = 1
        colours = np.full((4, 4, 3), 7, np.uint8)
        assert (shared.read(shared.write({"pixels": colours}))["pixels"] == 7).all()

    def test_a_part_of_it_is_written_to_the_beginning(self, shared):
        cells = shared.room((4, 4), np.dtype(np.uint8))
        cells[:] = np.arange(16).reshape(4, 4)
        for part in (cells[1:], cells[:, :2], cells.T):
            expected = part.copy()
            np.testing.assert_array_equal(
                shared.read(shared.write({"pixels": part}))["pixels"], expected
            )
            cells[:] = np.arange(16).reshape(4, 4)

    def test_it_is_there_again_after_the_reader_cut_off_a_large_frame(self, shared):
        shared.room((4, 4), np.dtype(np.uint8))[:] = 3
        large = np.ones(shared_arrays.KEPT_BYTES + 1, np.uint8)
        assert shared.read(shared.write({"pixels": large}))["pixels"].all()
        assert size_of(shared) == 0
        again = shared.room((4, 4), np.dtype(np.uint8))
        again[:] = 5
        assert (shared.read(shared.write({"pixels": again}))["pixels"] == 5).all()

    def test_there_is_none_for_a_large_frame(self, shared):
        assert shared.room((shared_arrays.KEPT_BYTES + 1,), np.dtype(np.uint8)) is None

"""The scratch file gives back the very frame that was written, or none."""

import os
import stat
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.adapters.store import frame_scratch
from readstation.adapters.store.frame_scratch import LEAST_FREE_BYTES, ScratchFile
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.overlay_plane import OverlayPlane

PLENTY = 10**15
FRAME_BYTES = 32 * 32 * 2


def plenty(_path) -> int:
    return PLENTY


@pytest.fixture
def scratch(tmp_path):
    made = ScratchFile(tmp_path, free_bytes=plenty)
    yield made
    made.close()


def a_frame(seed: int, dtype=np.int16, shape=(32, 32), **fields) -> StoredFrame:
    values = np.random.default_rng(seed).integers(0, 100, shape).astype(dtype)
    kind = "RGB" if len(shape) == 3 else "MONOCHROME2"
    return StoredFrame(values, kind, 12, **fields)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.float32])
def test_what_was_written_comes_back_as_it_was(scratch, dtype) -> None:
    frame = a_frame(1, dtype, is_signed=True, pixel_padding=PixelPadding(0, 3))
    assert scratch.write("a", 2, frame)
    back = scratch.read("a", 2)
    assert back.stored_values.dtype == frame.stored_values.dtype
    assert (back.stored_values == frame.stored_values).all()
    assert (back.bits_stored, back.is_signed, back.pixel_padding) == (12, True, PixelPadding(0, 3))
    assert not back.stored_values.flags.writeable


def test_colour_comes_back_too(scratch) -> None:
    frame = a_frame(1, np.uint8, (16, 8, 3))
    scratch.write("a", 1, frame)
    assert (scratch.read("a", 1).stored_values == frame.stored_values).all()


def test_another_frame_or_file_is_not_there(scratch) -> None:
    scratch.write("a", 1, a_frame(1))
    assert scratch.read("a", 2) is None
    assert scratch.read("b", 1) is None
    assert not scratch.holds("b", 1)


def test_bytes_that_changed_on_the_disk_are_no_frame(scratch) -> None:
    scratch.write("a", 1, a_frame(1))
    scratch._file.seek(100)
    scratch._file.write(b"\xff")
    assert scratch.read("a", 1) is None
    assert not scratch.holds("a", 1)


def test_a_file_that_was_cut_off_gives_no_frame(scratch) -> None:
    scratch.write("a", 1, a_frame(1))
    scratch._file.truncate(100)
    assert scratch.read("a", 1) is None


def test_a_full_file_lets_the_oldest_frame_go(tmp_path) -> None:
    scratch = ScratchFile(tmp_path, most_bytes=3 * FRAME_BYTES, free_bytes=plenty)
    for number in range(1, 6):
        assert scratch.write("a", number, a_frame(number))
        assert scratch.size_bytes <= 3 * FRAME_BYTES
    assert [scratch.holds("a", n) for n in range(1, 6)] == [False, False, True, True, True]
    for number in (3, 4, 5):
        expected = a_frame(number).stored_values
        assert (scratch.read("a", number).stored_values == expected).all()
    scratch.close()


def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path) -> None:
    scratch = ScratchFile(tmp_path, free_bytes=lambda _: LEAST_FREE_BYTES)
    assert not scratch.write("a", 1, a_frame(1))
    assert scratch.read("a", 1) is None
    scratch.close()


def test_a_disk_that_fails_costs_the_scratch_file_and_nothing_else(tmp_path, monkeypatch) -> None:
    said = []
    monkeypatch.setattr(frame_scratch.log, "warning", lambda *words: said.append(words[0]))
    scratch = ScratchFile(tmp_path, free_bytes=plenty)
    assert scratch.write("a", 1, a_frame(1))
    scratch._file.close()
    scratch._file = open(os.devnull, "rb", buffering=0)  # noqa: SIM115 - closed with the scratch
    assert not scratch.write("a", 2, a_frame(2))
    assert not scratch.holds("a", 1)
    assert "not used any more" in said[0]
    scratch.close()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_nobody_else_can_read_it_and_nothing_is_left(tmp_path) -> None:
    left = tmp_path / "scratch" / "left"
    left.parent.mkdir()
    left.write_bytes(b"of a run that was killed")
    scratch = ScratchFile(tmp_path, free_bytes=plenty)
    scratch.write("a", 1, a_frame(1))
    assert stat.S_IMODE(os.fstat(scratch._file.fileno()).st_mode) == frame_scratch.PRIVATE_FILE
    assert list(left.parent.iterdir()) == []
    scratch.close()
    assert not scratch.holds("a", 1)


def test_nothing_is_made_before_something_is_written(tmp_path) -> None:
    scratch = ScratchFile(tmp_path, free_bytes=plenty)
    assert scratch.read("a", 1) is None
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_frames_with_overlays_are_not_kept_but_do_not_stop_the_rest(scratch) -> None:
    plane = OverlayPlane(np.ones((32, 32), np.bool_))
    assert scratch.write("a", 1, a_frame(1, overlays=(plane,)))
    assert not scratch.holds("a", 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40)), max_size=40))
def test_whatever_was_written_in_whatever_order_no_frame_is_another(tmp_path_factory, written):
    scratch = ScratchFile(
        tmp_path_factory.mktemp("s"), most_bytes=4 * FRAME_BYTES, free_bytes=plenty
    )
    for number, rows in written:
        scratch.write("a", number, a_frame(number, shape=(rows, 32)))
        assert scratch.size_bytes <= 4 * FRAME_BYTES
        for other in range(10):
            frame = scratch.read("a", other)
            if frame is not None:
                expected = a_frame(other, shape=(frame.rows, 32)).stored_values
                assert (frame.stored_values == expected).all()
    scratch.close()

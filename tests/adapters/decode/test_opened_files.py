"""A file that says the same of its pixels as the last one is shown as if it had been read anew."""

import random
from contextlib import closing
from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset

from readstation.adapters.decode import opened_files
from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.decode.opened_files import KEPT_FILES, OpenedFiles
from readstation.adapters.dicom.attributes import PARSE_FAILURES
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import add_overlay
from tests.encapsulated_files import JPEG, save_fragments

SHAPE = (6, 8)
SAID = ("geometry", "pixel_padding", "overlay_groups", "notes")
TRIALS = 800


def values_of(number):
    return (np.arange(48, dtype=np.uint16).reshape(SHAPE) * 3 + number) % 4096


def save_number(folder, number, **changes):
    said = {"BitsStored": 12, "HighBit": 11, "PixelPaddingValue": 0, "InstanceNumber": number}
    values = values_of(number)
    path = folder / f"{number}.dcm"
    frames = [imagecodecs.jpegls_encode(values)]
    return save_fragments(path, JPEG + "80", frames, values, **(said | changes))


def seen_in(frames):
    """Return all that a worker takes from a file: what it says, and its pixels."""
    said = [getattr(frames, name) for name in SAID]
    return [*said, frames.stored_values(0).tolist(), frames.syntax.uid]


def read_anew(path):
    with closing(open_frames(path)) as frames:
        return seen_in(frames)


def outcome_of(seen):
    try:
        return seen()
    except RefusedInputError as refused:
        return refused.code
    except PARSE_FAILURES as problem:
        return type(problem).__name__


@pytest.fixture
def reads(monkeypatch):
    """Return a list that grows with each header read in full."""
    found = []

    def noted(source):
        found.append(source)
        return read(source)

    read = opened_files.frames_in
    monkeypatch.setattr(opened_files, "frames_in", noted)
    return found


def test_one_header_of_a_series_is_read_and_each_file_gives_its_own_pixels(tmp_path, reads):
    files = OpenedFiles()
    for number in range(1, 9):
        frames = files.file(str(save_number(tmp_path, number)))
        np.testing.assert_array_equal(frames.stored_values(0), values_of(number))
    assert len(reads) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"PixelPaddingValue": 7},
        {"PixelPaddingRangeLimit": 9},
        {"PhotometricInterpretation": "MONOCHROME1"},
        {"BitsStored": 16, "HighBit": 15},
        {"HighBit": 13},
        {"Rows": 5},
        {"NumberOfFrames": 2},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_file_that_says_something_else_is_read_anew_and_so_is_the_next(tmp_path, reads, changes):
    files = OpenedFiles()
    for number in (1, 2, 3):
        files.file(str(save_number(tmp_path, number)))
    other = save_number(tmp_path, 4, **changes)
    found = outcome_of(lambda: seen_in(files.file(str(other))))
    assert found == outcome_of(lambda: read_anew(other))
    assert len(reads) == 2
    back = save_number(tmp_path, 5)
    assert seen_in(files.file(str(back))) == read_anew(back)


def test_an_overlay_on_one_image_of_a_series_is_seen(tmp_path):
    files = OpenedFiles()
    for number in (1, 2, 3):
        files.file(str(save_number(tmp_path, number)))
    path = save_number(tmp_path, 4)
    overlay = Dataset()
    add_overlay(overlay, np.ones(SHAPE, bool))
    written = BytesIO()
    overlay.save_as(written, implicit_vr=False, little_endian=True)
    before, pixels, behind = path.read_bytes().partition(b"\xe0\x7f\x10\x00OB")
    path.write_bytes(before + written.getvalue() + pixels + behind)
    assert len(files.file(str(path)).overlay_groups) == 1
    assert not files.file(str(tmp_path / "3.dcm")).overlay_groups


def test_a_damaged_file_between_good_ones_is_taken_for_what_it_is(tmp_path):
    rng = random.Random(4)
    files, outcomes = OpenedFiles(), []
    good = save_number(tmp_path, 1)
    content = good.read_bytes()
    path = tmp_path / "damaged.dcm"
    for _ in range(TRIALS):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 3)):
            damaged[rng.randrange(128, len(content))] = rng.choice((0, 1, 8, 16, 40, 127, 255))
        path.write_bytes(damaged[: rng.choice((len(content), rng.randrange(200, len(content))))])
        files.file(str(good))
        found = outcome_of(lambda: seen_in(files.file(str(path))))
        assert found == outcome_of(lambda: read_anew(path)), bytes(damaged)
        outcomes.append(found if isinstance(found, str) else "shown")
    assert outcomes.count("shown") > TRIALS // 10
    assert len(set(outcomes)) > 4


def test_a_file_that_was_replaced_is_opened_again(tmp_path):
    files = OpenedFiles()
    path = save_number(tmp_path, 1)
    before = files.file(str(path))
    assert files.file(str(path)) is before
    path.unlink()
    save_number(tmp_path, 2).rename(path)
    np.testing.assert_array_equal(files.file(str(path)).stored_values(0), values_of(2))


def test_few_files_stay_open(tmp_path):
    files = OpenedFiles()
    first = files.file(str(save_number(tmp_path, 1)))
    for number in range(2, 2 + KEPT_FILES):
        files.file(str(save_number(tmp_path, number)))
    with pytest.raises(ValueError, match="closed"):
        first.stored_values(0)


def test_a_large_file_is_read_where_its_pixels_are_and_not_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(opened_files, "WHOLE_FILE_BYTES", 100)
    path = save_number(tmp_path, 1)
    with closing(OpenedFiles().file(str(path))) as frames:
        assert seen_in(frames) == read_anew(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RefusedInputError) as refused:
        OpenedFiles().file(str(tmp_path / "none"))
    assert refused.value.code == "UNREADABLE"

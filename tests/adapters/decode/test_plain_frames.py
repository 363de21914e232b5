"""Uncompressed frames read in this process: those of the workers, or none; and never others."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from readstation.adapters.decode import plain_frames
from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.adapters.decode.frame_decoder import open_frames
from readstation.adapters.decode.native import clear_unused_bits
from readstation.adapters.decode.plain_frames import read_plain_frames
from readstation.adapters.dicom.attributes import PARSE_FAILURES
from readstation.adapters.dicom.look_up_tables import read_padding
from readstation.adapters.dicom.overlays import overlay_planes
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance, require_identity
from readstation.app.jobs import JobCancelled, JobContext
from readstation.domain.errors import (
    CannotDisplayError,
    NotFoundError,
    RefusedInputError,
)
from readstation.domain.study import Instance
from readstation.imaging.frame import StoredFrame
from tests.dicom_files import ROOT, add_overlay, make_image, save, save_image
from tests.hostile.trials import numbered, seeds_by_name

EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
TRIALS = 6000
FIRST = int(os.environ.get("READSTATION_FUZZ_FROM", "0"))
"""Set it to look at other files than those of every run."""
FIELDS = ("photometric_interpretation", "bits_stored", "is_signed", "pixel_padding", "overlays")


class Folder:
    """Files by the hash that each had when it was taken in, as the image store has them."""

    def __init__(self):
        self.paths = {}

    def take(self, path):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        self.paths[sha256] = path
        return sha256

    def path(self, content_sha256):
        return self.unchecked_path(content_sha256)

    def unchecked_path(self, content_sha256):
        try:
            return self.paths[content_sha256]
        except KeyError:
            raise NotFoundError("An image file is missing from the image store.") from None


@pytest.fixture(scope="module")
def workers():
    pool = DecodeWorkers(1)
    yield pool
    pool.close()


@pytest.fixture
def folder():
    return Folder()


@pytest.fixture
def source(workers, folder):
    return StoredFrameSource(workers, folder)


def instance_of(workers, folder, path):
    """Return the row of a file as importing makes it."""
    header = workers.inspect(path)
    return Instance(
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series.series_instance_uid,
        sop_class_uid=header.sop_class_uid,
        transfer_syntax_uid=header.transfer_syntax_uid,
        instance_number=header.instance_number,
        number_of_frames=header.number_of_frames,
        rows=header.rows or None,
        columns=header.columns or None,
        content_sha256=folder.take(path),
        is_displayable=header.is_displayable,
    )


def read(source, *wanted, job=None):
    return list(source.load_plain(wanted, job or JobContext()))


def assert_equal(plain, decoded):
    np.testing.assert_array_equal(plain.stored_values, decoded.stored_values)
    assert plain.stored_values.dtype == decoded.stored_values.dtype
    assert plain.stored_values.flags.writeable == decoded.stored_values.flags.writeable
    for field in FIELDS:
        assert getattr(plain, field) == getattr(decoded, field), field


def as_loaded(source, path, workers, folder):
    """Compare every frame of a file with what the workers make of it; return how many there are."""
    instance = instance_of(workers, folder, path)
    numbers = range(1, instance.number_of_frames + 1)
    found = read(source, *((instance, number) for number in numbers))
    assert len(found) in {0, instance.number_of_frames}
    for _, number, frame in found:
        checked = frame.checked()
        assert 0 < frame.size_bytes - checked.size_bytes < 64 * 1024  # header and objects
        assert_equal(checked, source.load(instance, number))
    return len(found)


def cells(dtype, frames=1, seed=1):
    info = np.iinfo(dtype)
    values = np.random.default_rng(seed).integers(info.min, info.max, (frames, 6, 10), dtype)
    return values if frames > 1 else values[0]


PLAIN = {
    "16 bits": {"values": cells(np.uint16)},
    "16 bits signed": {"values": cells(np.int16)},
    "8 bits": {"values": cells(np.uint8)},
    "8 bits signed": {"values": cells(np.int8)},
    "12 of 16 bits, the others not clear": {
        "values": cells(np.uint16),
        "BitsStored": 12,
        "HighBit": 11,
    },
    "12 of 16 bits signed": {"values": cells(np.int16), "BitsStored": 12, "HighBit": 11},
    "1 of 8 bits": {"values": cells(np.uint8), "BitsStored": 1, "HighBit": 0},
    "5 of 8 bits signed": {"values": cells(np.int8), "BitsStored": 5, "HighBit": 4},
    "MONOCHROME1": {"values": cells(np.uint16), "PhotometricInterpretation": "MONOCHROME1"},
    "padding": {
        "values": cells(np.int16),
        "PixelPaddingValue": -2000,
        "PixelPaddingRangeLimit": -1990,
    },
    "an odd number of bytes": {
        "values": np.arange(15, dtype=np.uint8).reshape(3, 5),
        "PixelData": bytes(range(15)) + b"\0",
    },
    "private elements and sequences": {
        "values": cells(np.uint16),
        "ReferencedImageSequence": Sequence([Dataset(), Dataset()]),
        "ImageComments": "x" * 900,
    },
    "a header of 40 KB": {"values": cells(np.uint16), "TextValue": "x" * 40_000},
}


def save_plain(path, syntax, values, **attributes):
    image = make_image(values, **attributes)
    image["PixelData"].VR = "OW" if values.dtype.itemsize == 2 else "OB"
    if syntax == IMPLICIT:
        image["PixelData"].VR = "OW"
    image.file_meta.TransferSyntaxUID = syntax
    padding = image.get("PixelPaddingValue")
    for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit"):
        if padding is not None:
            image[keyword].VR = "SS" if values.dtype.kind == "i" else "US"
    return save(image, path)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_frame_is_the_one_that_the_workers_load(
    kind, syntax, source, workers, folder, tmp_path
):
    path = save_plain(tmp_path / "a.dcm", syntax, **PLAIN[kind])
    assert as_loaded(source, path, workers, folder) == 1


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16])
def test_the_frames_of_one_file_are_those_that_the_workers_load(
    dtype, syntax, source, workers, folder, tmp_path
):
    values = cells(dtype, frames=5)
    attributes = {"Rows": 6, "Columns": 10, "NumberOfFrames": 5, "PixelData": values.tobytes()}
    attributes |= {"SamplesPerPixel": 1, "PhotometricInterpretation": "MONOCHROME2"}
    path = save_plain(tmp_path / "a.dcm", syntax, values[0], **attributes, BitsStored=7, HighBit=6)
    assert as_loaded(source, path, workers, folder) == 5


def overlay(image):
    add_overlay(image, np.ones((8, 8), bool))


def high_bits(image):
    image.BitsStored, image.HighBit = 12, 11
    add_overlay(image, None, size=(8, 8), bits_allocated=16, bit_position=15)


LEFT = {
    "an overlay": overlay,
    "an overlay in the high bits": high_bits,
    "a value in the high bits": lambda i: i.update({"BitsStored": 12, "HighBit": 15}),
    "more pixel data than declared": lambda i: setattr(i, "PixelData", i.PixelData + b"\0\0"),
    "no High Bit": lambda i: i.__delitem__("HighBit"),
}


@pytest.mark.parametrize("kind", LEFT)
def test_what_is_unusual_is_left_to_the_workers(kind, source, workers, folder, tmp_path):
    image = make_image()
    LEFT[kind](image)
    path = save(image, tmp_path / "a.dcm")
    assert as_loaded(source, path, workers, folder) == 0


def test_colour_is_left_to_the_workers(source, workers, folder, tmp_path):
    path = save_image(tmp_path / "a.dcm", np.zeros((4, 4, 3), np.uint8))
    assert as_loaded(source, path, workers, folder) == 0


def test_every_real_file_gives_what_the_workers_load_or_is_left_out(
    shared_data, source, workers, folder
):
    plain = left = 0
    for path in sorted(p for p in shared_data.rglob("*") if p.is_file()):
        try:
            instance = instance_of(workers, folder, path)
        except RefusedInputError:
            continue
        if instance.transfer_syntax_uid not in {EXPLICIT, IMPLICIT} or not instance.rows:
            continue
        count = as_loaded(source, path, workers, folder)
        plain, left = plain + bool(count), left + (not count)
    print(f"{plain} files are plain, {left} uncompressed ones are left to the workers")
    assert plain > 100


def decoded_here(path, index):
    """Return what a worker makes of a frame; without a worker, as no codec is needed."""
    frames = open_frames(path)
    try:
        values, kept_bits = frames.cells(index)
        planes = overlay_planes(frames.overlay_groups, frames.geometry, index, values, kept_bits)
        return StoredFrame(
            stored_values=clear_unused_bits(values, frames.geometry, kept_bits),
            photometric_interpretation=frames.geometry.photometric_interpretation,
            bits_stored=frames.geometry.bits_stored,
            is_signed=frames.geometry.is_signed,
            pixel_padding=read_padding(frames.attributes, frames.geometry),
            overlays=planes,
        )
    finally:
        frames.close()


def header_here(path):
    opened = open_part10(path)
    try:
        read = read_instance(opened)
        require_identity(read)
        return read.header
    finally:
        opened.source.close()


class Here:
    """Inspects without a process of its own."""

    inspect = staticmethod(header_here)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_mutated_files_give_what_the_workers_load_or_are_left_out(folder, tmp_path):
    counts = Counter()
    path = tmp_path / "mutated.dcm"
    for number in range(FIRST, FIRST + TRIALS):
        trial = numbered(number)
        if seeds_by_name()[trial.seed].transfer_syntax_uid not in {EXPLICIT, IMPLICIT}:
            continue
        path.write_bytes(trial.make().content())
        try:
            instance = instance_of(Here, folder, path)
        except (RefusedInputError, *PARSE_FAILURES):
            counts["refused by importing"] += 1
            continue
        wanted = [(instance, n) for n in range(1, min(instance.number_of_frames, 9) + 1)]
        found = list(read_plain_frames(folder, wanted, JobContext()))
        for _, frame_number, frame in found:
            checked = frame.checked()
            expected = decoded_here(path, frame_number - 1)
            np.testing.assert_array_equal(checked.stored_values, expected.stored_values, str(trial))
            assert checked.stored_values.dtype == expected.stored_values.dtype, trial
            for field in FIELDS:
                assert getattr(checked, field) == getattr(expected, field), (field, trial)
        counts["plain" if found else "left to the workers"] += 1
    print(counts)
    assert counts["plain"] > TRIALS // 50, counts


@pytest.fixture
def series(workers, folder, tmp_path):
    """Return the instances of twelve slices, each filled with its number, in no order."""
    rows = []
    for number in (7, 1, 12, 3, 2, 5, 4, 6, 8, 11, 9, 10):
        uid = f"{ROOT}.3.{number}"
        path = save_image(
            tmp_path / f"{number}.dcm",
            np.full((8, 8), number, np.uint16),
            SOPInstanceUID=uid,
            InstanceNumber=number,
        )
        rows.append(instance_of(workers, folder, path))
    return rows


def test_the_frames_of_a_series_lie_one_behind_the_other_in_the_order_asked(source, series):
    found = read(source, *((row, 1) for row in series))
    values = [frame.checked().stored_values for _, _, frame in found]
    assert [int(v[0, 0]) for v in values] == [row.instance_number for row in series]
    volume = values[0].base
    while volume.base is not None:
        volume = volume.base
    assert volume.shape == (12, 8, 8)
    first = values[0].__array_interface__["data"][0]
    places = [v.__array_interface__["data"][0] - first for v in values]
    assert places == [128 * n for n in range(12)]


def test_a_frame_is_the_same_object_however_often_it_is_checked(source, series):
    ((_, _, frame),) = read(source, (series[0], 1))
    assert frame.checked() is frame.checked()


def test_a_file_between_that_is_not_plain_leaves_no_gap(source, series, workers, folder, tmp_path):
    odd = make_image(SOPInstanceUID=f"{ROOT}.3.99")
    overlay(odd)
    other = instance_of(workers, folder, save(odd, tmp_path / "odd.dcm"))
    found = read(source, (series[0], 1), (other, 1), (series[1], 1))
    assert [row.instance_number for row, _, _ in found] == [7, 1]
    first, second = (frame.checked().stored_values for _, _, frame in found)
    address = [v.__array_interface__["data"][0] for v in (first, second)]
    assert address[1] - address[0] == 128


def test_a_file_of_another_image_is_refused_and_not_left_to_a_worker(source, series):
    wrong = [
        replace(series[0], sop_instance_uid=f"{ROOT}.3.1"),
        replace(series[0], series_instance_uid=f"{ROOT}.77"),
        replace(series[0], sop_class_uid="1.2.840.10008.5.1.4.1.1.4"),
    ]
    found = read(source, *((row, 1) for row in wrong))
    assert len(found) == 3
    for _, _, frame in found:
        with pytest.raises(CannotDisplayError, match="holds another image"):
            frame.checked()


@pytest.mark.parametrize(
    "change", [{"rows": 4}, {"columns": 16}, {"number_of_frames": 2}, {"transfer_syntax_uid": BIG}]
)
def test_an_index_that_tells_another_shape_leaves_the_frame_to_the_workers(source, series, change):
    assert read(source, (replace(series[0], **change), 1)) == []


def test_a_frame_number_that_is_not_there_is_left_to_the_workers(source, series):
    assert read(source, (series[0], 2), (series[0], 0), (series[0], -1)) == []


@pytest.mark.parametrize("place", [0, 140, 400, -100, -1])
def test_a_file_with_a_changed_byte_is_refused_or_left(source, series, folder, place):
    path = folder.paths[series[0].content_sha256]
    content = bytearray(path.read_bytes())
    content[place] ^= 0x40
    path.write_bytes(content)
    for _, _, frame in read(source, (series[0], 1)):
        with pytest.raises(CannotDisplayError, match=r"has changed|another image"):
            frame.checked()


def test_another_file_in_the_same_place_is_refused(source, series, folder, tmp_path):
    path = folder.paths[series[0].content_sha256]
    save_image(path, np.full((8, 8), 99, np.uint16), SOPInstanceUID=series[0].sop_instance_uid)
    ((_, _, frame),) = read(source, (series[0], 1))
    for _ in range(2):
        with pytest.raises(CannotDisplayError, match="has changed"):
            frame.checked()


def test_a_file_replaced_after_it_was_read_changes_nothing(source, series, folder):
    ((_, _, frame),) = read(source, (series[0], 1))
    path = folder.paths[series[0].content_sha256]
    path.write_bytes(path.read_bytes()[:200])
    assert int(frame.checked().stored_values[0, 0]) == 7


def test_a_file_cut_off_at_any_byte_gives_no_frame(source, series, folder):
    path = folder.paths[series[0].content_sha256]
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        assert read(source, (series[0], 1)) == []


def test_a_file_cut_off_while_it_is_read_gives_no_frame(source, series, folder, monkeypatch):
    path = folder.paths[series[0].content_sha256]
    scan = plain_frames.read_header

    def then_cut(file, size, *rest):
        found = scan(file, size, *rest)
        os.truncate(path, size - 10)
        return found

    monkeypatch.setattr(plain_frames, "read_header", then_cut)
    assert read(source, (series[0], 1)) == []


def test_a_missing_file_and_a_link_are_left_to_the_workers(source, series, folder, tmp_path):
    path = folder.paths[series[0].content_sha256]
    kept = path.rename(tmp_path / "kept")
    assert read(source, (series[0], 1)) == []
    path.symlink_to(kept)
    assert read(source, (series[0], 1)) == []


def test_cancelling_is_noticed_between_files(source, series):
    job = JobContext()
    frames = source.load_plain([(row, 1) for row in series], job)
    next(frames)
    job.cancel()
    with pytest.raises(JobCancelled):
        next(frames)


def test_a_large_file_is_not_read_for_one_of_its_frames(
    source, workers, folder, tmp_path, monkeypatch
):
    values = cells(np.uint16, frames=4)
    path = save_plain(
        tmp_path / "a.dcm", EXPLICIT, values[0], NumberOfFrames=4, PixelData=values.tobytes()
    )
    row = instance_of(workers, folder, path)
    assert len(read(source, (row, 2))) == 1
    monkeypatch.setattr(plain_frames, "WHOLE_FILE_BYTES", 100)
    assert read(source, (row, 2)) == []
    assert len(read(source, *((row, number) for number in range(1, 5)))) == 4


def test_reading_plain_frames_loads_no_pydicom():
    code = (
        "import readstation.adapters.decode.plain_frames, sys; sys.exit('pydicom' in sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": "src"}
    )


def alike(workers, folder, tmp_path, *attributes):
    """Return the rows of files of one length that are not laid out alike."""
    rows, sizes = [], set()
    for number, (shape, given) in enumerate(attributes, start=1):
        values = np.random.default_rng(number).integers(0, 60_000, shape, np.uint16)
        path = save_plain(
            tmp_path / f"{number}.dcm",
            EXPLICIT,
            values,
            SOPInstanceUID=f"{ROOT}.3.{number}",
            InstanceNumber=number,
            **given,
        )
        sizes.add(path.stat().st_size)
        rows.append(instance_of(workers, folder, path))
    assert len(sizes) == 1
    return rows


OTHERWISE = {
    "another shape": ((16, 4), {}),
    "pixels two bytes later": ((8, 8), {"ImageComments": "123456", "DataSetTrailingPadding": b""}),
    "another sign": ((8, 8), {"PixelRepresentation": 1}),
    "fewer bits": ((8, 8), {"BitsStored": 12, "HighBit": 11}),
    "another photometric interpretation": ((8, 8), {"PhotometricInterpretation": "MONOCHROME1"}),
}
USUAL = {"ImageComments": "1234", "DataSetTrailingPadding": b"\0\0"}


@pytest.mark.parametrize("kind", OTHERWISE)
def test_a_file_as_long_as_the_last_but_laid_out_otherwise_is_read_as_it_is(
    source, workers, folder, tmp_path, kind
):
    shape, changes = OTHERWISE[kind]
    other, usual = (shape, USUAL | changes), ((8, 8), USUAL)
    rows = alike(workers, folder, tmp_path, usual, usual, usual, other, usual, other, other)
    found = read(source, *((row, 1) for row in rows))
    assert len(found) == len(rows)
    for row, (_, _, frame) in zip(rows, found, strict=True):
        assert_equal(frame.checked(), source.load(row, 1))


def test_a_file_is_read_in_one_go_where_the_last_was_alike(source, series, monkeypatch):
    steps = []
    in_steps = plain_frames.read_header
    monkeypatch.setattr(
        plain_frames, "read_header", lambda *what: steps.append(1) or in_steps(*what)
    )
    assert len(read(source, *((row, 1) for row in series))) == len(series)
    assert len(steps) == 1
    assert len(read(source, *((row, 1) for row in series))) == len(series)
    assert len(steps) == 1
    monkeypatch.setattr(plain_frames, "PREADV", None)
    found = read(source, *((row, 1) for row in series))
    values = [int(frame.checked().stored_values[0, 0]) for _, _, frame in found]
    assert values == [row.instance_number for row in series]
    assert len(steps) == 1 + len(series)

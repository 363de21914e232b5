"""Descriptions of many frames come back one by one, and cost little on the way."""

import json
import math
import time
from dataclasses import replace
from datetime import datetime
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.adapters.decode.decode_workers import DecodeWorkers, StoredFrameSource
from readstation.adapters.decode.described_frames import Unpacker, pack_frames, unpack_frames
from readstation.adapters.decode.describing_code import describing_code
from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.app.jobs import FramePriority
from readstation.app.viewport.image_description import ImageDescription, PatientBanner
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.errors import RefusedInputError
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from tests.dicom_files import save_image


def frames(*thicknesses):
    one = ImageDescription("1.1", "1.1.2", "1.1.2.3", number_of_frames=len(thicknesses))
    return [
        replace(one, frame_number=number, slice_thickness_mm=thickness)
        for number, thickness in enumerate(thicknesses, start=1)
    ]


def sent(described):
    """Pack, and go through the pipe to the program."""
    return json.loads(json.dumps(pack_frames(described)))


@pytest.mark.parametrize(
    ("thicknesses", "kept"), [((1,), 1), ((1, 1, 1), 1), ((1, 2, 2), 2), ((1, 1, 2), 3)]
)
def test_only_the_last_frames_that_are_alike_are_left_out(thicknesses, kept):
    described = frames(*thicknesses)
    packed = sent(described)
    assert len(json.loads(packed["own"])["frames"]) == kept
    assert list(unpack_frames(packed)) == described


@pytest.mark.parametrize("alike", [-1, 10**9])
def test_an_impossible_number_of_frames_is_refused(alike):
    packed = pack_frames(frames(1))
    own = json.dumps({**json.loads(packed["own"]), "alike": alike})
    with pytest.raises(RefusedInputError):
        unpack_frames({**packed, "own": own})


def test_a_place_counted_from_the_end_is_refused():
    packed = pack_frames(frames(1, 2))
    own = json.loads(packed["own"])
    own["frames"][0][0] = -1
    with pytest.raises(IndexError):
        unpack_frames({**packed, "own": json.dumps(own)})


def a_slice(number):
    return ImageDescription(
        "1.1",
        "1.1.2",
        f"1.1.2.{number}",
        banner=PatientBanner("DEMO^A", "P1"),
        instance_number=number,
        plane=ImagePlane((0.0, 0.0, number * 1.5), (1.0, 0, 0), (0, 1.0, 0), 0.5, 0.5, "1.9"),
        vois=(VoiWindow(40.0, 400.0 + number % 3),),
        slice_location_mm=number * 1.5,
        acquisition_datetime=datetime(2026, 11, 22, 10, 0, number % 60),
        x_ray_tube_current_ma=100.0 + number,
        modality_transform=ModalityTransform(1.0, -1024.0),
    )


LEVEL, SPACING = st.floats(-1e5, 1e5), st.floats(0.01, 10)
NESTED = {
    "plane": st.none()
    | st.builds(
        ImagePlane,
        st.tuples(LEVEL, LEVEL, LEVEL),
        st.just((1.0, 0.0, 0.0)),
        st.sampled_from([(0.0, 1.0, 0.0), (0.0, 0.0, -1.0)]),
        SPACING,
        SPACING,
        st.text(),
    ),
    "vois": st.lists(
        st.builds(VoiWindow, LEVEL, st.floats(1, 1e5), st.sampled_from(VoiLutFunction), st.text())
        | st.just(VoiLut(0, 8, (0, 255), "BONE")),
        max_size=3,
    ).map(tuple),
    "modality_transform": st.builds(ModalityTransform, LEVEL, LEVEL, st.text())
    | st.just(ModalityTransform(lut=ModalityLut(0, (0, 65535)))),
}
# no file says which of the two hours at the end of summer time it means
st.register_type_strategy(datetime, st.datetimes().map(lambda moment: moment.replace(fold=0)))
HINTS = get_type_hints(ImageDescription)
VALUES = {
    name: NESTED[name] if name in NESTED else st.from_type(kind) for name, kind in HINTS.items()
}
CHANGES = st.sampled_from(list(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))
DESCRIPTIONS = st.lists(CHANGES, max_size=8).map(lambda c: replace(a_slice(1), **dict(c)))


@given(st.lists(DESCRIPTIONS, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_every_description_comes_back_as_it_was(images):
    described = [replace(image, frame_number=n) for n, image in enumerate(images, start=1)]
    assert repr(list(unpack_frames(sent(described)))) == repr(described)  # NaN and -0.0 count too


def test_what_a_series_says_alike_is_written_the_same_for_each_of_its_images():
    packed = [pack_frames([a_slice(number)]) for number in range(1, 9)]
    assert len({each["shared"] for each in packed}) == 1
    assert len({each["own"] for each in packed}) == len(packed)
    assert max(len(each["own"]) for each in packed) < len(packed[0]["shared"]) / 4


def test_a_thousand_images_of_a_series_are_read_back_at_once():
    slices = [a_slice(number) for number in range(1, 1001)]
    packed = [PackedDescriptions(**pack_frames([image])) for image in slices]
    whole = [json.dumps(to_plain(image)) for image in slices]
    ours_s, whole_s = math.inf, math.inf
    for _ in range(5):  # in turn: the ratio holds on a busy machine, the time does not
        unpacker, started = Unpacker(), time.thread_time()
        described = [unpacker.unpack(each)[0] for each in packed]
        ours_s = min(ours_s, time.thread_time() - started)
        started = time.thread_time()
        assert [from_plain(json.loads(text)) for text in whole] == slices
        whole_s = min(whole_s, time.thread_time() - started)
    assert described == slices
    assert ours_s < whole_s / 2


def test_thirty_thousand_frames_are_described_in_seconds(tmp_path):
    path = save_image(
        tmp_path / "many.dcm",
        np.zeros((1, 1), np.uint8),
        NumberOfFrames=30_000,
        PixelData=bytes(30_000),
    )
    workers = DecodeWorkers(1)
    try:
        workers.number_of_frames(path)
        started = time.monotonic()
        described = workers.describe(path)
    finally:
        workers.close()
    assert [d.frame_number for d in described] == list(range(1, 30_001))
    assert time.monotonic() - started < 20  # it was above a minute, and too long to send


@pytest.fixture(scope="module")
def workers():
    pool = DecodeWorkers(1)
    yield pool
    pool.close()


def test_what_importing_describes_is_what_opening_would(tmp_path, workers):
    path = save_image(tmp_path / "a.dcm", PixelSpacing=[1, 1], WindowCenter=1, WindowWidth=2)
    kept = workers.inspect(path).descriptions
    described, packed = workers.describe_packed(path, FramePriority.NEXT)
    assert kept == packed
    assert kept.code == describing_code()
    assert Unpacker().unpack(kept) == described == workers.describe(path)


def test_descriptions_are_in_no_text_that_could_be_logged(tmp_path, workers):
    path = save_image(tmp_path / "a.dcm", StudyDescription="PRIVATE WORDS")
    header = workers.inspect(path)
    assert "PRIVATE WORDS" in header.descriptions.shared
    assert "PRIVATE WORDS" not in repr(header.descriptions)
    assert "shared" not in repr(header.descriptions)


class NoFiles:
    """A store that is never asked."""


def test_what_other_code_described_or_what_was_damaged_is_not_believed():
    good = PackedDescriptions(**pack_frames([a_slice(1)]))
    other = replace(good, code="0" * 32)
    cut = replace(good, own=good.own[:-9])
    absurd = replace(good, own=good.own.replace("400", "-400").replace("401", "-401"))
    assert absurd != good
    source = StoredFrameSource(None, NoFiles())
    assert list(source.unpack([good, other, cut, absurd])) == [(a_slice(1),), None, None, None]

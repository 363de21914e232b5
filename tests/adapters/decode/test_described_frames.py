"""Descriptions of many frames come back one by one, and cost little on the way."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.described_frames import pack_frames, unpack_frames
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import save_image


def frames(*thicknesses):
    one = ImageDescription("1.1", "1.1.2", "1.1.2.3", number_of_frames=len(thicknesses))
    return [
        replace(one, frame_number=number, slice_thickness_mm=thickness)
        for number, thickness in enumerate(thicknesses, start=1)
    ]


@pytest.mark.parametrize(
    ("thicknesses", "kept"), [((1,), 1), ((1, 1, 1), 1), ((1, 2, 2), 2), ((1, 1, 2), 3)]
)
def test_only_the_last_frames_that_are_alike_are_left_out(thicknesses, kept):
    described = frames(*thicknesses)
    packed = json.loads(json.dumps(pack_frames(described)))
    assert len(packed["frames"]) == kept
    assert list(unpack_frames(packed)) == described


@pytest.mark.parametrize("alike", [-1, 10**9])
def test_an_impossible_number_of_frames_is_refused(alike):
    packed = pack_frames(frames(1))
    with pytest.raises(RefusedInputError):
        unpack_frames({**packed, "alike": alike})


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

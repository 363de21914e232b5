"""The small picture beside the list: of this study, or none."""

from dataclasses import replace

import numpy as np
import pytest

from readstation.app.jobs import FramePriority
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.worklist.preview_study import PREVIEW_PX, preview_study
from readstation.domain.errors import NotPermittedError, ReadStationError
from readstation.domain.study import Instance, Series
from readstation.imaging.frame import StoredFrame


class Frames:
    """Gives every instance two frames that say which study they belong to."""

    def __init__(self, study_instance_uid="1.1"):
        self.study_instance_uid, self.loaded = study_instance_uid, []

    def describe(self, instance):
        return tuple(
            ImageDescription(
                self.study_instance_uid,
                instance.series_instance_uid,
                instance.sop_instance_uid,
                frame_number=number,
                number_of_frames=2,
            )
            for number in (1, 2)
        )

    def load(self, instance, frame_number, priority):
        self.loaded.append((instance.sop_instance_uid, frame_number, priority))
        return StoredFrame(np.arange(64 * 32, dtype=np.uint16).reshape(64, 32), "MONOCHROME2", 16)


def a_series(uid, count, *, is_displayable=True):
    instances = tuple(
        Instance(f"{uid}.{n}", uid, "1.2", "1.2.1", n, 2, 64, 32, f"sha{n}", is_displayable)
        for n in range(1, count + 1)
    )
    return Series(uid, "1.1", "CT", 1, instances=instances)


@pytest.fixture
def preview(department):
    def make(series, *, frames=None, user="reader1"):
        station = replace(department.station, frames=frames or Frames())
        return preview_study(station, department.session(user), series)

    return make


def test_the_middle_image_of_the_largest_series_is_shown_in_its_own_shape(preview):
    frames = Frames()
    pixels = preview((a_series("1.1.1", 1), a_series("1.1.2", 5)), frames=frames)
    assert frames.loaded == [("1.1.2.3", 2, FramePriority.BACKGROUND)]
    assert pixels.dtype == np.uint8
    assert pixels.shape == (PREVIEW_PX, PREVIEW_PX // 2)


def test_a_study_without_images_has_no_picture(preview):
    assert preview(()) is None
    assert preview((a_series("1.1.1", 2, is_displayable=False),)) is None


def test_a_file_of_another_study_is_never_shown(preview):
    frames = Frames("9.9.9")
    with pytest.raises(ReadStationError, match="another study"):
        preview((a_series("1.1.1", 1),), frames=frames)
    assert frames.loaded == []


def test_who_may_not_open_images_gets_none(preview):
    with pytest.raises(NotPermittedError):
        preview((a_series("1.1.1", 1),), user="admin1")

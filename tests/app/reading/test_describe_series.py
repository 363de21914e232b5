"""A stored file that is not what the index says never reaches the screen (H01)."""

from types import SimpleNamespace

import pytest

from readstation.app.jobs import JobContext
from readstation.app.reading.open_study import describe_series
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.study import Instance, Series

STUDY, SERIES = "1.1", "1.1.1"


def a_series(*numbers: int) -> Series:
    instances = tuple(
        Instance(f"{SERIES}.{n}", SERIES, "1.2", "1.2.1", n, 1, 4, 4, "aa") for n in numbers
    )
    return Series(SERIES, STUDY, "CT", 1, instances=instances)


def a_station(**swapped: str) -> SimpleNamespace:
    """Describe every file as indexed, but the second one with `swapped` keys."""

    def describe(instance: Instance) -> tuple[ImageDescription, ...]:
        keys = {
            "study_instance_uid": STUDY,
            "series_instance_uid": SERIES,
            "sop_instance_uid": instance.sop_instance_uid,
        }
        if instance.instance_number == 2:
            keys |= swapped
        return (ImageDescription(**keys, modality="CT", rows=4, columns=4),)

    return SimpleNamespace(frames=SimpleNamespace(describe=describe))


def test_files_that_are_what_the_index_says_are_all_shown() -> None:
    described = describe_series(a_station(), a_series(1, 2, 3), JobContext())
    assert sum(len(s.images) for s in described.sets) == 3
    assert described.refusals == ()


@pytest.mark.parametrize("key", ["study_instance_uid", "series_instance_uid", "sop_instance_uid"])
def test_a_file_of_another_owner_is_left_out_with_a_reason(key: str) -> None:
    described = describe_series(a_station(**{key: "9.9"}), a_series(1, 2, 3), JobContext())
    shown = [image.sop_instance_uid for s in described.sets for image in s.images]
    assert shown == [f"{SERIES}.1", f"{SERIES}.3"]
    (refusal,) = described.refusals
    assert "image 2" in refusal
    assert "another study than the index says" in refusal
    assert "Import the study again" in refusal

"""What is kept of images is believed only for the very image the index names (H01)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from readstation.app.jobs import FramePriority, JobCancelled, JobContext
from readstation.app.reading.describe_images import (
    SeriesInHand,
    describe_anew,
    group,
    look_up,
)
from readstation.app.reading.described_images import DescribedImages
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.errors import CannotDisplayError
from readstation.domain.study import Instance, Series

STUDY, SERIES = "1.1", "1.1.1"


def a_series(*numbers: int) -> Series:
    instances = tuple(
        Instance(f"{SERIES}.{n}", SERIES, "1.2", "1.2.1", n, 1, 4, 4, f"aa{n}") for n in numbers
    )
    return Series(SERIES, STUDY, "CT", 1, instances=instances)


def an_image(number: int, **changed: object) -> ImageDescription:
    image = ImageDescription(STUDY, SERIES, f"{SERIES}.{number}", modality="CT", rows=4, columns=4)
    return replace(image, instance_number=number, **changed)


@dataclass
class Frames:
    """Files and what is kept of them, by the number in `own`."""

    files: dict[int, ImageDescription]
    kept: dict[int, ImageDescription] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def describe_packed(self, instance: Instance, _priority: FramePriority):
        number = instance.instance_number
        self.asked.append(number)
        if number not in self.files:
            raise CannotDisplayError("It cannot be displayed.", "Import it again.")
        return (self.files[number],), packed(number)

    def unpack(self, each: Iterable[PackedDescriptions]):
        for one in each:
            image = self.kept.get(int(one.own))
            yield None if image is None else (image,)


@dataclass
class Station:
    frames: Frames
    described: DescribedImages = field(default_factory=DescribedImages)


def packed(number: int) -> PackedDescriptions:
    return PackedDescriptions("code", "shared", str(number))


def kept(*numbers: int) -> dict[str, PackedDescriptions]:
    return {f"aa{n}": packed(n) for n in numbers}


def opened(station: Station, series: Series, known: dict[str, PackedDescriptions]) -> SeriesInHand:
    """Look up, then describe what is left, as opening a study does."""
    in_hand = SeriesInHand(series, look_up(station, series, known))
    return in_hand.with_more(describe_anew(station, series, in_hand.left, JobContext()))


def numbers_shown(in_hand: SeriesInHand) -> list[int]:
    return [image.instance_number for s in group(in_hand).sets for image in s.images]


def test_what_is_kept_is_shown_without_asking_a_decoder() -> None:
    frames = Frames({}, {n: an_image(n) for n in (1, 2, 3)})
    in_hand = opened(Station(frames), a_series(1, 2, 3), kept(1, 2, 3))
    assert numbers_shown(in_hand) == [1, 2, 3]
    assert frames.asked == []


def test_what_is_not_kept_or_of_other_code_is_described_anew_and_is_to_be_kept() -> None:
    frames = Frames({n: an_image(n) for n in (1, 2, 3)}, {1: an_image(1)})
    in_hand = opened(Station(frames), a_series(1, 2, 3), kept(1, 2))
    assert numbers_shown(in_hand) == [1, 2, 3]
    assert frames.asked == [2, 3]
    assert set(in_hand.found.packed) == {"aa2", "aa3"}


def test_what_was_read_once_is_not_read_again() -> None:
    station = Station(Frames({}, {1: an_image(1)}))
    look_up(station, a_series(1), kept(1))
    station.frames.kept.clear()
    assert numbers_shown(opened(station, a_series(1), {})) == [1]


@pytest.mark.parametrize("key", ["study_instance_uid", "series_instance_uid", "sop_instance_uid"])
@pytest.mark.parametrize("is_in_memory", [False, True])
def test_kept_descriptions_of_another_owner_are_not_believed(key: str, is_in_memory: bool) -> None:
    foreign = an_image(2, **{key: "9.9"})
    station = Station(Frames({n: an_image(n) for n in (1, 2, 3)}, {2: foreign}))
    if is_in_memory:
        station.described.put("aa2", (foreign,))
    in_hand = opened(station, a_series(1, 2, 3), kept(2))
    assert in_hand.found.images[f"{SERIES}.2"] == (an_image(2),)
    assert frames_of(in_hand) == [f"{SERIES}.1", f"{SERIES}.2", f"{SERIES}.3"]


def frames_of(in_hand: SeriesInHand) -> list[str]:
    return [image.sop_instance_uid for s in group(in_hand).sets for image in s.images]


@pytest.mark.parametrize("key", ["study_instance_uid", "series_instance_uid", "sop_instance_uid"])
def test_a_file_of_another_owner_is_left_out_with_a_reason(key: str) -> None:
    files = {1: an_image(1), 2: an_image(2, **{key: "9.9"}), 3: an_image(3)}
    station = Station(Frames(files))
    in_hand = opened(station, a_series(1, 2, 3), {})
    assert frames_of(in_hand) == [f"{SERIES}.1", f"{SERIES}.3"]
    (refusal,) = group(in_hand).refusals
    assert "image 2" in refusal
    assert "another study than the index says" in refusal
    assert "Import the study again" in refusal
    assert station.described.get("aa2") is None
    assert "aa2" not in in_hand.found.packed


def test_an_image_that_cannot_be_described_says_why_and_the_others_are_shown() -> None:
    in_hand = opened(Station(Frames({1: an_image(1)})), a_series(1, 2), {})
    assert numbers_shown(in_hand) == [1]
    assert group(in_hand).refusals == ("CT, image 2: It cannot be displayed. Import it again.",)


def test_leaving_stops_reading_what_is_kept() -> None:
    job = JobContext()
    job.cancel()
    station = Station(Frames({}, {1: an_image(1)}))
    with pytest.raises(JobCancelled):
        look_up(station, a_series(1), kept(1), job)


def images(count: int) -> Iterator[ImageDescription]:
    return (an_image(n) for n in range(count))


def test_the_memory_of_what_was_read_has_its_limit_and_drops_the_oldest() -> None:
    memory = DescribedImages(most_images=10)
    memory.put("a", tuple(images(6)))
    memory.put("b", tuple(images(4)))
    memory.put("b", tuple(images(3)))
    assert memory.get("a") is not None
    memory.put("c", tuple(images(2)))
    assert memory.get("a") is None
    assert [memory.get(key) is not None for key in ("b", "c")] == [True, True]
    memory.put("huge", tuple(images(11)))
    assert memory.get("huge") is None

"""The frame queue: visible first, then outwards in the reader's direction."""

from dataclasses import replace

import pytest

from readstation.app.jobs import FramePriority
from readstation.app.reading.decoding_time import MS_PER_MEGAPIXEL, decoding_ms, is_plain
from readstation.app.reading.display_set import DisplaySet
from readstation.app.reading.frame_queue import (
    AT_LEAST_MS,
    MOST_BYTES_AT_ONCE,
    How,
    Position,
    Scene,
    Tier,
    Wish,
    wishes,
)
from readstation.app.reading.held_frames import HeldFrames, Holding, name_of
from readstation.app.viewport.image_description import ImageDescription

PLAIN, JPEG_LS, JPEG_2000 = (
    "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90",
)  # fmt: skip
MAMMOGRAM = {"rows": 4096, "columns": 3328, "transfer_syntax_uid": JPEG_2000}


def stack(series: str, count: int, **changes) -> DisplaySet:
    image = ImageDescription("1.1", series, "", rows=512, columns=512, transfer_syntax_uid=JPEG_LS)
    return DisplaySet(
        tuple(
            replace(image, sop_instance_uid=f"{series}.{n}", instance_number=n, **changes)
            for n in range(1, count + 1)
        )
    )


def source_of(image: ImageDescription) -> How:
    return How.PLAIN if is_plain(image) else How.DECODE


def sequence(scene: Scene, held: HeldFrames | None = None) -> list[Wish]:
    """Return the loads that follow each other until nothing is missing."""
    every = {
        id(s): s
        for s in (*scene.sets, *scene.prefetched, *(p.display_set for p in scene.positions))
    }
    if held is None:
        held = HeldFrames()
        held.add(every.values())
    found = []
    while (wish := next(wishes(scene, held, source_of), None)) is not None:
        found.append(wish)
        assert len(found) < 100, "the same is wanted without end"
        for image in wish.images:
            held.mark(name_of(image), Holding.LOADED)
    return found


def names(found: list[Wish]) -> list[str]:
    return [image.sop_instance_uid for wish in found for image in wish.images]


def scene(*positions: Position, thumbnails=(), sets=(), prefetched=()) -> Scene:
    return Scene(positions, thumbnails, sets, prefetched)


def test_what_is_on_the_screen_comes_before_anything_ahead() -> None:
    current, prior = stack("1", 5), stack("2", 5)
    found = sequence(scene(Position(current, 2), Position(prior, 4)))
    assert names(found)[:2] == ["1.3", "2.5"]
    assert sorted(names(found)) == sorted(i.sop_instance_uid for i in current.images + prior.images)


def test_then_thumbnails_then_what_lies_ahead_then_the_study_then_what_may_come_next() -> None:
    visible, other, coming = stack("1", 3), stack("2", 3), stack("3", 2)
    found = sequence(
        scene(
            Position(visible, 0),
            thumbnails=(visible, other),
            sets=(visible, other),
            prefetched=(coming,),
        )
    )
    tiers = [wish.tier for wish in found]
    assert tiers == sorted(tiers)
    assert set(tiers) == set(Tier)
    assert names(found)[:3] == ["1.1", "1.2", "2.2"]
    assert found[-1].priority is FramePriority.BACKGROUND


def test_reading_ahead_follows_the_direction_of_scrolling() -> None:
    slow = stack("1", 9, **MAMMOGRAM)
    assert names(sequence(scene(Position(slow, 4, heading=-1))))[:6] == [
        "1.5", "1.4", "1.3", "1.6", "1.2", "1.1",
    ]  # fmt: skip


def test_a_frame_on_its_way_is_not_asked_for_twice() -> None:
    images = stack("1", 3)
    held = HeldFrames()
    held.add([images])
    held.mark(name_of(images.images[0]), Holding.COMING)
    found = next(wishes(scene(Position(images, 0)), held, source_of))
    assert [image.sop_instance_uid for image in found.images] == ["1.2", "1.3"]


def test_plain_slices_are_read_many_at_once_but_the_visible_one_alone() -> None:
    found = sequence(scene(Position(stack("1", 200, transfer_syntax_uid=PLAIN), 100)))
    assert [len(wish.images) for wish in found[:2]] == [1, 64]
    assert names(found)[:3] == ["1.101", "1.102", "1.103"]
    size = 512 * 512 * 2
    assert all(len(wish.images) * size <= MOST_BYTES_AT_ONCE for wish in found)


def test_where_slices_behind_are_nearer_they_are_read_backwards() -> None:
    found = sequence(scene(Position(stack("1", 9, transfer_syntax_uid=PLAIN), 7)))
    assert names(found) == ["1.8", "1.9", "1.7", "1.6", "1.5", "1.4", "1.3", "1.2", "1.1"]


def test_a_plain_file_of_several_frames_is_read_whole_whichever_is_visible() -> None:
    cine = DisplaySet(
        tuple(
            ImageDescription(
                "1.1", "1", "1.1", frame_number=n, number_of_frames=4, rows=8, columns=8,
                transfer_syntax_uid=PLAIN,
            )
            for n in range(1, 5)
        )
    )  # fmt: skip
    (wish,) = sequence(scene(Position(cine, 2), thumbnails=(cine,)))
    assert [image.frame_number for image in wish.images] == [3, 1, 2, 4]


def test_each_wanted_frame_says_who_waits_for_it() -> None:
    slow, quick = stack("1", 3, **MAMMOGRAM), stack("2", 3)
    found = sequence(scene(Position(slow, 0), Position(quick, 0), thumbnails=(quick,)))
    assert [(wish.images[0].sop_instance_uid, wish.priority) for wish in found] == [
        ("1.1", FramePriority.VISIBLE),
        ("2.1", FramePriority.VISIBLE),
        ("2.2", FramePriority.BACKGROUND),
        ("1.2", FramePriority.BACKGROUND),
        ("1.3", FramePriority.BACKGROUND),
        ("2.3", FramePriority.NEXT),
    ]


@pytest.mark.parametrize("syntax", MS_PER_MEGAPIXEL)
def test_a_decoder_is_asked_for_no_more_at_once_than_it_does_while_one_waits(syntax: str) -> None:
    found = sequence(scene(Position(stack("1", 90, transfer_syntax_uid=syntax), 0)))
    for wish in found:
        took_ms = sum(decoding_ms(image) for image in wish.images)
        assert took_ms <= 160 or len(wish.images) == 1


@pytest.mark.parametrize("syntax", [PLAIN, JPEG_LS, JPEG_2000])
def test_no_run_is_more_than_half_of_what_is_missing_so_that_nobody_waits_long_for_its_end(
    syntax: str,
) -> None:
    display_set = stack("1.2", 300, transfer_syntax_uid=syntax)
    missing, least = 300, max(AT_LEAST_MS / decoding_ms(display_set.images[0]), 1)
    for wish in sequence(Scene([], [], [display_set])):
        assert len(wish.images) <= max((missing + 1) // 2, least)
        missing -= len(wish.images)
    assert len(wish.images) <= 2 * least

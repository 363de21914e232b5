"""The frame queue: visible first, then outwards in the reader's direction."""

from dataclasses import replace

import numpy as np

from readstation.app.jobs import FramePriority
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.frame_queue import Position, WantedFrame, next_wanted
from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.frame import StoredFrame


def stack(series: str, count: int) -> tuple[ImageDescription, ...]:
    return tuple(
        ImageDescription("1.1", series, f"{series}.{n}", instance_number=n, rows=4, columns=4)
        for n in range(1, count + 1)
    )


def decoded() -> StoredFrame:
    return StoredFrame(np.zeros((4, 4), np.uint16), "MONOCHROME2", 12)


def order_of_loading(positions: list[Position], cache: FrameCache) -> list[str]:
    loaded = []
    while (wanted := next_wanted(positions, cache, ())) is not None:
        cache.put(wanted.image.frame_key, decoded())
        loaded.append(wanted.image.sop_instance_uid)
    return loaded


def test_what_is_on_the_screen_comes_before_anything_ahead() -> None:
    current, prior = stack("1", 5), stack("2", 5)
    loaded = order_of_loading([Position(current, 2), Position(prior, 4)], FrameCache())
    assert loaded[:2] == ["1.3", "2.5"]
    assert sorted(loaded) == sorted(i.sop_instance_uid for i in current + prior)


def test_reading_ahead_follows_the_direction_of_scrolling() -> None:
    loaded = order_of_loading([Position(stack("1", 9), 4, heading=-1)], FrameCache())
    assert loaded[:4] == ["1.5", "1.4", "1.3", "1.6"]


def test_a_frame_in_work_is_not_asked_for_twice() -> None:
    images = stack("1", 3)
    wanted = next_wanted([Position(images, 0)], FrameCache(), [images[0].frame_key])
    assert wanted.image is images[1]


def test_reading_ahead_never_pushes_a_decoded_frame_out() -> None:
    one_frame = decoded().size_bytes
    cache = FrameCache(budget_bytes=3 * one_frame)
    loaded = order_of_loading([Position(stack("1", 9), 0)], cache)
    assert loaded == ["1.1", "1.2", "1.3"]
    assert cache.used_bytes == 3 * one_frame


def test_a_visible_frame_is_loaded_even_when_the_cache_is_full() -> None:
    cache = FrameCache(budget_bytes=1)
    images = stack("1", 2)
    cache.put(images[0].frame_key, decoded())
    assert next_wanted([Position(images, 1)], cache, ()) == WantedFrame(
        images[1], FramePriority.VISIBLE
    )


def priorities(positions: list[Position], previews=(), **options) -> list[FramePriority]:
    cache, found = FrameCache(), []
    while (wanted := next_wanted(positions, cache, (), previews, **options)) is not None:
        cache.put(wanted.image.frame_key, decoded())
        found.append(wanted.priority)
    return found


def test_each_wanted_frame_says_who_waits_for_it() -> None:
    found = priorities([Position(stack("1", 3), 0)], stack("2", 1))
    assert found == [
        FramePriority.VISIBLE,
        FramePriority.BACKGROUND,
        FramePriority.NEXT,
        FramePriority.NEXT,
    ]


def test_while_background_is_busy_only_what_is_quick_or_visible_is_wanted() -> None:
    slow = tuple(replace(image, rows=4096, columns=3328) for image in stack("1", 3))
    positions = [Position(slow, 0), Position(stack("3", 2), 0)]
    found = priorities(positions, stack("2", 1), with_background=False)
    assert found == [FramePriority.VISIBLE, FramePriority.VISIBLE, FramePriority.NEXT]

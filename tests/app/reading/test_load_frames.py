"""What a job has read is handed over, also when the reader goes on meanwhile."""

import pytest

from readstation.app.jobs import FramePriority, JobCancelled, JobContext
from readstation.app.reading.frame_cache import FrameCache, PixelKey
from readstation.app.reading.frame_queue import How, Tier
from readstation.app.reading.load_frames import Load, WantedFrame, load_frames
from readstation.app.reading.no_scratch import NO_SCRATCH
from tests.app.reading.test_frame_supply import PLAIN, Unchecked, a_study, pixels_of


class CancelledAfter:
    """A source of plain frames whose job is cancelled once some were read."""

    def __init__(self, load: Load, count: int) -> None:
        self._images, self._count = [wanted.image for wanted in load.frames], count

    def load_plain(self, wanted, job):
        for number, (pair, image) in enumerate(zip(wanted, self._images, strict=True)):
            if number == self._count:
                job.cancel()
            job.progress(number, len(wanted))
            yield (*pair, Unchecked(pixels_of(image)))


@pytest.mark.parametrize("count", [0, 1, 7, 8, 13])
def test_frames_that_a_cancelled_job_has_read_are_kept(count: int) -> None:
    opened, (display_set,) = a_study(1, (20,), PLAIN)
    instances = opened.series[0].instances
    frames = tuple(map(WantedFrame, display_set.images, instances))
    load = Load(frames, Tier.STUDY, How.PLAIN, FramePriority.NEXT)
    published = []
    with pytest.raises(JobCancelled):
        load_frames(CancelledAfter(load, count), NO_SCRATCH, load, published.extend, JobContext())
    assert [arrival.wanted for arrival in published] == list(frames[:count])


def test_a_cache_within_some_memory_leaves_room_for_what_is_beside_the_pixels() -> None:
    cache = FrameCache.within(3200)
    assert cache.budget_bytes == 3000
    frame = pixels_of(a_study(1, (1,), PLAIN)[1][0].images[0])
    assert cache.put(PixelKey("h"), frame, "1.2")
    assert cache.free_bytes == 3000 - frame.size_bytes

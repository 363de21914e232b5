"""The next study of the list is in memory before it is opened, and nobody is told that it was."""

import pytest

from readstation.app.navigation import OpenStudy
from readstation.app.reading.frame_queue import Tier
from readstation.app.reading.held_frames import Holding
from readstation.domain.claim import ClaimTask
from tests.reading_workspace import CURRENT, OTHER, PRIOR, SLICES
from tests.ui.reading.test_reading_view import PATIENCE_MS, is_claimed, open_study

NEXT = OpenStudy(OTHER, ClaimTask.READ)


@pytest.fixture
def view(screen_of):
    return screen_of("reader1")


@pytest.fixture
def loads(view, monkeypatch):
    """Return the loads that are started from here on."""
    started = []
    start = view.loader._start

    def note(load):
        started.append(load)
        start(load)

    monkeypatch.setattr(view.loader, "_start", note)
    return started


def ahead(view) -> list[int]:
    """Return how many images of each set that is read ahead are there."""
    supply = view.model.supply
    return [supply.progress(s).loaded_count for s in supply._open.next_sets]


def make_ready(qtbot, view) -> None:
    open_study(qtbot, view)
    view.navigation.set_following(NEXT)
    qtbot.waitUntil(lambda: ahead(view) == [SLICES], timeout=PATIENCE_MS)


def audited(reading, uid: str) -> list:
    with reading.station.unit_of_work() as work:
        return list(work.audit.of_study(uid))


def test_the_next_study_is_in_memory_unclaimed_and_unaudited_until_it_is_opened(
    qtbot, view, reading
) -> None:
    before = audited(reading, OTHER)
    make_ready(qtbot, view)
    assert not is_claimed(reading, OTHER)
    assert audited(reading, OTHER) == before
    assert all(s.study_instance_uid in (CURRENT, PRIOR) for s in view.model.state.sets)


def test_a_study_that_was_made_ready_is_opened_without_reading_a_pixel(qtbot, view, loads) -> None:
    make_ready(qtbot, view)
    loads.clear()
    view.navigation.open_study(OTHER, ClaimTask.READ)
    qtbot.waitUntil(lambda: view.model.state.is_complete, timeout=PATIENCE_MS)
    assert view.model.active.frame is not None
    assert view.model.active.description.study_instance_uid == OTHER
    assert view.model.supply.is_complete
    assert [load for load in loads if load.tier < Tier.PREFETCH] == []


def test_a_study_that_was_made_ready_has_its_thumbnails(qtbot, view, loads) -> None:
    make_ready(qtbot, view)
    view.navigation.open_study(OTHER, ClaimTask.READ)
    qtbot.waitUntil(lambda: view.model.state.is_complete, timeout=PATIENCE_MS)
    pictures = [thumbnail.picture for thumbnail in view.thumbnails.thumbnails]
    assert pictures
    for picture in pictures:
        qtbot.waitUntil(lambda p=picture: not p.pixmap().isNull(), timeout=PATIENCE_MS)


def test_nothing_is_read_ahead_while_the_reader_moves(qtbot, view, loads, monkeypatch) -> None:
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: view.loader.is_resting, timeout=PATIENCE_MS)
    view.loader._still.setInterval(60_000)
    view.model.active.scroll(1)
    view.navigation.set_following(NEXT)
    qtbot.wait(200)
    assert not view.model.supply._open.next_sets
    assert not [load for load in loads if load.tier is Tier.PREFETCH]
    view.loader._still.setInterval(1)
    view.model.active.scroll(1)
    qtbot.waitUntil(lambda: ahead(view) == [SLICES], timeout=PATIENCE_MS)


def test_the_list_may_end(qtbot, view, loads) -> None:
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: view.loader.is_resting, timeout=PATIENCE_MS)
    view.navigation.set_following(None)
    qtbot.wait(100)
    assert not view.model.supply._open.next_sets


def test_going_back_finds_the_study_still_in_memory(qtbot, view, loads) -> None:
    make_ready(qtbot, view)
    view.navigation.open_study(OTHER, ClaimTask.READ)
    qtbot.waitUntil(lambda: view.model.state.is_complete, timeout=PATIENCE_MS)
    loads.clear()
    open_study(qtbot, view)
    assert view.model.supply.progress(view.model.state.shown[0]).holdings == bytes(
        [Holding.LOADED] * SLICES
    )
    assert loads == []


def test_progress_is_told_while_a_study_loads(qtbot, view) -> None:
    told = []
    view.loader.progressed.connect(lambda: told.append(1))
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: view.model.supply.is_complete and bool(told), timeout=PATIENCE_MS)
    progress = view.model.supply.progress(view.model.state.shown[0])
    assert (progress.loaded_count, progress.total) == (SLICES, SLICES)


def test_the_end_of_the_session_leaves_no_pixel_in_memory(qtbot, view) -> None:
    make_ready(qtbot, view)
    view.end_session()
    assert view.model.supply._cache.used_bytes == 0

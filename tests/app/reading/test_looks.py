"""What was gone through large enough, and how long it was on the screen."""

import pytest

from readstation.app.reading.looks import Looks, NewlySeen
from readstation.app.viewport.viewport_state import DisplayedFrame
from readstation.domain.study import FrameKey
from readstation.domain.viewing import DiagnosticScale, VisiblePart

QUADRANTS = [VisiblePart(x, y, x + 0.5, y + 0.5) for x in (0.0, 0.5) for y in (0.0, 0.5)]
FIRST, SECOND = FrameKey("1.1"), FrameKey("1.2")


def shown(frame=FIRST, scale=1.0, part=None):
    return DisplayedFrame(
        "1", "1.9", frame.sop_instance_uid, frame.frame_number, scale, None, part or VisiblePart()
    )


@pytest.fixture
def looks():
    made = Looks(DiagnosticScale())
    made.begin(frozenset())
    return made


def test_a_mammogram_counts_once_every_part_was_shown_at_full_resolution(looks) -> None:
    assert not looks.look(0, shown(scale=0.3), "MG", 0.0)
    became = [looks.look(0, shown(part=part), "MG", 1.0) for part in QUADRANTS]
    assert became == [False, False, False, True]
    assert looks.diagnostic == {FIRST}
    assert not looks.look(0, shown(), "MG", 2.0)


def test_parts_that_were_shown_too_small_do_not_add_up(looks) -> None:
    for part in QUADRANTS[:3]:
        looks.look(0, shown(part=part), "MG", 0.0)
    assert not looks.look(0, shown(scale=0.9), "MG", 0.0)
    assert not looks.diagnostic


def test_time_of_each_box_is_its_own_and_ends_with_its_picture(looks) -> None:
    looks.look(0, shown(), "CT", 10.0)
    looks.look(1, shown(SECOND), "CT", 11.0)
    looks.leave(0, 12.0)
    looks.look(1, shown(SECOND, 2.0), "CT", 13.0)
    looks.count(14.0, is_in_view=True)
    assert list(looks.take_new()) == [
        NewlySeen("1", FIRST, 2_000, True),
        NewlySeen("1", SECOND, 3_000, True),
    ]
    assert list(looks.take_new()) == []


def test_what_is_behind_another_window_takes_no_time(looks) -> None:
    looks.look(0, shown(), "CT", 0.0)
    looks.count(60.0, is_in_view=False)
    looks.count(61.0, is_in_view=True)
    assert list(looks.take_new()) == [NewlySeen("1", FIRST, 1_000, True)]


def test_fractions_of_a_millisecond_are_not_lost(looks) -> None:
    total = 0
    looks.look(0, shown(), "CT", 0.0)
    for step in range(1, 1001):
        looks.count(step * 0.0004, is_in_view=True)
        total += sum(new.shown_ms for new in looks.take_new())
    assert total == pytest.approx(400, abs=1)


def test_what_was_read_on_an_earlier_day_stays_read(looks) -> None:
    looks.begin(frozenset({FIRST}))
    assert not looks.look(0, shown(), "CT", 0.0)
    (new,) = looks.take_new()
    assert not new.is_diagnostic

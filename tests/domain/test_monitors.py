"""Layouts across monitors: every one that can be reached can be shown and is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.display import Display
from readstation.domain.monitors import (
    Arrangement,
    Monitor,
    MonitorLayout,
    MonitorUse,
    offered_layouts,
)

LEFT = Monitor(Display("DP-1", "Eizo", "RX", "1"), 0, 0, 1920, 1200)
RIGHT = Monitor(Display("DP-2", "Eizo", "RX", "2"), 1920, 0, 1536, 2048, 2.0)
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12)


@given(STEPS)
def test_whatever_is_chosen_the_desk_is_somewhere_and_images_are_too(steps) -> None:
    layout = MonitorLayout()
    for is_desk, index in steps:
        layout = layout.with_desk_on(index) if is_desk else layout.with_images_toggled(index)
        uses = [layout.use_of(i) for i in range(4)]
        desks = [u for u in uses if u in (MonitorUse.DESK, MonitorUse.DESK_AND_IMAGES)]
        assert len(desks) == 1
        assert layout.images
        assert uses.count(MonitorUse.NOTHING) == 4 - len({layout.desk, *layout.images})
        assert MonitorLayout.of_code(layout.code) == layout
        assert layout.fits(4)


@given(STEPS, st.integers(0, 3))
def test_images_taken_from_a_monitor_come_back_to_it(steps, index) -> None:
    layout = MonitorLayout(0, (0, 1, 2, 3))
    for _, other in steps:
        layout = layout.with_images_toggled(other)
    changed = layout.with_images_toggled(index)
    has_images = index in layout.images
    assert (index in changed.images) != has_images or layout.images == (index,)


@pytest.mark.parametrize("code", ["", "1", "1:", "0:1", "1:2+2", "1:2+1", "1:2,3", "a:b", "1:²"])
def test_a_code_that_names_no_layout_is_refused(code) -> None:
    with pytest.raises(ValueError, match=r".*"):
        MonitorLayout.of_code(code)


def test_two_monitors_offer_one_for_all_or_images_on_the_other_or_on_both() -> None:
    offered = [o.layout.code for o in offered_layouts(2, desk=1)]
    assert offered == ["2:2", "2:1", "2:2+1"]
    assert [o.layout.code for o in offered_layouts(1, desk=0)] == ["1:1"]
    assert [o.layout.code for o in offered_layouts(3, desk=0)] == ["1:1", "1:2+3", "1:1+2+3"]


def test_an_arrangement_is_the_same_in_whatever_order_the_system_lists_it() -> None:
    assert Arrangement.of([RIGHT, LEFT]) == Arrangement.of([LEFT, RIGHT])
    assert Arrangement.of([RIGHT, LEFT]).monitors == (LEFT, RIGHT)


@pytest.mark.parametrize(
    "other",
    [
        Monitor(Display("DP-2", "Eizo", "RX", "3"), 1920, 0, 1536, 2048, 2.0),
        Monitor(RIGHT.display, 1920, 100, 1536, 2048, 2.0),
        Monitor(RIGHT.display, 1920, 0, 2048, 1536, 2.0),
        Monitor(RIGHT.display, 1920, 0, 1536, 2048, 1.0),
    ],
    ids=["another monitor", "moved", "turned", "scaled otherwise"],
)
def test_another_arrangement_has_another_key(other) -> None:
    assert Arrangement.of([LEFT, other]).key != Arrangement.of([LEFT, RIGHT]).key
    assert Arrangement.of([LEFT]).key != Arrangement.of([LEFT, RIGHT]).key

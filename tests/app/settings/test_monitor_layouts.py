"""What is remembered of the layouts across monitors, and for which monitors it holds."""

from readstation.app.settings.monitor_layouts import (
    MOST_REMEMBERED,
    remember_layout,
    remembered_layout,
)
from readstation.domain.display import Display
from readstation.domain.monitors import Arrangement, Monitor, MonitorLayout


class Store:
    def __init__(self, codes=()):
        self.held = dict(codes)

    def codes(self):
        return self.held

    def save(self, codes):
        self.held = dict(codes)


def desk_of(count, width=1000):
    monitors = (Monitor(Display(f"DP-{i}"), i * width, 0, width, 800) for i in range(count))
    return Arrangement.of(monitors)


def test_each_arrangement_has_its_own_layout() -> None:
    store = Store()
    remember_layout(store, desk_of(3), MonitorLayout(0, (1, 2)))
    remember_layout(store, desk_of(2), MonitorLayout(1, (0,)))
    assert remembered_layout(store, desk_of(3)) == MonitorLayout(0, (1, 2))
    assert remembered_layout(store, desk_of(2)) == MonitorLayout(1, (0,))
    assert remembered_layout(store, desk_of(1)) is None


def test_what_is_no_layout_of_these_monitors_is_not_remembered() -> None:
    for code in ("nonsense", "1:2+3", ""):
        assert remembered_layout(Store({desk_of(2).key: code}), desk_of(2)) is None


def test_the_arrangement_chosen_for_longest_ago_is_forgotten_first() -> None:
    store = Store()
    for width in range(1000, 1000 + MOST_REMEMBERED):
        remember_layout(store, desk_of(2, width), MonitorLayout(0, (1,)))
    remember_layout(store, desk_of(2, 1000), MonitorLayout(0, (0, 1)))
    remember_layout(store, desk_of(3), MonitorLayout())
    assert len(store.held) == MOST_REMEMBERED
    assert remembered_layout(store, desk_of(2, 1000)) == MonitorLayout(0, (0, 1))
    assert remembered_layout(store, desk_of(2, 1001)) is None

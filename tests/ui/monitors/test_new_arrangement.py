"""Monitors that were never together here are announced; those that were are not."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from readstation.domain.display import Display
from readstation.domain.monitors import Arrangement, Monitor, MonitorLayout
from readstation.ui.command_list import all_commands
from readstation.ui.errors import ErrorPresenter
from readstation.ui.monitors.monitor_places import MonitorPlaces
from readstation.ui.monitors.monitor_watch import MonitorWatch
from readstation.ui.rail import Rail
from readstation.ui.screens import SCREENS
from readstation.ui.start_window import make_application
from tests.ui.screen_context import Notices


def desk_of(count: int) -> Arrangement:
    return Arrangement.of(
        Monitor(Display(f"DP-{i}", width_px=1200, height_px=1600), i * 1200, 0, 1200, 1600)
        for i in range(count)
    )


class Watch(MonitorWatch):
    def plug(self, count: int) -> None:
        self.arrangement = desk_of(count)
        self.changed.emit()


class Memory:
    """The store of one workspace."""

    def __init__(self) -> None:
        self._stored: dict[str, str] = {}

    def codes(self) -> dict[str, str]:
        return dict(self._stored)

    def save(self, codes) -> None:
        self._stored = dict(codes)


class View(QWidget):
    changed = Signal()

    def screen_built(self, _screen_id: str) -> None:
        return None


@pytest.fixture
def notices() -> Notices:
    return Notices()


@pytest.fixture
def places(qtbot, notices) -> MonitorPlaces:
    make_application()
    view, memory = View(), Memory()
    qtbot.addWidget(view)
    context = SimpleNamespace(
        station=SimpleNamespace(monitor_layouts=lambda: memory),
        displays=SimpleNamespace(moved=lambda: None),
        errors=ErrorPresenter(notices),
        registry=all_commands(),
    )
    made = MonitorPlaces(view, context, Watch(view))
    made.watch.arrangement = desk_of(1)
    made.follow()
    return made


def test_monitors_in_a_new_order_are_announced_with_the_key_that_chooses(places, notices) -> None:
    places.watch.plug(3)
    ((text, remedy),) = notices.shown
    assert text.startswith("3 monitors")
    assert "Ctrl+F11" in remedy
    assert places.is_new


def test_what_was_chosen_for_them_once_needs_no_announcement(places, notices) -> None:
    places.watch.plug(3)
    places.choose(MonitorLayout(0, (0,)))
    assert not places.is_new
    places.watch.plug(1)
    places.watch.plug(3)
    assert len(notices.shown) == 1


def test_at_the_start_of_a_session_the_rail_alone_marks_them(places, notices) -> None:
    places.watch.arrangement = desk_of(2)
    places.follow()
    assert places.is_new
    assert not notices.shown


def test_the_mark_on_the_rail_goes_once_a_layout_is_chosen(qtbot) -> None:
    rail = Rail(list(SCREENS))
    qtbot.addWidget(rail)
    rail.show_monitors(3, is_new=True)
    assert rail.buttons["Monitors"].count == 3
    assert "new" in rail.buttons["Monitors"].accessibleName()
    rail.show_monitors(3)
    assert rail.buttons["Monitors"].count == 0
    assert "new" not in rail.buttons["Monitors"].accessibleName()

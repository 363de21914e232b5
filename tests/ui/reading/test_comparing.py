"""A real chest CT beside its simulated prior: registered, linked, alternated, all by keys."""

from collections.abc import Iterator

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt

from readstation.app.changes import ChangeFeed
from readstation.app.navigation import Navigation
from readstation.app.viewport.link_kind import LinkKind
from readstation.app.viewport.viewport_state import Role, Tool
from readstation.domain.claim import ClaimTask
from readstation.domain.reader import Role as ReaderRole
from readstation.domain.reader import User
from readstation.ui.command_list import all_commands
from readstation.ui.errors import ErrorPresenter
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.screens import ScreenContext
from readstation.ui.start_window import make_application
from tests.reading_workspace import ReadingWorkspace
from tests.real_studies import CURRENT_CHEST, PRIOR_CHEST, workspace_of
from tests.ui.screen_context import Notices

pytestmark = pytest.mark.slow
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def chest(shared_data, tmp_path_factory) -> Iterator[tuple[ReadingWorkspace, str]]:
    home = tmp_path_factory.mktemp("chest")
    with workspace_of(home, shared_data, [CURRENT_CHEST, PRIOR_CHEST]) as workspace:
        with workspace.station.unit_of_work() as work:
            user = User("reader1", "Dr. Test One", frozenset({ReaderRole.READER}))
            work.users.put(user, "no password here")
            work.commit()
        first = min((shared_data / CURRENT_CHEST).glob("*.dcm"))
        uid = str(pydicom.dcmread(first, stop_before_pixels=True).StudyInstanceUID)
        yield ReadingWorkspace(workspace), uid


@pytest.fixture
def view(qtbot, chest, jobs) -> ReadingView:
    """The chest beside its prior, registered and linked."""
    make_application()
    reading, uid = chest
    context = ScreenContext(
        reading.station,
        reading.session(),
        jobs,
        ErrorPresenter(Notices()),
        ChangeFeed(),
        all_commands(),
        Navigation(),
    )
    made = ReadingView(context)
    qtbot.addWidget(made, before_close_func=lambda v: v.end_session())
    made.resize(1920, 1200)
    made.show()
    qtbot.waitExposed(made)
    context.navigation.open_study(uid, ClaimTask.READ)
    qtbot.waitUntil(lambda: made.model.state.is_complete, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: made.model.boxes[1].state.is_linked, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: made.loader.is_idle, timeout=PATIENCE_MS)
    made.grid.focus_active()
    return made


def press(qtbot, view, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    index = view.model.state.active_box
    qtbot.keyClick(view.grid.boxes[index].view, key, modifier)


def shown(view):
    return view.model.boxes[0], view.model.boxes[1]


def roles(view):
    return [box.state.role for box in shown(view)]


def middle_mm(model):
    d, t = model.description, model.transform
    return d.plane.to_patient(t.center_column, t.center_row)


def test_the_prior_is_registered_by_itself_and_both_boxes_say_so(qtbot, view) -> None:
    here, there = shown(view)
    assert roles(view) == [Role.CURRENT, Role.PRIOR]
    links = view.model.links
    assert links.link_between(here, there).kind is LinkKind.REGISTERED
    for box in view.grid.boxes[:2]:
        assert "registered, offset " in box.link_text
    assert "6 months earlier" in view.grid.boxes[1].strip.role.text()
    for index in (10, 31, 50):
        here.go_to(index)
        moved = links.link_between(here, there).transform.apply(middle_mm(here))
        assert abs(there.description.plane.to_image(moved)[2]) <= 2.5


def test_one_key_alternates_current_and_prior_in_one_place(qtbot, view) -> None:
    here, _ = shown(view)
    here.go_to(30)
    here.zoom_by(2.0, 300, 400)
    transform = view.model.links.relation(*shown(view))
    before, width_mm = middle_mm(here), here.description.plane.column_spacing_mm / here.state.zoom
    press(qtbot, view, Qt.Key.Key_J)
    assert roles(view) == [Role.PRIOR, Role.PRIOR]
    after = middle_mm(here)
    assert np.subtract(after, transform.apply(before)) == pytest.approx([0, 0, 0], abs=2.6)
    spacing = here.description.plane.column_spacing_mm
    assert spacing / here.state.zoom == pytest.approx(width_mm)
    press(qtbot, view, Qt.Key.Key_J)
    assert roles(view) == [Role.CURRENT, Role.PRIOR]
    assert here.state.frame_index == 30
    assert middle_mm(here) == pytest.approx(before, abs=0.5)


def test_swapping_keeps_each_study_as_it_stands(qtbot, view) -> None:
    here, there = shown(view)
    here.go_to(20)
    stood = (here.state.frame_index, there.state.frame_index)
    press(qtbot, view, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
    assert roles(view) == [Role.PRIOR, Role.CURRENT]
    assert (there.state.frame_index, here.state.frame_index) == stood
    assert here.state.is_linked
    assert view.model.state.active_box == 1


def test_the_3d_cursor_shows_the_same_point_of_the_patient(qtbot, view) -> None:
    here, there = shown(view)
    here.go_to(25)
    press(qtbot, view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert here.state.tool is Tool.CURSOR
    box = view.grid.boxes[0].view
    at = QPoint(box.width() // 2 + 60, box.height() // 2 - 40)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=at)
    guides = view.model.links.guides
    mine, theirs = guides.on(here).cursor, guides.on(there).cursor
    transform = view.model.links.relation(here, there)
    point = here.description.plane.to_patient(mine.column, mine.row)
    column, row, off = there.description.plane.to_image(transform.apply(point))
    assert (theirs.column, theirs.row) == pytest.approx((column, row))
    assert abs(off) <= 2.5
    here.choose_tool(Tool.WINDOW)


def test_window_zoom_and_pan_are_linked_each_by_its_key(qtbot, view) -> None:
    here, there = shown(view)
    alt = Qt.KeyboardModifier.AltModifier
    press(qtbot, view, Qt.Key.Key_W, alt)
    press(qtbot, view, Qt.Key.Key_3)
    assert there.state.voi_choice == here.state.voi_choice
    assert view.grid.boxes[1].link_text.endswith("window linked")
    zoom = there.state.zoom
    here.zoom_by(1.5, 100, 100)
    assert there.state.zoom == zoom
    press(qtbot, view, Qt.Key.Key_Z, alt)
    press(qtbot, view, Qt.Key.Key_P, alt)
    here.zoom_by(1.5, 100, 100)
    mm = [m.description.plane.column_spacing_mm / m.transform.zoom for m in (here, there)]
    assert mm[0] == pytest.approx(mm[1])
    moved = view.model.links.relation(here, there).apply(middle_mm(here))
    assert np.subtract(middle_mm(there), moved)[:2] == pytest.approx([0, 0], abs=0.5)


def test_a_reader_aligns_by_hand_and_takes_it_back(qtbot, view) -> None:
    here, there = shown(view)
    here.go_to(30)
    automatic = there.state.frame_index
    press(qtbot, view, Qt.Key.Key_K)
    there.go_to(automatic + 2)
    shift = Qt.KeyboardModifier.ShiftModifier
    press(qtbot, view, Qt.Key.Key_K, shift)
    assert there.state.frame_index == automatic + 2
    assert "aligned by reader" in view.grid.boxes[1].link_text
    press(qtbot, view, Qt.Key.Key_K, shift | Qt.KeyboardModifier.ControlModifier)
    here.go_to(31)
    here.go_to(30)
    assert there.state.frame_index == automatic
    assert "registered" in view.grid.boxes[1].link_text

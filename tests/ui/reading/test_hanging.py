"""Hanging protocols on the reading screen: mammograms hung right, stages, chooser, capture."""

import shutil
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt

from readstation.app.importing.import_paths import import_paths
from readstation.app.reading.layout import Layout
from readstation.app.viewport.viewport_state import Role
from readstation.bootstrap import open_workspace
from readstation.domain.reader import Role as UserRole
from readstation.domain.reader import User
from readstation.domain.settings import PRIOR_ROWS
from tests.mammography_files import CURRENT, PRIOR, VIEWS, write_mammography
from tests.reading_workspace import READERS, ReadingWorkspace, an_order
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
BRIGHT, EDGE_PX = 200, 2


@pytest.fixture(scope="module")
def mammography_home(tmp_path_factory):
    """Import the synthetic mammograms once, current and prior."""
    files, home = tmp_path_factory.mktemp("mg"), tmp_path_factory.mktemp("mg_home") / "home"
    write_mammography(files)
    write_mammography(files, PRIOR, day="20251101", is_prior=True)
    workspace = open_workspace(home)
    report = import_paths([files], workspace.import_tools(), "test")
    assert report.is_complete, report.summary()
    with workspace.station.unit_of_work() as work:
        for user_id, name in READERS.items():
            work.users.put(User(user_id, name, frozenset({UserRole.READER})), "no password here")
        completed = workspace.station.clock.now() - timedelta(minutes=20)
        work.orders.put(an_order(CURRENT, completed))
        work.commit()
    workspace.close()
    return home


@pytest.fixture
def reading(tmp_path, mammography_home):
    home = shutil.copytree(mammography_home, tmp_path / "home")
    opened = ReadingWorkspace(open_workspace(home))
    yield opened
    opened.workspace.close()


@pytest.fixture
def view(screen_of, qtbot):
    view = screen_of("reader1")
    view.resize(1500, 900)
    open_study(qtbot, view, CURRENT)
    return view


def key(qtbot, view, pressed, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    active = view.model.state.active_box
    qtbot.keyClick(view.grid.boxes[active].view, pressed, modifier)
    qtbot.waitUntil(lambda: all_there(view), timeout=PATIENCE_MS)


def all_there(view) -> bool:
    return all(b.frame is not None for b in view.model.visible_boxes if b.display_set)


def hung(view) -> list[str]:
    """Return what hangs where: `p R CC` is the prior's."""
    return [
        f"{'p ' if box.state.role is Role.PRIOR else ''}{box.description.series_description[:-10]}"
        if box.description
        else "-"
        for box in view.model.visible_boxes
    ]


def pixels(box) -> np.ndarray:
    """Return the gray levels that the viewport paints, without the words over them."""
    box.model.change(is_overlay_visible=False)
    image = (
        box.view.grab().toImage().convertToFormat(box.view.grab().toImage().Format.Format_RGB888)
    )
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3)[..., 1]


def wall_columns(gray: np.ndarray) -> np.ndarray:
    """Return the columns in which the bright line of the chest wall is seen."""
    middle = gray[gray.shape[0] // 3 : -gray.shape[0] // 3]
    return np.flatnonzero((middle >= BRIGHT).mean(axis=0) > 0.9)


def breast_height_px(gray: np.ndarray) -> int:
    """Return over how many rows the chest wall is seen."""
    return int((gray >= BRIGHT).any(axis=1).sum())


def shown_stage(view) -> str:
    return view.model.hanging.stage.title


def test_four_views_hang_with_the_chest_walls_back_to_back(qtbot, view) -> None:
    assert hung(view) == list(VIEWS)
    assert view.model.state.layout == Layout.FOUR
    assert view.model.hanging.chosen.protocol.protocol_id == "mg_screening"
    assert "1/" in view.tools.hanging.text()
    for index, name in enumerate(VIEWS):
        gray = pixels(view.grid.boxes[index])
        wall = wall_columns(gray)
        assert wall.size, name
        inner = gray.shape[1] - 1 - wall.max() if name[0] == "R" else wall.min()
        assert inner <= EDGE_PX, name


def test_an_image_stored_upside_down_hangs_upright_and_its_letters_say_so(view) -> None:
    box = view.model.boxes[3]
    assert box.description.patient_orientation == ("P", "HL")
    assert box.state.orientation.rotation_deg == 180


def test_current_and_prior_are_seen_at_the_same_size(qtbot, view) -> None:
    key(qtbot, view, Qt.Key.Key_Period)
    assert shown_stage(view) == "Four views with prior"
    assert hung(view) == [f"p {name}" for name in VIEWS] + list(VIEWS)
    assert view.model.state.layout == Layout(2, 4)
    heights = [breast_height_px(pixels(box)) for box in view.grid.boxes[:8]]
    assert min(heights) > 200
    assert max(heights) - min(heights) <= 2, heights


def test_priors_hang_below_where_the_reader_wants_them_so(qtbot, screen_of, reading) -> None:
    reading.station.settings.save(PRIOR_ROWS, "below")
    view = screen_of("reader1")
    open_study(qtbot, view, CURRENT)
    key(qtbot, view, Qt.Key.Key_Period)
    assert hung(view) == list(VIEWS) + [f"p {name}" for name in VIEWS]


def test_keys_step_through_the_stages_and_stop_at_the_ends(qtbot, view) -> None:
    titles = [stage.title for stage in view.model.hanging.stages]
    seen = [shown_stage(view)]
    for _ in range(len(titles)):
        key(qtbot, view, Qt.Key.Key_Period)
        seen.append(shown_stage(view))
    assert seen == [*titles, titles[-1]]
    for _ in titles:
        key(qtbot, view, Qt.Key.Key_Comma)
    assert shown_stage(view) == titles[0]
    assert hung(view) == list(VIEWS)


def test_one_pixel_per_pixel_and_quadrants(qtbot, view) -> None:
    titles = [stage.title for stage in view.model.hanging.stages]
    for _ in range(titles.index("CC, one image pixel per screen pixel")):
        key(qtbot, view, Qt.Key.Key_Period)
    assert [box.transform.zoom for box in view.model.visible_boxes] == [1.0, 1.0]
    for _ in range(2):
        key(qtbot, view, Qt.Key.Key_Period)
    assert shown_stage(view) == "R CC, quadrants"
    assert hung(view) == ["R CC"] * 4
    centers = [box.transform.to_image(*_middle(box)) for box in view.model.visible_boxes]
    assert [(round(c / 420, 2), round(r / 560, 2)) for c, r in centers] == [
        (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75),
    ]  # fmt: skip


def _middle(box):
    width, height = box.viewport_size_px
    return width / 2, height / 2


def test_a_left_stage_comes_back_with_its_key(qtbot, view) -> None:
    key(qtbot, view, Qt.Key.Key_F2)
    assert view.model.state.layout == Layout.ONE
    key(qtbot, view, Qt.Key.Key_Comma)
    assert hung(view) == list(VIEWS)


def test_the_chooser_says_why_and_hangs_another(qtbot, view) -> None:
    key(qtbot, view, Qt.Key.Key_H, SHIFT)
    chooser = view.hanging.chooser
    assert chooser.isVisible()
    assert chooser.current.protocol.protocol_id == "mg_screening"
    assert "4 of 4 boxes filled" in chooser.why.text()
    names = [c.protocol.protocol_id for c in chooser.candidates]
    assert names[:3] == ["mg_screening", "mg_any", "any"]
    assert {"ct_head", "us_any"} <= set(names)
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert not chooser.isVisible()
    assert view.model.hanging.chosen.protocol.protocol_id == "mg_any"
    assert view.grid.boxes[0].view.hasFocus()


def test_a_protocol_that_does_not_fit_says_why_and_loses_no_image(qtbot, view) -> None:
    key(qtbot, view, Qt.Key.Key_H, SHIFT)
    chooser = view.hanging.chooser
    place = next(i for i, c in enumerate(chooser.candidates) if c.refusal)
    chooser.list.setCurrentRow(place)
    assert chooser.why.text().startswith("Does not fit: ")
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    stages = view.model.hanging.stages
    shown = {box.set_id for stage in stages for box in stage.boxes} - {""}
    assert len(shown) == 8


def save_arrangement(qtbot, view, title: str) -> None:
    key(qtbot, view, Qt.Key.Key_H, CONTROL)
    panel = view.hanging.saving
    assert panel.isVisible()
    assert "breast" in panel.title.text()
    qtbot.keyClicks(panel.title, title)
    qtbot.keyClick(panel.title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.model.hanging.chosen.protocol.title == title, timeout=PATIENCE_MS)


def test_an_arrangement_is_saved_hangs_at_once_and_after_a_restart(
    qtbot, view, screen_of, reading
) -> None:
    key(qtbot, view, Qt.Key.Key_F3)
    view.model.assign(0, view.model.state.sets[2])
    view.model.assign(1, view.model.state.sets[6])
    view.model.boxes[0].toggle_invert()
    save_arrangement(qtbot, view, "MLO pair")
    assert hung(view) == ["R MLO", "p R MLO"]
    assert (reading.station.home / "hanging" / "own_mlo_pair.toml").is_file()
    with reading.station.unit_of_work() as work:
        assert "own_mlo_pair" in list(work.audit.rows())[-1].event.detail
    view.end_session()
    again = screen_of("reader2")
    open_study(qtbot, again, CURRENT)
    assert again.model.hanging.chosen.protocol.protocol_id == "own_mlo_pair"
    assert hung(again) == ["R MLO", "p R MLO"]


def test_an_own_protocol_can_be_deleted_and_a_shipped_one_cannot(qtbot, view, reading) -> None:
    save_arrangement(qtbot, view, "Mine")
    for expected in ("Mine", "Mammography, screening"):
        key(qtbot, view, Qt.Key.Key_H, SHIFT)
        chooser = view.hanging.chooser
        assert chooser.current.protocol.title == expected
        qtbot.keyClick(chooser, Qt.Key.Key_Delete)
        if expected == "Mine":
            qtbot.waitUntil(
                lambda: view.model.hanging.chosen.protocol.protocol_id == "mg_screening",
                timeout=PATIENCE_MS,
            )
    assert "cannot be deleted" in chooser.why.text()
    assert not list((reading.station.home / "hanging").glob("*.toml"))


def test_a_name_is_needed_and_words_are_words(qtbot, view) -> None:
    key(qtbot, view, Qt.Key.Key_H, CONTROL)
    panel = view.hanging.saving
    panel.title.clear()
    qtbot.keyClick(panel.title, Qt.Key.Key_Return)
    assert panel.problem.text() == "A protocol needs a name."
    qtbot.keyClicks(panel.title, "x")
    qtbot.keyClicks(panel.words, "(a+)+")
    qtbot.keyClick(panel.words, Qt.Key.Key_Return)
    assert "not words of a description" in panel.problem.text()
    assert panel.isVisible()
    qtbot.keyClick(panel.words, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_a_broken_own_file_is_told_and_the_rest_is_in_force(qtbot, screen_of, reading) -> None:
    folder = reading.station.home / "hanging"
    folder.mkdir()
    (folder / "bad.toml").write_text('[[protocol]]\nid = "X!"\n', encoding="utf-8")
    view = screen_of("reader1")
    open_study(qtbot, view, CURRENT)
    assert hung(view) == list(VIEWS)
    key(qtbot, view, Qt.Key.Key_H, SHIFT)
    assert "bad.toml, protocol 1: “id” cannot be 'X!'" in view.hanging.chooser.problem.text()


def test_panels_close_with_their_study(qtbot, view) -> None:
    """H01: what is saved is never the arrangement of another patient."""
    for modifier, panel in (
        (SHIFT, view.hanging.chooser),
        (CONTROL, view.hanging.saving),
    ):
        key(qtbot, view, Qt.Key.Key_H, modifier)
        assert panel.isVisible()
        view.navigation.close_study()
        assert not panel.isVisible()
        open_study(qtbot, view, CURRENT)


def test_an_enlarged_image_stays_turned_as_it_hung_and_goes_back(qtbot, view) -> None:
    view.model.toggle_enlarged(3)
    (box,) = view.model.visible_boxes
    assert box.description.series_description == "L MLO SYNTHETIC"
    assert box.state.orientation.rotation_deg == 180
    view.model.toggle_enlarged(0)
    assert hung(view) == list(VIEWS)
    assert view.model.boxes[3].state.orientation.rotation_deg == 180

"""The lines beside images and under thumbnails: what they show, and dragging on them."""

import pytest
from PySide6.QtCore import QPoint, Qt

from readstation.app.reading.held_frames import Holding, SeriesProgress
from readstation.app.reading.series_marks import Mark
from readstation.ui.reading.series_bar import BAR_PX, SeriesBar, mark_colour
from readstation.ui.start_window import make_application
from tests.reading_workspace import SLICES
from tests.ui.reading.test_reading_view import open_study

HEIGHT_PX = 200
TOTAL = 100


@pytest.fixture
def bar(qtbot):
    make_application()
    made = SeriesBar()
    qtbot.addWidget(made)
    made.resize(BAR_PX, HEIGHT_PX)
    half = bytes([Holding.LOADED] * 50 + [Holding.MISSING] * 50)
    made.show_progress(SeriesProgress(half, bytes([1] * 25 + [0] * 75)))
    made.show_index(99)
    made.show()
    return made


def colour_at(bar, y: int) -> str:
    return bar.grab().toImage().pixelColor(BAR_PX // 2, y).name()


def test_seen_loaded_and_missing_stretches_have_their_colours(bar) -> None:
    assert colour_at(bar, 20) == mark_colour(Mark.SEEN).name()
    assert colour_at(bar, 75) == mark_colour(Mark.LOADED).name()
    assert colour_at(bar, 150) == mark_colour(Mark.MISSING).name()


def test_new_progress_is_drawn_over_the_old(bar) -> None:
    everything = SeriesProgress(bytes([Holding.LOADED] * TOTAL), bytes([1] * TOTAL))
    bar.show_progress(everything)
    assert colour_at(bar, 150) == mark_colour(Mark.SEEN).name()
    assert bar.accessibleDescription() == "100 of 100 images loaded, 100 seen"


def test_dragging_asks_for_the_image_under_the_pointer(qtbot, bar) -> None:
    asked: list[int] = []
    bar.moved.connect(asked.append)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 21))
    qtbot.mouseMove(bar, QPoint(5, 101))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 101))
    assert asked[0] == 10
    assert asked[-1] == 50


def test_a_single_image_has_no_line_to_drag_on(qtbot, bar) -> None:
    asked: list[int] = []
    bar.moved.connect(asked.append)
    bar.show_progress(SeriesProgress(bytes(1), bytes(1)))
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, 50))
    assert asked == []
    assert colour_at(bar, 50) == "#000000"


def test_opening_a_study_fills_the_lines_and_looking_at_images_marks_them(qtbot, screen_of) -> None:
    view = screen_of("reader1")
    open_study(qtbot, view)
    box, thumbnail = view.grid.boxes[0], view.thumbnails.thumbnails[0]
    qtbot.waitUntil(lambda: box.bar.progress.loaded_count == SLICES, timeout=20_000)
    qtbot.waitUntil(lambda: thumbnail.line.progress.loaded_count == SLICES, timeout=20_000)
    assert box.bar.isVisible()
    box.view.setFocus()
    qtbot.keyClick(box.view, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: box.bar.progress.seen[SLICES - 1] == 1, timeout=20_000)
    qtbot.waitUntil(lambda: thumbnail.line.progress.seen_count >= 2, timeout=20_000)
    assert f"{SLICES} of {SLICES} images loaded" in thumbnail.toolTip()


def test_dragging_on_the_line_scrolls_the_image_beside_it(qtbot, screen_of) -> None:
    view = screen_of("reader1")
    open_study(qtbot, view)
    left = view.grid.boxes[0]
    qtbot.mouseClick(left.bar, Qt.MouseButton.LeftButton, pos=QPoint(5, left.bar.height() - 2))
    assert left.model.state.frame_index == SLICES - 1
    assert left.bar.index == SLICES - 1


def test_leaving_the_study_empties_the_lines(qtbot, screen_of) -> None:
    view = screen_of("reader1")
    open_study(qtbot, view)
    view.navigation.close_study()
    assert all(box.bar.progress.total == 0 for box in view.grid.boxes)

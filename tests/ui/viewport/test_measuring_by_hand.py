"""Every tool by key and mouse on the real widget; undo and redo by key; what is painted."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QKeySequence

from readstation.app.commands import CommandRegistry
from readstation.app.viewport.questions import answer
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.measurement import ImagePoint, Length, Unfinished
from readstation.imaging.frame import StoredFrame
from readstation.ui import theme
from readstation.ui.viewport.label_places import LabelPlaces
from readstation.ui.viewport.viewport_commands import VIEWPORT_COMMANDS
from readstation.ui.viewport.viewport_view import ViewportView
from tests.app.viewport.conftest import described

LEFT = Qt.MouseButton.LeftButton
SIDE, ZOOM = 400, 4  # 100 image pixels fill the box: every fourth screen pixel is a corner
SPACING = Calibration(0.5, 0.25, SpacingSource.DETECTOR)  # tall pixels: 2 to 1


@pytest.fixture
def view(qtbot):
    model = ViewportModel()
    values = np.zeros((50, 100), np.int16) + 1024
    values[:, 50:] = 1124  # 0 HU on the left, 100 HU on the right
    model.on_frame_wanted(
        lambda token, _: model.show_frame(token, StoredFrame(values, "MONOCHROME2", 16, True))
    )
    view = ViewportView(model, registry=CommandRegistry(VIEWPORT_COMMANDS))
    qtbot.addWidget(view)
    view.resize(SIDE, SIDE)
    with qtbot.waitExposed(view):
        view.show()
    model.set_display_set([described(n, rows=50, columns=100, calibration=SPACING) for n in (1, 2)])
    with qtbot.waitActive(view):
        view.activateWindow()
    view.setFocus()
    return view


def press(qtbot, view, keys):
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(view, combination.key(), combination.keyboardModifiers())


def on_screen(view, column, row):
    x, y = view.model.transform.to_viewport(column, row)
    return QPoint(round(x), round(y))


def drag(qtbot, view, *places):
    """Press at the first place in image pixels, pass the others, release at the last."""
    points = [on_screen(view, *place) for place in places]
    qtbot.mousePress(view, LEFT, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(view, point)
    qtbot.mouseRelease(view, LEFT, pos=points[-1])


def kept(view):
    return list(view.model.measurements)


SQUARE = [(40, 10), (60, 10), (60, 30), (40, 30), (40, 11)]
BY_HAND = [
    ("L", [[(10, 10), (50, 10)]], "10.0 mm (detector)"),
    ("D", [[(10, 10), (10, 40)]], "15.0 mm (detector)"),
    ("Shift+L", [[(10, 20), (90, 20)], [(50, 10), (70, 34)]], "20.0 × 12.0 mm (detector)"),
    ("A", [[(60, 20), (20, 20)], [(40, 30), (60, 40)]], "45.0°"),
    ("Shift+A", [[(10, 10), (50, 10)], [(10, 20), (50, 40)]], "Cobb 45.0°"),
    ("O", [[(20, 10), (40, 30)]], "mean 0.0 SD 0.0 min 0.0 max 0.0 HU, area 39.3 mm² (detector)"),
    ("E", [[(60, 10), (80, 30)]], "mean 100.0 SD 0.0"),
    ("Shift+O", [[(40, 10), (60, 30)]], "mean 50.0 SD 50.1 min 0.0 max 100.0 HU, area 50.0 mm²"),
    ("Y", [SQUARE], "HU, area 50.0 mm² (detector), n 400 px"),
    ("X", [[(70.5, 20.5)]], "100.0 HU"),
]


@pytest.mark.parametrize(("key", "drags", "text"), BY_HAND, ids=[key for key, *_ in BY_HAND])
def test_each_tool_measures_by_key_and_mouse(qtbot, view, key, drags, text):
    press(qtbot, view, key)
    for places in drags:
        drag(qtbot, view, *places)
    (made,) = kept(view)
    assert text in made.text
    assert made.frame == view.model.description.frame_key
    press(qtbot, view, "Ctrl+Z")
    assert kept(view) == []
    press(qtbot, view, "Ctrl+Shift+Z")
    assert kept(view) == [made]
    press(qtbot, view, "Delete")
    assert kept(view) == []
    press(qtbot, view, "Ctrl+Z")
    assert kept(view) == [made]
    press(qtbot, view, "Ctrl+Y")
    assert kept(view) == []


def hover_over(qtbot, view, column, row):
    """Move the mouse there with no button held; Qt tells no move to where the mouse is already."""
    qtbot.mouseMove(view, on_screen(view, column + 1, row + 1))
    qtbot.mouseMove(view, on_screen(view, column, row))


BETWEEN = [
    ("A", [(60, 20), (20, 20)], None, (40, 30), "45.0°"),
    ("Shift+L", [(10, 20), (90, 20)], None, None, "20.0 mm (detector)"),
    ("Shift+L", [(10, 20), (90, 20)], (50, 10), (70, 34), "20.0 × 12.0 mm (detector)"),
    ("Shift+A", [(10, 10), (50, 10)], (10, 20), (50, 40), "Cobb 45.0°"),
]


@pytest.mark.parametrize(("key", "first", "click", "over", "text"), BETWEEN)
def test_what_is_half_drawn_follows_the_mouse_with_its_value_and_is_not_kept(
    qtbot, view, key, first, click, over, text
):
    press(qtbot, view, key)
    drag(qtbot, view, *first)
    if click is not None:
        qtbot.mouseClick(view, LEFT, pos=on_screen(view, *click))
    before = painted(view)
    if over is not None:
        hover_over(qtbot, view, *over)
        assert (painted(view) != before).any()
    assert view.model.draft.so_far.text == text
    assert kept(view) == []
    if over is not None:
        qtbot.mouseClick(view, LEFT, pos=on_screen(view, *over))
        assert [m.text for m in kept(view)] == [text]


@pytest.mark.parametrize(
    ("key", "places", "text"),
    [
        ("L", [(10, 10), (50, 10)], "10.0 mm (detector)"),
        ("O", [(20, 10), (40, 30)], "mean 0.0 SD"),
        ("Shift+O", [(20, 10), (40, 30)], "mean 0.0 SD"),
        ("Y", SQUARE, "area 50.0 mm² (detector)"),
        ("Shift+L", [(10, 20), (90, 20)], "20.0 mm (detector)"),
        ("X", [(70.5, 20.5)], "100.0 HU"),
    ],
)
def test_the_value_is_there_while_the_button_is_held(qtbot, view, key, places, text):
    press(qtbot, view, key)
    points = [on_screen(view, *place) for place in places]
    qtbot.mousePress(view, LEFT, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(view, point)
    draft = view.model.draft
    assert text in (draft.so_far if isinstance(draft, Unfinished) else draft).text
    assert kept(view) == []
    qtbot.mouseRelease(view, LEFT, pos=points[-1])


def test_escape_ends_what_follows_the_mouse(qtbot, view):
    press(qtbot, view, "A")
    drag(qtbot, view, (60, 20), (20, 20))
    press(qtbot, view, "Esc")
    hover_over(qtbot, view, 40, 30)
    assert view.model.draft is None


ASKED = [
    ("Q", [(20, 20), (40, 30)], "node", "node"),
    ("B", [(20, 20)], "artefact", "artefact"),
    ("Shift+B", [(20, 20)], "T12", "T12"),
    ("Shift+D", [(10, 10), (50, 10)], "20", "20.0 mm (user calibration)"),
]


@pytest.mark.parametrize(("key", "places", "typed", "text"), ASKED, ids=[a[0] for a in ASKED])
def test_tools_that_ask_wait_for_the_answer(qtbot, view, key, places, typed, text):
    press(qtbot, view, key)
    drag(qtbot, view, *places)
    assert view.model.state.question
    assert answer(view.model, typed)
    assert [m.text for m in kept(view)] == [text]
    drag(qtbot, view, (80, 45))  # somewhere else
    press(qtbot, view, "Esc")
    assert view.model.state.question == ""


def test_return_asks_for_the_words_of_the_selected_arrow_again(qtbot, view):
    press(qtbot, view, "Q")
    drag(qtbot, view, (20, 20), (40, 30))
    answer(view.model, "node")
    press(qtbot, view, "Return")
    answer(view.model, "cyst")
    assert [m.text for m in kept(view)] == ["cyst"]
    press(qtbot, view, "Ctrl+Z")
    assert [m.text for m in kept(view)] == ["node"]


def test_handles_are_dragged_and_the_short_axis_stays_perpendicular(qtbot, view):
    press(qtbot, view, "Shift+L")
    drag(qtbot, view, (10, 20), (90, 20))
    drag(qtbot, view, (50, 10), (50, 34))
    drag(qtbot, view, (90, 20), (50, 20))
    (made,) = kept(view)
    assert made.text == "12.0 × 10.0 mm (detector)"
    across = made.short_end.column - made.short_start.column
    down = made.short_end.row - made.short_start.row
    long = made.long_end.column - made.long_start.column, made.long_end.row - made.long_start.row
    assert across * long[0] + 4 * down * long[1] == pytest.approx(0, abs=2)


def painted(view):
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return flat[:, : image.width()].copy() & 0xFFFFFF


def ink(name):
    return int(theme.colour(name).rgb() & 0xFFFFFF)


def test_own_selected_and_others_measurements_have_their_own_colours(qtbot, view):
    frame = view.model.description.frame_key
    book, points = view.model.measurements, (ImagePoint(10, 20), ImagePoint(90, 20))
    own = Length("1", frame, *points, SPACING)
    book.put(own)
    view.model.touch()
    assert (painted(view) == ink("measurement")).any()
    view.model.change(selected_measurement_uid="1")
    assert (painted(view) == ink("accent")).any()
    book.load(())
    book.show_others([Length("2", frame, *points, SPACING)])
    view.model.touch()
    unchosen = painted(view) == ink("prior_text")
    assert unchosen.any()
    view.model.change(selected_measurement_uid="2")
    chosen = painted(view)
    assert (chosen == ink("prior_text")).sum() > unchosen.sum()  # a broader line
    assert not (chosen == ink("accent")).any()  # which is the colour of the current study
    book.load(())
    book.show_others([Length("3", frame, *points, SPACING, maker="Other")])
    view.model.touch()
    shown = painted(view)
    assert (shown == ink("routine_text")).any()
    assert not (shown == ink("measurement")).any()


def test_nothing_is_painted_of_a_measurement_on_another_image(qtbot, view):
    press(qtbot, view, "L")
    drag(qtbot, view, (10, 10), (50, 10))
    press(qtbot, view, "Down")
    shown = painted(view)
    assert not ((shown == ink("measurement")) | (shown == ink("accent"))).any()


def test_the_magnifier_shows_what_is_under_the_mouse_and_goes_with_the_button(qtbot, view):
    view.model.change(is_overlay_visible=False)
    before = painted(view)
    press(qtbot, view, "Shift+Z")
    assert view.model.state.tool is Tool.MAGNIFIER
    at = on_screen(view, 40, 25)
    qtbot.mousePress(view, LEFT, pos=at)
    shown = painted(view)
    # the edge between both halves lies 10 image pixels to the right: three times as far now
    row = at.y()
    edge = on_screen(view, 50, 25).x()
    assert before[row, edge + 10] != before[row, edge - 10]
    assert shown[row, edge + 10] == before[row, edge - 10]
    qtbot.mouseRelease(view, LEFT, pos=at)
    assert (painted(view) == before).all()


def test_labels_lie_beside_what_is_measured_and_not_over_each_other():
    places = LabelPlaces(QRectF(0, 0, 400, 400))
    lesions = [QRectF(x, y, 60, 40) for x in (20, 160, 300) for y in (30, 180, 330)]
    for lesion in lesions:
        places.keep_free(lesion)
    labels = [places.take(lesion, QSizeF(60, 14)) for lesion in lesions]
    for number, label in enumerate(labels):
        assert QRectF(0, 0, 400, 400).contains(label)
        assert not any(label.intersects(lesion) for lesion in lesions)
        assert not any(label.intersects(other) for other in labels[number + 1 :])

"""The real widget, painted offscreen: exact gray levels, never a stale image, every gesture."""

import random
import sys

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from readstation.app.commands import CommandRegistry
from readstation.app.viewport.image_description import PatientBanner
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.tool_table import TOOL_ROWS
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role, Tool
from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import Rendering, display_values
from readstation.imaging.voi import VoiWindow
from readstation.ui.viewport.viewport_commands import VIEWPORT_COMMANDS
from readstation.ui.viewport.viewport_view import WAITING, ViewportView
from tests.app.viewport.conftest import axial, described

LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
SIZE = 400
PRESETS = '[[CT]]\nkey = 3\nname = "Lung"\nwidth = 1500\nlevel = -600\n'


def noise(seed=1, shape=(128, 128)):
    values = np.random.default_rng(seed).integers(0, 2200, shape).astype(np.int16)
    return StoredFrame(values, "MONOCHROME2", 16, True)


def images(count=1, series=1, shape=(128, 128)):
    return [
        described(n, series, rows=shape[0], columns=shape[1], plane=axial(2.0 * n))
        for n in range(count)
    ]


def take_focus(qtbot, view):
    with qtbot.waitActive(view):
        view.activateWindow()
    view.setFocus()


@pytest.fixture
def make_view(qtbot):
    def make(descriptions, frame=None, role=Role.NONE, answers=True):
        model = ViewportModel(parse_window_presets(PRESETS), role)
        if answers:
            model.on_frame_wanted(lambda token, _: model.show_frame(token, frame or noise()))
        view = ViewportView(model, registry=CommandRegistry(VIEWPORT_COMMANDS))
        qtbot.addWidget(view)
        view.resize(SIZE, SIZE)
        with qtbot.waitExposed(view):
            view.show()
        model.set_display_set(descriptions)
        take_focus(qtbot, view)
        return view

    return make


def painted(view):
    """Return the widget's pixels as 0xFFRRGGBB."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    return flat[:, : image.width()].copy()


def without_words(view):
    """Return where the image lies free of words: letters and corners keep to the edges."""
    view.model.change(is_overlay_visible=False, role=Role.NONE)
    return view


@pytest.mark.parametrize(
    "orientation", [DisplayOrientation(k, m) for k in range(4) for m in (0, 1)]
)
@pytest.mark.parametrize("is_inverted", [False, True])
def test_the_screen_shows_exactly_the_reference_values_at_one_to_one(
    make_view, orientation, is_inverted
):
    frame = noise()
    view = without_words(make_view(images(), frame))
    view.model.one_to_one()
    view.model.orient(orientation)
    view.model.change(is_inverted=is_inverted)
    rendering = Rendering(ModalityTransform(1, -1024), VoiWindow(40, 400), is_inverted)
    expected = orientation.apply(display_values(frame, rendering)).astype(np.uint32)
    left, top = view.model.transform.origin_px
    shown = painted(view)[top : top + 128, left : left + 128]
    assert (shown == (expected * 0x010101 | 0xFF000000)).all()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])
def test_any_screen_density_gets_one_image_pixel_per_device_pixel(make_view, monkeypatch, ratio):
    monkeypatch.setattr(ViewportView, "devicePixelRatioF", lambda _: ratio)
    frame = noise()
    view = without_words(make_view(images(), frame))
    view.resize(SIZE + 3, SIZE)
    view.model.one_to_one()
    width, height = round((SIZE + 3) * ratio), round(SIZE * ratio)
    assert view.model.viewport_size_px == (width, height)
    canvas = QImage(width, height, QImage.Format.Format_RGB32)
    canvas.setDevicePixelRatio(ratio)
    view.render(canvas)
    flat = np.frombuffer(canvas.constBits(), np.uint32).reshape(height, -1)
    left, top = view.model.transform.origin_px
    shown = flat[top : top + 128, left : left + 128] & 255
    assert (shown == display_values(frame, view.model.rendering)).all()


@pytest.mark.slow
def test_a_stale_image_is_never_painted(make_view):
    """1,000 switches, answers late and out of order: each paint is the wanted image or none."""
    chance = random.Random(7)
    frames = {
        f"1.1.1.{n}": StoredFrame(np.full((16, 16), 984 + 10 * n, np.int16), "MONOCHROME2", 16)
        for n in range(20)
    }
    view = without_words(make_view([], answers=False))
    view.resize(60, 60)
    model, wanted = view.model, []
    model.on_frame_wanted(lambda token, d: wanted.append((token, d.sop_instance_uid)))
    sets = [images(20, shape=(16, 16))[5 * s : 5 * s + 5] for s in range(4)]
    model.set_display_set(sets[0])
    blank = seen = 0
    canvas = QImage(60, 60, QImage.Format.Format_RGB32)
    for _ in range(1000):
        if chance.random() < 0.3:
            model.set_display_set(chance.choice(sets), frame_index=chance.randrange(5))
        else:
            model.go_to(chance.randrange(5))
        for token, uid in chance.sample(wanted[-3:], min(len(wanted), 2)):
            model.show_frame(token, frames[uid])
        view.render(canvas)
        gray = canvas.pixel(30, 40) & 255
        if model.frame is None:
            assert gray == 0
            blank += 1
        else:
            number = int(model.description.sop_instance_uid.rsplit(".", 1)[1])
            assert gray == display_values(frames[f"1.1.1.{number}"], model.rendering)[0, 0] > 0
            seen += 1
    assert blank > 100
    assert seen > 100


def test_an_undecodable_frame_says_why_in_its_box_and_shows_no_pixel(make_view):
    view = make_view(images(2))
    view.model.scroll(1)
    before = painted(view)
    view.model.set_display_set(view.model.display_set)
    view.model.show_refusal(view.model.token, "This frame cannot be shown: its data end too early.")
    after = painted(view)
    assert (before != after).any()
    text = after[SIZE // 2 - 40 : SIZE // 2 + 40]
    assert (text != 0xFF000000).any()
    quiet = after[SIZE * 5 // 8 : SIZE * 3 // 4, SIZE // 4 : SIZE * 3 // 4]
    assert (quiet == 0xFF000000).all()


def test_waiting_for_pixels_is_said_after_a_moment(make_view, qtbot):
    view = make_view([], answers=False)
    view.model.set_display_set(images())

    def says_so():
        return bool((painted(view)[190:210] != 0xFF000000).any())

    assert not says_so()
    qtbot.waitUntil(says_so)
    assert WAITING == "Decoding image …"


class PaintCounter(QObject):
    """Counts the paint events of the widget it is installed on."""

    count = 0

    def eventFilter(self, _watched, event):
        self.count += event.type() is QEvent.Type.Paint
        return False


def test_forty_mouse_moves_between_two_turns_of_the_event_loop_repaint_once(make_view, qtbot):
    view = make_view(images())
    counter = PaintCounter()
    view.installEventFilter(counter)
    qtbot.mousePress(view, LEFT, pos=QPoint(100, 100))
    QApplication.processEvents()
    counter.count = 0
    for step in range(40):
        at = QPointF(101 + step, 100)
        move = QMouseEvent(
            QEvent.Type.MouseMove, at, at, LEFT, LEFT, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(view, move)
    assert counter.count == 0
    QApplication.processEvents()
    assert counter.count == 1
    assert view.model.voi.width == 440
    qtbot.mouseRelease(view, LEFT)


def drag(qtbot, view, button, start, end):
    qtbot.mousePress(view, button, pos=QPoint(*start))
    qtbot.mouseMove(view, QPoint(*end))
    qtbot.mouseRelease(view, button, pos=QPoint(*end))


def test_left_drag_windows(make_view, qtbot):
    view = make_view(images())
    drag(qtbot, view, LEFT, (100, 100), (140, 80))
    assert (view.model.voi.width, view.model.voi.center) == (440, 20)


def test_down_lowers_the_level_for_those_who_prefer_it(qtbot):
    model = ViewportModel()
    model.on_frame_wanted(lambda token, _: model.show_frame(token, noise()))
    view = ViewportView(model, down_raises_level=False)
    qtbot.addWidget(view)
    view.resize(SIZE, SIZE)
    view.show()
    model.set_display_set(images())
    drag(qtbot, view, LEFT, (100, 100), (100, 120))
    assert model.voi.center == 20


def test_middle_drag_pans(make_view, qtbot):
    view = make_view(images())
    before = view.model.transform.to_viewport(10, 10)
    drag(qtbot, view, MIDDLE, (100, 100), (130, 90))
    after = view.model.transform.to_viewport(10, 10)
    assert after == pytest.approx((before[0] + 30, before[1] - 10), abs=1)
    assert view.model.voi == VoiWindow(40, 400)


def test_right_drag_zooms_and_up_enlarges(make_view, qtbot):
    view = make_view(images())
    before = view.model.transform.zoom
    drag(qtbot, view, RIGHT, (100, 100), (100, 50))
    assert view.model.transform.zoom > before


def wheel(view, notches, modifiers=Qt.KeyboardModifier.NoModifier, sideways=False):
    turn = QPoint(120 * notches, 0) if sideways else QPoint(0, 120 * notches)
    at = QPointF(150, 120)
    event = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        turn,
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_the_wheel_scrolls_by_one_and_with_shift_by_ten(make_view):
    view = make_view(images(40))
    wheel(view, -1)
    assert view.model.state.frame_index == 1
    wheel(view, -2, Qt.KeyboardModifier.ShiftModifier)
    assert view.model.state.frame_index == 21
    wheel(view, -1, Qt.KeyboardModifier.ShiftModifier, sideways=True)
    assert view.model.state.frame_index == 31
    wheel(view, 3)
    assert view.model.state.frame_index == 28


def test_the_wheel_with_control_zooms_around_the_mouse(make_view):
    view = make_view(images(3))
    before = view.model.transform.to_image(150, 120)
    wheel(view, 2, Qt.KeyboardModifier.ControlModifier)
    assert view.model.state.frame_index == 0
    assert view.model.state.zoom is not None
    assert view.model.transform.to_image(150, 120) == pytest.approx(before, abs=0.5)


KEYS = [
    ("Down", lambda m: m.state.frame_index, 6),
    ("Up", lambda m: m.state.frame_index, 4),
    ("Shift+Down", lambda m: m.state.frame_index, 15),
    ("Shift+Up", lambda m: m.state.frame_index, 0),
    ("Home", lambda m: m.state.frame_index, 0),
    ("End", lambda m: m.state.frame_index, 29),
    ("W", lambda m: m.state.tool, Tool.WINDOW),
    ("S", lambda m: m.state.tool, Tool.SCROLL),
    ("P", lambda m: m.state.tool, Tool.PAN),
    ("Z", lambda m: m.state.tool, Tool.ZOOM),
    ("L", lambda m: m.state.tool, Tool.LENGTH),
    ("U", lambda m: "no uptake values" in m.state.notice, True),
    ("O", lambda m: m.state.tool, Tool.ELLIPSE),
    ("X", lambda m: m.state.tool, Tool.PROBE),
    *(
        (key, lambda m: m.state.tool, row.tool)
        for row in TOOL_ROWS
        for key in row.keys
        if key not in "WSPZLOX"
    ),
    ("3", lambda m: m.voi.width, 1500),
    ("0", lambda m: m.voi.width, 400),
    ("I", lambda m: m.state.is_inverted, True),
    ("R", lambda m: m.state.orientation, DisplayOrientation(1)),
    ("Shift+R", lambda m: m.state.orientation, DisplayOrientation(3)),
    ("H", lambda m: m.state.orientation, DisplayOrientation(0, True)),
    ("V", lambda m: m.state.orientation, DisplayOrientation(2, True)),
    ("=", lambda m: m.state.zoom, 1.0),
    ("F", lambda m: m.state.zoom, None),
    ("+", lambda m: m.state.zoom, pytest.approx(2 * 1.25)),
    ("-", lambda m: m.state.zoom, pytest.approx(2 / 1.25)),
    ("Space", lambda m: (m.state.zoom, m.state.tool), (None, Tool.SCROLL)),
    ("Shift+C", lambda m: m.state.is_cine_playing, True),
    ("M", lambda m: m.state.are_measurements_visible, False),
    ("T", lambda m: m.state.is_overlay_visible, False),
    ("Shift+T", lambda m: m.state.are_overlay_planes_visible, False),
    ("Shift+U", lambda m: m.state.is_shutter_applied, False),
]


def press(qtbot, view, keys):
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(view, combination.key(), combination.keyboardModifiers())


@pytest.mark.parametrize(("keys", "read", "expected"), KEYS, ids=[k for k, *_ in KEYS])
def test_every_key_does_what_its_command_says(make_view, qtbot, keys, read, expected):
    view = make_view(images(30))
    view.model.go_to(5)
    view.model.change(zoom=2.0, tool=Tool.SCROLL if keys != "S" else Tool.WINDOW)
    if keys == "0":
        view.model.set_window(VoiWindow(1, 2))
    press(qtbot, view, keys)
    assert read(view.model) == expected
    view.model.change(is_cine_playing=False)


def test_every_shipped_key_is_tested_or_named_here():
    shipped = {key for command in VIEWPORT_COMMANDS for key in command.keys}
    elsewhere = {"K", "Shift+K", "Delete", *"12456789"}
    elsewhere |= {"Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "Return", "Esc"}  # test_measuring_by_hand
    elsewhere |= {"Shift+Return"}  # test_measurement_desk
    elsewhere |= {"G", "Alt+P", "Alt+W", "Alt+Z", "Ctrl+Shift+K"}  # tests of linking
    assert shipped == {key for key, *_ in KEYS} | elsewhere
    assert "C" not in shipped


def test_k_links_and_shift_k_links_at_this_level(make_view, qtbot):
    first, second = make_view(images(9)), make_view(images(9, series=2))
    group = LinkGroup()
    group.add(first.model)
    group.add(second.model)
    take_focus(qtbot, first)
    press(qtbot, first, "K")
    press(qtbot, first, "Down")
    assert second.model.state.frame_index == 1
    press(qtbot, first, "K")
    press(qtbot, first, "Down")
    assert second.model.state.frame_index == 1
    press(qtbot, first, "Shift+K")
    press(qtbot, first, "Down")
    assert (first.model.state.frame_index, second.model.state.frame_index) == (3, 2)


def test_a_length_is_drawn_told_and_deleted(make_view, qtbot):
    view = make_view(images())
    press(qtbot, view, "L")
    x0, y0 = view.model.transform.to_viewport(20, 60)
    x1, y1 = view.model.transform.to_viewport(100, 60)
    before = painted(view)
    with qtbot.waitSignal(view.measured) as told:
        drag(qtbot, view, LEFT, (round(x0), round(y0)), (round(x1), round(y1)))
    (length,) = told.args
    assert length.value == pytest.approx(40, abs=0.5)
    assert length.unit == "mm"
    assert (painted(view) != before).any()
    press(qtbot, view, "Delete")
    assert view.model.visible_measurements == ()
    assert (painted(view) == before).all()


def test_a_painted_frame_is_reported_and_an_unpainted_one_is_not(make_view, qtbot):
    view = make_view(images(3), answers=False)
    seen = []
    view.model.on_displayed(seen.append)
    view.model.scroll(1)
    view.model.show_frame(view.model.token, noise())
    view.model.scroll(1)
    qtbot.wait(30)
    assert seen == []
    view.model.show_frame(view.model.token, noise())
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].sop_instance_uid == "1.1.1.2"
    assert seen[0].painted_scale == pytest.approx(SIZE / 128)


def test_cine_plays_by_itself_and_stops(make_view, qtbot):
    view = make_view(images(5))
    press(qtbot, view, "Shift+C")
    qtbot.waitUntil(lambda: view.model.state.frame_index >= 2)
    press(qtbot, view, "Shift+C")
    assert not view._cine_timer.isActive()


BANNER = PatientBanner("<b>Überlang</b>" * 20, "4471902" * 30, "", None, "F")


@pytest.mark.parametrize("size", [(96, 96), (150, 150), (230, 170), (400, 260), (900, 700)])
def test_any_name_fits_any_box_and_identity_stays(make_view, size):
    plain, named = images(), [described(rows=128, columns=128, banner=BANNER)]
    view = make_view(named, role=Role.PRIOR)
    view.resize(*size)
    with_name = painted(view)
    view.model.change(is_overlay_visible=False)
    assert (painted(view)[8:22] != 0xFF000000).any()
    view.model.set_display_set(plain)
    assert (painted(view)[:40] != with_name[:40]).any()
    assert (with_name[0] == 0xFFD9A441).all()


def test_painting_leaves_the_reference_count_of_none_alone(make_view):
    view = make_view(images())
    before = sys.getrefcount(None)
    for _ in range(1000):
        view.update()
    assert abs(sys.getrefcount(None) - before) < 500


def test_a_closed_widget_no_longer_follows_its_model(qtbot):
    model = ViewportModel()
    model.on_frame_wanted(lambda token, _: model.show_frame(token, noise()))
    view = ViewportView(model)
    view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    view.deleteLater()
    QApplication.sendPostedEvents(view, QEvent.Type.DeferredDelete)
    model.set_display_set(images())
    assert model._change == []

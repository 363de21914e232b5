"""Which paints happen, and where: one per turn of the event loop, on the device's own grid."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QRegion
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.frame import StoredFrame
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.output import TEN_BIT, UNCORRECTED
from readstation.imaging.presentation import display_values
from readstation.ui.displays import Displays
from readstation.ui.viewport.viewport_view import ViewportView
from tests.app.viewport.conftest import axial, described

SIDE = 300
ORIENTATIONS = [DisplayOrientation(k, m) for k in range(4) for m in (False, True)]
LEFT = Qt.MouseButton.LeftButton
GRAY = {8: 0x010101, 10: 1 << 20 | 1 << 10 | 1}
OPAQUE = {8: 0xFF << 24, 10: 3 << 30}
FORMATS = {8: QImage.Format.Format_RGB32, 10: QImage.Format.Format_RGB30}


class TenBit(Displays):
    """As if every screen took ten bits."""

    def output(self, _widget):
        return TEN_BIT


class Paints(QObject):
    """Counts paint events, and what each box showed in them."""

    def __init__(self, *views):
        super().__init__()
        self.count, self._views = 0, views
        self.shown = {}
        for view in views:
            view.installEventFilter(self)

    def eventFilter(self, view, event):
        if event.type() == QEvent.Type.Paint:
            self.count += 1
            model = view.model
            self.shown[view] = model.state.frame_index if model.frame is not None else None
        return False


def noise(seed=3, shape=(97, 120)):
    values = np.random.default_rng(seed).integers(0, 2200, shape).astype(np.int16)
    return StoredFrame(values, "MONOCHROME2", 16, is_signed=True)


def images(count, shape=(97, 120), series=1):
    return [
        described(n, series, rows=shape[0], columns=shape[1], plane=axial(2.0 * n))
        for n in range(count)
    ]


@pytest.fixture
def make_boxes(qtbot):
    """Return how to show boxes side by side in one window, their frames answered at once."""
    kept = []

    def make(*, count=1, answers=True, displays=None):
        window, views = QWidget(), []
        kept.append(window)
        row = QHBoxLayout(window)
        for number in range(count):
            model = ViewportModel()
            if answers:
                model.on_frame_wanted(lambda token, _, m=model: m.show_frame(token, noise()))
            view = ViewportView(model, displays=displays)
            row.addWidget(view)
            model.set_display_set(images(40, series=number + 1))
            views.append(view)
        window.resize(SIDE * count, SIDE)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        QApplication.processEvents()
        return views

    return make


def move(view, x, y, kind=QEvent.Type.MouseMove):
    at, where = QPointF(x, y), view.mapToGlobal(QPointF(x, y))
    is_release = kind is QEvent.Type.MouseButtonRelease
    button = LEFT if kind is not QEvent.Type.MouseMove else Qt.MouseButton.NoButton
    held = Qt.MouseButton.NoButton if is_release else LEFT
    return QMouseEvent(kind, at, where, button, held, Qt.KeyboardModifier.NoModifier)


def test_two_hundred_mouse_moves_in_one_turn_are_one_paint(make_boxes, qtbot):
    (view,) = make_boxes()
    QApplication.sendEvent(view, move(view, 50, 50, QEvent.Type.MouseButtonPress))
    QApplication.processEvents()
    paints, vois = Paints(view), []
    view.model.on_change(lambda _: vois.append(view.model.voi))
    for step in range(200):
        QApplication.postEvent(view, move(view, 50 + step % 90, 50 + step % 70))
    assert paints.count == 0
    qtbot.waitUntil(lambda: paints.count > 0)
    QApplication.processEvents()
    assert len(set(vois)) > 100
    assert paints.count == 1
    QApplication.sendEvent(view, move(view, 60, 60, QEvent.Type.MouseButtonRelease))


@pytest.mark.parametrize("steps", [1, 7, -3])
def test_linked_boxes_show_the_new_slice_in_the_same_turn(make_boxes, steps):
    views = make_boxes(count=3)
    links = LinkGroup()
    for view in views:
        links.add(view.model)
    views[0].model.go_to(10)
    links.toggle(views[0].model)
    QApplication.processEvents()
    paints = Paints(*views)
    for turn in range(1, 4):
        views[turn % 3].model.scroll(steps)
        assert paints.count == 3 * (turn - 1)
        QApplication.processEvents()
        assert paints.count == 3 * turn
        assert set(paints.shown.values()) == {10 + turn * steps}


def test_a_linked_box_whose_pixels_are_late_is_blank_and_never_shows_the_old_slice(make_boxes):
    views = make_boxes(count=2)
    links = LinkGroup()
    for view in views:
        links.add(view.model)
    links.toggle(views[0].model)
    late = views[1].model
    late._slot.want_listeners.clear()
    paints = Paints(*views)
    views[0].model.scroll(4)
    QApplication.processEvents()
    assert paints.shown == {views[0]: 4, views[1]: None}
    late.show_frame(late.token, noise())
    QApplication.processEvents()
    assert paints.shown == {views[0]: 4, views[1]: 4}


def on_canvas(view, ratio, bit_depth, offset):
    """Return the box's device pixels as painted on a screen of this density, `offset` into it."""
    width, height = round((view.width() + 20) * ratio), round((view.height() + 20) * ratio)
    canvas = QImage(width, height, FORMATS[bit_depth])
    canvas.fill(Qt.GlobalColor.red)
    canvas.setDevicePixelRatio(ratio)
    view.render(canvas, offset, QRegion(), QWidget.RenderFlag.DrawChildren)
    return np.frombuffer(canvas.constBits(), np.uint32).reshape(height, -1).copy()


@pytest.mark.parametrize("offset", [QPoint(0, 0), QPoint(3, 5), QPoint(6, 1)], ids=str)
@pytest.mark.parametrize("bit_depth", [8, 10])
@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_at_one_to_one_the_screen_has_the_tables_output_wherever_the_box_begins(
    make_boxes, monkeypatch, ratio, bit_depth, offset
):
    monkeypatch.setattr(ViewportView, "devicePixelRatioF", lambda _: ratio)
    (view,) = make_boxes(displays=TenBit() if bit_depth == 10 else None)
    view.resize(SIDE + 1, SIDE)
    model = view.model
    model.change(is_overlay_visible=False)
    model.one_to_one()
    output = TEN_BIT if bit_depth == 10 else UNCORRECTED
    corner_x, corner_y = (int(np.floor(at * ratio + 0.5)) for at in offset.toTuple())
    for orientation in ORIENTATIONS:
        model.orient(orientation)
        left, top = model.transform.origin_px
        levels = display_values(model.frame, model.rendering, maximum=output.maximum)
        expected = orientation.apply(levels).astype(np.uint32)
        rows, columns = expected.shape
        flat = on_canvas(view, ratio, bit_depth, offset)
        shown = flat[corner_y + top :, corner_x + left :][:rows, :columns]
        assert (shown == expected * GRAY[bit_depth] + OPAQUE[bit_depth]).all()


@pytest.mark.parametrize("zoom", [0.5, 0.73, 1.0, 1.5, 2.6, 9.0])
def test_black_fills_exactly_what_the_image_leaves(make_boxes, zoom):
    (view,) = make_boxes()
    white = StoredFrame(np.full((97, 120), 3000, np.int16), "MONOCHROME2", 16, is_signed=True)
    model = view.model
    model._slot.want_listeners.clear()
    model.set_display_set(model.display_set)
    model.show_frame(model.token, white)
    model.change(is_overlay_visible=False, zoom=zoom)
    view.resize(SIDE, SIDE - 30)
    t = model.transform
    left, top = t.origin_px
    right, bottom = (
        left + int(np.floor(120 * t.scale_x + 0.5)),
        top + int(np.floor(97 * t.scale_y + 0.5)),
    )
    shown = on_canvas(view, 1.0, 8, QPoint(0, 0))[: SIDE - 30, :SIDE]
    is_image = np.zeros(shown.shape, np.bool_)
    is_image[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    words = 60  # the name and the letters are there even with the words hidden
    middle = slice(words, SIDE - 30 - words), slice(words, SIDE - words)
    expected = np.where(is_image, 0xFFFFFFFF, 0xFF000000)
    assert (shown[middle] == expected[middle]).mean() > 0.99
    assert not (shown == 0xFFFF0000).any()

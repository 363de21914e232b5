"""A change paints only what differs; what is then on the screen is as if painted as a whole."""

import random
from math import floor

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRect, QSize
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from readstation.app.viewport.image_description import LossyCompression
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.domain.measurement import ImagePoint
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.voi import VoiWindow
from readstation.ui.viewport import viewport_painter
from readstation.ui.viewport.viewport_painter import ViewportPainter
from readstation.ui.viewport.viewport_view import ViewportView
from tests.app.viewport.conftest import axial, described

WIDTH, HEIGHT = 460, 300
SHAPES = ((64, 64), (97, 40), (31, 120))


def frame_of(number, shape, *, is_padded=False):
    values = np.random.default_rng(number).integers(0, 2200, shape).astype(np.int16)
    padding = PixelPadding(0, 300) if is_padded else None
    return StoredFrame(values, "MONOCHROME2", 16, is_signed=True, pixel_padding=padding)


def series(number, shape):
    """Return images whose words differ: some say more than others."""
    return [
        described(
            n,
            number,
            rows=shape[0],
            columns=shape[1],
            plane=axial(2.0 * n) if number % 2 else None,
            kvp=None if n % 3 else 80.0 + 10 * n,
            compression=LossyCompression(n % 4 == 1),
            notes=("One sentence about this image.",) if n % 5 == 2 else (),
        )
        for n in range(8)
    ]


@pytest.fixture(autouse=True)
def small_boxes_count(monkeypatch):
    monkeypatch.setattr(viewport_painter, "MUCH_PIXELS", 20000)


SETS = [series(number + 1, shape) for number, shape in enumerate(SHAPES)]


class Painted(QObject):
    """Notes how much of each box was painted."""

    def __init__(self, *views):
        super().__init__()
        self.regions = []
        for view in views:
            view.installEventFilter(self)

    def eventFilter(self, _view, event):
        if event.type() == QEvent.Type.Paint:
            self.regions.append(QRegion(event.region()))
        return False


@pytest.fixture
def boxes(qtbot):
    """Two boxes in one window, linked; their frames are answered at once."""
    window, views, links = QWidget(), [], LinkGroup()
    row = QHBoxLayout(window)
    for number in range(2):
        model = ViewportModel(role=Role.CURRENT if number else Role.NONE)
        model.on_frame_wanted(answered_by(model))
        links.add(model)
        view = ViewportView(model)
        row.addWidget(view)
        model.set_display_set(SETS[0])
        views.append(view)
    window.resize(2 * WIDTH, HEIGHT)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    QApplication.processEvents()
    yield views
    window.close()


def answered_by(model):
    def answer(token, image):
        shape = (image.rows, image.columns)
        number = int(image.sop_instance_uid.rsplit(".", 1)[1])
        if number == 6:
            model.show_refusal(token, "This frame cannot be shown.")
        elif number != 7:  # whose pixels never come
            model.show_frame(token, frame_of(number, shape, is_padded=number == 5))

    return answer


def pixels_of(image):
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) & 0xFFFFFF


def on_screen(view):
    """Return the pixels of a box as Qt keeps them for the screen."""
    store = view.window().backingStore().paintDevice()
    assert isinstance(store, QImage)
    corner = view.mapTo(view.window(), view.rect().topLeft()).toTuple()
    left, top = (floor(at * view.devicePixelRatioF() + 0.5) for at in corner)
    width, height = view.model.viewport_size_px
    return pixels_of(store)[top : top + height, left : left + width]


def painted_anew(view):
    """Return what somebody paints who has never painted this box before."""
    size, ratio = view.size(), view.devicePixelRatioF()
    picture = QImage(QSize(*view.model.viewport_size_px), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    painting = ViewportPainter(view.model)
    painting.follow()
    painting.prepare(size, ratio, view._words())
    painter = QPainter(picture)
    painting.paint(painter, size, ratio)
    painter.end()
    return pixels_of(picture)


def settle(views):
    """Let Qt paint, and again if a timer changed something after it had."""
    QApplication.processEvents()
    while any(view._prepared_for is None for view in views):
        QApplication.processEvents()


def hang(model, images, frame_index):
    model.set_display_set(images, frame_index=frame_index)
    for other in model.link_group.models:  # what the other box says of the link may change too
        other.touch()


CHANGES = {
    "scroll": lambda m, c: m.scroll(c.choice((-1, 1, 1, 3))),
    "window": lambda m, c: m.set_window(VoiWindow(c.randrange(900), c.choice((1, 50, 1234567)))),
    "zoom": lambda m, c: m.change(zoom=c.choice((None, 0.31, 1.0, 2.7, 9.0))),
    "centre": lambda m, c: m.change(center=ImagePoint(c.randrange(60), c.randrange(60))),
    "turn": lambda m, c: m.orient(DisplayOrientation(c.randrange(4), c.random() < 0.5)),
    "fit": lambda m, _c: m.fit(),
    "invert": lambda m, _c: m.toggle_invert(),
    "words": lambda m, c: m.change(is_overlay_visible=c.random() < 0.7),
    "notice": lambda m, c: m.change(notice=c.choice(("", "Nothing was done.", "No. " * 40))),
    "role": lambda m, c: m.change(role=c.choice(list(Role))),
    "series": lambda m, c: hang(m, c.choice([*SETS, ()]), c.randrange(8)),
    "link": lambda m, _c: m.link_group.toggle(m),
    "magnify": lambda m, c: m.change(magnified=c.choice((None, ImagePoint(9, 9)))),
}
OFTEN = ("scroll", "scroll", "window", "window", "window")


@pytest.mark.parametrize("seed", range(2))
def test_whatever_changes_the_screen_is_as_if_all_were_painted_anew(boxes, seed):
    chance = random.Random(seed)
    for _ in range(80):
        for _ in range(chance.choice((1, 1, 2, 4))):
            what = chance.choice((*OFTEN, *CHANGES))
            CHANGES[what](chance.choice(boxes).model, chance)
            between = chance.random()
            if between < 0.1:  # somebody paints before Qt would
                boxes[0].repaint(QRect(chance.randrange(300), chance.randrange(200), 90, 60))
            elif between < 0.15:
                boxes[0].grab()
        settle(boxes)
        for view in boxes:
            assert np.array_equal(on_screen(view), painted_anew(view)), what


def area_of(regions):
    return sum(rect.width() * rect.height() for region in regions for rect in region)


def test_a_window_step_paints_the_image_and_the_words_that_change(boxes):
    view = boxes[0]
    view.model.set_display_set(SETS[1])  # a tall image: much of the box is black
    QApplication.processEvents()
    painted = Painted(*boxes)
    view.model.set_window(VoiWindow(300, 800))
    QApplication.processEvents()
    (region,) = painted.regions
    left, top, width, height = view.model.transform.covered_px
    assert QRegion(QRect(left, top, width, height)).subtracted(region).isEmpty()
    assert width * height < area_of([region]) < width * height + 0.1 * WIDTH * HEIGHT
    assert area_of([region]) < 0.6 * view.width() * view.height()


def test_a_hidden_box_is_painted_whole_when_it_is_shown_again(boxes):
    view = boxes[0]
    view.hide()
    QApplication.processEvents()
    view.model.set_window(VoiWindow(300, 800))
    view.model.scroll(2)
    boxes[1].model.set_window(VoiWindow(1, 1))
    QApplication.processEvents()
    view.show()
    QApplication.processEvents()
    assert np.array_equal(on_screen(view), painted_anew(view))

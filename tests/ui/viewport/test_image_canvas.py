"""However the pixels of an image reach a picture, they are the same, and only where they may be."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter

from readstation.imaging.modality_lut import IDENTITY
from readstation.imaging.presentation import Rendering
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import VoiWindow
from readstation.ui.viewport.image_canvas import RasterCanvas, memory_under
from tests.imaging.test_viewport_renderer import noise, view

SIZE = QSize(300, 240)
OTHER = 0x123456
RENDERING = Rendering(IDENTITY, VoiWindow(300, 900))


def shown(kind, clip=None):
    """Return what is painted into a larger picture, and what the renderer makes of the image."""
    frame = noise(400, 310)
    transform = view(frame, SIZE.width(), SIZE.height(), 0.57)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    expected = renderer.render(transform, RENDERING)
    assert expected is not None
    picture = QImage(340, 290, kind)
    picture.fill(0xFF000000 | OTHER)
    canvas = RasterCanvas()
    canvas.set_frame(frame)
    painter = QPainter(picture)
    painter.translate(QPoint(20, 30))
    if clip is not None:
        painter.setClipRect(clip)
    assert canvas.paint(painter, SIZE, transform, RENDERING, None)
    painter.end()
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(290, 340) & 0xFFFFFF
    whole = np.zeros((SIZE.height(), SIZE.width()), np.uint32)
    rows, columns = expected.pixels.shape
    top, left = expected.top_px, expected.left_px
    whole[top : top + rows, left : left + columns] = expected.pixels & 0xFFFFFF
    return pixels.copy(), whole


@pytest.mark.parametrize(
    "kind", [QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied]
)
def test_pixels_written_in_place_and_drawn_in_strips_are_the_renderers(kind):
    pixels, whole = shown(kind)
    assert np.array_equal(pixels[30:270, 20:320], whole)
    pixels[30:270, 20:320] = OTHER
    assert (pixels == OTHER).all()


@pytest.mark.parametrize(
    ("kind", "is_direct"),
    [
        (QImage.Format.Format_RGB32, True),
        (QImage.Format.Format_ARGB32_Premultiplied, True),
        (QImage.Format.Format_ARGB32, False),
        (QImage.Format.Format_A2RGB30_Premultiplied, False),
    ],
)
def test_pixels_go_straight_into_whatever_holds_them_as_they_are(kind, is_direct):
    picture = QImage(30, 20, kind)
    painter = QPainter(picture)
    target = memory_under(painter, QRect(3, 2, 10, 9), QImage.Format.Format_RGB32)
    assert (target is not None) == is_direct
    if target is not None:
        target[:] = 0xFF123456
    painter.end()
    assert not is_direct or picture.pixel(3, 2) == picture.pixel(12, 10) == 0xFF123456


def test_what_a_clip_protects_is_not_painted_over():
    pixels, whole = shown(QImage.Format.Format_RGB32, QRect(50, 60, 100, 70))
    assert np.array_equal(pixels[90:160, 70:170], whole[60:130, 50:150])
    pixels[90:160, 70:170] = OTHER
    assert (pixels == OTHER).all()

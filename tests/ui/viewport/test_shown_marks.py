"""Overlays and shutters on the screen: drawn, switched with a key, and never off in silence."""

from dataclasses import replace

import numpy as np
import pytest

from readstation.app.viewport.frame_marks import FrameMarks
from readstation.app.viewport.overlay_text import overlay_text
from readstation.app.viewport.viewport_state import ViewportState
from readstation.imaging.frame import StoredFrame
from readstation.imaging.overlay_plane import OverlayPlane
from readstation.imaging.shutter import CircularShutter, DisplayShutter
from tests.ui.viewport.test_viewport_view import images, make_view, painted, press, without_words

__all__ = ["make_view"]
SHUTTER = DisplayShutter((CircularShutter(64, 64, 40),))
WHITE, BLACK = 0xFFFFFFFF, 0xFF000000


@pytest.fixture
def view(make_view):
    bits = np.zeros((128, 128), bool)
    bits[60:62, 50:70] = True
    gray = np.full((128, 128), 1000, np.int16)
    frame = StoredFrame(gray, "MONOCHROME2", 16, True, overlays=(OverlayPlane(bits),))
    shown = without_words(make_view([replace(images()[0], shutter=SHUTTER)], frame))
    shown.model.one_to_one()
    return shown


def badges(view):
    return [badge.text for badge in overlay_text(view.model).badges]


def image_of(view):
    left, top = view.model.transform.origin_px
    return painted(view)[top : top + 128, left : left + 128]


def test_shift_t_takes_the_overlays_away_and_says_so(view, qtbot):
    assert (image_of(view)[60:62, 50:70] == WHITE).all()
    assert "OVERLAYS HIDDEN" not in badges(view)
    press(qtbot, view, "Shift+T")
    assert not (image_of(view)[60:62, 50:70] == WHITE).any()
    assert "OVERLAYS HIDDEN" in badges(view)


def test_an_overlay_is_seen_on_white_too(make_view):
    bits = np.zeros((128, 128), bool)
    bits[60:62, 50:70] = True
    white = np.full((128, 128), 30_000, np.int16)
    frame = StoredFrame(white, "MONOCHROME2", 16, True, overlays=(OverlayPlane(bits),))
    view = without_words(make_view(images(), frame))
    view.model.one_to_one()
    shown = image_of(view)
    assert (shown[60:62, 50:70] == WHITE).all()
    assert (shown[59, 50:70] == BLACK).all()
    assert (shown[57, 50:70] == WHITE).all()


def test_shift_u_lifts_the_shutter_and_says_so(view, qtbot):
    corner = (slice(10, 20), slice(10, 20))
    assert (image_of(view)[corner] == BLACK).all()
    assert "SHUTTER OFF" not in badges(view)
    press(qtbot, view, "Shift+U")
    assert not (image_of(view)[corner] == BLACK).any()
    assert "SHUTTER OFF" in badges(view)


def test_frames_under_one_shutter_share_its_marks_and_overlays_are_never_those_of_another():
    gray = np.zeros((8, 8), np.int16)
    bits = OverlayPlane(np.eye(8, dtype=bool))
    plain, other = (StoredFrame(gray, "MONOCHROME2", 16, True) for _ in range(2))
    marked = StoredFrame(gray, "MONOCHROME2", 16, True, overlays=(bits,))
    description = replace(
        images(shape=(8, 8))[0], shutter=DisplayShutter((CircularShutter(4, 4, 2),))
    )
    marks, state = FrameMarks(), ViewportState()
    first = marks.of(plain, description, state)
    assert marks.of(other, description, state) is first
    assert marks.of(marked, description, state).graphic.tolist() == bits.graphic.tolist()
    assert marks.of(plain, description, state).graphic is None
    assert marks.of(plain, replace(description, shutter=None), state) is None


def test_a_shutter_lifted_for_one_display_set_is_applied_to_the_next(view, qtbot):
    press(qtbot, view, "Shift+U")
    view.model.set_display_set([replace(images()[0], shutter=SHUTTER)])
    assert view.model.state.is_shutter_applied

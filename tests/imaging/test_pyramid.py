"""Half-size copies made ahead: the same picture, without the wait."""

import numpy as np
import pytest

from readstation.imaging import viewport_renderer
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import IDENTITY
from readstation.imaging.presentation import Rendering
from readstation.imaging.pyramid import needs_half_sizes, with_half_sizes
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import VoiWindow

SOFT = Rendering(IDENTITY, VoiWindow(2000, 4000))


def large(dtype=np.uint16, shape=(1801, 1502), **fields):
    generator = np.random.default_rng(4)
    high = 120 if np.dtype(dtype).itemsize == 1 else 4000
    values = generator.integers(0, high, shape).astype(dtype)
    kind = "RGB" if len(shape) == 3 else "MONOCHROME2"
    return StoredFrame(values, kind, 12, **fields)


def fitted(frame, zoom):
    return ViewTransform(
        frame.columns, frame.rows, 500, 400, zoom, frame.columns / 2, frame.rows / 2
    )


def picture(frame, zoom, rendering=SOFT):
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    return renderer.render(fitted(frame, zoom), rendering).pixels.copy()


@pytest.mark.parametrize("zoom", [0.7, 0.5, 0.4, 0.22, 0.11])
@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.uint8, np.int8, np.float32])
def test_a_frame_with_copies_made_ahead_looks_like_one_without(dtype, zoom):
    frame = large(dtype)
    ready = with_half_sizes(frame)
    assert ready.half_sizes
    assert (picture(ready, zoom) == picture(frame, zoom)).all()


def test_colour_too():
    frame = large(np.uint8, (1600, 1400, 3))
    assert (picture(with_half_sizes(frame), 0.3, None) == picture(frame, 0.3, None)).all()


def test_padding_that_is_not_black_by_itself_is_kept_out_of_the_copies():
    padding = PixelPadding(0, 100)
    inverse = Rendering(IDENTITY, VoiWindow(2000, 4000), is_inverse=True, padding=padding)
    frame = large(pixel_padding=padding)
    assert (picture(with_half_sizes(frame), 0.3, inverse) == picture(frame, 0.3, inverse)).all()


def test_copies_made_ahead_are_not_made_again(monkeypatch):
    ready = with_half_sizes(large())

    def halved(_values):
        raise AssertionError("made again")

    monkeypatch.setattr(viewport_renderer, "halved", halved)
    picture(ready, 0.12)


def test_the_stored_values_are_shared_and_the_copies_counted():
    frame = large()
    ready = with_half_sizes(frame)
    assert ready.stored_values is frame.stored_values
    assert 1.25 <= ready.size_bytes / frame.size_bytes < 1.34
    assert not needs_half_sizes(ready)
    assert with_half_sizes(ready) is ready


def test_a_small_frame_needs_none():
    frame = large(shape=(512, 512))
    assert not needs_half_sizes(frame)
    assert with_half_sizes(frame) is frame

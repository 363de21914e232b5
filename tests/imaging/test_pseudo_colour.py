"""Stored values in a palette's colours: each as a scalar rule says, at every zoom of 1."""

import math

import numpy as np
import pytest

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.palette import ColourPalette, PaletteError
from readstation.imaging.presentation import Rendering
from readstation.imaging.pseudo_colour import palette_lut, palette_pixels
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import VoiLut, VoiWindow

HOT = ColourPalette((0x000080, 0x00FF00, 0xFFFF00, 0xFF0000))
HU = ModalityTransform(1, -1024, is_stated=True)
WINDOW = VoiWindow(40, 400)


def expected(value, window, palette):
    """Return the colour by the formula of C.11.2.1.2 for as many levels as there are colours."""
    modality, last = value - 1024.0, len(palette.colours) - 1
    low, high = (
        window.center - 0.5 - (window.width - 1) / 2,
        window.center - 0.5 + (window.width - 1) / 2,
    )
    if modality <= low:
        level = 0
    elif modality > high:
        level = last
    else:
        level = math.floor((modality - low) * last / (window.width - 1))
    return 0xFF000000 | palette.colours[level]


def test_every_stored_value_has_the_colour_of_the_rule():
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    pixels = palette_pixels(values, Rendering(HU, WINDOW, palette=HOT), HOT)
    wanted = [expected(int(v), WINDOW, HOT) for v in values.ravel()]
    assert pixels.ravel().tolist() == wanted


def test_inversion_turns_the_palette_round():
    values = np.array([[0, 4095]], np.uint16)
    straight = palette_pixels(values, Rendering(HU, WINDOW), HOT)
    turned = palette_pixels(values, Rendering(HU, WINDOW, is_inverse=True), HOT)
    assert turned.tolist() == straight[:, ::-1].tolist()


def test_a_table_leads_to_colours_in_equal_steps():
    lut = VoiLut(0, 8, tuple(range(256)))
    values = np.array([[0, 63, 64, 127, 128, 191, 192, 255]], np.uint8)
    pixels = palette_pixels(values, Rendering(ModalityTransform(), lut), HOT)
    steps = [HOT.colours.index(pixel & 0xFFFFFF) for pixel in pixels.ravel().tolist()]
    assert steps == [0, 0, 1, 1, 2, 2, 3, 3]


def test_padding_and_what_is_no_number_are_black():
    padded = Rendering(HU, WINDOW, padding=PixelPadding(0, 5))
    assert palette_pixels(np.array([[3]], np.uint16), padded, HOT)[0, 0] == 0xFF000000
    plain = Rendering(ModalityTransform(), WINDOW)
    assert palette_pixels(np.array([[np.nan]]), plain, HOT)[0, 0] == 0xFF000000


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int16])
def test_the_table_gives_the_same_as_the_rule(kind):
    rendering = Rendering(ModalityTransform(), VoiWindow(10, 100))
    values = np.arange(np.iinfo(kind).min, np.iinfo(kind).max + 1).astype(kind)
    table = palette_lut(np.dtype(kind), rendering, HOT)
    codes = values.view(np.dtype(f"u{values.itemsize}"))
    assert np.array_equal(table[codes], palette_pixels(values, rendering, HOT))


def test_a_viewport_shows_the_colours_unmixed_at_one_to_one():
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    renderer = ViewportRenderer()
    renderer.set_frame(StoredFrame(values, "MONOCHROME2", 12))
    rendering = Rendering(HU, WINDOW, palette=HOT)
    shown = renderer.render(ViewTransform(64, 64, 64, 64, 1.0, 32, 32), rendering)
    assert np.array_equal(shown.pixels, palette_pixels(values, rendering, HOT))


def test_a_palette_has_colours():
    with pytest.raises(PaletteError):
        ColourPalette(())

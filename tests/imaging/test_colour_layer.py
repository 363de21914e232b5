"""A colour layer lets the image shine through, and colours nothing that it has no value for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.imaging.colour_layer import (
    NOTHING,
    Coding,
    ColourLayer,
    LayerRenderer,
    coded_frame,
)
from readstation.imaging.colour_tables import ColourTable
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import Rendering
from readstation.imaging.pseudo_colour import palette_pixels
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.voi import VoiLutFunction, VoiWindow

WINDOW = VoiWindow(3.0, 6.0, VoiLutFunction.LINEAR_EXACT)
PADDING = PixelPadding(-1, -1)


def layer_of(values, opacity=0.5, *, slope=0.01, table=ColourTable.HOT_IRON, padding=PADDING):
    frame = StoredFrame(values, "MONOCHROME2", 16, is_signed=True, pixel_padding=padding)
    transform = ModalityTransform(slope, 0.0, is_stated=True)
    rendering = Rendering(transform, WINDOW, padding=padding, palette=table.palette)
    return ColourLayer(frame, rendering, opacity)


def view(rows, columns, zoom=1.0, size=(40, 40), orientation=None):
    orientation = orientation or DisplayOrientation()
    return ViewTransform(columns, rows, *size, zoom, columns / 2, rows / 2, orientation)


def on_viewport(found, size=(40, 40)):
    """Return the pixels of the whole viewport, nothing where the layer is not."""
    whole = np.zeros(size[::-1], np.uint32)
    if found is not None:
        rows, columns = found.pixels.shape
        whole[found.top_px : found.top_px + rows, found.left_px : found.left_px + columns] = (
            found.pixels
        )
    return whole


def test_each_value_has_its_colour_times_the_opacity():
    values = np.linspace(0, 600, 64).astype(np.int16).reshape(8, 8)
    layer, alpha = layer_of(values, 0.4), round(0.4 * 255)
    found = LayerRenderer().render(layer, view(8, 8))
    opaque = palette_pixels(values, layer.rendering, layer.rendering.palette)
    for shift in (0, 8, 16):
        colours = opaque >> np.uint32(shift) & 0xFF
        shown = found.pixels >> shift & 0xFF
        np.testing.assert_allclose(shown, colours * alpha / 255, atol=0.51)
    assert (found.pixels >> 24 == alpha).all()


def test_without_opacity_there_is_nothing_and_with_all_of_it_nothing_shines_through():
    values = np.full((8, 8), 300, np.int16)
    assert LayerRenderer().render(layer_of(values, 0.0), view(8, 8)) is None
    assert (LayerRenderer().render(layer_of(values, 1.0), view(8, 8)).pixels >> 24 == 255).all()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.floats(0.4, 6.0),
    st.integers(0, 3),
    st.booleans(),
    st.sampled_from([0.1, 0.5, 1.0]),
)
def test_nothing_is_coloured_where_no_value_is(seed, zoom, turns, is_mirrored, opacity):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 900, (9, 7)).astype(np.int16)
    values[rng.random((9, 7)) < 0.4] = -1
    orientation = DisplayOrientation().turned(turns)
    if is_mirrored:
        orientation = orientation.flipped_horizontally()
    transform = view(9, 7, zoom, orientation=orientation)
    pixels = on_viewport(LayerRenderer().render(layer_of(values, opacity), transform))
    for y in range(40):
        for x in range(40):
            column, row = transform.to_image(x + 0.5, y + 0.5)
            is_inside = 0 <= column < 7 and 0 <= row < 9
            if is_inside and min(column % 1, row % 1, 1 - column % 1, 1 - row % 1) < 1e-6:
                continue  # on the border of two image pixels either may be meant
            beside = max(-column, column - 7, -row, row - 9) * zoom
            if 0 <= beside <= 1:
                continue  # the edge of the image is drawn on whole pixels of the screen
            has_value = is_inside and values[int(row), int(column)] != -1
            if not has_value:
                assert pixels[y, x] == 0
            elif 0.05 < column < 6.95 and 0.05 < row < 8.95 and zoom >= 1:
                assert pixels[y, x] >> 24 == round(opacity * 255)


def test_what_is_brighter_than_the_window_stays_bright_where_enlarging_overshoots():
    values = np.zeros((9, 9), np.int16)
    values[3:6, 3:6] = 32_767
    padding = PixelPadding(-32_768, -32_768)
    layer = layer_of(values, 1.0, slope=1.0, padding=padding)
    pixels = on_viewport(LayerRenderer().render(layer, view(9, 9, 4.0)))
    assert pixels[20, 20] == 0xFFFFFFFF
    codes = layer_of(np.zeros((9, 9), np.int16)).frame.stored_values.astype(np.float32)
    codes[3:6, 3:6] = 700.0
    coding = Coding.of(codes)
    frame = coded_frame(codes, coding)
    rendering = Rendering(
        coding.modality, WINDOW, padding=frame.pixel_padding, palette=ColourTable.PET.palette
    )
    shown = LayerRenderer().render(ColourLayer(frame, rendering, 1.0), view(9, 9, 4.0))
    assert (on_viewport(shown)[13:27, 13:27] == 0xFFFFFFFF).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=40), st.booleans())
def test_codes_keep_values_within_half_a_step_and_what_is_none(found, has_gap):
    values = np.array([*found, np.nan] if has_gap else found, np.float32).reshape(1, -1)
    coding = Coding.of(values)
    frame = coded_frame(values, coding)
    is_there = np.isfinite(values)
    np.testing.assert_array_equal(frame.stored_values == NOTHING, ~is_there)
    back = modality_values(frame.stored_values, coding.modality)
    assert np.abs(back - values)[is_there].max() <= coding.step * 0.5 + 1e-6


def test_a_layer_of_other_values_or_without_colours_is_refused():
    wide = layer_of(np.zeros((4, 4), np.int32))
    plain = layer_of(np.zeros((4, 4), np.int16))
    plain = ColourLayer(plain.frame, Rendering(plain.rendering.modality, WINDOW), 0.5)
    for layer in (wide, plain):
        with pytest.raises(ValueError, match="palette"):
            LayerRenderer().render(layer, view(4, 4))

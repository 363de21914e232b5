"""Hazard H09: every stored value there is, against a slow reference that takes them one by one.

Each distinct stored value goes through the reference once; every kind of image that can hold it is
then compared with that answer: 8 and 16 bit, signed and unsigned, 1 to 16 bits stored.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.presentation import (
    PresentationLut,
    Rendering,
    build_display_lut,
    display_values,
    levels_of,
)
from readstation.imaging.voi import (
    GrayRange,
    VoiLut,
    VoiLutFunction,
    VoiWindow,
    gray_levels,
    table_positions,
)
from tests.imaging.scalar_reference import (
    entry_for,
    exact_line,
    linear,
    linear_exact,
    sigmoid,
    table_level,
    voi_table,
)

DISTINCT = range(-32_768, 65_536)
LOWEST = DISTINCT[0]
RESCALES = [(1, 0), (1, -1024), (2, 7), (-1, 0), (-3.5, 100.25), (0.684, 200), (1e-12, 0), (41, -5)]
WINDOWS = [(40, 400), (-600.5, 1500), (2048, 4096), (100, 1)]
TABLE = VoiLut(-700, 12, tuple((i * i // 300) % 4096 for i in range(3000)))
FUNCTIONS = {
    VoiLutFunction.LINEAR: linear,
    VoiLutFunction.LINEAR_EXACT: linear_exact,
    VoiLutFunction.SIGMOID: sigmoid,
}
ENDS = {(255, False): (0, 255), (255, True): (255, 0), (1023, True): (1023, 0)}
ENDS |= {(1023, False): (0, 1023), (65_535, False): (0, 65_535), (65_535, True): (65_535, 0)}


def kinds_of_image():
    """Yield (dtype, bits stored) of every kind of image with at most 16 bits."""
    for bits_allocated in (8, 16):
        for sign in "ui":
            for bits_stored in range(1, bits_allocated + 1):
                yield np.dtype(f"{sign}{bits_allocated // 8}"), bits_stored


def every_value_of(dtype, bits_stored):
    lowest = -(1 << (bits_stored - 1)) if dtype.kind == "i" else 0
    return np.arange(lowest, lowest + (1 << bits_stored), dtype=np.int32).astype(dtype)


def differences(rendering, maximum, expected):
    """Count differing levels over every kind of image; `expected` is by distinct stored value."""
    found = compared = 0
    for dtype, bits_stored in kinds_of_image():
        values = every_value_of(dtype, bits_stored)
        frame = StoredFrame(values[np.newaxis], "MONOCHROME2", bits_stored, dtype.kind == "i")
        shown = display_values(frame, rendering, maximum=maximum)[0]
        found += np.count_nonzero(shown != expected[values.astype(np.int32) - LOWEST])
        compared += values.size
    assert compared == 2 * (2**17 - 2 + 2**9 - 2)
    return found


def one_by_one(level_of):
    return np.fromiter((level_of(stored) for stored in DISTINCT), np.int64, len(DISTINCT))


@pytest.mark.parametrize("is_inverse", [False, True])
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.value)
@pytest.mark.parametrize("rescale", RESCALES, ids=str)
def test_windows_show_every_stored_value_as_the_reference_does(rescale, function, is_inverse):
    slope, intercept = rescale
    window = WINDOWS[RESCALES.index(rescale) % len(WINDOWS)]
    ends, reference = ENDS[255, is_inverse], FUNCTIONS[function]
    expected = one_by_one(lambda stored: reference(stored * slope + intercept, *window, ends))
    voi = VoiWindow(*window, function)
    rendering = Rendering(ModalityTransform(slope, intercept), voi, is_inverse)
    assert differences(rendering, 255, expected) == 0


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.value)
@pytest.mark.parametrize("maximum", [1023, 65_535])
def test_deep_levels_of_every_stored_value_are_those_of_the_reference(function, window, maximum):
    is_inverse = WINDOWS.index(window) % 2 == 1
    ends, reference = ENDS[maximum, is_inverse], FUNCTIONS[function]
    expected = one_by_one(lambda stored: reference(stored - 1024, *window, ends))
    rendering = Rendering(ModalityTransform(1, -1024), VoiWindow(*window, function), is_inverse)
    assert differences(rendering, maximum, expected) == 0


@pytest.mark.parametrize("is_inverse", [False, True])
@pytest.mark.parametrize("maximum", [255, 65_535])
@pytest.mark.parametrize("rescale", RESCALES, ids=str)
def test_voi_tables_show_every_stored_value_as_the_reference_does(rescale, maximum, is_inverse):
    slope, intercept = rescale
    levels = [table_level(output, 12, ENDS[maximum, is_inverse]) for output in range(4096)]
    expected = one_by_one(
        lambda stored: levels[
            entry_for(stored * slope + intercept, TABLE.first_value_mapped, TABLE.data)
        ]
    )
    rendering = Rendering(ModalityTransform(slope, intercept), TABLE, is_inverse)
    assert differences(rendering, maximum, expected) == 0


@pytest.mark.parametrize("bits", range(8, 17))
def test_voi_tables_of_every_depth(bits):
    data = tuple(value % (1 << bits) for value in range(0, 70_000, 7))
    expected = one_by_one(lambda stored: voi_table(stored, 3, bits, data, (0, 255)))
    assert differences(Rendering(ModalityTransform(), VoiLut(3, bits, data)), 255, expected) == 0


def test_modality_tables_map_every_stored_value_before_the_window():
    data = tuple((value * 37) % 65_536 for value in range(5000))
    expected = one_by_one(
        lambda stored: linear(entry_for(stored, -2048, data), 30_000, 50_000, (0, 255))
    )
    transform = ModalityTransform(9, 9, lut=ModalityLut(-2048, data))
    assert differences(Rendering(transform, VoiWindow(30_000, 50_000)), 255, expected) == 0


@pytest.mark.parametrize("function", [VoiLutFunction.LINEAR, VoiLutFunction.LINEAR_EXACT])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_the_reference_itself_is_the_exact_formula_save_where_that_is_a_whole_number(
    function, window
):
    """In rational numbers: where a float may fall just below a whole number, one level, no more."""
    center, width = (Fraction(number) for number in window)
    is_exact = function is VoiLutFunction.LINEAR_EXACT
    middle, rise = (center, width) if is_exact else (center - Fraction(1, 2), width - 1)
    if rise == 0:
        return
    off = 0
    for stored in range(-6000, 6000):
        level = FUNCTIONS[function](stored, *window, (0, 255))
        exact = exact_line(stored, middle, rise, (0, 255))
        if level != math.floor(exact):
            assert exact.denominator == 1, stored
            assert abs(level - exact) == 1, stored
            off += 1
    assert off <= 8


PRESENTATION = PresentationLut(0, 10, tuple(1023 - (i * i) // 1024 for i in range(1024)))


def presented(value, voi, entries, ends):
    """C.11.4 for one modality value, rounded down after the VOI and at the end."""
    low, high = ends
    last = len(entries) - 1
    if isinstance(voi, VoiLut):
        output = entry_for(value, voi.first_value_mapped, voi.data)
        return table_level(entries[output * len(entries) >> voi.bits], 10, ends)
    if voi.function is VoiLutFunction.SIGMOID:
        exponent = -4.0 * (value - voi.center) / voi.width
        at = 0 if exponent > 700 else math.floor(last / (1.0 + math.exp(exponent)))
    else:
        left = voi.center - 0.5 - (voi.width - 1) / 2
        right = voi.center - 0.5 + (voi.width - 1) / 2
        inside = left < value <= right
        at = math.floor((value - left) * (last / (voi.width - 1))) if inside else 0
        at = last if value > right else at
    return math.floor(low + entries[at] * ((high - low) / 1023))


@pytest.mark.parametrize("is_inverse", [False, True])
@pytest.mark.parametrize(
    "voi",
    [VoiWindow(40, 400), VoiWindow(40, 400, VoiLutFunction.SIGMOID), TABLE],
    ids=["linear", "sigmoid", "table"],
)
def test_presentation_tables_map_what_the_voi_gives(voi, is_inverse):
    ends = ENDS[255, is_inverse]
    expected = one_by_one(lambda stored: presented(stored - 1024, voi, PRESENTATION.data, ends))
    rendering = Rendering(ModalityTransform(1, -1024), voi, is_inverse, PRESENTATION)
    assert differences(rendering, 255, expected) == 0


EVERY_VOI = [*(VoiWindow(40, 400, function) for function in FUNCTIONS), TABLE]
EVERY_NAME = [*(function.value for function in FUNCTIONS), "table"]


@pytest.mark.parametrize("voi", EVERY_VOI, ids=EVERY_NAME)
@pytest.mark.parametrize("lut", [None, PRESENTATION], ids=["plain", "presentation"])
def test_wide_and_float_values_are_computed_as_the_table_says(voi, lut):
    rendering = Rendering(ModalityTransform(1, -1024), voi, True, lut, PixelPadding(5, 9))
    values = np.arange(-32_768, 32_768, dtype=np.int16)
    table = build_display_lut(values.dtype, rendering)[values.view(np.uint16)]
    assert table[32_768 + 7] == 0
    for wide in (np.int32, np.float32, np.float64):
        assert np.array_equal(levels_of(values.astype(wide), rendering), table)


@pytest.mark.parametrize("voi", EVERY_VOI, ids=EVERY_NAME)
@pytest.mark.parametrize("lut", [None, PRESENTATION], ids=["plain", "presentation"])
def test_values_that_are_no_number_are_black_and_endless_ones_take_the_ends(voi, lut):
    values = np.array([np.nan, -np.inf, -1e300, 1e300, np.inf, 1e308])
    levels = levels_of(values, Rendering(ModalityTransform(100, 0), voi, False, lut)).tolist()
    first, last = levels_of(np.array([-1e6, 1e6]), Rendering(ModalityTransform(), voi, False, lut))
    assert levels == [0, first, first, last, last, last]


@given(
    st.floats(-1e6, 1e6),
    st.floats(1, 1e6),
    st.sampled_from(list(VoiLutFunction)),
    st.sampled_from([255, 1023, 65_535]),
    st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=30),
)
def test_levels_rise_stay_in_range_and_inversion_is_their_mirror(
    center, width, function, maximum, values
):
    modality, window = np.sort(np.array(values)), VoiWindow(center, width, function)
    levels = gray_levels(modality, window, GrayRange(0, maximum))
    mirrored = gray_levels(modality, window, GrayRange(maximum, 0))
    assert levels.min() >= 0
    assert levels.max() <= maximum
    assert (np.diff(levels) >= 0).all()
    assert (np.diff(mirrored) <= 0).all()
    assert np.isin(levels + mirrored, (maximum - 1, maximum)).all()
    positions = table_positions(modality, window, maximum + 1)
    assert (np.abs(positions - levels) <= 1).all()


@given(
    st.integers(1, 16),
    st.lists(st.integers(0, 65_535), min_size=1, max_size=50),
    st.integers(-40_000, 70_000),
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    st.sampled_from([255, 1023, 65_535]),
)
def test_tables_stay_in_range_and_inversion_is_their_mirror(bits, data, first, values, maximum):
    lut = VoiLut(first, bits, tuple(data))
    levels = gray_levels(np.array(values), lut, GrayRange(0, maximum))
    mirrored = gray_levels(np.array(values), lut, GrayRange(maximum, 0))
    for found in (levels, mirrored):
        assert found.min() >= 0
        assert found.max() <= maximum
    assert np.isin(levels + mirrored - maximum, (-1, 0, 1)).all()

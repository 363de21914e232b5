"""Gray levels of all 65,536 stored values against whole-number arithmetic (hazard H09)."""

import math
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import readstation
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform, modality_values
from readstation.imaging.presentation import (
    PresentationLutShape,
    Rendering,
    apply_lut,
    automatic_voi,
    build_display_lut,
    cv2_lut_is_exact,
    display_values,
    is_shown_inverse,
    rgb32_lut,
)
from readstation.imaging.voi import (
    GrayRange,
    VoiLut,
    VoiLutFunction,
    VoiWindow,
    WindowError,
    gray_levels,
    percentiles,
)

WINDOWS = [(40, 400), (-600, 1500), (40, 80), (128, 256), (2048, 4096), (50, 351), (100, 1), (5, 2)]
TRANSFORMS = [(1, 0), (1, -1024), (2, 7), (-3, 100)]
SOURCES = Path(readstation.__file__).parents[1]
ALL_CODES = np.arange(65536, dtype=np.uint32).astype(np.uint16)


def lowest_and_highest(is_inverse):
    return (255, 0) if is_inverse else (0, 255)


def slow_linear(x, center, width, is_exact, is_inverse):
    """PS3.3 C.11.2.1.2.1 and C.11.2.1.3.2 in whole numbers; also says if rounding is at an edge."""
    low, high = lowest_and_highest(is_inverse)
    span = width if is_exact else width - 1
    shift = 0 if is_exact else 1
    if span == 0:
        return (high if 2 * x > 2 * center - shift else low), False
    numerator = 2 * x - 2 * center + shift + span
    if numerator <= 0:
        return low, False
    if numerator >= 2 * span:
        return high, False
    scaled = (high - low) * numerator
    return low + scaled // (2 * span), scaled % (2 * span) == 0


def slow_sigmoid(x, center, width, is_inverse):
    low, high = lowest_and_highest(is_inverse)
    exponent = -4 * (x - center) / width
    fraction = 0.0 if exponent > 700 else 1 / (1 + math.exp(exponent))
    level = low + (high - low) * fraction
    return math.floor(level), abs(level - round(level)) < 1e-9


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("dtype", [np.int16, np.uint16])
@pytest.mark.parametrize("function", list(VoiLutFunction), ids=lambda f: f.value)
def test_every_stored_value_has_the_gray_level_of_the_standard(window, dtype, function):
    index = WINDOWS.index(window)
    (slope, intercept), is_inverse = TRANSFORMS[index % 4], index % 3 == 1
    rendering = Rendering(
        ModalityTransform(slope, intercept), VoiWindow(*window, function), is_inverse
    )
    lut = build_display_lut(np.dtype(dtype), rendering).tolist()
    edges = 0
    for code, stored in zip(lut, ALL_CODES.view(dtype).tolist(), strict=True):
        x = slope * stored + intercept
        if function is VoiLutFunction.SIGMOID:
            expected, is_edge = slow_sigmoid(x, *window, is_inverse)
        else:
            is_exact = function is VoiLutFunction.LINEAR_EXACT
            expected, is_edge = slow_linear(x, *window, is_exact, is_inverse)
        if code != expected:
            # where the exact value is a whole number, float64 may fall just below it, as in DCMTK
            assert is_edge, (stored, code, expected)
            assert abs(code - expected) == 1, (stored, code, expected)
            edges += 1
    assert edges <= 4


@pytest.mark.parametrize("is_inverse", [False, True])
def test_a_voi_lut_maps_every_stored_value_and_holds_its_ends(is_inverse):
    data = tuple((i * i) % 4096 for i in range(500))
    rendering = Rendering(ModalityTransform(1, -50), VoiLut(-100, 12, data), is_inverse)
    lut = build_display_lut(np.dtype(np.int16), rendering)
    low, high = lowest_and_highest(is_inverse)
    for code, stored in zip(lut.tolist(), ALL_CODES.view(np.int16).tolist(), strict=True):
        entry = data[min(max(stored - 50 + 100, 0), 499)]
        assert code == low + (high - low + 1) * entry // 4096


def test_a_modality_lut_maps_every_stored_value_and_holds_its_ends():
    lut = ModalityLut(-3, tuple(range(100, 140)))
    values = modality_values(np.arange(-10, 60, dtype=np.int16), ModalityTransform(9, 9, lut=lut))
    expected = [100 + min(max(v + 3, 0), 39) for v in range(-10, 60)]
    assert values.tolist() == expected


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_8_bit_values_have_a_table_of_256(dtype):
    rendering = Rendering(ModalityTransform(), VoiWindow(0, 256))
    lut = build_display_lut(np.dtype(dtype), rendering)
    assert lut.shape == (256,)
    codes = np.arange(256, dtype=np.uint16).astype(np.uint8).view(dtype)
    assert (apply_lut(codes, lut) == lut).all()


def test_wide_values_have_no_table():
    with pytest.raises(TypeError):
        build_display_lut(np.dtype(np.int32), Rendering(ModalityTransform(), VoiWindow(0, 256)))


def test_8_bit_images_without_a_window_show_their_own_values():
    values = np.arange(256, dtype=np.uint16).astype(np.uint8).reshape(16, 16)
    frame = StoredFrame(values, "MONOCHROME2", 8)
    voi = automatic_voi(frame, ModalityTransform())
    assert (display_values(frame, Rendering(ModalityTransform(), voi)) == values).all()


@given(
    st.lists(st.integers(-32768, 32767), min_size=2, max_size=40),
    st.floats(-2000, 2000),
    st.floats(1, 4000),
    st.sampled_from(list(VoiLutFunction)),
)
def test_more_is_never_darker(values, center, width, function):
    modality = np.sort(np.array(values, dtype=np.float64))
    window = VoiWindow(center, width, function)
    assert (np.diff(gray_levels(modality, window)) >= 0).all()
    assert (np.diff(gray_levels(modality, window, GrayRange(255, 0))) <= 0).all()


@pytest.mark.parametrize(
    ("width", "function"), list(product([0.5, 0, -4, math.nan, math.inf], VoiLutFunction))
)
def test_windows_the_standard_forbids_are_refused(width, function):
    if width == 0.5 and function is not VoiLutFunction.LINEAR:
        assert VoiWindow(0, width, function).width == 0.5
        return
    with pytest.raises(WindowError, match="cannot be displayed"):
        VoiWindow(0, width, function)


def test_the_automatic_window_leaves_padding_and_outliers_out():
    values = np.tile(np.arange(1000, dtype=np.int16), (10, 1))
    values[:, :300] = -2000
    values[0, 999] = 32000
    frame = StoredFrame(values, "MONOCHROME2", 16, True, PixelPadding.between(-2000))
    window = automatic_voi(frame, ModalityTransform())
    assert window.center == pytest.approx(650, abs=2)
    assert window.width == pytest.approx(698, abs=4)
    only_padding = StoredFrame(
        np.full((4, 4), -2000, np.int16), "MONOCHROME2", 16, True, PixelPadding.between(-2000)
    )
    assert automatic_voi(only_padding, ModalityTransform()).width == 65536


@given(
    values=arrays(np.float64, st.integers(1, 3000), elements=st.floats(-1e9, 1e9)),
    percents=st.tuples(st.floats(0, 100), st.floats(0, 100)),
)
def test_percentiles_are_those_of_numpy(values, percents):
    for wanted in (percents, (0.1, 99.9), (0, 100)):
        assert percentiles(values, wanted) == tuple(np.percentile(values, wanted))


def test_percentiles_of_an_image_are_those_of_numpy():
    values = np.random.default_rng(5).normal(0, 400, (512, 509)).round()
    assert percentiles(values, (0.1, 99.9)) == tuple(np.percentile(values, (0.1, 99.9)))


def test_an_automatic_window_loads_no_module():
    code = """if True:
        import sys, numpy as np
        from readstation.imaging.frame import StoredFrame
        from readstation.imaging.modality_lut import ModalityTransform
        from readstation.imaging.presentation import automatic_voi
        frame = StoredFrame(np.arange(4096, dtype=np.int16).reshape(64, 64), "MONOCHROME2", 16, 1)
        loaded = set(sys.modules)
        automatic_voi(frame, ModalityTransform(2.0, -3.0))
        print(sorted(set(sys.modules) - loaded))"""
    variables = {**os.environ, "PYTHONPATH": str(SOURCES)}
    loaded = subprocess.check_output([sys.executable, "-c", code], env=variables, text=True)
    assert loaded.strip() == "[]"


@pytest.mark.parametrize(
    ("photometric", "shape", "expected"),
    [
        ("MONOCHROME2", None, False),
        ("MONOCHROME1", None, True),
        ("MONOCHROME1", PresentationLutShape.INVERSE, True),
        ("MONOCHROME2", PresentationLutShape.INVERSE, True),
        ("MONOCHROME1", PresentationLutShape.IDENTITY, False),
        ("MONOCHROME2", PresentationLutShape.IDENTITY, False),
    ],
)
def test_the_presentation_lut_shape_outranks_the_photometric_interpretation(
    photometric, shape, expected
):
    frame = StoredFrame(np.zeros((2, 2), np.uint8), photometric, 8)
    assert is_shown_inverse(frame, shape) is expected


def test_opencv_looks_16_bit_values_up_exactly():
    assert cv2_lut_is_exact()


def test_lookup_without_opencv_gives_the_same(monkeypatch):
    values = np.random.default_rng(5).integers(-32768, 32768, (50, 60)).astype(np.int16)
    rendering = Rendering(ModalityTransform(1, -1024), VoiWindow(40, 400))
    table = rgb32_lut(build_display_lut(values.dtype, rendering))
    fast = apply_lut(values, table)
    monkeypatch.setattr("readstation.imaging.presentation.LUT_IS_TRUSTED", False)
    assert (apply_lut(values, table) == fast).all()


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (3, 3, 4), (5,)])
def test_arrays_that_are_no_frame_are_refused(shape):
    with pytest.raises(ValueError, match="a frame is"):
        StoredFrame(np.zeros(shape, np.uint8), "MONOCHROME2", 8)

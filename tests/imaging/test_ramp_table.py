"""The short way to a window's table gives what the long way gives, entry for entry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.imaging.frame import PixelPadding
from readstation.imaging.modality_lut import ModalityLut, ModalityTransform
from readstation.imaging.output import TEN_BIT, UNCORRECTED, DisplayOutput, level_pixels, output_lut
from readstation.imaging.presentation import PresentationLut, Rendering, build_display_lut
from readstation.imaging.ramp_table import has_ramp
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow

DTYPES = [np.uint8, np.int8, np.uint16, np.int16]
GAMMA = DisplayOutput(10, (np.linspace(0, 1, 65536) ** 0.45 * 1023).astype(np.uint16))
OUTPUTS = [UNCORRECTED, TEN_BIT, GAMMA]


def long_way(dtype, rendering, output):
    levels = build_display_lut(dtype, rendering, maximum=output.maximum)
    if output.driving_levels is not None:
        levels = output.driving_levels[levels]
    return level_pixels(levels, output.bit_depth)


windows = st.builds(
    VoiWindow,
    st.floats(-70_000, 70_000) | st.integers(-2000, 5000).map(float),
    st.floats(1, 140_000) | st.sampled_from([1.0, 2.0, 1.5, 400.0]),
    st.sampled_from([VoiLutFunction.LINEAR, VoiLutFunction.LINEAR_EXACT]),
)
slopes = st.sampled_from([1.0, -1.0, 0.5, 0.1, -2.5, 1e-9, 0.0, 1e300]) | st.floats(-10, 10)
modalities = st.builds(ModalityTransform, slopes, st.floats(-5000, 5000))
edges = st.integers(-40_000, 70_000) | st.floats(-300, 300) | st.just(float("nan"))
paddings = st.none() | st.builds(PixelPadding, edges, edges)


@settings(deadline=None, max_examples=300)
@given(
    dtype=st.sampled_from(DTYPES),
    modality=modalities,
    window=windows,
    is_inverse=st.booleans(),
    padding=paddings,
    output=st.sampled_from(OUTPUTS),
)
def test_every_entry_is_that_of_the_long_way(dtype, modality, window, is_inverse, padding, output):
    rendering = Rendering(modality, window, is_inverse, padding=padding)
    table = output_lut(np.dtype(dtype), rendering, output)
    assert table.dtype == np.uint32
    assert (table == long_way(dtype, rendering, output)).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_narrowest_window_has_one_step(dtype):
    rendering = Rendering(ModalityTransform(), VoiWindow(40, 1))
    table = output_lut(np.dtype(dtype), rendering, UNCORRECTED)
    assert set(table.tolist()) == {0xFF000000, 0xFFFFFFFF}
    assert (table == long_way(dtype, rendering, UNCORRECTED)).all()


@pytest.mark.parametrize(
    "rendering",
    [
        Rendering(ModalityTransform(), VoiWindow(40, 400, VoiLutFunction.SIGMOID)),
        Rendering(ModalityTransform(), VoiLut(0, 8, (0, 255))),
        Rendering(ModalityTransform(lut=ModalityLut(0, (5, 1))), VoiWindow(40, 400)),
        Rendering(
            ModalityTransform(), VoiWindow(40, 400), presentation_lut=PresentationLut(0, 8, (0, 9))
        ),
    ],
    ids=["sigmoid", "voi lut", "modality lut", "presentation lut"],
)
def test_what_does_not_rise_steadily_goes_the_long_way(rendering):
    assert not has_ramp(rendering)
    table = output_lut(np.dtype(np.int16), rendering, UNCORRECTED)
    assert (table == long_way(np.int16, rendering, UNCORRECTED)).all()

"""A state's window in the unit in which the reader sees values."""

import pytest

from readstation.app.viewport.presentation_state.presented_frame import in_units_of_image
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.voi import VoiLutFunction, VoiWindow

UPTAKE, COUNTS = ModalityTransform(0.001, 0.0), ModalityTransform(2.0, 10.0)


@pytest.mark.parametrize("function", VoiLutFunction)
def test_it_reaches_over_the_same_stored_values(function):
    shown = in_units_of_image(VoiWindow(5.5, 11.0, function, "SUV 0-10"), UPTAKE, COUNTS)
    off = (0.5, 1.0) if function is VoiLutFunction.LINEAR else (0.0, 0.0)
    stored_center = (shown.center - off[0] - 10) / 2
    stored_width = (shown.width - off[1]) / 2
    assert stored_center == pytest.approx((5.5 - off[0]) / 0.001)
    assert stored_width == pytest.approx((11.0 - off[1]) / 0.001)
    assert shown.function is function


def test_its_name_stays_only_where_the_unit_does():
    window = VoiWindow(40, 400, explanation="SOFT")
    shifted = in_units_of_image(window, ModalityTransform(1, 0), ModalityTransform(1, -1024))
    assert (shifted.center, shifted.width, shifted.explanation) == (-984, 400, "SOFT")
    assert in_units_of_image(window, UPTAKE, COUNTS).explanation == ""

"""The test pattern holds what the questions ask for, at every size of the box."""

import numpy as np
import pytest

from readstation.imaging.display_pattern import (
    PAIRS_PX,
    display_pattern,
    level_patch,
    measured_levels,
)

SIZES = [(480, 480), (1293, 1077), (2048, 2560), (100, 100)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_holds_black_white_both_insets_and_all_steps(width, height):
    pattern = display_pattern(width, height)
    assert pattern.shape == (max(height, 480), max(width, 480))
    height, width = pattern.shape
    middle = round(height * 0.22)
    side = round(min(height, width) * 0.18)
    for centre, field, inset in ((0.25, 0.0, 0.05), (0.75, 1.0, 0.95)):
        x = round(width * centre)
        assert pattern[middle, x] == round(inset * 65535)
        assert pattern[middle, x + side // 3] == round(field * 65535)
    steps = pattern[round(height * 0.40), round(width * 0.06) + 1 : round(width * 0.94) - 1]
    assert np.unique(steps).tolist() == [round(i / 17 * 65535) for i in range(18)]


def test_the_ramp_rises_by_the_same_everywhere():
    pattern = display_pattern(1293, 1077)
    ramp = pattern[round(1077 * 0.6), round(1293 * 0.06) : round(1293 * 0.94)].astype(int)
    assert (ramp[0], ramp[-1]) == (0, 65535)
    assert np.ptp(np.diff(ramp)) <= 1


def test_lines_one_pixel_wide_stand_in_the_centre_and_all_corners():
    pattern = display_pattern(1200, 1000)
    alternating = np.tile([0, 65535], PAIRS_PX // 2)
    is_start = [
        (y, x)
        for y in range(pattern.shape[0])
        for x in np.flatnonzero((pattern[y, :-1] == 0) & (pattern[y, 1:] == 65535))
        if (pattern[y, x : x + PAIRS_PX][:PAIRS_PX] == alternating[: pattern.shape[1] - x]).all()
    ]
    tops = {(y // 200, int(x) // 200) for y, x in is_start}
    assert tops == {(0, 0), (0, 5), (4, 0), (4, 5), (2, 2)}


def test_the_letters_differ_from_their_fields_by_little():
    pattern = display_pattern(1200, 1000)
    for place, fraction in enumerate((0.10, 0.50, 0.90)):
        left = round(1200 * (0.06 + 0.88 * (place + 0.1) / 3))
        right = round(1200 * (0.06 + 0.88 * (place + 0.9) / 3))
        field = pattern[715:815, left:right]
        found = np.unique(field[:, :]) / 65535
        assert found.min() == pytest.approx(fraction, abs=1e-4)
        assert [round((v - fraction) * 255) for v in found] == [0, 4, 5, 6, 8]


@pytest.mark.parametrize("bit_depth", [8, 10])
def test_a_level_to_measure_covers_a_tenth_of_the_box(bit_depth):
    for level in measured_levels(bit_depth):
        patch = level_patch(900, 700, bit_depth, level)
        assert patch[350, 450] == level
        if level != patch[0, 0]:
            assert (patch == level).mean() == pytest.approx(0.1, abs=0.002)

"""ROI statistics against a pixel-by-pixel loop."""

import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.measurement import ImagePoint
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.roi_statistics import ellipse_statistics, rectangle_statistics, value_at

HU = ModalityTransform(2.0, -1024.0)
VALUES = np.random.default_rng(4).integers(0, 2000, (12, 17)).astype(np.uint16)
FRAME = StoredFrame(VALUES, "MONOCHROME2", 16)
coordinate = st.integers(-300, 2000).map(lambda hundredths: hundredths / 100)
points = st.builds(ImagePoint, coordinate, coordinate)


def slow(a, b, inside):
    found = []
    for row in range(12):
        for column in range(17):
            if inside(column + 0.5, row + 0.5, a, b):
                found.append(2.0 * int(VALUES[row, column]) - 1024.0)
    return found


def in_rectangle(x, y, a, b):
    return min(a.column, b.column) <= x <= max(a.column, b.column) and min(
        a.row, b.row
    ) <= y <= max(a.row, b.row)


def in_ellipse(x, y, a, b):
    half_x, half_y = abs(b.column - a.column) / 2, abs(b.row - a.row) / 2
    if not half_x or not half_y:
        return False
    dx = (x - (a.column + b.column) / 2) / half_x
    dy = (y - (a.row + b.row) / 2) / half_y
    return dx**2 + dy**2 <= 1


@pytest.mark.parametrize(
    ("measure", "inside"),
    [(ellipse_statistics, in_ellipse), (rectangle_statistics, in_rectangle)],
)
@given(points, points)
def test_statistics_are_those_of_the_pixel_centres_inside(measure, inside, a, b):
    expected, found = slow(a, b, inside), measure(FRAME, HU, a, b)
    if not expected:
        assert found is None
        return
    assert found.count == len(expected)
    assert found.mean == pytest.approx(statistics.fmean(expected))
    assert (found.minimum, found.maximum) == (min(expected), max(expected))
    deviation = statistics.stdev(expected) if len(expected) > 1 else 0.0
    assert found.standard_deviation == pytest.approx(deviation)


def test_padding_is_left_out():
    values = np.array([[10, 10, 500, 20]], np.int16)
    frame = StoredFrame(values, "MONOCHROME2", 16, True, PixelPadding.between(510, 490))
    found = rectangle_statistics(frame, ModalityTransform(), ImagePoint(0, 0), ImagePoint(4, 1))
    assert (found.count, found.maximum) == (3, 20)
    assert value_at(frame, ModalityTransform(), ImagePoint(2.5, 0.5)) is None


def test_a_probe_reads_the_pixel_under_it_and_nothing_outside():
    assert value_at(FRAME, HU, ImagePoint(3.99, 2.01)) == 2.0 * VALUES[2, 3] - 1024
    assert value_at(FRAME, HU, ImagePoint(17.0, 2.0)) is None
    assert value_at(FRAME, HU, ImagePoint(-0.01, 2.0)) is None


def test_colour_has_no_values():
    frame = StoredFrame(np.zeros((5, 5, 3), np.uint8), "RGB", 8)
    a, b = ImagePoint(0, 0), ImagePoint(5, 5)
    assert ellipse_statistics(frame, HU, a, b) is None
    assert rectangle_statistics(frame, HU, a, b) is None
    assert value_at(frame, HU, ImagePoint(1, 1)) is None

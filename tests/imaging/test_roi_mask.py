"""Which pixels belong to a region, against a slow reference with exact fractions."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.domain.calibration import UNCALIBRATED
from readstation.domain.measurement import FreehandRoi, ImagePoint
from readstation.domain.study import FrameKey
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.roi_mask import ellipse_mask, outline_mask, rectangle_mask
from readstation.imaging.roi_plots import histogram_of, profile_of
from readstation.imaging.roi_statistics import outline_statistics, rectangle_statistics

ROWS, COLUMNS = 12, 15
P = ImagePoint
places = st.builds(
    P,
    st.integers(-128, 64 * 17).map(lambda n: n / 64),
    st.integers(-128, 64 * 14).map(lambda n: n / 64),
)
coarse = st.builds(P, *[st.integers(0, 24).map(lambda n: n / 2)] * 2)  # many centres on edges


def whole(mask):
    full = np.zeros((ROWS, COLUMNS), bool)
    rows, columns = mask.inside.shape
    full[mask.top : mask.top + rows, mask.left : mask.left + columns] = mask.inside
    return full


def slowly(belongs):
    return np.array(
        [
            [
                belongs(Fraction(2 * column + 1, 2), Fraction(2 * row + 1, 2))
                for column in range(COLUMNS)
            ]
            for row in range(ROWS)
        ]
    )


def in_outline(outline):
    corners = [(Fraction(p.column), Fraction(p.row)) for p in outline]

    def belongs(x, y):
        is_inside = False
        for (ax, ay), (bx, by) in pairwise((*corners, corners[0])):
            side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            if side == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
                return True
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                is_inside = not is_inside
        return is_inside

    return belongs


@settings(max_examples=60, deadline=None)
@given(st.lists(places, min_size=1, max_size=7) | st.lists(coarse, min_size=1, max_size=6))
def test_an_outline_holds_the_centres_inside_and_on_it(outline):
    found = whole(outline_mask(outline, rows=ROWS, columns=COLUMNS))
    assert np.array_equal(found, slowly(in_outline(outline)))


@settings(max_examples=60, deadline=None)
@given(places | coarse, places | coarse)
def test_a_rectangle_and_an_ellipse_hold_the_centres_inside_and_on_them(a, b):
    ax, ay, bx, by = (Fraction(v) for v in (a.column, a.row, b.column, b.row))

    def in_rectangle(x, y):
        return min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by)

    def in_ellipse(x, y):
        if ax == bx or ay == by:
            return False
        across, down = (2 * x - ax - bx) / (bx - ax), (2 * y - ay - by) / (by - ay)
        return across**2 + down**2 <= 1

    size = {"rows": ROWS, "columns": COLUMNS}
    assert np.array_equal(whole(rectangle_mask(a, b, **size)), slowly(in_rectangle))
    ellipse, exact = whole(ellipse_mask(a, b, **size)), slowly(in_ellipse)
    on_it = slowly(
        lambda x, y: (
            ax != bx
            and ay != by
            and abs(((2 * x - ax - bx) / (bx - ax)) ** 2 + ((2 * y - ay - by) / (by - ay)) ** 2 - 1)
            < 1e-12
        )
    )
    assert np.array_equal(ellipse | on_it, exact | on_it)


def ramp(**values):
    stored = np.add.outer(10 * np.arange(ROWS), np.arange(COLUMNS)).astype(np.int16)
    return StoredFrame(stored, "MONOCHROME2", 16, True, **values)


HU = ModalityTransform(2.0, -100.0, is_stated=True)


def test_statistics_of_an_outline_are_those_of_its_pixels():
    outline = (P(0, 0), P(10, 0), P(0, 10))
    found = outline_statistics(ramp(), HU, outline)
    values = [2 * (10 * r + c) - 100 for r in range(10) for c in range(10) if r + c + 1 <= 10]
    assert found.count == len(values) == 55
    assert found.mean == pytest.approx(np.mean(values))
    assert found.standard_deviation == pytest.approx(np.std(values, ddof=1))
    assert (found.minimum, found.maximum) == (min(values), max(values))


def test_padding_is_no_part_of_a_region():
    padded = ramp(pixel_padding=PixelPadding.between(0, 4))
    found = rectangle_statistics(padded, HU, P(0, 0), P(10, 1))
    assert (found.count, found.minimum) == (5, -90)


def test_a_histogram_counts_every_pixel_once_and_has_no_empty_combs():
    outline = (P(0, 0), P(15, 0), P(15, 12), P(0, 12))
    roi = FreehandRoi("f", FrameKey("1"), outline, UNCALIBRATED, None, "HU")
    found = histogram_of(ramp(), HU, roi)
    assert found.counts.sum() == ROWS * COLUMNS
    assert len(found.counts) <= 64
    widths = np.diff(found.edges)
    assert np.allclose(widths, widths[0])
    assert widths[0] % 2 == 0  # whole steps of the stored values
    assert found.edges[0] <= -100
    assert found.edges[-1] >= 2 * 124 - 100
    flat = StoredFrame(np.full((4, 4), 7, np.int16), "MONOCHROME2", 16, True)
    assert histogram_of(flat, HU, roi).counts.tolist() == [16]


def test_a_profile_along_a_ramp_is_a_straight_line():
    found = profile_of(ramp(), HU, P(1.5, 2.5), P(11.5, 7.5))
    expected = np.linspace(2 * (20 + 1) - 100, 2 * (70 + 11) - 100, len(found.share))
    assert np.allclose(found.values, expected)
    assert (found.share[0], found.share[-1]) == (0, 1)


def test_a_profile_has_no_values_beyond_the_image_or_in_padding():
    found = profile_of(ramp(), HU, P(-5, 2.5), P(5.5, 2.5))
    assert np.isnan(found.values[0])
    assert found.values[-1] == 2 * 25 - 100
    padded = ramp(pixel_padding=PixelPadding.between(20, 22))
    found = profile_of(padded, HU, P(0.5, 2.5), P(10.5, 2.5))
    assert np.isnan(found.values[:5]).all()
    assert not np.isnan(found.values[7:]).any()
    colour = StoredFrame(np.zeros((4, 4, 3), np.uint8), "RGB", 8)
    assert np.isnan(profile_of(colour, HU, P(0, 0), P(3, 3)).values).all()

"""What an image is made of, put together by hand, is the image that the renderer makes."""

import numpy as np
import pytest

from readstation.imaging.image_marks import ImageMarks
from readstation.imaging.lut_image import lut_pixels, surface_pixels
from readstation.imaging.output import TEN_BIT, UNCORRECTED
from readstation.imaging.painting_cases import CORRECTED, PLACES, RENDERINGS, painting_cases
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from tests.imaging.test_viewport_renderer import SOFT, noise, view


def test_every_case_put_together_by_hand_is_what_the_renderer_makes():
    names, kinds, codes = [], set(), {1: set(), 2: set()}
    for case in painting_cases():
        assert np.array_equal(lut_pixels(case.image), case.pixels), case.name
        names.append(case.name)
        kinds.add((case.image.values.dtype, case.image.table is None, case.image.bit_depth))
        if case.image.table is not None and case.image.marks is None:
            width = case.image.values.itemsize
            codes[width] |= set(np.unique(case.image.values.view(f"u{width}")))
    assert len(names) == len(set(names)) == 4 * len(RENDERINGS) + 8 * len(PLACES) + 2
    assert len(codes[1]) == 256
    assert len(codes[2]) == 65_536
    assert {bits for _, _, bits in kinds} == {8, 10}
    assert any(is_ready for _, is_ready, _ in kinds)


def test_the_cases_have_every_mark_over_bright_and_dark():
    seen = 0
    for case in painting_cases():
        if case.image.marks is not None:
            seen |= int(np.bitwise_or.reduce(case.image.marks, axis=None))
    assert seen == 1 | 2 | 4 | 8


def test_a_window_step_leaves_values_and_marks_the_same_objects():
    frame = noise(60, 50)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    place = view(frame, 200, 150, 2.3)
    first = renderer.lut_image(place, SOFT)
    second = renderer.lut_image(place, RENDERINGS[0])
    assert second.values is first.values
    assert second.table is not first.table
    assert renderer.lut_image(place, RENDERINGS[0]).table is second.table


def test_a_pan_makes_other_values():
    frame = noise(60, 50)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    place = view(frame, 200, 150, 2.3)
    first = renderer.lut_image(place, SOFT)
    second = renderer.lut_image(place.panned(3, 0), SOFT)
    assert second.values is not first.values
    assert second.table is first.table


def test_nothing_is_there_without_a_frame_or_outside():
    renderer = ViewportRenderer()
    outside = ViewTransform(10, 10, 100, 100, 1.0, 5, 500)
    assert renderer.lut_image(outside, SOFT) is None
    renderer.set_frame(noise(10, 10))
    assert renderer.lut_image(outside, SOFT) is None


@pytest.mark.parametrize("output", [UNCORRECTED, TEN_BIT])
def test_another_screen_gets_a_table_of_its_own(output):
    frame = noise(60, 50)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    renderer.set_output(output)
    image = renderer.lut_image(view(frame, 200, 150, 1.0), SOFT)
    assert image.bit_depth == output.bit_depth
    assert image.inks.white == {8: 0xFFFFFFFF, 10: 0xFFFFFFFF}[output.bit_depth]


def test_eight_bits_become_ten_without_losing_black_white_or_order():
    levels = np.arange(256, dtype=np.uint32)
    wide = surface_pixels(levels * 0x010101, 8, 10)
    blue = wide & 1023
    assert (blue[0], blue[-1]) == (0, 1023)
    assert (np.diff(blue.astype(int)) >= 4).all()
    assert (wide >> 30 == 3).all()


def test_marks_over_a_palette_s_colours_are_eight_bit_and_uncorrected_like_the_colours():
    corrected = ViewportRenderer()
    frame = noise(60, 50)
    corrected.set_frame(frame)
    corrected.set_output(CORRECTED)
    shutter = ImageMarks(np.ones((60, 50), np.bool_), 0x6000, None)
    image = corrected.render(view(frame, 50, 60, 1.0), RENDERINGS[-1], shutter)
    assert image.bit_depth == 8
    assert (image.pixels == 0xFF5F5F5F).all()


def test_a_ten_bit_screen_gets_each_of_its_1024_levels_in_some_case():
    levels = set()
    for case in painting_cases():
        if case.image.bit_depth == 10:
            levels |= set(np.unique(case.pixels & 1023))
    assert len(levels) == 1024

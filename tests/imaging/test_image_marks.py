"""Shutter, padding and overlays over an image: the right pixels at every zoom and orientation."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.image_marks import (
    FILLED_PX,
    BlankPixels,
    ImageMarks,
    filled,
    mark_levels,
    marks_of,
    sampled,
)
from readstation.imaging.modality_lut import IDENTITY
from readstation.imaging.orientation import AS_STORED, DisplayOrientation
from readstation.imaging.overlay_plane import OverlayPlane, OverlayType
from readstation.imaging.presentation import Rendering
from readstation.imaging.shutter import DisplayShutter, RectangularShutter
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import VoiWindow

EIGHT = [DisplayOrientation(k, m) for k, m in itertools.product(range(4), (False, True))]
ROWS, COLUMNS = 23, 17
WIDTH, HEIGHT = 90, 70
ALL = Rendering(IDENTITY, VoiWindow(128, 256))
WHITE, BLACK = 0xFFFFFFFF, 0xFF000000


def random_mask(seed=3, share=0.4):
    return np.random.default_rng(seed).random((ROWS, COLUMNS)) < share


def frame_of(*planes, values=None, **options):
    values = np.full((ROWS, COLUMNS), 90, np.uint8) if values is None else values
    return StoredFrame(values, "MONOCHROME2", 8, overlays=planes, **options)


def view(zoom, orientation=AS_STORED, **values):
    middle = {"center_column": COLUMNS / 2, "center_row": ROWS / 2}
    given = {**middle, "orientation": orientation, **values}
    return ViewTransform(COLUMNS, ROWS, WIDTH, HEIGHT, zoom, **given)


def rendered(frame, transform, rendering=ALL, marks=None):
    """Return the whole viewport; 0 where there is no image."""
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    image = renderer.render(transform, rendering, marks)
    screen = np.zeros((HEIGHT, WIDTH), np.uint32)
    rows, columns = image.pixels.shape
    screen[image.top_px : image.top_px + rows, image.left_px : image.left_px + columns] = (
        image.pixels
    )
    return screen


def expected_screen(mask, transform, screen):
    """Ask for every device pixel which image pixel lies under its middle: slow and plain.

    Where the middle falls between two image pixels either is right: those are taken from the
    screen as they are (0).
    """
    found = np.zeros(screen.shape, bool)
    for y, x in np.argwhere(screen != 0):
        column, row = transform.to_image(x + 0.5, y + 0.5)
        if min(abs(column - round(column)), abs(row - round(row))) < 1e-9:
            screen[y, x] = 0
            continue
        found[y, x] = mask[
            min(max(math.floor(row), 0), ROWS - 1), min(max(math.floor(column), 0), COLUMNS - 1)
        ]
    return found


@pytest.mark.parametrize("orientation", EIGHT, ids=str)
@pytest.mark.parametrize("zoom", [1.0, 1.7, 2.0, 4.3])
def test_marks_follow_the_image_exactly(orientation, zoom):
    hidden, graphic = random_mask(1), random_mask(2, 0.1)
    transform = view(zoom, orientation, center_column=COLUMNS / 2 + 2.3, row_aspect=1.25)
    screen = rendered(frame_of(), transform, marks=ImageMarks(hidden, 0xFFFF // 2, graphic))
    is_graphic = expected_screen(graphic, transform, screen)
    is_hidden = expected_screen(hidden, transform, screen) & ~is_graphic
    assert (screen[is_graphic] == WHITE).all()
    assert (screen[is_hidden] == (BLACK | 0x7F7F7F)).all()
    assert (screen[~is_graphic & ~is_hidden & (screen != 0)] == (BLACK | 90 * 0x010101)).all()


@pytest.mark.parametrize("orientation", EIGHT, ids=str)
@pytest.mark.parametrize("zoom", [0.9, 0.5, 0.33, 0.07])
def test_no_set_pixel_is_lost_when_the_image_shrinks(orientation, zoom):
    transform = view(zoom, orientation)
    left, top = transform.origin_px
    shape = (
        max(math.floor(transform.seen_rows * transform.scale_y + 0.5), 1),
        max(math.floor(transform.seen_columns * transform.scale_x + 0.5), 1),
    )
    for row, column in [(0, 0), (ROWS - 1, COLUMNS - 1), (11, 8), (0, COLUMNS - 1)]:
        mask = np.zeros((ROWS, COLUMNS), bool)
        mask[row, column] = True
        seen = sampled(mask, transform, (left, top), shape, keeps_lines=True)
        assert seen.sum() == 1
        ((y, x),) = np.argwhere(seen)
        middle_x, middle_y = transform.to_viewport(column + 0.5, row + 0.5)
        assert abs(left + x + 0.5 - middle_x) <= 1
        assert abs(top + y + 0.5 - middle_y) <= 1


def test_a_plane_may_lie_partly_or_wholly_outside_the_image():
    plane = OverlayPlane(np.ones((4, 4), bool), first_row=-2, first_column=COLUMNS - 1)
    marks = marks_of(frame_of(plane), None)
    assert np.argwhere(marks.graphic).tolist() == [[0, COLUMNS - 1], [1, COLUMNS - 1]]
    away = OverlayPlane(np.ones((4, 4), bool), first_row=ROWS, first_column=0)
    assert marks_of(frame_of(away), None) is None


def test_a_region_of_interest_is_outlined_and_its_inside_stays_visible():
    region = np.zeros((ROWS, COLUMNS), bool)
    region[4:9, 3:8] = True
    marks = marks_of(frame_of(OverlayPlane(region, overlay_type=OverlayType.ROI)), None)
    assert not marks.graphic[5:8, 4:7].any()
    assert marks.graphic.sum() == region.sum() - 9


def test_the_overlay_of_a_bitmap_shutter_hides_and_is_no_graphic():
    bits = random_mask()
    frame = frame_of(OverlayPlane(bits, group=0x6004))
    marks = marks_of(frame, DisplayShutter(overlay_group=0x6004))
    assert marks.graphic is None
    assert (marks.hidden == bits).all()


def test_nothing_to_draw_is_none():
    plane = OverlayPlane(random_mask())
    whole = DisplayShutter((RectangularShutter(1, COLUMNS, 1, ROWS),))
    assert marks_of(frame_of(), None) is None
    assert marks_of(frame_of(plane), whole, are_overlays_shown=False) is None


def test_levels_are_marked_in_the_order_of_the_groups():
    graphic, region = random_mask(4), random_mask(5)
    frame = frame_of(
        OverlayPlane(graphic), OverlayPlane(region, overlay_type=OverlayType.ROI, group=0x6002)
    )
    marked = mark_levels(frame.stored_values, frame, None)
    expected = np.where(graphic, 255, 90)
    assert marked.tolist() == np.where(region, expected, expected >> 4).tolist()
    assert (frame.stored_values == 90).all()


def test_a_new_window_keeps_the_marks_and_a_new_frame_drops_them():
    renderer, transform = ViewportRenderer(), view(2.0)
    marks = ImageMarks(None, 0, random_mask())
    renderer.set_frame(frame_of())
    first = renderer.render(transform, ALL, marks).pixels.copy()
    brighter = Rendering(IDENTITY, VoiWindow(60, 100))
    assert ((renderer.render(transform, brighter, marks).pixels == WHITE) == (first == WHITE)).all()
    assert not (renderer.render(transform, ALL, None).pixels == WHITE).any()


@pytest.mark.parametrize("zoom", [1.0, 2.0, 3.5, 0.6])
def test_padding_leaves_no_bright_line_when_the_image_is_inverted(zoom):
    values = np.full((ROWS, COLUMNS), 200, np.uint8)
    values[:10, :9] = 0
    padding = PixelPadding(0, 0)
    inverse = Rendering(IDENTITY, VoiWindow(128, 256), is_inverse=True, padding=padding)
    transform = view(zoom)
    screen = rendered(frame_of(values=values, pixel_padding=padding), transform, inverse)
    is_padding = expected_screen(values == 0, transform, screen)
    assert is_padding.any()
    assert (screen[is_padding] == BLACK).all()


@pytest.mark.parametrize("zoom", [1.0, 2.0, 3.5])
def test_what_is_no_number_is_black_and_leaves_its_neighbours_alone(zoom):
    values = np.full((ROWS, COLUMNS), 200.0, np.float32)
    values[4, 4], values[9, 9] = np.nan, np.inf
    frame = StoredFrame(values, "MONOCHROME2", 32, True)
    transform = view(zoom)
    screen = rendered(frame, transform)
    blank, endless = (
        expected_screen(m, transform, screen) for m in (np.isnan(values), values > 999)
    )
    assert (screen[blank] == BLACK).all()
    others = screen[~blank & ~endless & (screen != 0)]
    assert (others == others[0]).all()
    assert others[0] != BLACK


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.5])
def test_padding_that_is_black_by_itself_leaves_no_bright_line_either(zoom):
    values = np.full((40, 50), 30, np.int16)
    values[:, 30:] = np.iinfo(np.int16).min
    padding = PixelPadding(-32768, -32768)
    transform = ViewTransform(50, 40, 90, 70, zoom, 30.0, 20.0)
    window = Rendering(IDENTITY, VoiWindow(40, 400), padding=padding)
    screen = rendered(frame_of(values=values, pixel_padding=padding), transform, window)
    tissue = screen[35, 45 - round(8 * zoom)]
    assert tissue != BLACK
    assert (screen <= tissue).all()


@pytest.mark.parametrize("shape", [(700, 300), (90, 513)])
def test_padding_is_filled_with_the_nearest_of_the_image_as_far_as_interpolation_reaches(shape):
    chance = np.random.default_rng(5)
    rows, columns = np.indices(shape)
    image = np.hypot(rows - shape[0] / 3, columns - shape[1] / 2) < min(shape) / 3
    image |= chance.random(shape) < 0.0005
    values = np.where(image, chance.integers(1, 4000, shape), 0).astype(np.uint16)
    found = filled(values, ~image)
    assert np.array_equal(found[image], values[image])
    places = np.argwhere(image)
    for row, column in chance.permutation(np.argwhere(~image))[:400]:
        away = np.hypot(*(places - (row, column)).T)
        if away.min() <= FILLED_PX - 2:
            near = {values[tuple(p)] for p in places[away <= away.min() * 1.1 + 0.5]}
            assert found[row, column] in near


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int16, np.int32, np.uint32])
@pytest.mark.parametrize(
    "ends",
    [(0, 0), (-5, 10), (-2000, -1000), (5, 3), (-(10**6), -(10**5)), (10**6, 10**7), (None, None)],
)
def test_blank_pixels_are_those_between_the_ends_in_every_kind_of_value(kind, ends):
    least, most = np.iinfo(kind).min, np.iinfo(kind).max
    values = np.random.default_rng(7).integers(least, most, (33, 65), endpoint=True).astype(kind)
    values[:3, 0] = least, most, 0
    lowest, highest = (least if ends[0] is None else ends[0], most if ends[1] is None else ends[1])
    frame = frame_of(values=values[:, ::-1])
    rendering = replace(ALL, padding=PixelPadding(lowest, highest))
    found = BlankPixels().of(frame, rendering)
    wide = values[:, ::-1].astype(np.int64)
    expected = (wide >= lowest) & (wide <= highest)
    assert (found is None) == (not expected.any())
    if found is not None:
        assert found.dtype == np.bool_
        assert np.array_equal(found, expected)
        assert np.array_equal(~found, ~expected)

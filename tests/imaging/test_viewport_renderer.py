"""What reaches the screen: exact at 1:1, at the right place at every zoom and orientation."""

import itertools

import numpy as np
import pytest

from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import Rendering, display_values
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import VoiWindow

EIGHT = [DisplayOrientation(k, m) for k, m in itertools.product(range(4), (False, True))]
SOFT = Rendering(ModalityTransform(1, -1024), VoiWindow(40, 400))


def noise(rows, columns, dtype=np.int16, seed=1):
    info = np.iinfo(dtype)
    generator = np.random.default_rng(seed)
    values = generator.integers(max(info.min, -200), min(info.max, 3000), (rows, columns))
    kind = "MONOCHROME2"
    return StoredFrame(values.astype(dtype), kind, 16, np.issubdtype(dtype, np.signedinteger))


def view(frame, width, height, zoom, **values):
    given = {"center_column": frame.columns / 2, "center_row": frame.rows / 2, **values}
    return ViewTransform(frame.columns, frame.rows, width, height, zoom, **given)


def canvas(image, width, height):
    shown = np.zeros((height, width), np.uint32)
    if image is not None:
        h, w = image.pixels.shape
        shown[image.top_px : image.top_px + h, image.left_px : image.left_px + w] = image.pixels
    return shown


def gray(pixels):
    assert ((pixels >> 24) == 255).all()
    assert ((pixels & 255) == (pixels >> 8 & 255)).all()
    assert ((pixels & 255) == (pixels >> 16 & 255)).all()
    return pixels & 255


@pytest.mark.parametrize("dtype", [np.int16, np.uint16, np.uint8, np.int8, np.int32, np.uint32])
@pytest.mark.parametrize("orientation", EIGHT, ids=str)
def test_at_one_to_one_every_pixel_is_the_reference_value(dtype, orientation):
    frame = noise(41, 30, dtype)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    image = renderer.render(view(frame, 200, 100, 1.0, orientation=orientation), SOFT)
    expected = orientation.apply(display_values(frame, SOFT))
    assert not image.is_resampled
    assert (gray(image.pixels) == expected).all()


@pytest.mark.parametrize("orientation", EIGHT, ids=str)
@pytest.mark.parametrize("zoom", [2.0, 3.0])
def test_a_bright_pixel_is_painted_where_the_transform_says(orientation, zoom):
    values = np.zeros((25, 40), np.int16)
    values[7, 31] = 3000
    frame = StoredFrame(values, "MONOCHROME2", 16, True)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    transform = view(frame, 301, 222, zoom, orientation=orientation, center_column=25.0)
    shown = canvas(renderer.render(transform, SOFT), 301, 222) & 255
    x, y = transform.to_viewport(31.5, 7.5)
    assert shown[int(y), int(x)] > 200
    rows, columns = np.nonzero(shown > 200)
    assert np.hypot(columns + 0.5 - x, rows + 0.5 - y).max() <= zoom


@pytest.mark.parametrize("zoom", [0.11, 0.3, 0.7, 1.7, 9.3])
@pytest.mark.parametrize("shape", [(300, 200), (2001, 1603)])
def test_zoomed_images_stay_within_a_device_pixel_of_their_place(zoom, shape):
    rows, columns = shape
    ramp = np.add.outer(np.zeros(rows), np.arange(columns) + 0.5).astype(np.int16)
    frame = StoredFrame(ramp, "MONOCHROME2", 16, True)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    transform = view(frame, 501, 333, zoom, center_column=columns * 0.4)
    window = VoiWindow(columns / 2, columns)
    image = renderer.render(transform, Rendering(ModalityTransform(), window))
    shown = canvas(image, 501, 333)
    for x_px in range(0, 501, 7):
        column, row = transform.to_image(x_px + 0.5, 166.5)
        if 3 < column < columns - 3 and 0 < row < rows:
            level = (column - 0.5) / (columns - 1) * 255
            tolerance = 255 / columns * (1 / zoom + 1) + 1.01
            assert abs(int(shown[166, x_px] & 255) - level) <= tolerance


def test_large_images_shrink_by_means_not_by_dropping_pixels():
    checkers = (np.indices((2048, 1536)).sum(axis=0) % 2 * 1000).astype(np.int16)
    frame = StoredFrame(checkers, "MONOCHROME2", 16, True)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    rendering = Rendering(ModalityTransform(), VoiWindow(500, 1001))
    for zoom in (0.4, 0.24, 0.1):
        image = renderer.render(view(frame, 1000, 1000, zoom), rendering)
        inner = (image.pixels & 255)[4:-4, 4:-4]
        assert abs(inner.astype(int) - 127).max() <= 4, zoom


def test_interpolation_comes_before_the_window():
    edge = np.repeat(np.array([[0, 1000]], np.int16), 8, axis=0).repeat(8, axis=1)
    frame = StoredFrame(edge, "MONOCHROME2", 16, True)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    # a window at 900 narrower than the edge: blurred gray levels would give middle grays
    narrow = Rendering(ModalityTransform(), VoiWindow(900, 1))
    image = renderer.render(view(frame, 400, 400, 3.5), narrow)
    assert set(np.unique(image.pixels & 255)) == {0, 255}


def test_colour_is_shown_as_stored():
    rgb = np.random.default_rng(3).integers(0, 256, (12, 9, 3)).astype(np.uint8)
    frame = StoredFrame(rgb, "RGB", 8)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    pixels = renderer.render(view(frame, 60, 60, 1.0), None).pixels
    shown = np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], axis=-1)
    assert (shown == rgb).all()


def test_another_frame_never_shows_the_old_pixels():
    first, second = noise(20, 20, seed=1), noise(20, 20, seed=2)
    renderer = ViewportRenderer()
    transform = view(first, 50, 50, 1.0)
    renderer.set_frame(first)
    renderer.render(transform, SOFT)
    renderer.set_frame(None)
    assert renderer.render(transform, SOFT) is None
    renderer.set_frame(second)
    image = renderer.render(transform, SOFT)
    assert (gray(image.pixels) == display_values(second, SOFT)).all()


def test_an_image_panned_out_of_the_viewport_gives_nothing():
    frame = noise(20, 20)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    far = view(frame, 10, 10, 8.0, center_column=400.0)
    assert renderer.render(far, SOFT) is None


def test_pixels_that_are_not_square_are_shown_in_their_true_shape():
    frame = noise(30, 40)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    for orientation, size in ((DisplayOrientation(), (60, 40)), (DisplayOrientation(1), (40, 60))):
        transform = view(frame, 300, 300, 1.0, orientation=orientation, row_aspect=2.0)
        assert renderer.render(transform, SOFT).pixels.shape == size


def test_boxes_that_show_values_alike_share_one_table_that_nobody_can_change():
    frame = StoredFrame(np.arange(64, dtype=np.int16).reshape(8, 8), "MONOCHROME2", 16, True)
    transform = ViewTransform(8, 8, 8, 8, 1.0, 4, 4)
    tables = []
    for width in (300, 300, 301):
        renderer = ViewportRenderer()
        renderer.set_frame(frame)
        image = renderer.lut_image(
            transform, Rendering(ModalityTransform(1, 0), VoiWindow(1, width))
        )
        tables.append(image.table)
    assert tables[0] is tables[1]
    assert tables[1] is not tables[2]
    assert not tables[0].flags.writeable


@pytest.mark.parametrize("orientation", [EIGHT[0], EIGHT[3], EIGHT[5]], ids=str)
@pytest.mark.parametrize("shape", [(300, 201), (2001, 1603), (4099, 1025)])
def test_what_a_transform_covers_is_where_the_image_comes_to_lie(shape, orientation):
    frame = noise(*shape)
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    for zoom, column in itertools.product((0.03, 0.11, 0.26, 0.49, 0.7, 1.0, 2.3), (0, 77.7)):
        transform = view(frame, 301, 222, zoom, center_column=column, orientation=orientation)
        image = renderer.render(transform, SOFT)
        height, width = image.pixels.shape
        drawn = np.array((image.left_px, image.top_px, width, height))
        assert np.abs(drawn - transform.covered_px).max() <= 2
    away = view(frame, 301, 222, 1.0, center_column=9999.0)
    assert renderer.render(away, SOFT) is away.covered_px is None

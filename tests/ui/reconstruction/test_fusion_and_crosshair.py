"""PET over the planes by key and slider, and the crosshair with the mouse."""

import math

import pytest
from PySide6.QtCore import QPoint, Qt

from readstation.app.reconstruction.plane_set import Direction
from readstation.app.viewport.crosshair_shape import Part, centre_on_screen, on_screen
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_state import Tool
from readstation.ui.reconstruction.plane_box import AT_CROSSHAIR, UNDER_MOUSE
from tests.app.reconstruction.phantoms import pet_over, stack_of
from tests.app.reconstruction.volumes import series
from tests.ui.reconstruction.test_reconstruction_view import (
    PATIENCE_MS,
    all_there,
    jobs,
    opened,
    press,
    room,
)

__all__ = ["jobs", "room"]
AXIAL, CORONAL, SAGITTAL = Direction
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def planes(qtbot, room):
    """Return planes that wait for the mouse, their view and what makes their images."""
    model, view, reformatter = opened(qtbot, room)
    qtbot.waitUntil(lambda: reformatter.is_idle, timeout=PATIENCE_MS)
    return model, view, reformatter


@pytest.fixture
def fused(qtbot, planes):
    """Return the same with a PET over them, laid there by its key."""
    model, view, reformatter = planes
    spots = [((-1.0, -1.0, 1.0), 3.0, 8.0)]
    grid = {"spacing_mm": (0.9, 1.1, 1.7), "size": (13, 11, 9)}
    over, frames = pet_over(series().first, (7.0, 5.0, 11.0), spots, **grid)
    model.fusion.offer((over,), LinkGroup().known)
    model.fusion.on_asked(lambda asked: reformatter.open_layer(asked, stack_of(asked, frames)))
    press(qtbot, view, Qt.Key.Key_F)
    qtbot.waitUntil(
        lambda: all(p.layer is not None for p in model.planes.values()), timeout=PATIENCE_MS
    )
    return model, view


def colours(view):
    """Return how many pixels of the axial image are coloured: those of a CT are not."""
    picture = view.boxes[AXIAL].view.grab().toImage()
    width, height = picture.width(), picture.height()
    points = [
        picture.pixelColor(x, y)
        for x in range(width // 4, width // 2, 6)
        for y in range(height // 4, height // 2, 6)
    ]
    return sum(abs(c.red() - c.blue()) > 12 for c in points)


def place(view, direction, at_px):
    ratio = view.boxes[direction].view.devicePixelRatioF()
    return QPoint(round(at_px[0] / ratio), round(at_px[1] / ratio))


def crosshair(model, direction):
    plane = model.planes[direction]
    return model.links.guides.crosshair(plane), plane.transform


def drag(qtbot, view, direction, start_px, *ways_px):
    box = view.boxes[direction].view
    qtbot.mousePress(box, LEFT, pos=place(view, direction, start_px))
    for way in ways_px:
        qtbot.mouseMove(box, place(view, direction, way))
    qtbot.mouseRelease(box, LEFT, pos=place(view, direction, ways_px[-1]))


def test_a_key_lays_the_pet_over_all_planes_and_says_so(qtbot, fused):
    model, view = fused
    for plane in model.planes.values():
        assert plane.layer.words.startswith("FUSED: PET over CT, opacity 50 %")
    assert "SUVbw" in view.boxes[AXIAL].values
    assert "HU" in view.boxes[AXIAL].values
    assert "same frame of reference" in view.fusion.said
    assert colours(view) > 20
    for _ in range(5):
        press(qtbot, view, Qt.Key.Key_Comma)
    assert model.fusion.look.opacity == 0
    assert colours(view) == 0


def test_sliders_show_and_change_opacity_and_window(fused):
    model, view = fused
    assert view.fusion.opacity.value() == 50
    view.fusion.opacity.setValue(80)
    assert model.planes[CORONAL].layer.opacity == 0.8
    view.fusion.top.setValue(50)
    assert model.fusion.look.top == pytest.approx(15.0)
    assert "15.00 SUVbw g/ml" in view.fusion.said


def test_shift_and_drag_changes_the_window_of_the_pet_as_on_any_pet_image(qtbot, fused):
    model, view = fused
    box, ct = view.boxes[AXIAL].view, model.planes[AXIAL].voi
    shift, begin = Qt.KeyboardModifier.ShiftModifier, QPoint(60, 60)
    was = model.fusion.look.window
    qtbot.mousePress(box, LEFT, shift, pos=begin)
    qtbot.mouseMove(box, QPoint(160, 60))
    qtbot.mouseRelease(box, LEFT, shift, pos=QPoint(160, 60))
    now = model.fusion.look.window
    assert now.width == pytest.approx(was.width * (1 + 100 / 400))
    assert now.center - now.width / 2 >= 0  # no uptake below none
    assert model.planes[AXIAL].voi == ct
    qtbot.mousePress(box, LEFT, shift, pos=begin)
    qtbot.mouseMove(box, QPoint(60, 10))
    qtbot.mouseRelease(box, LEFT, shift, pos=QPoint(60, 10))
    lower = model.fusion.look.window
    assert lower.center - lower.width / 2 == pytest.approx(0)
    press(qtbot, view, Qt.Key.Key_B)
    assert model.fusion.look.opacity == 1
    model.planes[AXIAL].choose_tool(Tool.WINDOW)
    qtbot.mousePress(box, LEFT, pos=begin)
    qtbot.mouseMove(box, QPoint(160, 60))
    qtbot.mouseRelease(box, LEFT, pos=QPoint(160, 60))
    assert model.fusion.look.window.width > lower.width
    assert model.planes[AXIAL].voi == ct


def test_without_a_pet_the_key_says_that_there_is_none(qtbot, planes):
    _, view, _ = planes
    press(qtbot, view, Qt.Key.Key_F)
    assert "Not fused. No PET or NM series" in view.fusion.said


def test_the_read_out_follows_the_mouse_and_returns_to_the_crosshair(qtbot, planes):
    model, view, _ = planes
    box = view.boxes[AXIAL]
    assert box.where == AT_CROSSHAIR
    before = box.values
    x, y = model.planes[AXIAL].transform.to_viewport(3.0, 3.0)
    qtbot.mouseMove(box.view, place(view, AXIAL, (x, y)))
    assert box.where == UNDER_MOUSE
    assert box.values != before
    assert box.values.endswith("HU · linear between voxels")


def test_a_press_beside_the_lines_puts_the_crosshair_there(qtbot, planes):
    model, view, _ = planes
    transform = model.planes[AXIAL].transform
    drag(qtbot, view, AXIAL, transform.to_viewport(5.0, 4.0), transform.to_viewport(6.0, 5.0))
    wanted = model.planes[AXIAL].description.plane.to_patient(6.0, 5.0)
    assert model.crosshair_mm[0] == pytest.approx(wanted[0], abs=0.3)
    assert model.crosshair_mm[1] == pytest.approx(wanted[1], abs=0.3)


def test_a_line_that_is_dragged_takes_its_plane_with_it_and_no_other(qtbot, planes):
    model, view, _ = planes
    found, transform = crosshair(model, AXIAL)
    line = next(each for each in on_screen(found, transform) if each.name == "sagittal")
    x, y = centre_on_screen(found, transform)
    held = (x, (y + min(line.start[1], line.end[1])) / 2)
    before = model.crosshair_mm
    step = 2.0 * transform.scale_x
    drag(qtbot, view, AXIAL, held, (x + step, held[1]), (x + 3 * step, held[1] + 30))
    after = model.crosshair_mm
    assert after[0] - before[0] == pytest.approx(3.0, abs=0.5)
    assert after[1:] == pytest.approx(before[1:])


def test_a_handle_turns_both_lines_and_the_image_below_them_stays(qtbot, planes):
    model, view, reformatter = planes
    axial, coronal = model.planes[AXIAL], model.planes[CORONAL]
    image, zoom = axial.description, axial.transform.zoom
    found, transform = crosshair(model, AXIAL)
    centre = centre_on_screen(found, transform)
    line = next(each for each in on_screen(found, transform) if each.name == "coronal")
    handle = line.handles[-1]
    assert model.links.guides.part_at(axial, *handle) == (Part.HANDLE, "coronal")
    radius, start = (
        math.dist(handle, centre),
        math.atan2(handle[1] - centre[1], handle[0] - centre[0]),
    )
    ways = [
        (
            centre[0] + radius * math.cos(start + math.radians(angle)),
            centre[1] + radius * math.sin(start + math.radians(angle)),
        )
        for angle in (5, 12, 20)
    ]
    before = model.crosshair_mm
    drag(qtbot, view, AXIAL, handle, *ways)
    qtbot.waitUntil(lambda: all_there(model), timeout=PATIENCE_MS)
    assert model.cut.turned.angle_deg == pytest.approx(20, abs=1.0)
    assert model.crosshair_mm == pytest.approx(before, abs=1e-6)
    assert axial.description.plane.row_cosines == pytest.approx(image.plane.row_cosines)
    assert axial.transform.zoom == pytest.approx(zoom)
    angle = math.radians(model.cut.turned.angle_deg)
    assert coronal.description.plane.row_cosines == pytest.approx(
        (math.cos(angle), math.sin(angle), 0.0), abs=1e-9
    )
    assert len(coronal.display_set) > 1
    assert not model.is_turning
    qtbot.waitUntil(lambda: reformatter.is_idle, timeout=PATIENCE_MS)


def test_a_key_returns_to_thin_straight_planes_through_the_middle(qtbot, planes):
    model, view, _ = planes
    middle = model.crosshair_mm
    press(qtbot, view, Qt.Key.Key_Right)
    press(qtbot, view, Qt.Key.Key_Up)
    model.move_crosshair((2.0, 2.0, 2.0))
    press(qtbot, view, Qt.Key.Key_Home)
    assert view.cut_words == "One voxel thick"
    assert model.crosshair_mm == pytest.approx(middle)


def test_slabs_are_scrolled_by_their_thickness(qtbot, planes):
    model, view, _ = planes
    for _ in range(4):
        press(qtbot, view, Qt.Key.Key_Up)
    axial = model.planes[AXIAL]
    before = axial.description.plane.position_mm[2]
    press(qtbot, view, Qt.Key.Key_PageDown)
    assert abs(axial.description.plane.position_mm[2] - before) == pytest.approx(8.0)
    press(qtbot, view, Qt.Key.Key_PageUp)
    assert axial.description.plane.position_mm[2] == pytest.approx(before)


def test_still_planes_become_smooth_and_moving_ones_do_not(qtbot, planes):
    model, view, reformatter = planes
    axial = model.planes[AXIAL]
    press(qtbot, view, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: all_there(model), timeout=PATIENCE_MS)
    press(qtbot, view, Qt.Key.Key_I)
    assert "cubic when still" in view.cut_words
    linear = axial.frame
    qtbot.waitUntil(lambda: reformatter.is_idle and axial.frame is not linear, timeout=PATIENCE_MS)
    assert not list(model.queue.not_smooth())
    qtbot.keyClick(view.boxes[AXIAL].view, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: axial.frame is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not list(model.queue.not_smooth()), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: reformatter.is_idle, timeout=PATIENCE_MS)
    press(qtbot, view, Qt.Key.Key_I)
    assert "cubic" not in view.cut_words

"""How hung images are first shown: turned, anchored, at one scale, until the reader acts."""

from dataclasses import replace

import pytest

from readstation.app.hanging.hanging_facts import set_facts
from readstation.app.hanging.hung_looks import NOT_TO_SCALE, HungLooks
from readstation.app.hanging.hung_orientation import hung_orientation
from readstation.app.reading.display_set import DisplaySet
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import AS_IN_FILE
from readstation.app.viewport.window.window_presets import WindowPreset, WindowPresets
from readstation.domain.anatomy import Anatomy
from readstation.domain.calibration import UNCALIBRATED
from readstation.domain.hanging import Anchor, BoxLook, Orientation, Quadrant, Window, Zoom
from readstation.imaging.orientation import AS_STORED, DisplayOrientation, edge_letters
from readstation.imaging.voi import VoiWindow
from tests.app.hanging.breasts import STANDARD, breast

BREAST = BoxLook(zoom=Zoom.SAME_SCALE, orientation=Orientation.BREAST, anchor=Anchor.CHEST_WALL)
SIZE = (900, 700)
EDGE_PX = 1.0


class Wall:
    """Boxes with one image each, dressed at once."""

    def __init__(self, *images, look=BREAST, size=SIZE):
        presets = WindowPresets({"MG": (WindowPreset(1, "Dense", VoiWindow(800, 300)),)})
        self.boxes = [ViewportModel(presets) for _ in images]
        self.looks = HungLooks(self.boxes)
        for box, image in zip(self.boxes, images, strict=True):
            box.resize(*size)
            box.set_display_set((image,))
        facts = [set_facts(DisplaySet((image,)), Anatomy()) for image in images]
        self.looks.dress([(b, look, f) for b, f in zip(self.boxes, facts, strict=True)])

    def edges(self, box):
        """Return where the left and right edge of the image lie, in device pixels."""
        t = box.transform
        corners = [t.to_viewport(c, r)[0] for c in (0, t.columns) for r in (0, t.rows)]
        return min(corners), max(corners)


def scales(wall):
    return [b.transform.zoom / b.description.calibration.column_spacing_mm for b in wall.boxes]


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("name", STANDARD)
def test_a_breast_hangs_the_same_however_it_was_stored(name, turns, mirrored) -> None:
    """H08: whatever lies in the file, the chest wall is inside and the axilla or side is up."""
    stored = DisplayOrientation(turns, mirrored)
    as_turned = edge_letters(stored, None, STANDARD[name])
    image = breast("1", name, lies=(as_turned.right, as_turned.bottom))
    side, view = name.split()
    shown = hung_orientation(Orientation.BREAST, image, side=side, view=view, plane="")
    letters = edge_letters(shown, None, image.patient_orientation)
    wall = letters.right if side == "R" else letters.left
    assert wall == "P"
    assert letters.top[:1] == (side if view == "CC" else "H")


def test_an_image_that_does_not_say_how_it_lies_is_not_turned() -> None:
    image = breast("1", "R CC", lies=("", ""))
    shown = hung_orientation(Orientation.BREAST, image, side="R", view="CC", plane="")
    assert shown == AS_STORED


def test_chest_walls_meet_back_to_back() -> None:
    wall = Wall(*(breast("1", name) for name in STANDARD))
    for box in wall.boxes:
        left, right = wall.edges(box)
        if box.description.laterality == "R":
            assert right == pytest.approx(SIZE[0], abs=EDGE_PX)
            assert left > 0
        else:
            assert left == pytest.approx(0, abs=EDGE_PX)
            assert right < SIZE[0]


def test_current_and_prior_show_as_many_pixels_for_a_millimetre() -> None:
    wall = Wall(breast("1", "R CC"), breast("2", "R CC", spacing_mm=0.05, columns=2500, rows=3500))
    now, before = scales(wall)
    assert now == pytest.approx(before)
    assert now * 0.05 * 3500 == pytest.approx(SIZE[1])  # the larger one just fits


def test_the_scale_stays_common_when_a_box_changes_size() -> None:
    wall = Wall(breast("1", "R CC"), breast("2", "R CC", spacing_mm=0.05, columns=2500, rows=3500))
    wall.boxes[1].resize(300, 350)
    now, before = scales(wall)
    assert now == pytest.approx(before)
    assert before * 0.05 * 2500 <= 300 + EDGE_PX
    assert wall.edges(wall.boxes[1])[1] == pytest.approx(300, abs=EDGE_PX)


def test_what_the_reader_zooms_is_left_alone_and_the_others_too() -> None:
    wall = Wall(breast("1", "R CC"), breast("2", "R CC"))
    wall.boxes[0].zoom_by(2, 10, 10)
    chosen = wall.boxes[0].state
    for box in wall.boxes:
        box.resize(500, 500)
    assert wall.boxes[0].state == chosen
    assert wall.boxes[1].transform.zoom * 1400 == pytest.approx(500)


def test_an_image_without_spacing_is_fitted_and_says_that_it_is_not_to_scale() -> None:
    unknown = replace(breast("2", "R CC"), calibration=UNCALIBRATED)
    wall = Wall(breast("1", "R CC"), unknown)
    assert wall.boxes[1].state.notice == NOT_TO_SCALE
    assert wall.boxes[0].state.notice == ""


def test_one_to_one_shows_the_chest_wall_half() -> None:
    wall = Wall(breast("1", "R CC"), look=replace(BREAST, zoom=Zoom.ONE_TO_ONE), size=(400, 300))
    assert wall.boxes[0].transform.zoom == 1.0
    assert wall.edges(wall.boxes[0])[1] == pytest.approx(400, abs=EDGE_PX)


@pytest.mark.parametrize("quadrant", list(Quadrant))
def test_a_quadrant_fills_its_box_as_it_is_seen(quadrant) -> None:
    look = BoxLook(zoom=Zoom.QUADRANT, quadrant=quadrant, orientation=Orientation.BREAST)
    turned = breast("1", "R CC", lies=("A", "R"))  # stored upside down: shown turned by 180 degrees
    wall = Wall(turned, look=look, size=(500, 700))
    t = wall.boxes[0].transform
    assert wall.boxes[0].state.orientation.rotation_deg == 180
    x, y = t.to_viewport(500, 700)
    wanted = {
        Quadrant.UPPER_LEFT: (500, 700),
        Quadrant.UPPER_RIGHT: (0, 700),
        Quadrant.LOWER_LEFT: (500, 0),
        Quadrant.LOWER_RIGHT: (0, 0),
    }
    assert (x, y) == pytest.approx(wanted[quadrant], abs=EDGE_PX)


def test_windows_by_name_and_by_numbers() -> None:
    by_name = Wall(breast("1", "R CC"), look=BoxLook(window=Window(preset="dense"))).boxes[0]
    assert by_name.state.voi_choice.name == "Dense"
    numbers = Wall(breast("1", "R CC"), look=BoxLook(window=Window(center=9, width=4))).boxes[0]
    assert numbers.state.voi_choice.window == VoiWindow(9, 4)
    unknown = Wall(breast("1", "R CC"), look=BoxLook(window=Window(preset="Lung"))).boxes[0]
    assert unknown.state.voi_choice == AS_IN_FILE


def test_other_images_in_the_box_are_not_touched() -> None:
    wall = Wall(breast("1", "R CC"))
    wall.boxes[0].set_display_set((breast("9", "L CC"),))
    wall.boxes[0].resize(333, 333)
    assert wall.boxes[0].state.zoom is None

"""A child process of a test, on an X server: image boxes as OpenGL paints them, beside the CPU's.

Arguments: a scenario below, and the file in which the server keeps its screen. Prints one JSON
line. Any renderer is taken for a graphics processor here, which nothing but this can ask for.
"""

import json
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from readstation.domain.graphics import GraphicsFinding
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.voi import VoiWindow
from readstation.ui import theme
from readstation.ui.displays import Displays
from readstation.ui.gpu import gpu_canvas
from readstation.ui.gpu.graphics_back_end import GraphicsBackEnd
from readstation.ui.gpu.graphics_probe import standing_from
from readstation.ui.gpu.shader import FRAGMENT
from readstation.ui.screen_facts import PIXEL_FORMATS
from readstation.ui.viewport.viewport_view import ViewportView
from tests.ui.viewport.box_states import STATES
from tests.ui.viewport.test_ten_bit import read_screen

LIMIT_S = 90
ROUNDING = 1  # of a level where a line's soft edge is blended once more
SIZE = (611, 487)
WRONG = FRAGMENT.replace("texelFetch(values, here, 0)", "texelFetch(values, here / 2 * 2, 0)")
STEPS = {
    "window": lambda model: model.set_window(VoiWindow(30, 700)),
    "inverted": lambda model: model.toggle_invert(),
    "one_to_one": lambda model: model.one_to_one(),
    "enlarged": lambda model: model.zoom_by(3.7, 200.0, 170.0),
    "turned": lambda model: model.orient(DisplayOrientation(1, True)),
    "shrunk": lambda model: model.zoom_by(0.05, 300.0, 250.0),
    "panned": lambda model: model.set_transform(model.transform.panned(-41.0, 17.0)),
    "fitted": lambda model: model.fit(),
    "without_words": lambda model: model.change(is_overlay_visible=False),
}
"""What a reader does to one box, one after the other."""


class Room:
    """A window with one image box at a time, and who paints it."""

    def __init__(self, screen: Path) -> None:
        self.application = QApplication(["boxes"])
        theme.apply(self.application)
        self.screen = screen
        self.back_end = GraphicsBackEnd(accepts=lambda _: True, start_after_ms=0)
        self.displays = Displays(graphics=self.back_end)
        self.window = QWidget()
        self.window.setGeometry(20, 30, *SIZE)
        self.view: ViewportView | None = None

    def use(self) -> None:
        """Take the check as passed."""
        self.back_end._stand(standing_from(GraphicsFinding("as if it were a GPU", "", 1)))

    def show(self, name: str) -> ViewportView:
        if self.view is not None:
            self.view.hide()
            self.view.deleteLater()
        self.view = ViewportView(STATES[name](), displays=self.displays, parent=self.window)
        self.view.setGeometry(self.window.rect())
        self.window.show()
        self.view.show()
        if self.back_end.standing.is_gpu:
            self.wait(lambda: self.view._canvas.is_painting)
        return self.view

    def wait(self, is_true) -> bool:
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            QTest.qWait(10)
            if is_true():
                return True
        return False

    def expected(self) -> np.ndarray:
        """Return what the CPU paints, as levels of red, green and blue."""
        bits = self.displays.output(self.view).bit_depth
        image = QImage(*SIZE, PIXEL_FORMATS[bits])
        image.fill(0)
        painter = QPainter(image)
        self.view._paint(painter)
        painter.end()
        pixels = np.frombuffer(image.constBits(), np.uint32).reshape(SIZE[1], SIZE[0])
        return np.stack([pixels >> (bits * place) & ((1 << bits) - 1) for place in (2, 1, 0)])

    def shown(self) -> np.ndarray:
        place = self.view.mapToGlobal(QPoint(0, 0))
        pixels, masks = read_screen(self.screen)
        part = pixels[place.y() : place.y() + SIZE[1], place.x() : place.x() + SIZE[0]]
        return np.stack([(part & mask) // (mask & -mask) for mask in masks])

    def differing(self) -> list[int]:
        """Return how many pixels of the screen are not the CPU's, and by how much at most.

        First where the image lies bare, then where words and lines lie over it.
        """
        expected = self.expected().astype(int)

        def distance() -> np.ndarray:
            return np.abs(self.shown() - expected).max(axis=0)

        self.wait(lambda: distance().max() <= ROUNDING)
        canvas, off = self.view._canvas._canvas, distance()
        is_bare = canvas._layer == 0 if canvas is not None else np.ones(off.shape, np.bool_)
        return [int((off[is_bare] > 0).sum()), int(off[~is_bare].max(initial=0))]

    def facts(self, **more) -> dict:
        return {
            "standing": self.back_end.standing.text,
            "differing": self.differing(),
            "is_gpu": self.view._canvas.is_painting,
            **more,
        }


def states(room: Room) -> dict:
    """Every box there is."""
    room.use()
    found = {}
    for name in STATES:
        room.show(name)
        found[name] = room.differing() if room.view._canvas.is_painting else None
    return room.facts(found=found)


def steps(room: Room) -> dict:
    """One box after everything that a reader does to it."""
    room.use()
    view = room.show("everything")
    found = {}
    for name, step in STEPS.items():
        step(view.model)
        found[name] = room.differing()
    return room.facts(found=found)


def wrong_shader(room: Room) -> dict:
    """A driver that draws nearly the right thing."""
    gpu_canvas.GpuCanvas = partial(gpu_canvas.GpuCanvas, fragment=WRONG)
    room.use()
    room.show("overlay")
    room.wait(lambda: not room.back_end.standing.is_gpu)
    return room.facts()


def after_a_start(room: Room, fault) -> dict:
    """A box that was painted well, until something happened."""
    room.use()
    view = room.show("overlay")
    before = room.facts()
    canvas = view._canvas._canvas
    fault(canvas)
    view.model.set_window(VoiWindow(10, 300))
    room.wait(lambda: not room.back_end.standing.is_gpu)
    later = room.show("padding")
    return room.facts(before=before, later=later._canvas.is_painting)


def lost(canvas) -> None:
    """Qt does not call back when it cannot make its context current."""
    canvas.paintGL = lambda: None


def gl_error(canvas) -> None:
    canvas.makeCurrent()
    canvas._painter._program.removeAllShaders()
    canvas._painter._gl.glDeleteProgram(canvas._painter._program.programId())
    canvas.doneCurrent()


def exception(canvas) -> None:
    def fail(_painter):
        raise KeyError("DEMO^Alpha")

    canvas._paint = fail


def hidden(room: Room) -> dict:
    """A box that was away, and came back."""
    room.use()
    view = room.show("overlay")
    before = room.facts()
    view.hide()
    room.wait(lambda: not view.isVisible())
    view.show()
    return room.facts(before=before, is_proved=room.wait(lambda: view._canvas._canvas._is_proved))


def checked(room: Room, check: str) -> dict:
    """From the first image to the canvas, with a check in a process of its own."""
    room.back_end._check = ("-m", check)
    view = room.show("overlay")
    is_done = room.wait(lambda: "looked at" not in room.back_end.standing.text)
    first = [is_done, view._canvas.is_painting, room.back_end.standing_of(view.model).text]
    view.hide()
    view.show()
    room.wait(lambda: view._canvas.is_painting is room.back_end.standing.is_gpu)
    return room.facts(first=first, boxes=room.back_end.standing_of(view.model).text)


SCENARIOS = {
    "states": states,
    "steps": steps,
    "wrong_shader": wrong_shader,
    "lost": partial(after_a_start, fault=lost),
    "gl_error": partial(after_a_start, fault=gl_error),
    "exception": partial(after_a_start, fault=exception),
    "hidden": hidden,
    "checked": partial(checked, check="tests.ui.gpu.check_of_any_renderer"),
    "refused": partial(checked, check="readstation.ui.gpu.gpu_check"),
}


def main() -> int:
    room = Room(Path(sys.argv[2]))
    told = SCENARIOS[sys.argv[1]](room)
    print(json.dumps(told), flush=True)
    room.window.close()
    room.back_end.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

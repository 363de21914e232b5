"""A child process of a test: shows a ramp in a real viewport until its input ends.

Arguments: `plain`, or a display gamma to be corrected. Prints one JSON line when it is painted.
"""

import json
import sys

import numpy as np
from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.domain.luminance import LuminancePoint, LuminanceTable
from readstation.imaging.display_function import driving_level_table
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.output import DisplayOutput
from readstation.imaging.voi import VoiWindow
from readstation.ui.displays import Displays
from readstation.ui.screen_facts import display_of
from readstation.ui.viewport.viewport_view import ViewportView
from tests.app.viewport.conftest import described

ROWS, COLUMNS = 64, 1024
LEFT, TOP, WIDTH, HEIGHT = 40, 60, 1200, 400


class Corrected(Displays):
    """As if this screen had been measured."""

    def __init__(self, output: DisplayOutput) -> None:
        super().__init__()
        self._fixed = output

    def output(self, _widget):
        return self._fixed


def gamma_table(gamma: float) -> LuminanceTable:
    points = [LuminancePoint(d, 0.5 + 400 * (d / 1023) ** gamma) for d in range(1024)]
    return LuminanceTable(tuple(points), 10)


def main() -> int:
    application = QApplication(["ramp"])
    screen = application.primaryScreen()
    depth = display_of(screen).bit_depth
    displays = Displays()
    if sys.argv[1] != "plain":
        levels = driving_level_table(gamma_table(float(sys.argv[1])), depth)
        displays = Corrected(DisplayOutput(depth, levels))
    frame = StoredFrame(
        np.tile(np.arange(COLUMNS, dtype=np.uint16), (ROWS, 1)), "MONOCHROME2", 16, False
    )
    model = ViewportModel(parse_window_presets(""))
    model.on_frame_wanted(lambda token, _: model.show_frame(token, frame))
    view = ViewportView(model, displays=displays)
    view.setGeometry(LEFT, TOP, WIDTH, HEIGHT)
    view.show()
    image = described(
        rows=ROWS,
        columns=COLUMNS,
        vois=(VoiWindow(512, 1024),),
        modality_transform=ModalityTransform(1, 0, is_stated=True),
    )
    model.set_display_set([image])
    model.change(is_overlay_visible=False)
    model.one_to_one()

    def tell() -> None:
        if view._painted is None:
            return
        look.stop()
        left, top = model.transform.origin_px
        place = view.mapToGlobal(view.rect().topLeft())
        facts = {
            "depth": screen.depth(),
            "badge": displays.standing(view).badge,
            "left": place.x() + left,
            "top": place.y() + top,
        }
        print(json.dumps(facts), flush=True)

    look = QTimer(interval=20)
    look.timeout.connect(tell)
    look.start()
    end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    end.activated.connect(application.quit)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())

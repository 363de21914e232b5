"""pyqtgraph: an ImageItem in a ViewBox per image box, which is also what its ImageView draws with.

It samples the nearest pixel. The whole image is fitted without a margin; nothing else is drawn.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph
from PySide6.QtWidgets import QWidget

from tests.benchmarks.contenders.answering import answer_calls
from tests.benchmarks.contenders.painted import Painted, window_of
from tests.benchmarks.contenders.pictures import png_of
from tests.benchmarks.contenders.stored_stack import stack_of


class ItemBox:
    """One ImageItem in a ViewBox."""

    def __init__(self) -> None:
        self.widget = pyqtgraph.GraphicsView()
        self._box = pyqtgraph.ViewBox(lockAspect=True, invertY=True, enableMenu=False)
        self._item = pyqtgraph.ImageItem()
        self._box.addItem(self._item)
        self.widget.setCentralItem(self._box)
        self._images = np.zeros((1, 1, 1), np.int16)

    @property
    def painted(self) -> QWidget:
        return self.widget.viewport()

    def load(self, images: np.ndarray, first: int) -> None:
        self._images = images
        self._item.setImage(images[first], levels=(0, 4000))
        self._box.autoRange(padding=0)

    def window(self, low: float, high: float) -> None:
        self._item.setLevels((low, high))

    def go_to(self, index: int) -> None:
        self._item.setImage(self._images[index], autoLevels=False)


class Pyqtgraph:
    """A window of pyqtgraph's image boxes."""

    def __init__(self) -> None:
        pyqtgraph.setConfigOptions(imageAxisOrder="row-major")
        self._application = pyqtgraph.mkQApp()

    def start(self, width: int, height: int, boxes: int = 1, **_: Any) -> dict[str, Any]:
        """Show a window of empty image boxes."""
        self._boxes = [ItemBox() for _ in range(boxes)]
        self._window = window_of([box.widget for box in self._boxes], width, height)
        self._painted = Painted([box.painted for box in self._boxes])
        return {"version": pyqtgraph.__version__, "platform": self._application.platformName()}

    def load(self, files: Sequence[str]) -> dict[str, Any]:
        """Read all files and show the first in each box, of mammograms each another."""
        self._images = stack_of(files)
        is_stack = len(self._images) > 4
        self._painted.expect()
        for number, box in enumerate(self._boxes):
            box.load(self._images, 0 if is_stack else number % len(self._images))
        self._painted.wait()
        return {}

    def window(self, steps: Sequence[tuple[float, float]]) -> dict[str, Any]:
        """Change the window of every box."""

        def change(step: tuple[float, float]) -> None:
            center, width = step
            for box in self._boxes:
                box.window(center - width / 2, center + width / 2)

        return self._painted.timed(steps, change)

    def scroll(self, steps: Sequence[int]) -> dict[str, Any]:
        """Show another image in every box."""

        def change(step: int) -> None:
            for box in self._boxes:
                box.go_to(step)

        return self._painted.timed(steps, change)

    def turn(self, steps: Sequence[int]) -> dict[str, Any]:
        """Show another view in every box."""

        def change(step: int) -> None:
            for number, box in enumerate(self._boxes):
                box.go_to((step + number) % len(self._images))

        return self._painted.timed(steps, change)

    def picture(self) -> dict[str, Any]:
        """Return what the window shows."""
        return {"png": png_of(self._window)}


if __name__ == "__main__":
    side = Pyqtgraph()
    names = ("start", "load", "window", "scroll", "turn", "picture")
    answer_calls({name: getattr(side, name) for name in names})

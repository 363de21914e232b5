"""Our own side: the product's viewport widgets, words and marks over the image as a reader has it.

The files go through the product's own import, index and decode workers. What was loaded is answered
at once, as from the frame cache, with the half-size copies that the loader makes; a CT hangs in all
boxes, linked by position, of mammograms each box has the next view.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from readstation.app.commands import CommandRegistry
from readstation.app.reading.display_set import group_into_display_sets
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import RequestToken, Role
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.domain.study import FrameKey
from readstation.imaging.frame import StoredFrame
from readstation.imaging.pyramid import with_half_sizes
from readstation.imaging.voi import VoiWindow
from readstation.ui import theme
from readstation.ui.viewport.viewport_commands import VIEWPORT_COMMANDS
from readstation.ui.viewport.viewport_view import ViewportView
from tests.benchmarks.contenders.answering import answer_calls
from tests.benchmarks.contenders.open_workspace import (
    all_series,
    images_of,
    workspace_with,
)
from tests.benchmarks.contenders.painted import Painted, window_of
from tests.benchmarks.contenders.pictures import png_of


class Ours:
    """A window of our image boxes."""

    def __init__(self) -> None:
        self._application = QApplication(["benchmark"])
        theme.apply(self._application)
        self._frames: dict[FrameKey, StoredFrame] = {}
        self._sets: list[tuple[ImageDescription, ...]] = []
        self._models: list[ViewportModel] = []
        self._links = LinkGroup()
        self._window: QWidget | None = None

    def start(self, width: int, height: int, boxes: int = 1, **_: Any) -> dict[str, Any]:
        """Show a window of empty image boxes."""
        registry = CommandRegistry(VIEWPORT_COMMANDS)
        self._models = [ViewportModel(NO_PRESETS, Role.CURRENT) for _ in range(boxes)]
        self._links = LinkGroup()
        views = []
        for model in self._models:
            self._links.add(model)
            model.on_frame_wanted(self._answer(model))
            views.append(ViewportView(model, registry=registry))
        self._window = window_of(views, width, height)
        self._painted = Painted(views)
        return {"platform": self._application.platformName()}

    def load(self, files: Sequence[str]) -> dict[str, Any]:
        """Import, describe and decode all files, then hang them."""
        with workspace_with([Path(file) for file in files]) as workspace:
            (series,) = all_series(workspace)
            found = group_into_display_sets(images_of(workspace, series))
            self._sets = [one.images for one in found]
            instances = {one.sop_instance_uid: one for one in series.instances}
            for image in (image for images in self._sets for image in images):
                frame = workspace.station.frames.load(instances[image.sop_instance_uid], 1)
                self._frames[image.frame_key] = with_half_sizes(frame)
        self._painted.expect()
        for number, model in enumerate(self._models):
            model.set_display_set(self._sets[number % len(self._sets)])
        if len(self._sets) == 1 and len(self._models) > 1:
            self._links.toggle(self._models[0])
        self._painted.wait()
        return {}

    def window(self, steps: Sequence[tuple[float, float]]) -> dict[str, Any]:
        """Change the window of every box."""

        def change(step: tuple[float, float]) -> None:
            window = VoiWindow(*step)
            for model in self._models:
                model.set_window(window)

        return self._painted.timed(steps, change)

    def scroll(self, steps: Sequence[int]) -> dict[str, Any]:
        """Go to an image; boxes that are linked follow."""
        return self._painted.timed(steps, self._models[0].go_to)

    def turn(self, steps: Sequence[int]) -> dict[str, Any]:
        """Hang another view in every box."""

        def change(step: int) -> None:
            for number, model in enumerate(self._models):
                model.set_display_set(self._sets[(step + number) % len(self._sets)])

        return self._painted.timed(steps, change)

    def picture(self) -> dict[str, Any]:
        """Return what the window shows, without the words over the image."""
        for model in self._models:
            model.change(is_overlay_visible=False)
        assert self._window is not None
        picture = png_of(self._window)
        for model in self._models:
            model.change(is_overlay_visible=True)
        return {"png": picture}

    def _answer(self, model: ViewportModel) -> Any:
        def answer(token: RequestToken, image: ImageDescription) -> None:
            model.show_frame(token, self._frames[image.frame_key])

        return answer


if __name__ == "__main__":
    side = Ours()
    names = ("start", "load", "window", "scroll", "turn", "picture")
    answer_calls({name: getattr(side, name) for name in names})

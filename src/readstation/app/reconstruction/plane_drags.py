"""Dragging over planes besides the tools: the window of the PET, and turning its whole MIP."""

from __future__ import annotations

from dataclasses import replace

from readstation.app.reconstruction.fusion import Fusion
from readstation.app.reconstruction.plane_set import Direction
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.reconstruction.whole_mip import is_whole
from readstation.app.viewport.tools import WIDTH_PER_DRAG_PX
from readstation.app.viewport.viewport_links import Drag
from readstation.app.viewport.viewport_state import Tool

TURN_DEG_PER_PX = 0.5
ALONE = 1.0
"""Opacity with which nothing but the layer is seen."""


class LayerWindowDrag:
    """As on any PET image: right widens, down raises the level, and none is below no uptake."""

    def __init__(self, fusion: Fusion, x_px: float, y_px: float) -> None:
        self._fusion, self._from = fusion, (x_px, y_px)
        self._window = fusion.look.window if fusion.look is not None else None

    def move(self, x_px: float, y_px: float) -> None:
        start = self._window
        if start is None:
            return
        gain = start.width * WIDTH_PER_DRAG_PX
        width = max(start.width + (x_px - self._from[0]) * gain, gain)
        center = max(start.center + (y_px - self._from[1]) * gain, width / 2)
        self._fusion.set_window(replace(start, width=width, center=center, explanation=""))

    def end(self) -> None:
        """Keep the window as it is."""


class SpinDrag:
    """Turns the whole volume about the long axis of the patient, as a lathe does."""

    def __init__(self, model: Reconstruction, x_px: float) -> None:
        self._model, self._from_px = model, x_px
        model.begin_turn()

    def move(self, x_px: float, y_px: float) -> None:
        del y_px
        turned_deg = (x_px - self._from_px) * TURN_DEG_PER_PX
        self._model.turn_from_begin(Direction.AXIAL, turned_deg)

    def end(self) -> None:
        self._model.end_turn()


def drag_over_plane(
    model: Reconstruction, direction: Direction, at_px: tuple[float, float], *, has_shift: bool
) -> Drag | None:
    """Return what a press begins instead of the tool; None for the tool itself.

    With Shift, or where only the PET is seen and the tool is that of the window, its window
    changes; over the whole MIP, seen from the side, the mouse turns it.
    """
    tool, look = model.planes[direction].state.tool, model.fusion.look
    is_alone = look is not None and look.opacity == ALONE and tool is Tool.WINDOW
    if look is not None and (has_shift or is_alone):
        return LayerWindowDrag(model.fusion, *at_px)
    if is_whole(model) and tool is Tool.CURSOR and direction is not Direction.AXIAL:
        return SpinDrag(model, at_px[0])
    return None

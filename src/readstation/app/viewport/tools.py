"""What dragging does: each tool turns positions in device pixels into changes of the model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from readstation.app.viewport.drawing import drawing_drag, point_at
from readstation.app.viewport.moving import handle_drag, line_at, move_drag
from readstation.app.viewport.questions import withdraw
from readstation.app.viewport.tool_table import TOOLS
from readstation.app.viewport.value_scale import modality_transform_of
from readstation.app.viewport.viewport_links import Drag
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.measurement import Measurement, Unfinished, grips
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow

GRIP_PX = 9.0
WIDTH_PER_DRAG_PX = 1 / 400
ZOOM_E_FOLDING_PX = 200.0
SCROLL_STEP_PX = 12.0
SMALLEST_WIDTH = 1.0
NARROW_STEPS = 64


class WindowDrag:
    """Right widens the window; down raises the level, or lowers it if the reader prefers."""

    def __init__(
        self, model: ViewportModel, x_px: float, y_px: float, *, down_raises_level: bool = True
    ) -> None:
        self._model, self._from = model, (x_px, y_px)
        self._sign = 1.0 if down_raises_level else -1.0
        self._window = _as_window(model)
        d = model.description
        self._starts_at_zero = d is not None and d.modality == "PT"  # no activity below none

    def move(self, x_px: float, y_px: float) -> None:
        start = self._window
        if start is None:
            return
        gain = max(start.width, _narrow_width(self._model)) * WIDTH_PER_DRAG_PX
        width = start.width + (x_px - self._from[0]) * gain
        center = start.center + self._sign * (y_px - self._from[1]) * gain
        smallest = SMALLEST_WIDTH
        if start.function is not VoiLutFunction.LINEAR:
            smallest = gain
        if gain >= 0.05:
            width, center = round(width), round(center)
        width = max(width, smallest)
        if self._starts_at_zero:
            center = max(center, width / 2)
        window = replace(start, width=width, center=center, explanation="")
        self._model.set_window(window)

    def end(self) -> None:
        """Keep the window as it is."""


class PanDrag:
    """The image follows the mouse."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model, self._from, self._start = model, (x_px, y_px), model.transform

    def move(self, x_px: float, y_px: float) -> None:
        if self._start is not None:
            dx, dy = x_px - self._from[0], y_px - self._from[1]
            self._model.set_transform(self._start.panned(dx, dy))

    def end(self) -> None:
        """Keep the place as it is."""


class ZoomDrag:
    """Up enlarges, around the point where the drag began."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model, self._from, self._start = model, (x_px, y_px), model.transform

    def move(self, x_px: float, y_px: float) -> None:
        del x_px
        if self._start is not None:
            factor = math.exp((self._from[1] - y_px) / ZOOM_E_FOLDING_PX)
            self._model.set_transform(self._start.zoomed(factor, *self._from))

    def end(self) -> None:
        """Keep the zoom as it is."""


class ScrollDrag:
    """Down goes to later images."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        del x_px
        self._model, self._from_y, self._start = model, y_px, model.state.frame_index

    def move(self, x_px: float, y_px: float) -> None:
        del x_px
        self._model.go_to(self._start + int((y_px - self._from_y) / SCROLL_STEP_PX))

    def end(self) -> None:
        """Stay at the image."""


class MagnifierDrag:
    """Shows what is under the mouse larger, for as long as the button is held."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model = model
        self.move(x_px, y_px)

    def move(self, x_px: float, y_px: float) -> None:
        self._model.change(magnified=point_at(self._model, x_px, y_px))

    def end(self) -> None:
        self._model.change(magnified=None)


class CursorDrag:
    """The 3D cursor follows the mouse, and so do the other viewports."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model = model
        self.move(x_px, y_px)

    def move(self, x_px: float, y_px: float) -> None:
        point, links = point_at(self._model, x_px, y_px), self._model.link_group
        if point is not None and links is not None:
            links.guides.point_at(self._model, point)

    def end(self) -> None:
        """Leave the cursor where it is."""


def cursor_drag(model: ViewportModel, x_px: float, y_px: float) -> Drag:
    """Take hold of a line of the guides under the mouse, or point at the place."""
    links = model.link_group
    held = links.guides.drag_at(model, x_px, y_px) if links is not None else None
    return held or CursorDrag(model, x_px, y_px)


DRAGS: dict[Tool, Callable[[ViewportModel, float, float], Drag]] = {
    Tool.WINDOW: WindowDrag,
    Tool.PAN: PanDrag,
    Tool.ZOOM: ZoomDrag,
    Tool.CURSOR: cursor_drag,
    Tool.SCROLL: ScrollDrag,
    Tool.MAGNIFIER: MagnifierDrag,
}


def begin_drag(
    model: ViewportModel, tool: Tool, x_px: float, y_px: float, *, takes_handles: bool = True
) -> Drag:
    """Start the tool, or take hold of a measurement's handle if one is under the mouse."""
    if takes_handles and not isinstance(model.draft, Unfinished):
        held = handle_at(model, x_px, y_px)
        if held is not None:
            return handle_drag(model, *held)
        move = _move_by_line(model, tool, x_px, y_px)
        if move is not None:
            return move
        if tool in DRAGS:
            _select_others(model, x_px, y_px)
    if model.state.question and takes_handles:
        withdraw(model)  # another press answers no question
    begin = DRAGS.get(tool, drawing_drag)
    return begin(model, x_px, y_px)


def _move_by_line(model: ViewportModel, tool: Tool, x_px: float, y_px: float) -> Drag | None:
    """Select the measurement under the mouse, or none; take hold of it if it was selected."""
    was_selected = model.state.selected_measurement_uid
    is_mark = tool in TOOLS and TOOLS[tool].points_needed == 1  # a click sets one there
    found = line_at(model, x_px, y_px) if was_selected or not is_mark else None
    uid = found.measurement_uid if found is not None else ""
    if uid != was_selected:
        model.change(selected_measurement_uid=uid)
    if found is None or uid != was_selected:
        return None
    return move_drag(model, found, (x_px, y_px))


def _select_others(model: ViewportModel, x_px: float, y_px: float) -> None:
    """Select what another reader measured, to compare with or to copy; it cannot be moved."""
    if model.state.selected_measurement_uid:
        return
    other = line_at(model, x_px, y_px, is_own=False)
    if other is not None:
        model.change(selected_measurement_uid=other.measurement_uid)


def handle_at(model: ViewportModel, x_px: float, y_px: float) -> tuple[Measurement, int] | None:
    """Return the nearest handle within reach of a device pixel."""
    transform = model.transform
    if transform is None or not model.state.are_measurements_visible or model.frame is None:
        return None
    reachable = [
        (math.dist(transform.to_viewport(p.column, p.row), (x_px, y_px)), number, index, m)
        for number, m in enumerate(model.visible_measurements)
        if model.measurements.is_own(m)
        for index, p in grips(m)
    ]
    nearest = min(reachable, default=None, key=lambda found: found[:3])
    if nearest is None or nearest[0] > GRIP_PX:
        return None
    return nearest[3], nearest[2]


def _as_window(model: ViewportModel) -> VoiWindow | None:
    d = model.description
    if model.frame is None or d is None or d.is_colour:
        return None
    voi = model.voi
    if isinstance(voi, VoiLut):
        width = float(max(len(voi.data), 1))
        return VoiWindow(voi.first_value_mapped + width / 2, width)
    return voi


def _narrow_width(model: ViewportModel) -> float:
    """Return the width below which dragging gets no slower: 64 steps of the stored values."""
    d = model.description
    if d is None:
        return SMALLEST_WIDTH
    return NARROW_STEPS * abs(modality_transform_of(d, model.state.value_scale).rescale_slope)

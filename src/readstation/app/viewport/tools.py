"""What dragging does: each tool turns positions in device pixels into changes of the model."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from readstation.app.viewport.measuring import (
    CannotMeasureError,
    make_ellipse,
    make_length,
    make_probe,
    new_measurement_uid,
    with_point,
)
from readstation.app.viewport.value_scale import modality_transform_of
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.measurement import ImagePoint, Measurement
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow

GRIP_PX = 9.0
SMALLEST_DRAWN_PX = 4.0
WIDTH_PER_DRAG_PX = 1 / 400
ZOOM_E_FOLDING_PX = 200.0
SCROLL_STEP_PX = 12.0
SMALLEST_WIDTH = 1.0
NARROW_STEPS = 64


class Drag(Protocol):
    """One press, its moves and its release."""

    def move(self, x_px: float, y_px: float) -> None: ...

    def end(self) -> None: ...


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


class DrawDrag:
    """Draws a length or an ellipse from press to release; a mere click draws nothing."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model, self._from = model, (x_px, y_px)
        self._uid, self._tool = new_measurement_uid(), model.state.tool
        self._token = model.token
        self._start = point_at(model, x_px, y_px)

    def move(self, x_px: float, y_px: float) -> None:
        model, d, frame = self._model, self._model.description, self._model.frame
        end = point_at(model, x_px, y_px)
        if model.token != self._token or d is None or frame is None:
            return
        if self._start is None or end is None:
            return
        is_click = math.dist((x_px, y_px), self._from) < SMALLEST_DRAWN_PX
        made: Measurement | None = None
        try:
            if not is_click and self._tool is Tool.LENGTH:
                made = make_length(d, self._start, end, self._uid)
            elif not is_click:
                made = make_ellipse(
                    d, frame, self._start, end, self._uid, scale=model.state.value_scale
                )
            model.change(notice="")
        except CannotMeasureError as refusal:
            model.change(notice=f"{refusal.message} {refusal.remedy}")
        model.set_draft(made)

    def end(self) -> None:
        draft = self._model.draft
        if draft is not None and self._model.token == self._token:
            self._model.set_draft(None)
            self._model.measurements.put(draft)
            self._model.change(selected_measurement_uid=draft.measurement_uid)


class HandleDrag:
    """Moves one end of a measurement, on its own frame."""

    def __init__(self, model: ViewportModel, measurement: Measurement, index: int) -> None:
        self._model, self._index, self._token = model, index, model.token
        self._original = self._measurement = measurement
        model.change(selected_measurement_uid=measurement.measurement_uid)

    def move(self, x_px: float, y_px: float) -> None:
        model, d, frame = self._model, self._model.description, self._model.frame
        point = point_at(model, x_px, y_px)
        if model.token != self._token or d is None or frame is None or point is None:
            return
        try:
            self._measurement = with_point(
                self._measurement, self._index, point, d, frame, scale=model.state.value_scale
            )
        except CannotMeasureError as refusal:
            model.change(notice=f"{refusal.message} {refusal.remedy}")
            return
        model.measurements.show_changed(self._measurement)
        model.change(notice="")
        model.set_draft(None)

    def end(self) -> None:
        if self._measurement != self._original:
            self._model.measurements.put(self._measurement)


class ProbeClick:
    """Reads the value under the mouse; the value stays where the button is released."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model, self._uid, self._token = model, new_measurement_uid(), model.token
        self.move(x_px, y_px)

    def move(self, x_px: float, y_px: float) -> None:
        model, d, frame = self._model, self._model.description, self._model.frame
        point = point_at(model, x_px, y_px)
        if model.token != self._token or d is None or frame is None or point is None:
            return
        try:
            model.change(notice="")
            model.set_draft(make_probe(d, frame, point, self._uid, scale=model.state.value_scale))
        except CannotMeasureError as refusal:
            model.change(notice=f"{refusal.message} {refusal.remedy}")

    def end(self) -> None:
        draft = self._model.draft
        if draft is not None and self._model.token == self._token:
            self._model.set_draft(None)
            self._model.measurements.put(draft)
            self._model.change(selected_measurement_uid=draft.measurement_uid)


DRAGS: dict[Tool, Callable[[ViewportModel, float, float], Drag]] = {
    Tool.WINDOW: WindowDrag,
    Tool.PAN: PanDrag,
    Tool.ZOOM: ZoomDrag,
    Tool.SCROLL: ScrollDrag,
    Tool.LENGTH: DrawDrag,
    Tool.ELLIPSE: DrawDrag,
    Tool.PROBE: ProbeClick,
}


def begin_drag(
    model: ViewportModel, tool: Tool, x_px: float, y_px: float, *, takes_handles: bool = True
) -> Drag:
    """Start the tool, or take hold of a measurement's handle if one is under the mouse."""
    if takes_handles:
        held = handle_at(model, x_px, y_px)
        if held is not None:
            return HandleDrag(model, *held)
        if model.state.selected_measurement_uid:
            model.change(selected_measurement_uid="")
    return DRAGS[tool](model, x_px, y_px)


def handle_at(model: ViewportModel, x_px: float, y_px: float) -> tuple[Measurement, int] | None:
    """Return the nearest handle within reach of a device pixel."""
    transform = model.transform
    if transform is None or not model.state.are_measurements_visible or model.frame is None:
        return None
    reachable = [
        (math.dist(transform.to_viewport(p.column, p.row), (x_px, y_px)), number, index, m)
        for number, m in enumerate(model.visible_measurements)
        for index, p in enumerate(m.points)
    ]
    nearest = min(reachable, default=None, key=lambda found: found[:3])
    if nearest is None or nearest[0] > GRIP_PX:
        return None
    return nearest[3], nearest[2]


def point_at(model: ViewportModel, x_px: float, y_px: float) -> ImagePoint | None:
    """Return the image point under a device pixel, kept inside the image."""
    transform = model.transform
    if transform is None:
        return None
    column, row = transform.to_image(x_px, y_px)
    return ImagePoint(
        min(max(column, 0.0), float(transform.columns)), min(max(row, 0.0), float(transform.rows))
    )


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

"""Drawing and editing measurements by dragging: press, moves, release."""

from __future__ import annotations

import math
from dataclasses import replace

from readstation.app.viewport.measuring import (
    CannotMeasureError,
    Subject,
    new_measurement_uid,
)
from readstation.app.viewport.questions import finish
from readstation.app.viewport.tool_table import OUTLINE, TOOLS, ToolRow
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import (
    ImagePoint,
    Measurement,
    Unfinished,
    settled,
)

SMALLEST_DRAWN_PX = 4.0
STROKE_STEP_PX = 3.0
MOST_OUTLINE_POINTS = 2000
FEWEST_OUTLINE_POINTS = 3
BEGUN_POINTS = 2


def subject_of(model: ViewportModel) -> Subject | None:
    """Return what is measured in a viewport; None while its pixels are not there."""
    d, frame = model.description, model.frame
    if d is None or frame is None:
        return None
    stated = model.measurements.stated_calibration(d.frame_key)
    return Subject(d, frame, model.state.value_scale, stated)


def point_at(model: ViewportModel, x_px: float, y_px: float) -> ImagePoint | None:
    """Return the image point under a device pixel, kept inside the image."""
    transform = model.transform
    if transform is None:
        return None
    column, row = transform.to_image(x_px, y_px)
    inside = ImagePoint(
        min(max(column, 0.0), float(transform.columns)), min(max(row, 0.0), float(transform.rows))
    )
    return settled(inside)


class DrawDrag:
    """Sets points by press and release until the tool has enough; goes on where one was left.

    A mere click sets a first point only for tools that need one; to begin a line is to drag.
    """

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model, self._from, self._token = model, (x_px, y_px), model.token
        self._row = TOOLS[model.state.tool]
        left = model.draft
        is_left = isinstance(left, Unfinished) and not left.is_outline
        self._uid = left.measurement_uid if is_left and left else new_measurement_uid()
        self._fixed = left.points if is_left and isinstance(left, Unfinished) else ()
        self._press = point_at(model, x_px, y_px)
        self._is_moved = False
        if self._press is not None and len(self._fixed) + 1 == self._row.points_needed:
            self._draw(self._press)

    def move(self, x_px: float, y_px: float) -> None:
        to = point_at(self._model, x_px, y_px)
        if to is None or self._press is None:
            return
        self._is_moved = math.dist((x_px, y_px), self._from) >= SMALLEST_DRAWN_PX
        if self._is_moved or len(self._fixed) + 1 == self._row.points_needed:
            self._draw(to)
        elif self._model.token == self._token:
            self._model.set_draft(self._unfinished(self._fixed))

    def end(self) -> None:
        model, draft = self._model, self._model.draft
        if model.token != self._token or self._press is None:
            return
        if draft is not None and not isinstance(draft, Unfinished):
            finish(model, draft)
        elif not self._is_moved and self._fixed:
            model.set_draft(self._unfinished((*self._fixed, self._press)))

    def _draw(self, to: ImagePoint) -> None:
        model, subject = self._model, subject_of(self._model)
        if model.token != self._token or subject is None or self._press is None:
            return
        needed = self._row.points_needed
        points = (*self._fixed, self._press, to)
        if len(self._fixed) + 1 == needed:
            points = (*self._fixed, to)
        if len(points) < needed:
            model.set_draft(self._unfinished(points))
        else:
            self._make(points, subject)

    def _make(self, points: tuple[ImagePoint, ...], subject: Subject) -> None:
        try:
            made = _made(self._row, subject, points, self._uid)
            self._model.change(notice="")
        except CannotMeasureError as refusal:
            self._model.change(notice=f"{refusal.message} {refusal.remedy}")
            self._model.set_draft(self._unfinished(self._fixed))
        else:
            self._model.set_draft(made)

    def _unfinished(self, points: tuple[ImagePoint, ...]) -> Unfinished | None:
        d, subject = self._model.description, subject_of(self._model)
        if d is None or not points:
            return None
        begun = _begun(self._row, subject, points, self._uid) if subject is not None else None
        return Unfinished(self._uid, d.frame_key, points, so_far=begun)


class OutlineDrag:
    """Draws a closed outline along the way of the mouse."""

    def __init__(self, model: ViewportModel, x_px: float, y_px: float) -> None:
        self._model, self._token = model, model.token
        self._row, self._uid = TOOLS[model.state.tool], new_measurement_uid()
        start = point_at(model, x_px, y_px)
        self._points = [start] if start is not None else []
        self._last_px = (x_px, y_px)

    def move(self, x_px: float, y_px: float) -> None:
        model, d, to = self._model, self._model.description, point_at(self._model, x_px, y_px)
        if model.token != self._token or d is None or to is None or model.frame is None:
            return
        is_far = math.dist((x_px, y_px), self._last_px) >= STROKE_STEP_PX
        if is_far and len(self._points) < MOST_OUTLINE_POINTS:
            self._last_px = (x_px, y_px)
            self._points.append(to)
            drawn, subject = tuple(self._points), subject_of(model)
            enclosed = None
            if subject is not None and len(drawn) >= FEWEST_OUTLINE_POINTS:
                enclosed = _or_none(self._row, subject, drawn, self._uid)
            outline = Unfinished(self._uid, d.frame_key, drawn, is_outline=True, so_far=enclosed)
            model.set_draft(outline)

    def end(self) -> None:
        model, subject, make = self._model, subject_of(self._model), self._row.make
        if model.token != self._token or subject is None or make is None:
            return
        model.set_draft(None)
        if len(self._points) < FEWEST_OUTLINE_POINTS:
            return
        try:
            finish(model, make(subject, tuple(self._points), self._uid))
        except CannotMeasureError as refusal:
            model.change(notice=f"{refusal.message} {refusal.remedy}")


def hover(model: ViewportModel, x_px: float, y_px: float) -> None:
    """Show what would be measured if the next point of an unfinished measurement were set here."""
    left, row = model.draft, TOOLS.get(model.state.tool)
    if not isinstance(left, Unfinished) or left.is_outline or row is None:
        return
    subject, to = subject_of(model), point_at(model, x_px, y_px)
    if subject is None or to is None or left.frame != subject.description.frame_key:
        return
    points, uid = (*left.points, to), left.measurement_uid
    if len(points) == row.points_needed:
        so_far = _or_none(row, subject, points, uid)
        model.set_draft(replace(left, towards=to, so_far=so_far))


def _made(
    row: ToolRow, subject: Subject, points: tuple[ImagePoint, ...], uid: str
) -> Measurement | None:
    """Return what a tool makes of all its points; raises CannotMeasureError."""
    if row.snap is not None:
        points = (*points[:-1], row.snap(points[:-1], points[-1], subject.row_aspect))
    return row.make(subject, points, uid) if row.make is not None else None


def _or_none(
    row: ToolRow, subject: Subject, points: tuple[ImagePoint, ...], uid: str
) -> Measurement | None:
    try:
        return _made(row, subject, points, uid)
    except CannotMeasureError:
        return None  # it is said when the points are set


def _begun(
    row: ToolRow, subject: Subject, points: tuple[ImagePoint, ...], uid: str
) -> Measurement | None:
    """Return what the first two points measure already; None for most tools."""
    if row.begin is None or len(points) < BEGUN_POINTS:
        return None
    try:
        return row.begin(subject, points[:BEGUN_POINTS], uid)
    except CannotMeasureError:
        return None


def drawing_drag(model: ViewportModel, x_px: float, y_px: float) -> DrawDrag | OutlineDrag:
    """Begin to draw with the viewport's tool, after what was left unfinished by another."""
    row = TOOLS[model.state.tool]
    if row.points_needed == OUTLINE:
        return OutlineDrag(model, x_px, y_px)
    return DrawDrag(model, x_px, y_px)

"""Changing a measurement by dragging: one of its handles, or the whole of it by its line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise

from readstation.app.viewport.drawing import point_at, subject_of
from readstation.app.viewport.measuring import CannotMeasureError, Subject, remeasured
from readstation.app.viewport.questions import finish
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import EllipseRoi, ImagePoint, Measurement, edited
from readstation.domain.measurement.editing import shifted
from readstation.domain.measurement.shape import lines_of
from readstation.imaging.view_transform import ViewTransform

LINE_PX = 5.0
ROUND_STEPS = 48
Place = tuple[float, float]
Points = tuple[ImagePoint, ...]
PointsFor = Callable[[Place, Subject], Points | None]


class EditDrag:
    """Changes a measurement while the mouse moves, on its own frame; kept when it is let go.

    `points_for` says where its points are once the mouse is at a device pixel, None for nowhere.
    """

    def __init__(
        self, model: ViewportModel, measurement: Measurement, points_for: PointsFor
    ) -> None:
        self._model, self._token, self._points_for = model, model.token, points_for
        self._original = self._measurement = measurement

    def move(self, x_px: float, y_px: float) -> None:
        model, subject = self._model, subject_of(self._model)
        if model.token != self._token or subject is None:
            return
        points = self._points_for((x_px, y_px), subject)
        if points is None:
            return
        try:
            self._measurement = remeasured(self._original, points, subject)
            model.measurements.show_changed(self._measurement)
        except CannotMeasureError as refusal:
            model.change(notice=f"{refusal.message} {refusal.remedy}")
            return
        model.change(notice="")
        model.touch()

    def end(self) -> None:
        book = self._model.measurements
        if self._measurement == self._original:
            return
        if self._model.token == self._token:
            finish(self._model, self._measurement, instead_of=self._original)
        elif book.find(self._original.measurement_uid) == self._measurement:
            book.show_changed(self._original)  # the image went away meanwhile


def handle_drag(model: ViewportModel, measurement: Measurement, index: int) -> EditDrag:
    """Begin to move one handle of a measurement, which is selected by it."""

    def points_for(at_px: Place, subject: Subject) -> Points | None:
        to = point_at(model, *at_px)
        return None if to is None else edited(measurement, index, to, subject.row_aspect)

    model.set_draft(None)
    model.change(selected_measurement_uid=measurement.measurement_uid)
    return EditDrag(model, measurement, points_for)


def move_drag(model: ViewportModel, measurement: Measurement, from_px: Place) -> EditDrag:
    """Begin to move a whole measurement, as far as the image reaches."""
    pressed = model.transform.to_image(*from_px) if model.transform is not None else None

    def points_for(at_px: Place, _subject: Subject) -> Points | None:
        transform = model.transform
        if transform is None or pressed is None:
            return None
        column, row = transform.to_image(*at_px)
        by = (column - pressed[0], row - pressed[1])
        return shifted(measurement.points, by, (transform.columns, transform.rows))

    return EditDrag(model, measurement, points_for)


def line_at(
    model: ViewportModel, x_px: float, y_px: float, *, is_own: bool = True
) -> Measurement | None:
    """Return the measurement whose line is nearest to a device pixel, if within reach.

    Of the reader's own, or with `is_own` False of those that others made.
    """
    transform = model.transform
    if transform is None or not model.state.are_measurements_visible or model.frame is None:
        return None
    selected = model.state.selected_measurement_uid
    reachable = [
        (_distance(m, transform, (x_px, y_px)), m.measurement_uid != selected, number, m)
        for number, m in enumerate(model.visible_measurements)
        if model.measurements.is_own(m) is is_own
    ]
    nearest = min(reachable, default=None, key=lambda found: found[:3])
    return nearest[3] if nearest is not None and nearest[0] <= LINE_PX else None


def _distance(measurement: Measurement, transform: ViewTransform, place: Place) -> float:
    """Return how far a place is from the nearest line of a measurement, in device pixels."""
    lines: Iterable[tuple[ImagePoint, ...]] = lines_of(measurement)
    if isinstance(measurement, EllipseRoi):
        lines = (_outline(measurement),)
    return min(
        (
            _from_segment(_at(transform, a), _at(transform, b), place)
            for line in lines
            for a, b in pairwise(line)
        ),
        default=math.inf,
    )


def _outline(roi: EllipseRoi) -> tuple[ImagePoint, ...]:
    column, row = (roi.start.column + roi.end.column) / 2, (roi.start.row + roi.end.row) / 2
    wide, tall = (roi.end.column - roi.start.column) / 2, (roi.end.row - roi.start.row) / 2
    turns = (math.tau * step / ROUND_STEPS for step in range(ROUND_STEPS + 1))
    return tuple(ImagePoint(column + wide * math.cos(t), row + tall * math.sin(t)) for t in turns)


def _at(transform: ViewTransform, point: ImagePoint) -> Place:
    return transform.to_viewport(point.column, point.row)


def _from_segment(a: Place, b: Place, place: Place) -> float:
    ux, uy = b[0] - a[0], b[1] - a[1]
    squared = ux * ux + uy * uy
    along = ((place[0] - a[0]) * ux + (place[1] - a[1]) * uy) / squared if squared else 0.0
    share = min(max(along, 0.0), 1.0)
    return math.dist(place, (a[0] + share * ux, a[1] + share * uy))

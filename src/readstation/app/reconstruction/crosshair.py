"""The crosshair of the planes: where each cuts the others, moved and turned with the mouse."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

from readstation.app.reconstruction.plane_set import Direction
from readstation.app.viewport.crosshair_shape import (
    Crosshair,
    CrossLine,
    Part,
    centre_on_screen,
    part_at,
)
from readstation.app.viewport.drawing import point_at
from readstation.app.viewport.guides import GuideLayer, Relations
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_links import NO_GUIDES, Drag, Guides
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import ViewportState
from readstation.domain.measurement import ImagePoint
from readstation.imaging.plane import Vector, cross, dot


class Planes(Protocol):
    """What a crosshair asks of the planes it is drawn on."""

    @property
    def planes(self) -> Mapping[Direction, ViewportModel]: ...

    @property
    def crosshair_mm(self) -> Vector | None: ...

    def go_through(self, direction: Direction, point_mm: Vector) -> None: ...

    def move_crosshair(self, point_mm: Vector) -> None: ...

    def begin_turn(self) -> None: ...

    def turn_from_begin(self, around: Direction, angle_deg: float) -> None: ...

    def end_turn(self) -> None: ...


class CrosshairLayer(GuideLayer):
    """Stands for reference lines and 3D cursor, which these lines are at once."""

    def __init__(self, of: Planes, relations: Relations) -> None:
        super().__init__(tuple(of.planes.values()), relations)
        self._of = of
        self._seen: dict[Direction, ImageDescription | None] = {}

    def on(self, model: ViewportModel) -> Guides:
        found = self.crosshair(model) if self.are_lines_visible else None
        return NO_GUIDES if found is None else Guides(crosshair=found)

    def crosshair(self, model: ViewportModel) -> Crosshair | None:
        """Return the lines of the other planes on the image of one."""
        image, centre_mm = model.description, self._of.crosshair_mm
        if image is None or image.plane is None or centre_mm is None:
            return None
        column, row, _ = image.plane.to_image(centre_mm)
        lines = []
        for direction, other in self._of.planes.items():
            shown = other.description
            if other is not model and shown is not None and shown.plane is not None:
                towards = cross(image.plane.normal, shown.plane.normal)
                lines.append(_line(image, centre_mm, towards, direction.name.lower()))
        return Crosshair(ImagePoint(column, row), tuple(lines))

    def follow(self, source: ViewportModel, state: ViewportState) -> None:
        """Draw the lines anew on the others where one plane lies elsewhere now."""
        del state
        for direction, model in self._of.planes.items():
            if model is source and self._seen.get(direction) is not source.description:
                self._seen[direction] = source.description
                for other in self._of.planes.values():
                    if other is not source and other.display_set:
                        other.touch()

    def point_at(self, source: ViewportModel, point: ImagePoint) -> None:
        image = source.description
        if image is not None and image.plane is not None:
            self._of.move_crosshair(image.plane.to_patient(point.column, point.row))

    def part_at(self, model: ViewportModel, x_px: float, y_px: float) -> tuple[Part, str] | None:
        """Return what of the crosshair lies under a device pixel."""
        found, transform = self.crosshair(model), model.transform
        if found is None or transform is None or not self.are_lines_visible:
            return None
        return part_at(found, transform, (x_px, y_px))

    def drag_at(self, model: ViewportModel, x_px: float, y_px: float) -> Drag | None:
        held = self.part_at(model, x_px, y_px)
        if held is None or held[0] is Part.CENTRE:
            return None
        if held[0] is Part.HANDLE:
            return TurnDrag(self._of, self, model, (x_px, y_px))
        return LineDrag(self._of, model, Direction[held[1].upper()])


class LineDrag:
    """One plane follows the mouse; the line that it draws stays parallel to itself."""

    def __init__(self, of: Planes, model: ViewportModel, held: Direction) -> None:
        self._of, self._model, self._held = of, model, held

    def move(self, x_px: float, y_px: float) -> None:
        point, image = point_at(self._model, x_px, y_px), self._model.description
        if point is not None and image is not None and image.plane is not None:
            self._of.go_through(self._held, image.plane.to_patient(point.column, point.row))

    def end(self) -> None:
        """Leave the plane where it is."""


class TurnDrag:
    """Both lines turn about their centre, with the mouse; the image below them stays."""

    def __init__(
        self, of: Planes, layer: CrosshairLayer, model: ViewportModel, at: tuple[float, float]
    ) -> None:
        self._of, self._model = of, model
        self._around = next(d for d, plane in of.planes.items() if plane is model)
        found, transform = layer.crosshair(model), model.transform
        self._centre = centre_on_screen(found, transform) if found and transform else at
        self._from_deg = self._angle_deg(*at)
        self._sign = -1.0 if model.state.orientation.is_mirrored else 1.0
        of.begin_turn()

    def move(self, x_px: float, y_px: float) -> None:
        by_deg = self._sign * (self._angle_deg(x_px, y_px) - self._from_deg)
        self._of.turn_from_begin(self._around, (by_deg + 180) % 360 - 180)

    def end(self) -> None:
        self._of.end_turn()

    def _angle_deg(self, x_px: float, y_px: float) -> float:
        return math.degrees(math.atan2(y_px - self._centre[1], x_px - self._centre[0]))


def _line(image: ImageDescription, centre_mm: Vector, towards: Vector, name: str) -> CrossLine:
    """Return the line through a point along a direction, across the whole image."""
    plane = image.plane
    if plane is None:
        raise ValueError("a line lies on an image that lies somewhere")
    column, row, _ = plane.to_image(centre_mm)
    across = dot(towards, plane.row_cosines) / plane.column_spacing_mm
    down = dot(towards, plane.column_cosines) / plane.row_spacing_mm
    length = math.hypot(across, down)
    reach = math.hypot(image.columns, image.rows) * 2
    by = (across / length * reach, down / length * reach)
    return CrossLine(
        ImagePoint(column - by[0], row - by[1]), ImagePoint(column + by[0], row + by[1]), name
    )

"""What links draw on an image: where the active image cuts it, and the 3D cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_links import NO_GUIDES, Drag, Guides
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role, ViewportState
from readstation.domain.measurement import ImagePoint
from readstation.imaging.plane import Vector
from readstation.imaging.reference_line import (
    ImageRectangle,
    ImageSegment,
    moved_plane,
    reference_line,
)
from readstation.imaging.rigid_transform import RigidTransform
from readstation.imaging.stack_order import PlaneStack

FARTHEST_MM = 5.0
"""The 3D cursor is not shown on a slice that is further off, nor beyond half its thickness."""


class Relations(Protocol):
    """What guides ask of the links."""

    def relation(self, source: ViewportModel, target: ViewportModel) -> RigidTransform | None:
        """Return how points of one viewport lie in the other; None if nobody knows."""
        ...

    def stack_of(self, model: ViewportModel) -> PlaneStack | None: ...


class GuideLayer:
    """Reference lines of the active viewport, and one point of the patient, on all others.

    The viewport that was in focus last is the active one.
    """

    def __init__(self, models: Sequence[ViewportModel], relations: Relations) -> None:
        self._models, self._relations = models, relations
        self.are_lines_visible = True
        self._active: ViewportModel | None = None
        self._shown: ImageDescription | None = None
        self._lines: dict[int, ImageSegment | None] = {}
        self._marks: dict[int, tuple[ImageDescription, ImagePoint]] = {}

    def on(self, model: ViewportModel) -> Guides:
        """Return what to draw over the image that a viewport shows."""
        image, active = model.description, self._active
        if image is None:
            return NO_GUIDES
        marked = self._marks.get(id(model))
        cursor = marked[1] if marked is not None and marked[0] is image else None
        line = self._line(model)
        if line is None and cursor is None:
            return NO_GUIDES
        return Guides(line, active.state.role if active else Role.NONE, cursor)

    def toggle_lines(self) -> None:
        self.are_lines_visible = not self.are_lines_visible
        self._touch(self._models)

    def follow(self, source: ViewportModel, state: ViewportState) -> None:
        """Draw the lines anew where they lie elsewhere now."""
        if state.is_focused:
            self._active = source
        if source is not self._active or source.description is self._shown:
            return
        self._shown = source.description
        for model in self._models:
            if model is not source and model.display_set:
                line = self._line(model)
                if line != self._lines.get(id(model)):
                    self._lines[id(model)] = line
                    model.touch()

    def point_at(self, source: ViewportModel, point: ImagePoint) -> None:
        """Mark a point of the image, and show it on the others, scrolled to it."""
        image = source.description
        self._marks.clear()
        if image is None or image.plane is None:
            self._touch(self._models)
            return
        self._marks[id(source)] = (image, point)
        point_mm = image.plane.to_patient(point.column, point.row)
        for target in self._models:
            if target is not source and target.display_set:
                self._show(source, target, point_mm)
        self._touch([m for m in self._models if m.display_set])

    def drag_at(self, model: ViewportModel, x_px: float, y_px: float) -> Drag | None:
        """Return the drag of what of the guides lies under a device pixel; None if nothing."""
        del model, x_px, y_px
        return None

    def clear(self) -> None:
        """Take the 3D cursor away."""
        if self._marks:
            self._marks.clear()
            self._touch(self._models)

    def _show(self, source: ViewportModel, target: ViewportModel, point_mm: Vector) -> None:
        transform = self._relations.relation(source, target)
        stack = self._relations.stack_of(target)
        if transform is None or stack is None:
            return
        there_mm = transform.apply(point_mm)
        index, away_mm = stack.nearest(there_mm)
        image = target.display_set[index]
        if image.plane is None:
            return
        column, row, _ = image.plane.to_image(there_mm)
        is_near = away_mm <= max((image.slice_thickness_mm or 0.0) / 2, FARTHEST_MM)
        if is_near and 0 <= column <= image.columns and 0 <= row <= image.rows:
            target.go_to(index, by_link=True)
            self._marks[id(target)] = (image, ImagePoint(column, row))

    def _line(self, model: ViewportModel) -> ImageSegment | None:
        active = self._active
        if active is None or active is model or not self.are_lines_visible:
            return None
        shown, on = active.description, model.description
        if shown is None or on is None or shown.plane is None or on.plane is None:
            return None
        transform = self._relations.relation(active, model)
        if transform is None:
            return None
        return reference_line(
            ImageRectangle(moved_plane(shown.plane, transform), shown.columns, shown.rows),
            ImageRectangle(on.plane, on.columns, on.rows),
        )

    def _touch(self, models: Sequence[ViewportModel]) -> None:
        for model in models:
            model.touch()

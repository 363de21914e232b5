"""What a viewport asks of the viewports that it is linked with, and what passes between them.

`linking.LinkGroup` answers. Nothing here names the viewport model, which holds such links.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

from readstation.app.viewport.crosshair_shape import Crosshair
from readstation.app.viewport.viewport_state import Role
from readstation.domain.measurement import ImagePoint
from readstation.imaging.reference_line import ImageSegment

Viewport_contra = TypeVar("Viewport_contra", contravariant=True)


class Aspect(Enum):
    """What of a view is linked; the value is its name for the reader."""

    WINDOW = "window"
    ZOOM = "zoom"
    PAN = "pan"


@dataclass(frozen=True, slots=True)
class Guides:
    """Lines in image points; `role` says whose slice the line shows."""

    line: ImageSegment | None = None
    role: Role = Role.NONE
    cursor: ImagePoint | None = None
    crosshair: Crosshair | None = None


NO_GUIDES = Guides()


class Drag(Protocol):
    """One press, its moves and its release."""

    def move(self, x_px: float, y_px: float) -> None: ...

    def end(self) -> None: ...


class GuideLines(Protocol[Viewport_contra]):
    """The lines and the 3D cursor that other viewports put on an image."""

    def on(self, model: Viewport_contra) -> Guides: ...

    def toggle_lines(self) -> None: ...

    def point_at(self, source: Viewport_contra, point: ImagePoint) -> None: ...

    def drag_at(self, model: Viewport_contra, x_px: float, y_px: float) -> Drag | None: ...


class SharedViews(Protocol[Viewport_contra]):
    """Window, zoom and pan that viewports have in common."""

    def toggle(self, aspect: Aspect, by: Viewport_contra) -> None: ...


class Links(Protocol[Viewport_contra]):
    """What a viewport asks of the group it scrolls with."""

    def toggle(self, by: Viewport_contra) -> None: ...

    def link_at_this_level(self, by: Viewport_contra) -> None: ...

    def undo_alignment(self, by: Viewport_contra) -> None: ...

    def status(self, model: Viewport_contra) -> str: ...

    @property
    def guides(self) -> GuideLines[Viewport_contra]: ...

    @property
    def views(self) -> SharedViews[Viewport_contra]: ...

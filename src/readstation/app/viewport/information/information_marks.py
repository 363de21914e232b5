"""What lies over an image, in the reader's words: overlays, shutter, presentation state."""

from __future__ import annotations

from readstation.app.viewport.presentation_state.applied_presentation import PresentationStatus
from readstation.app.viewport.viewport_state import AppliedPresentation
from readstation.imaging.overlay_plane import OverlayPlane, OverlayType
from readstation.imaging.shutter import (
    CircularShutter,
    DisplayShutter,
    RectangularShutter,
    ShutterShape,
)

OVERLAY_WORDS = {OverlayType.GRAPHICS: "graphics", OverlayType.ROI: "region of interest"}


def overlay_words(plane: OverlayPlane, *, is_shown: bool) -> str:
    """Return what an overlay is, how much it marks, and whether it is shown."""
    names = " ".join(part for part in (plane.label, plane.description) if part)
    size = f"{int(plane.graphic.sum()):,} pixels marked"
    parts = (OVERLAY_WORDS[plane.overlay_type], names, size, "shown" if is_shown else "not shown")
    return ", ".join(part for part in parts if part)


def shutter_words(shutter: DisplayShutter, *, is_applied: bool) -> str:
    """Return the shapes of a shutter, and whether it is applied.

    >>> shutter_words(DisplayShutter((CircularShutter(256, 250, 200),)), is_applied=True)
    'circle of radius 200 around row 256, column 250; applied'
    """
    shapes = [_shape_words(shape) for shape in shutter.shapes]
    if shutter.overlay_group is not None:
        shapes.append(f"overlay {shutter.overlay_group:04X}")
    return f"{', '.join(shapes)}; {'applied' if is_applied else 'switched off'}"


def _shape_words(shape: ShutterShape) -> str:
    if isinstance(shape, CircularShutter):
        place = f"row {shape.center_row}, column {shape.center_column}"
        return f"circle of radius {shape.radius_px} around {place}"
    if isinstance(shape, RectangularShutter):
        columns = f"columns {shape.left_column} to {shape.right_column}"
        return f"{columns}, rows {shape.upper_row} to {shape.lower_row}"
    return f"polygon of {len(shape.vertices)} corners"


def presentation_words(applied: AppliedPresentation, status: PresentationStatus) -> str:
    """Return the presentation state's label, what it is for, who made it, and how it is applied."""
    state = applied.state
    when = f"{state.created:%Y-%m-%d %H:%M}" if state.created else ""
    made = " ".join(part for part in (state.content_creator_name, when) if part)
    extent = applied.extent.value if status.is_in_effect else "not for this image"
    modified = f"modified: {', '.join(status.modified)}" if status.modified else ""
    parts = (state.content_label, state.content_description, made, extent, modified)
    return "; ".join(part for part in parts if part)

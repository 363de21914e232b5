"""Shutter and overlays of the frame a viewport shows, as far as the reader wants to see them."""

from __future__ import annotations

from dataclasses import replace

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.presentation_state.applied_presentation import in_full_effect
from readstation.app.viewport.viewport_state import ViewportState
from readstation.imaging.frame import StoredFrame
from readstation.imaging.image_marks import ImageMarks, graphics_of, marks_of
from readstation.imaging.overlay_plane import OverlayPlane
from readstation.imaging.shutter import DisplayShutter

SHUTTER_OFF = "SHUTTER OFF"
OVERLAYS_HIDDEN = "OVERLAYS HIDDEN"


def shutter_of(description: ImageDescription, state: ViewportState) -> DisplayShutter | None:
    """Return the shutter that is applied."""
    return stated_shutter(description, state) if state.is_shutter_applied else None


def stated_shutter(description: ImageDescription, state: ViewportState) -> DisplayShutter | None:
    """Return the shutter of the presentation state in effect, else the image's own (N.2.1)."""
    presentation = in_full_effect(state, description)
    return description.shutter if presentation is None else presentation.shutter


def shown_overlays(
    frame: StoredFrame, description: ImageDescription, state: ViewportState
) -> StoredFrame:
    """Leave out the overlays that the presentation state in effect has not activated (C.11.7)."""
    presentation = in_full_effect(state, description)
    if presentation is None or not frame.overlays:
        return frame
    groups = {overlay.group for overlay in presentation.overlays}
    if presentation.shutter is not None and presentation.shutter.overlay_group is not None:
        groups.add(presentation.shutter.overlay_group)
    return replace(frame, overlays=tuple(o for o in frame.overlays if o.group in groups))


def mark_badges(
    description: ImageDescription, frame: StoredFrame | None, state: ViewportState
) -> tuple[str, ...]:
    """Say what the image brings along and the reader does not see as intended."""
    shutter = stated_shutter(description, state)
    is_off = shutter is not None and not state.is_shutter_applied
    planes: tuple[OverlayPlane, ...] = ()
    if frame is not None:
        planes = graphics_of(shown_overlays(frame, description, state), shutter)
    is_hidden = bool(planes) and not state.are_overlay_planes_visible
    return tuple(
        text for text, is_true in ((SHUTTER_OFF, is_off), (OVERLAYS_HIDDEN, is_hidden)) if is_true
    )


class FrameMarks:
    """Keeps the marks of the frame last asked for: they are costly, and asked for at each paint.

    A shutter stays the same from frame to frame, which keeps a cine quick.
    """

    def __init__(self) -> None:
        self._frame: StoredFrame | None = None
        self._key: tuple[object, ...] = ()
        self._marks: ImageMarks | None = None

    def of(
        self, frame: StoredFrame, description: ImageDescription, state: ViewportState
    ) -> ImageMarks | None:
        """Return what to draw over a frame; the same object while nothing of it changes."""
        shutter, aspect = shutter_of(description, state), description.row_aspect
        presentation = in_full_effect(state, description)
        overlays = None if presentation is None else presentation.overlays
        size = (frame.rows, frame.columns)
        key = (shutter, overlays, state.are_overlay_planes_visible, aspect, size)
        before, self._frame = self._frame, frame
        has_own = bool(frame.overlays) or before is None or bool(before.overlays)
        if key != self._key or (frame is not before and has_own):
            self._key = key
            self._marks = marks_of(
                shown_overlays(frame, description, state),
                shutter,
                are_overlays_shown=state.are_overlay_planes_visible,
                row_aspect=aspect,
            )
        return self._marks

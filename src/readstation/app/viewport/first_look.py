"""A coarse picture in place of a frame that is still being decoded: for the eye, and marked so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from readstation.app.viewport.frame_rendering import automatic_voi_of, rendering_of
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.frame import StoredFrame
from readstation.imaging.presentation import Rendering
from readstation.imaging.view_transform import ViewTransform

FIRST_LOOK_WORDS = "PREVIEW: reduced resolution, not for diagnosis"


@dataclass(frozen=True, slots=True, eq=False)
class FirstLook:
    """What is painted where the frame itself would be."""

    frame: StoredFrame
    transform: ViewTransform
    rendering: Rendering | None
    """None for colour."""


def first_look(model: ViewportModel) -> FirstLook | None:
    """Return the coarse picture of the frame that is on its way; None if there is none.

    Its window is the one that is chosen. Where that would be derived from the frame's own values,
    it is derived from these, for this picture alone.
    """
    frame, description, transform = model.preview, model.description, model.transform
    if frame is None or description is None or transform is None or model.frame is not None:
        return None
    wide, tall = frame.columns / description.columns, frame.rows / description.rows
    coarse = replace(
        transform,
        columns=frame.columns,
        rows=frame.rows,
        zoom=transform.zoom / wide,
        center_column=transform.center_column * wide,
        center_row=transform.center_row * tall,
        row_aspect=transform.row_aspect * wide / tall,
    )
    if frame.is_colour:
        return FirstLook(frame, coarse, None)
    voi = model.voi or automatic_voi_of(description, frame, model.state)
    return FirstLook(frame, coarse, rendering_of(description, frame, model.state, voi))


def first_look_words(model: ViewportModel) -> str:
    """Return what must stand over a coarse picture; empty if none is shown."""
    return FIRST_LOOK_WORDS if model.frame is None and model.preview is not None else ""

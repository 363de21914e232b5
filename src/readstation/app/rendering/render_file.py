"""Use case: one frame of a file, at one stage of the viewport's own pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from readstation.app.importing.refusals import refusal
from readstation.app.viewport.frame_marks import FrameMarks, shown_overlays, shutter_of
from readstation.app.viewport.frame_rendering import (
    automatic_voi_of,
    rendering_of,
    transform_of,
    voi_of,
)
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.presentation_state.applied_presentation import (
    area_of,
    with_presentation,
)
from readstation.app.viewport.presentation_state.presented_frame import Extent, applies_to
from readstation.app.viewport.viewport_state import ChosenWindow, FileVoi, ViewportState
from readstation.domain.errors import RefusedInputError
from readstation.imaging.frame import StoredFrame
from readstation.imaging.image_marks import ImageMarks, mark_levels
from readstation.imaging.modality_lut import modality_values
from readstation.imaging.presentation import Rendering, display_values
from readstation.imaging.presentation_state import PresentationState
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import VoiWindow

SCREEN_BITS = 8


class Stage(Enum):
    """How far through the grayscale pipeline (PS3.3 C.11)."""

    STORED = "stored"
    MODALITY = "modality"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What to render.

    `size_px` is width and height of the viewport; None: the image's own. Without it overlays look
    as DCMTK's dcm2pnm draws them, which dims what lies outside a region of interest; with it as
    the viewport draws them, which outlines the region. A viewport applies shutters and shows
    padding black, dcm2pnm and dcmp2pgm do neither: that is left to the caller.
    """

    stage: Stage
    frame_number: int = 1
    window: VoiWindow | None = None
    voi_index: int = 0
    is_inverted: bool = False
    size_px: tuple[int, int] | None = None
    depth_bits: int = SCREEN_BITS
    presentation_state: Path | None = None
    are_overlays_shown: bool = True
    is_shutter_applied: bool = True
    is_padding_black: bool = False


class FileFrames(Protocol):
    """Decodes frames of files that are not in the store."""

    def number_of_frames(self, path: Path) -> int: ...

    def stored_values(self, path: Path, frame_number: int) -> NDArray[Any]:
        """Return stored values; colour as it is stored, not converted."""
        ...

    def frame(self, path: Path, frame_number: int) -> tuple[StoredFrame, ImageDescription]:
        """Return a frame as a viewport takes it."""
        ...

    def presentation_state(self, path: Path) -> PresentationState:
        """Return what a presentation state says."""
        ...


def render_frame(path: Path, request: RenderRequest, files: FileFrames) -> NDArray[Any]:
    """Render one frame of a file.

    Returns
    -------
    ndarray
        STORED: shape (rows, columns[, samples]), stored dtype. MODALITY: (rows, columns), float64.
        DISPLAY: (rows, columns) or (rows, columns, 3), uint8, or uint16 above 8 bits. Colour is
        8 bits deep however many are asked for.

    Raises
    ------
    RefusedInputError
        If the file cannot be rendered truthfully in this way.

    Notes
    -----
    At the image's own resolution a presentation state sets gray levels, rotation and flip, as
    DCMTK's dcmp2pgm does; with a size it also sets the area that is shown. Its graphics are drawn
    by the screen only.
    """
    if request.stage is Stage.STORED:
        return files.stored_values(path, request.frame_number)
    frame, description = files.frame(path, request.frame_number)
    if request.stage is Stage.MODALITY:
        if frame.is_colour:
            raise refusal("NOT_GRAYSCALE")
        return modality_values(frame.stored_values, description.modality_transform)
    view = _view(description, request, files)
    rendering = _rendering(frame, description, view)
    if rendering is not None and not request.is_padding_black:
        rendering = replace(rendering, padding=None)
    if request.size_px is None:
        return _at_own_size(frame, description, view, rendering, request.depth_bits)
    transform = transform_of(
        description,
        request.size_px,
        orientation=view.orientation,
        area=area_of(view, description),
    )
    marks = FrameMarks().of(frame, description, view)
    return _through_viewport(frame, rendering, transform, marks, request.depth_bits)


def stored_frames(path: Path, files: FileFrames) -> Iterator[NDArray[Any]]:
    """Yield the stored values of every frame of a file."""
    for frame_number in range(1, files.number_of_frames(path) + 1):
        yield files.stored_values(path, frame_number)


def _view(
    description: ImageDescription, request: RenderRequest, files: FileFrames
) -> ViewportState:
    """Return the view of a reader who asked for this."""
    if request.voi_index > 0 and request.voi_index >= len(description.vois):
        raise RefusedInputError(
            "NO_SUCH_WINDOW",
            f"The image has {len(description.vois)} windows of its own.",
            "They are counted from 0; leave --voi out for the first one.",
        )
    view = ViewportState(voi_choice=FileVoi(request.voi_index))
    if request.presentation_state is not None:
        presentation = _presentation(request.presentation_state, files)
        if not applies_to(presentation, description):
            raise RefusedInputError(
                "PRESENTATION_STATE_OF_OTHER_IMAGES",
                "The presentation state was not made for this image.",
                "Name one that refers to this image, of the same patient and study.",
            )
        view = with_presentation(view, presentation, Extent.WHOLE, description)
    chosen = view.voi_choice if request.window is None else ChosenWindow(request.window)
    return replace(
        view,
        voi_choice=chosen,
        is_inverted=request.is_inverted,
        are_overlay_planes_visible=request.are_overlays_shown,
        is_shutter_applied=request.is_shutter_applied,
    )


def _presentation(path: Path, files: FileFrames) -> PresentationState:
    try:
        found = files.presentation_state(path)
        if found.palette is not None:
            raise refusal("UNSUPPORTED_PRESENTATION_STATE", "its colours are for the screen only")
        return found
    except RefusedInputError as problem:
        message = f"The presentation state cannot be applied. {problem.message}"
        raise RefusedInputError(problem.code, message, problem.remedy) from problem


def _rendering(
    frame: StoredFrame, description: ImageDescription, view: ViewportState
) -> Rendering | None:
    """Return how values become gray levels; None for colour."""
    if frame.is_colour:
        return None
    voi = voi_of(description, view, None) or automatic_voi_of(description, frame, view)
    return rendering_of(description, frame, view, voi)


def _maximum(rendering: Rendering | None, depth_bits: int) -> int:
    """Return the highest level; colour has 8 bits however many are asked for."""
    return (1 << (SCREEN_BITS if rendering is None else depth_bits)) - 1


def _at_own_size(
    frame: StoredFrame,
    description: ImageDescription,
    view: ViewportState,
    rendering: Rendering | None,
    depth_bits: int,
) -> NDArray[Any]:
    """Return gray levels or RGB of the image's own resolution, shutter and overlays drawn in."""
    maximum = _maximum(rendering, depth_bits)
    levels = frame.stored_values
    if rendering is not None:
        levels = display_values(frame, rendering, maximum=maximum)
    marked = mark_levels(
        levels,
        shown_overlays(frame, description, view),
        shutter_of(description, view),
        are_overlays_shown=view.are_overlay_planes_visible,
        row_aspect=description.row_aspect,
        maximum=maximum,
    )
    return np.ascontiguousarray(view.orientation.apply(marked))


def _through_viewport(
    frame: StoredFrame,
    rendering: Rendering | None,
    transform: ViewTransform | None,
    marks: ImageMarks | None,
    depth_bits: int,
) -> NDArray[Any]:
    """Return what a viewport shows: black where the image does not reach."""
    if transform is None:
        raise refusal("NOT_AN_IMAGE")
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    maximum = _maximum(rendering, depth_bits)
    shown = renderer.levels(transform, rendering, marks, maximum=maximum)
    samples = (3,) if rendering is None else ()
    size = (transform.viewport_height_px, transform.viewport_width_px)
    screen = np.zeros((*size, *samples), np.uint8 if maximum <= 255 else np.uint16)
    if shown is not None:
        rows, columns = shown.values.shape[:2]
        top, left = shown.top_px, shown.left_px
        screen[top : top + rows, left : left + columns] = shown.values
    return screen
